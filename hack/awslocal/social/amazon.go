package social

import (
	"net/http"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/hack/awslocal/loopback"
)

// StartAmazon starts Login with Amazon. Source: https://developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html and
// customer-profile.html.
func StartAmazon(person map[string]any) *Provider {
	p := newProvider(person)
	p.routes["GET /ap/oa"] = func(w http.ResponseWriter, r *http.Request) {
		if p.begin(w, r, " ", "profile", "profile:user_id", "postal_code") {
			http.Redirect(w, r, p.back(r), http.StatusFound)
		}
	}
	p.routes["POST /auth/o2/token"] = func(w http.ResponseWriter, r *http.Request) {
		authentic := r.PostForm.Get("client_secret") == p.ClientSecret && r.PostForm.Get("grant_type") == "authorization_code"
		if request, redeemed := p.redeem(w, r.PostForm, authentic); redeemed {
			send(w, map[string]any{"access_token": p.grant(request), "token_type": "bearer", "expires_in": 3600, "refresh_token": "Atzr|unused"})
		}
	}
	p.routes["GET /user/profile"] = func(w http.ResponseWriter, r *http.Request) {
		request, known := p.asked(w, r)
		if !known {
			return
		}
		said := map[string]any{"user_id": p.Person["user_id"]}
		for name, scope := range map[string]string{"name": "profile", "email": "profile", "postal_code": "postal_code"} {
			if slices.Contains(strings.Fields(request.Get("scope")), scope) {
				said[name] = p.Person[name]
			}
		}
		send(w, said)
	}
	p.Network = loopback.Serve(p, "www.amazon.com", "api.amazon.com")
	return p
}
