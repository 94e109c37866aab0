package frontend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	sessionCookie = "demo-session" // an ID token, verified each time that it is read

	// maxToken is more than an ID token needs that fits in a cookie.
	maxToken = 8 << 10
)

// session is what the page starts from.
type session struct {
	Endpoint string   `json:"endpoint"`
	LoginURL string   `json:"loginURL"` // as in status
	Mailbox  string   `json:"mailbox"`
	Account  *account `json:"account"` // null if nobody is signed in
}

type account struct {
	Email   string `json:"email"`
	IDToken string `json:"idToken"`
}

func (a *app) showSession(w http.ResponseWriter, r *http.Request) {
	s := session{Endpoint: a.endpoint, LoginURL: a.loginURL, Mailbox: a.mailbox}
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		// A token that isn't valid any more is as good as none.
		if token, err := a.verify(r.Context(), cookie.Value); err == nil {
			s.Account = &account{Email: token.email, IDToken: cookie.Value}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(s); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// beginSession takes an ID token that the page found in the fragment.
func (a *app) beginSession(w http.ResponseWriter, r *http.Request) {
	var given struct {
		IDToken string `json:"idToken"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxToken)).Decode(&given); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if _, err := a.verify(r.Context(), given.IDToken); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	setCookie(w, sessionCookie, given.IDToken, time.Hour)
	w.WriteHeader(http.StatusNoContent)
}

// signOut ends the session here, then the one at the login pages, which lead back to the page.
// https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
func (a *app) signOut(w http.ResponseWriter, r *http.Request) {
	setCookie(w, sessionCookie, "", 0)
	query := url.Values{"client_id": {a.oauth.ClientID}, "logout_uri": {a.origin + "/"}}
	http.Redirect(w, r, a.domain+"/logout?"+query.Encode(), http.StatusFound)
}

// idToken is a verified ID token.
type idToken struct {
	*oidc.IDToken
	email string
}

// verify checks an ID token's signature, issuer and expiry, and that it is for one of our clients.
func (a *app) verify(ctx context.Context, raw string) (*idToken, error) {
	token, err := a.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("verify the ID token: %w", err)
	}
	if !slices.ContainsFunc(token.Audience, func(client string) bool { return slices.Contains(a.audience, client) }) {
		return nil, errors.New("the ID token is for another client")
	}
	var claims struct {
		Email string `json:"email"`
		Use   string `json:"token_use"`
	}
	if err := token.Claims(&claims); err != nil {
		return nil, fmt.Errorf("read the ID token's claims: %w", err)
	}
	// Cognito signs ID tokens and access tokens with the same keys, and says which is which.
	// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
	if claims.Use != "id" {
		return nil, fmt.Errorf("token_use is %q, not id", claims.Use)
	}
	return &idToken{token, claims.Email}, nil
}

// setCookie sets a cookie that scripts can't read; a lifetime of 0 removes it.
func setCookie(w http.ResponseWriter, name, value string, lifetime time.Duration) {
	c := &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(lifetime.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if lifetime == 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
