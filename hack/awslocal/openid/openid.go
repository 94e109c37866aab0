// Package openid is a provider of OpenID Connect on the loopback interface, for tests and the demo. Its person is always signed in, so
// it sends every browser back at once.
package openid

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"

	"github.com/securedapi/securedapi/hack/awslocal/loopback"
)

// Provider is a provider, and a network in which its hosts are reached.
type Provider struct {
	*loopback.Network
	// Issuer is an https URL; ClientID and ClientSecret are of its only client.
	Issuer, ClientID, ClientSecret string
	// Claims are what it says of the person; they count before those that an ID token has by itself.
	Claims map[string]any

	key jwk.Key

	mu    sync.Mutex
	codes map[string]url.Values // requests by their code
}

// Start starts a provider whose person has a subject. It is also reached under other hosts than its issuer's.
func Start(issuer, subject string, hosts ...string) (*Provider, error) {
	raw, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	key, err := jwk.Import(raw)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]any{jwk.KeyIDKey: "1", jwk.AlgorithmKey: jwa.RS256()} {
		if err := key.Set(name, value); err != nil {
			return nil, err
		}
	}
	at, err := url.Parse(issuer)
	if err != nil {
		return nil, err
	}
	p := &Provider{
		Issuer: issuer, ClientID: "client-of-" + at.Host, ClientSecret: rand.Text(), Claims: map[string]any{"sub": subject},
		key: key, codes: map[string]url.Values{},
	}
	p.Network = loopback.Serve(p, append(hosts, at.Host)...)
	return p, nil
}

// ServeHTTP tells the endpoints by the end of their paths, which are Google's, too.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch path := r.URL.Path; {
	case path == "/.well-known/openid-configuration":
		p.send(w, map[string]any{
			"issuer": p.Issuer, "authorization_endpoint": p.Issuer + "/auth", "token_endpoint": p.Issuer + "/token",
			"userinfo_endpoint": p.Issuer + "/userinfo", "jwks_uri": p.Issuer + "/keys",
		})
	case strings.HasSuffix(path, "/auth"):
		p.authorize(w, r)
	case strings.HasSuffix(path, "/token") && r.Method == http.MethodPost:
		p.token(w, r)
	case path == "/userinfo" && r.Header.Get("Authorization") == "Bearer "+p.ClientSecret+"-access":
		p.send(w, p.Claims)
	case path == "/keys":
		p.keys(w)
	default:
		http.Error(w, r.Method+" "+path+" is not for you", http.StatusForbidden)
	}
}

// authorize sends the browser back with a code.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	scopes := strings.Fields(query.Get("scope"))
	if query.Get("client_id") != p.ClientID || query.Get("response_type") != "code" || !slices.Contains(scopes, "openid") {
		http.Error(w, "client_id, response_type or scope is wrong", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.codes[code] = query
	back := url.Values{"code": {code}, "state": {query.Get("state")}}
	http.Redirect(w, r, query.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

// token gives tokens for a code, once, to the client that shows its secret in the body.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	form := r.PostForm
	request, known := p.codes[form.Get("code")]
	delete(p.codes, form.Get("code"))
	if !known || form.Get("grant_type") != "authorization_code" || form.Get("redirect_uri") != request.Get("redirect_uri") ||
		form.Get("client_id") != p.ClientID || form.Get("client_secret") != p.ClientSecret {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	now := time.Now()
	claims := map[string]any{
		"iss": p.Issuer, "aud": p.ClientID, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "nonce": request.Get("nonce"),
	}
	maps.Copy(claims, p.Claims)
	payload, err := json.Marshal(claims)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	signed, err := jws.Sign(payload, jws.WithKey(jwa.RS256(), p.key))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	p.send(w, map[string]any{"id_token": string(signed), "access_token": p.ClientSecret + "-access", "token_type": "Bearer"})
}

func (p *Provider) keys(w http.ResponseWriter) {
	public, err := p.key.PublicKey()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	p.send(w, map[string]any{"keys": []jwk.Key{public}})
}

func (p *Provider) send(w http.ResponseWriter, answer any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(fmt.Sprintf("answer %v: %s", answer, err))
	}
}
