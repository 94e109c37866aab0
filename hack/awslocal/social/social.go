// Package social is Facebook, Login with Amazon and Sign in with Apple on the loopback interface, for tests and the demo. Their person is
// always signed in, so they send every browser back at once. Each refuses what the real one refuses.
package social

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/securedapi/securedapi/hack/awslocal/loopback"
)

// Provider is what all kinds have: a client, a person, and a network in which the provider's hosts are reached.
type Provider struct {
	*loopback.Network
	// ClientID and ClientSecret are of the only client. It gets its codes at Back.
	ClientID, ClientSecret, Back string
	// Person is what the provider knows of the person.
	Person map[string]any

	routes map[string]http.HandlerFunc // by method, host and path

	mu      sync.Mutex
	granted map[string]url.Values // requests by what was given for them: codes and access tokens
}

func newProvider(person map[string]any) *Provider {
	return &Provider{
		ClientID: "client-" + rand.Text(), ClientSecret: rand.Text(), Person: person,
		routes: map[string]http.HandlerFunc{}, granted: map[string]url.Values{},
	}
}

// ServeHTTP serves the provider's hosts.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuse(w, err.Error())
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	route := p.routes[r.Method+" "+r.URL.Path]
	if route == nil {
		http.NotFound(w, r)
		return
	}
	route(w, r)
}

// begin checks a request to sign in.
func (p *Provider) begin(w http.ResponseWriter, r *http.Request, separator string, scopes ...string) bool {
	query := r.URL.Query()
	if query.Get("client_id") != p.ClientID || query.Get("redirect_uri") != p.Back || query.Get("response_type") != "code" {
		refuse(w, "client_id, redirect_uri or response_type is wrong")
		return false
	}
	for asked := range strings.SplitSeq(query.Get("scope"), separator) {
		if !slices.Contains(scopes, strings.TrimSpace(asked)) {
			refuse(w, "there is no scope "+asked)
			return false
		}
	}
	return true
}

// back is where a browser goes to with a code.
func (p *Provider) back(r *http.Request) string {
	query := r.URL.Query()
	answer := url.Values{"code": {p.grant(query)}, "state": {query.Get("state")}}
	return query.Get("redirect_uri") + "?" + answer.Encode()
}

// grant makes a code or an access token.
func (p *Provider) grant(request url.Values) string {
	made := rand.Text()
	p.granted[made] = request
	return made
}

// redeem takes a code once, for the client that it was made for.
func (p *Provider) redeem(w http.ResponseWriter, form url.Values, authentic bool) (url.Values, bool) {
	request, known := p.granted[form.Get("code")]
	delete(p.granted, form.Get("code"))
	if !known || !authentic || form.Get("client_id") != p.ClientID || form.Get("redirect_uri") != request.Get("redirect_uri") {
		refuse(w, "the code is not for you")
		return nil, false
	}
	return request, true
}

// asked is the request for which a bearer of an access token got it.
func (p *Provider) asked(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	request, known := p.granted[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if !known {
		refuse(w, "the access token is not known")
	}
	return request, known
}

func refuse(w http.ResponseWriter, why string) { http.Error(w, why, http.StatusBadRequest) }

func send(w http.ResponseWriter, answer any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(fmt.Sprintf("answer %v: %s", answer, err))
	}
}
