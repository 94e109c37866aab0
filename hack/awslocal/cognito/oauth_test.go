package cognito_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// config is an independent OAuth client, which knows the issuer and nothing else of the service.
func (a *app) config(scopes ...string) (*oidc.Provider, *oauth2.Config) {
	a.t.Helper()
	provider, err := oidc.NewProvider(a.ctx(), a.issuer())
	if err != nil {
		a.t.Fatal(err)
	}
	return provider, &oauth2.Config{
		ClientID: *a.client.ClientId, ClientSecret: aws.ToString(a.client.ClientSecret),
		Endpoint: provider.Endpoint(), RedirectURL: callback, Scopes: scopes,
	}
}

func (a *app) issuer() string { return a.cloud.url + "/" + *a.pool }

// signedIn takes a browser through the login page and returns where it is sent.
func (a *app) signedIn(authURL string) *url.URL {
	a.t.Helper()
	return a.browser().open(authURL).submit(login(ada, password)).location
}

func TestCodeWithPKCE(t *testing.T) {
	t.Parallel()
	a := start(t, setup{}).app(types.OAuthFlowTypeCode)
	a.confirmed(a.pool, ada, "email_verified=true", "name=Ada", "phone_number=+15555550100")
	provider, config := a.config("openid", "email")
	verifier := oauth2.GenerateVerifier()
	back := a.signedIn(config.AuthCodeURL("xyz", oidc.Nonce("n-1"), oauth2.S256ChallengeOption(verifier)))
	if back.Query().Get("state") != "xyz" {
		t.Fatalf("sent to %s", back)
	}
	token, err := config.Exchange(a.ctx(), back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}

	raw, _ := token.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID, Now: a.clock.Now}).Verify(a.ctx(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil || id.Nonce != "n-1" {
		t.Errorf("at_hash: %v; nonce %q", err, id.Nonce)
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	now := float64(a.clock.Now().Unix())
	want := map[string]any{
		"sub": id.Subject, "cognito:username": id.Subject, "aud": config.ClientID, "iss": a.issuer(), "token_use": "id",
		"email": ada, "email_verified": true, "auth_time": now, "iat": now, "exp": now + 3600, "nonce": "n-1",
	}
	for _, name := range []string{"jti", "origin_jti", "event_id", "at_hash"} {
		want[name] = claims[name]
		if claims[name] == "" || claims[name] == nil {
			t.Errorf("no %s", name)
		}
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Errorf("ID token with the scopes openid and email (-want +got):\n%s", diff)
	}
	assertAccessToken(t, a, token.AccessToken, "openid email")
	assertUserInfo(t, a, provider, token)
	assertRefresh(t, a, config, token)

	if _, err := config.Exchange(a.ctx(), back.Query().Get("code"), oauth2.VerifierOption(verifier)); !refused(err, 400, "invalid_grant") {
		t.Errorf("a code used twice: %v", err)
	}
}

// assertAccessToken reads the token with nothing but the published keys.
func assertAccessToken(t *testing.T, a *app, raw, scope string) {
	t.Helper()
	body := a.browser().open(a.issuer() + "/.well-known/jwks.json").body
	keys, err := jwk.Parse([]byte(body))
	if err != nil || keys.Len() != 2 {
		t.Fatalf("%d keys, %v; want two", keys.Len(), err)
	}
	payload, err := jws.Verify([]byte(raw), jws.WithKeySet(keys))
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	now := float64(a.clock.Now().Unix())
	want := map[string]any{
		"client_id": *a.client.ClientId, "iss": a.issuer(), "token_use": "access", "scope": scope, "version": float64(2),
		"auth_time": now, "iat": now, "exp": now + 3600, "sub": claims["sub"], "username": claims["sub"],
		"jti": claims["jti"], "origin_jti": claims["origin_jti"], "event_id": claims["event_id"],
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Errorf("access token (-want +got):\n%s", diff)
	}
}

func assertUserInfo(t *testing.T, a *app, provider *oidc.Provider, token *oauth2.Token) {
	t.Helper()
	info, err := provider.UserInfo(a.ctx(), oauth2.StaticTokenSource(token))
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]string
	if err := info.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"sub": info.Subject, "username": info.Subject, "email": ada, "email_verified": "true"}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Errorf("userInfo (-want +got):\n%s", diff)
	}
}

func assertRefresh(t *testing.T, a *app, config *oauth2.Config, token *oauth2.Token) {
	t.Helper()
	old := &oauth2.Token{RefreshToken: token.RefreshToken, Expiry: time.Unix(1, 0)}
	fresh, err := config.TokenSource(a.ctx(), old).Token()
	if err != nil {
		t.Fatal(err)
	}
	if fresh.AccessToken == token.AccessToken || fresh.Extra("id_token") == nil || fresh.Extra("refresh_token") != nil {
		t.Errorf("refreshed: %+v; want new access and ID tokens and no refresh token", fresh)
	}
}

// refused tells an OAuth error with a status and a code.
func refused(err error, status int, code string) bool {
	e, ok := errors.AsType[*oauth2.RetrieveError](err)
	return ok && e.Response.StatusCode == status && e.ErrorCode == code
}

func TestImplicit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reason, scope string
		id            bool
	}{
		{"with openid there is an ID token", "openid email", true},
		{"without openid there is none", "aws.cognito.signin.user.admin", false},
	} {
		a := start(t, setup{}).app(types.OAuthFlowTypeImplicit)
		a.confirmed(a.pool, ada)
		back := a.signedIn(a.url("/login", "scope="+tt.scope, "nonce=n-1"))
		fragment, err := url.ParseQuery(back.Fragment)
		if err != nil {
			t.Fatal(err)
		}
		if fragment.Get("state") != "xyz" || fragment.Get("token_type") != "Bearer" || fragment.Get("expires_in") != "3600" ||
			fragment.Has("id_token") != tt.id || fragment.Has("refresh_token") {
			t.Errorf("%s: sent to %s", tt.reason, back)
		}
		arn := a.describe(a.pool).Arn
		claims, err := a.svc.Verify(*arn, fragment.Get("access_token"), a.clock.Now())
		if err != nil || claims["scope"] != tt.scope {
			t.Errorf("%s: access token %v, %v", tt.reason, claims, err)
		}
	}
}

func TestClientCredentials(t *testing.T) {
	t.Parallel()
	c := start(t, setup{})
	pool := c.pool()
	c.prefix(pool, "notes")
	c.resourceServer(pool, "notes", "read", "write")
	machine := c.appClient(pool, func(in *idp.CreateUserPoolClientInput) {
		in.GenerateSecret, in.AllowedOAuthFlowsUserPoolClient = true, true
		in.AllowedOAuthFlows = []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials}
		in.AllowedOAuthScopes = []string{"notes/read", "notes/write"}
	})
	config := func(style oauth2.AuthStyle, secret string, scopes ...string) (*oauth2.Token, error) {
		return (&clientcredentials.Config{
			ClientID: *machine.ClientId, ClientSecret: secret, Scopes: scopes, AuthStyle: style,
			TokenURL: c.url + "/auth/us-east-1/notes/oauth2/token",
		}).Token(c.ctx())
	}
	for _, tt := range []struct {
		reason string
		style  oauth2.AuthStyle
		scopes []string
		want   string
	}{
		{"secret in the header, all scopes of the client", oauth2.AuthStyleInHeader, nil, "notes/read notes/write"},
		{"secret in the form, some scopes", oauth2.AuthStyleInParams, []string{"notes/read"}, "notes/read"},
	} {
		token, err := config(tt.style, *machine.ClientSecret, tt.scopes...)
		if err != nil {
			t.Fatalf("%s: %v", tt.reason, err)
		}
		claims, err := c.svc.Verify(*c.describe(pool).Arn, token.AccessToken, c.clock.Now())
		if err != nil {
			t.Fatalf("%s: %v", tt.reason, err)
		}
		if claims["scope"] != tt.want || claims["sub"] != *machine.ClientId || claims["token_use"] != "access" || claims["username"] != nil ||
			token.RefreshToken != "" || token.Extra("id_token") != nil {
			t.Errorf("%s: %v", tt.reason, claims)
		}
	}
	if _, err := config(oauth2.AuthStyleInHeader, "wrong"); !refused(err, 400, "invalid_client") {
		t.Errorf("a wrong secret: %v", err)
	}
	if _, err := config(oauth2.AuthStyleInHeader, *machine.ClientSecret, "openid"); !refused(err, 400, "invalid_scope") {
		t.Errorf("a scope that the client hasn't: %v", err)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	c := start(t, setup{})
	pool, client := c.web()
	other, _ := c.web()
	c.confirmed(pool, ada)
	out, err := c.signIn(client, ada, password)
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs := *c.describe(pool).Arn, *c.describe(other).Arn
	id := *out.AuthenticationResult.IdToken
	for _, tt := range []struct {
		reason, arn, token string
		after              time.Duration
		want               string
	}{
		{"a good token", mine, id, 0, ""},
		{"until it expires", mine, id, time.Hour - time.Second, ""},
		{"but not after", mine, id, time.Hour, "expired"},
		{"nor at another pool", theirs, id, 0, "signature"},
		{"nor at none", mine + "x", id, 0, "no user pool"},
		{"nor with other claims", mine, id[:len(id)-4] + "AAAA", 0, "signature"},
		{"nor without a signature", mine, "x", 0, "signature"},
	} {
		claims, err := c.svc.Verify(tt.arn, tt.token, c.clock.Now().Add(tt.after))
		good := err == nil && claims["aud"] == *client
		if good != (tt.want == "") || err != nil && !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, %v; want %q", tt.reason, claims, err, tt.want)
		}
	}
}

func TestDiscoveryWithoutADomain(t *testing.T) {
	t.Parallel()
	c := start(t, setup{})
	pool := c.pool()
	var document map[string]any
	if err := json.Unmarshal([]byte(c.browser().open(c.url+"/"+*pool+"/.well-known/openid-configuration").body), &document); err != nil {
		t.Fatal(err)
	}
	if document["issuer"] != c.url+"/"+*pool || document["token_endpoint"] != nil {
		t.Errorf("document: %v", document)
	}
	if b := c.browser().open(c.url + "/us-east-1_gone/.well-known/jwks.json"); b.status != http.StatusNotFound {
		t.Errorf("keys of no pool: %d", b.status)
	}
}

// post sends a form to an endpoint and returns the answer's status and body.
func (a *app) post(path string, form url.Values) (int, string) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.ctx(), http.MethodPost, a.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	b := a.browser().do(r)
	return b.status, b.body
}
