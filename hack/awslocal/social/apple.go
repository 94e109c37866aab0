package social

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/securedapi/securedapi/hack/awslocal/loopback"
)

// Apple is Sign in with Apple. Sources: "Request an authorization to the Sign in with Apple server" in
// https://developer.apple.com/documentation/signinwithapple, and
// https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret.
type Apple struct {
	*Provider
	// TeamID and KeyID are what the client's secrets have to name.
	TeamID, KeyID string
	// Now is its clock.
	Now func() time.Time
	// Posts is what it adds to the form that the browser sends the first time; ID tokens have no name.
	Posts map[string]string

	team   *ecdsa.PrivateKey
	tokens jwk.Key
}

// apple is who issues the tokens.
const apple = "https://appleid.apple.com"

// StartApple starts it.
func StartApple(person map[string]any) (*Apple, error) {
	team, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	raw, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	tokens, err := jwk.Import(raw)
	if err == nil {
		err = errors.Join(tokens.Set(jwk.KeyIDKey, "1"), tokens.Set(jwk.AlgorithmKey, jwa.RS256()))
	}
	if err != nil {
		return nil, err
	}
	p := &Apple{Provider: newProvider(person), TeamID: "TEAM123456", KeyID: "KEY1234567", Now: time.Now, team: team, tokens: tokens}
	p.routes["GET /.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) {
		send(w, map[string]any{
			"issuer": apple, "authorization_endpoint": apple + "/auth/authorize", "token_endpoint": apple + "/auth/token",
			"jwks_uri": apple + "/auth/keys",
		})
	}
	p.routes["GET /auth/authorize"], p.routes["POST /auth/token"], p.routes["GET /auth/keys"] = p.authorize, p.token, p.keys
	p.Network = loopback.Serve(p, "appleid.apple.com")
	return p, nil
}

// PrivateKey is the team's, as Apple gives it (.p8).
func (p *Apple) PrivateKey() (string, error) {
	raw, err := x509.MarshalPKCS8PrivateKey(p.team)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})), err
}

// form posts a code. A browser with scripts would send it at once.
var form = template.Must(template.New("form").Parse(`<!doctype html><form method="post" action="{{.Back}}">` +
	`{{range $name, $value := .Values}}<input type="hidden" name="{{$name}}" value="{{$value}}">{{end}}<button>Continue</button></form>`))

// authorize posts a code. "If you requested any scopes, the value must be form_post".
func (p *Apple) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if !p.begin(w, r, " ", "name", "email") {
		return
	}
	if query.Get("response_mode") != "form_post" {
		refuse(w, "response_mode must be form_post when name or email scope is requested")
		return
	}
	values := map[string]string{"code": p.grant(query), "state": query.Get("state")}
	maps.Copy(values, p.Posts)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := form.Execute(w, map[string]any{"Back": query.Get("redirect_uri"), "Values": values}); err != nil {
		panic(err)
	}
}

// token gives an ID token to the client that shows a token of the team's key as its secret.
func (p *Apple) token(w http.ResponseWriter, r *http.Request) {
	if err := p.verify(r.PostForm.Get("client_secret")); err != nil {
		refuse(w, "invalid_client: "+err.Error())
		return
	}
	request, redeemed := p.redeem(w, r.PostForm, r.PostForm.Get("grant_type") == "authorization_code")
	if !redeemed {
		return
	}
	now := p.Now()
	claims := map[string]any{
		"iss": apple, "aud": p.ClientID, "iat": now.Unix(), "exp": now.Add(24 * time.Hour).Unix(), "nonce": request.Get("nonce"),
	}
	for name, value := range p.Person {
		if name != "email" && name != "email_verified" || slices.Contains(strings.Fields(request.Get("scope")), "email") {
			claims[name] = value
		}
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		refuse(w, err.Error())
		return
	}
	signed, err := jws.Sign(payload, jws.WithKey(jwa.RS256(), p.tokens))
	if err != nil {
		refuse(w, err.Error())
		return
	}
	send(w, map[string]any{"access_token": p.grant(url.Values{}), "token_type": "Bearer", "expires_in": 3600, "id_token": string(signed)})
}

// verify wants the team, the client and Apple in a token of at most six months, by the key that it names.
func (p *Apple) verify(secret string) error {
	message, err := jws.Parse([]byte(secret))
	if err != nil {
		return err
	}
	if kid, _ := message.Signatures()[0].ProtectedHeaders().KeyID(); kid != p.KeyID {
		return errors.New("kid is not the key's id")
	}
	_, err = jwt.Parse([]byte(secret), jwt.WithKey(jwa.ES256(), p.team.Public()), jwt.WithIssuer(p.TeamID), jwt.WithSubject(p.ClientID),
		jwt.WithAudience(apple), jwt.WithRequiredClaim("exp"), jwt.WithMaxDelta(15777000*time.Second, "exp", "iat"),
		jwt.WithClock(jwt.ClockFunc(p.Now)))
	return err
}

func (p *Apple) keys(w http.ResponseWriter, _ *http.Request) {
	public, err := p.tokens.PublicKey()
	if err != nil {
		refuse(w, err.Error())
		return
	}
	send(w, map[string]any{"keys": []jwk.Key{public}})
}
