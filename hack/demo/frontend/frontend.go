// Package frontend is the demo's front end: one page that signs people in, in two ways, and calls the API from the
// browser. All that it has to be told about AWS is the SecuredAPI's status.
//
// A page of any other origin would do the same: the server's part is to verify ID tokens with an ordinary OpenID
// Connect library and to keep one in a cookie (session.go), and to exchange authorization codes for them (code.go).
// The page (page/) reads the tokens of an implicit sign-in and makes the calls.
package frontend

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// The SecuredAPI's clients that the front end signs in with, and where they lead back to.
const (
	ImplicitClient = "web"
	CodeClient     = "web-code"

	implicitCallback = "/callback"
	codeCallback     = "/code-callback"
)

//go:embed page
var pageFiles embed.FS

// app is the front end of one SecuredAPI.
type app struct {
	origin   string
	mailbox  string
	endpoint string
	domain   string
	loginURL string // of the implicit client
	audience []string
	verifier *oidc.IDTokenVerifier
	oauth    oauth2.Config // of the code client
}

// New returns a front end that is served at origin, "http://localhost:3000", as the clients' URLs say, and links the mailbox, where
// codes arrive. It asks the issuer for its keys and endpoints.
func New(ctx context.Context, origin, mailbox string, status *v1alpha1.SecuredAPIStatus) (http.Handler, error) {
	implicit, code := status.Client(ImplicitClient), status.Client(CodeClient)
	if implicit == nil || code == nil {
		return nil, fmt.Errorf("the SecuredAPI needs the clients %s and %s", ImplicitClient, CodeClient)
	}
	provider, err := oidc.NewProvider(ctx, status.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover the issuer: %w", err)
	}
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		return nil, err
	}
	a := &app{
		origin:   origin,
		mailbox:  mailbox,
		endpoint: status.Endpoint,
		domain:   status.Domain,
		loginURL: implicit.LoginURL,
		audience: []string{implicit.ID, code.ID},
		verifier: provider.Verifier(&oidc.Config{SkipClientIDCheck: true}), // there are two: verify compares
		oauth: oauth2.Config{
			ClientID:    code.ID,
			Endpoint:    provider.Endpoint(),
			RedirectURL: origin + codeCallback,
			Scopes:      []string{oidc.ScopeOpenID, "email"},
		},
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET "+implicitCallback, func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "index.html")
	})
	mux.HandleFunc("GET /session", a.showSession)
	mux.HandleFunc("POST /session", a.beginSession)
	mux.HandleFunc("GET /sign-in", a.signIn)
	mux.HandleFunc("GET "+codeCallback, a.finishSignIn)
	mux.HandleFunc("GET /sign-out", a.signOut)
	return a.secure(http.NewCrossOriginProtection().Handler(mux)), nil
}

// secure lets the page load its own files and call the API, and nothing else.
func (a *app) secure(next http.Handler) http.Handler {
	api := a.endpoint
	if u, err := url.Parse(a.endpoint); err == nil {
		api = u.Scheme + "://" + u.Host
	}
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' " + api +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer") // the callback's query holds a code
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
