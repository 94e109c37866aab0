package social

import (
	"net/http"
	"strings"

	"github.com/securedapi/securedapi/hack/awslocal/loopback"
)

// StartFacebook starts Facebook with one version of its API. Sources:
// https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow and https://developers.facebook.com/docs/graph-api.
func StartFacebook(version string, person map[string]any) *Provider {
	p := newProvider(person)
	p.routes["GET /"+version+"/dialog/oauth"] = func(w http.ResponseWriter, r *http.Request) {
		if p.begin(w, r, ",", "public_profile", "email", "user_birthday", "user_gender") {
			http.Redirect(w, r, p.back(r), http.StatusFound)
		}
	}
	p.routes["GET /"+version+"/oauth/access_token"] = func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if request, redeemed := p.redeem(w, query, query.Get("client_secret") == p.ClientSecret); redeemed {
			send(w, map[string]any{"access_token": p.grant(request), "token_type": "bearer", "expires_in": 5183944})
		}
	}
	p.routes["GET /"+version+"/me"] = func(w http.ResponseWriter, r *http.Request) {
		request, known := p.asked(w, r)
		if !known {
			return
		}
		said := map[string]any{"id": p.Person["id"]}
		for field := range strings.SplitSeq(r.URL.Query().Get("fields"), ",") {
			value, is := p.Person[field]
			switch {
			case !is && field != "":
				// One wrong field fails the request: "(#100) Tried accessing nonexisting field".
				refuse(w, "(#100) Tried accessing nonexisting field ("+field+")")
				return
			case field == "email" && !strings.Contains(request.Get("scope"), "email"): // left out, as what the person did not grant
			case is:
				said[field] = value
			}
		}
		send(w, said)
	}
	p.Network = loopback.Serve(p, "www.facebook.com", "graph.facebook.com")
	return p
}
