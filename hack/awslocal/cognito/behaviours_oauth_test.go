package cognito_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"golang.org/x/oauth2"
)

// authorizeRow is a row about where an authorization request leads, the server and the client's id left out.
func authorizeRow(name, source, want string, change ...string) behavior {
	return behavior{name: name, source: source, want: want, do: func(c *cloud) (any, error) {
		a := c.app(types.OAuthFlowTypeCode)
		b := c.browser().open(a.url("/oauth2/authorize", change...))
		at := strings.ReplaceAll(strings.TrimPrefix(b.location.String(), a.base), *a.client.ClientId, "ID")
		if strings.HasPrefix(at, "/error") != (b.status == http.StatusBadRequest) {
			at += ", status " + http.StatusText(b.status)
		}
		return at, nil
	}}
}

func TestAuthorize(t *testing.T) {
	const docs = "developer guide: authorization-endpoint"
	const probes = "requests to deployed domains, reported in public repositories"
	check(t, setup{}, []behavior{
		authorizeRow("an unknown client", probes, "/error?error=Client+does+not+exist", "client_id=nobody"),
		authorizeRow("a redirect URI that isn't registered", probes,
			"/error?client_id=ID&error=redirect_mismatch", "redirect_uri=http://localhost:3000/callback/"),
		authorizeRow("no redirect URI", probes, "/error?client_id=ID&error=redirect_mismatch", "redirect_uri="),
		authorizeRow("no response type", docs, callback+"?error=invalid_request&state=xyz", "response_type="),
		authorizeRow("a flow that the client hasn't", docs,
			callback+"#error=unauthorized_client&state=xyz", "response_type=token"),
		authorizeRow("a scope that the client hasn't", probes,
			callback+"?error=invalid_request&error_description=invalid_scope&state=xyz", "scope=openid offline_access"),
		authorizeRow("a scope of a person without openid", docs,
			callback+"?error=invalid_request&error_description=invalid_scope&state=xyz", "scope=email"),
		authorizeRow("a challenge without a method", docs, callback+"?error=invalid_request&state=xyz", "code_challenge=abc"),
		authorizeRow("a plain challenge", docs,
			callback+"?error=invalid_request&state=xyz", "code_challenge=abc", "code_challenge_method=plain"),
		authorizeRow("the login page keeps the request", docs,
			"/login?client_id=ID&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback&response_type=code&scope=openid+email&state=xyz"),
		{
			name: "a client that isn't for OAuth", source: probes,
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				a.client = c.appClient(a.pool, withOAuth("code"), func(in *idp.CreateUserPoolClientInput) {
					in.AllowedOAuthFlowsUserPoolClient = false
				})
				return c.browser().open(a.url("/oauth2/authorize")).location.Query().Get("error"), nil
			},
			want: "Client is not enabled for OAuth2.0 flows.",
		},
		{
			name: "the default redirect URI", source: "model: DefaultRedirectURI",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				a.client = c.appClient(a.pool, withOAuth("code"), func(in *idp.CreateUserPoolClientInput) {
					in.DefaultRedirectURI = aws.String(callback)
				})
				return c.browser().open(a.url("/oauth2/authorize", "redirect_uri=")).says(), nil
			},
			want: "Sign in",
		},
	})
}

// exchange signs ada in and sends the token endpoint a form, in which CODE stands for the authorization code.
func exchange(a *app, form url.Values) (int, string) {
	a.t.Helper()
	a.confirmed(a.pool, ada)
	code := a.signedIn(a.url("/login")).Query().Get("code")
	for _, values := range form {
		values[0] = strings.NewReplacer("CODE", code, "CLIENT", *a.client.ClientId, "CALLBACK", callback).Replace(values[0])
	}
	return a.post("/oauth2/token", form)
}

// tokenRow is a row about a token request that is refused.
func tokenRow(name, source, want string, form string, prepare ...func(*app)) behavior {
	return behavior{name: name, source: source, want: want, do: func(c *cloud) (any, error) {
		a := c.app(types.OAuthFlowTypeCode)
		values, err := url.ParseQuery(form)
		if err != nil {
			return nil, err
		}
		for _, f := range prepare {
			f(a)
		}
		status, body := exchange(a, values)
		return http.StatusText(status) + " " + body, nil
	}}
}

func TestTokenEndpoint(t *testing.T) {
	const docs = "developer guide: token-endpoint"
	check(t, setup{}, []behavior{
		tokenRow("no grant type", docs, `Bad Request {"error":"invalid_request"}`, "client_id=CLIENT"),
		tokenRow("an unknown grant type", docs,
			`Bad Request {"error":"unsupported_grant_type"}`, "client_id=CLIENT&grant_type=password"),
		tokenRow("an unknown client", docs,
			`Bad Request {"error":"invalid_client"}`, "client_id=nobody&grant_type=authorization_code"),
		tokenRow("a missing secret", "deployments' logs", `Bad Request {"error":"invalid_client","error_description":"invalid_client_secret"}`,
			"client_id=CLIENT&grant_type=authorization_code&code=CODE&redirect_uri=CALLBACK", func(a *app) {
				a.client = a.appClient(a.pool, withOAuth("code"), func(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true })
			}),
		tokenRow("no code", docs,
			`Bad Request {"error":"invalid_request"}`,
			"client_id=CLIENT&grant_type=authorization_code&redirect_uri=CALLBACK"),
		tokenRow("a code that nobody got", docs,
			`Bad Request {"error":"invalid_grant"}`,
			"client_id=CLIENT&grant_type=authorization_code&redirect_uri=CALLBACK&code=x"),
		tokenRow("another redirect URI", docs,
			`Bad Request {"error":"invalid_grant"}`,
			"client_id=CLIENT&grant_type=authorization_code&redirect_uri=http://localhost&code=CODE"),
		tokenRow("no refresh token", docs,
			`Bad Request {"error":"invalid_request"}`, "client_id=CLIENT&grant_type=refresh_token"),
		tokenRow("a refresh token that nobody got", "aws-sdk-js#3836",
			`Bad Request {"error":"invalid_grant"}`, "client_id=CLIENT&grant_type=refresh_token&refresh_token=x"),
		tokenRow("a flow that the client hasn't", docs,
			`Bad Request {"error":"unauthorized_client"}`, "client_id=CLIENT&grant_type=client_credentials"),
		{
			name: "a code is good for five minutes", source: "developer guide: authorization-endpoint",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				c.confirmed(a.pool, ada)
				code := a.signedIn(a.url("/login")).Query().Get("code")
				c.clock.Step(5 * time.Minute)
				_, body := a.post("/oauth2/token", url.Values{
					"client_id": {*a.client.ClientId}, "grant_type": {"authorization_code"}, "redirect_uri": {callback}, "code": {code},
				})
				return body, nil
			},
			want: `{"error":"invalid_grant"}`,
		},
		{
			name: "a wrong verifier spends the code", source: "RFC 7636, 4.6",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				c.confirmed(a.pool, ada)
				_, config := a.config("openid")
				verifier := oauth2.GenerateVerifier()
				code := a.signedIn(config.AuthCodeURL("xyz", oauth2.S256ChallengeOption(verifier))).Query().Get("code")
				_, wrong := config.Exchange(c.ctx(), code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
				_, again := config.Exchange(c.ctx(), code, oauth2.VerifierOption(verifier))
				return []bool{refused(wrong, 400, "invalid_grant"), refused(again, 400, "invalid_grant")}, nil
			},
			want: []bool{true, true},
		},
		{
			name: "a client that rotates gets another refresh token, and the old one ends", source: "model: RefreshTokenRotationType",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				a.client = c.appClient(a.pool, withOAuth("code"), func(in *idp.CreateUserPoolClientInput) {
					in.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled}
				})
				config, token := a.token("openid")
				old := &oauth2.Token{RefreshToken: token.RefreshToken, Expiry: time.Unix(1, 0)}
				fresh, err := config.TokenSource(c.ctx(), old).Token()
				if err != nil {
					return nil, err
				}
				_, again := config.TokenSource(c.ctx(), old).Token()
				return []bool{fresh.RefreshToken != token.RefreshToken, refused(again, 400, "invalid_grant")}, nil
			},
			want: []bool{true, true},
		},
		{
			name: "single-page apps may call it", source: "Amplify and oidc-client exchange codes in the browser",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				r, err := http.NewRequestWithContext(c.ctx(), http.MethodOptions, a.base+"/oauth2/token", nil)
				if err != nil {
					return nil, err
				}
				b := c.browser().do(r)
				return []any{b.status, b.header.Get("Access-Control-Allow-Origin")}, nil
			},
			want: []any{http.StatusNoContent, "*"},
		},
	})
}

// token signs ada in with a code.
func (a *app) token(scopes ...string) (*oauth2.Config, *oauth2.Token) {
	a.t.Helper()
	a.confirmed(a.pool, ada)
	_, config := a.config(scopes...)
	token, err := config.Exchange(a.ctx(), a.signedIn(config.AuthCodeURL("xyz")).Query().Get("code"))
	if err != nil {
		a.t.Fatal(err)
	}
	return config, token
}

func TestUserInfoAndRevocation(t *testing.T) {
	const userinfo, revocation = "developer guide: userinfo-endpoint", "developer guide: revocation-endpoint"
	info := func(a *app, authorization string) string {
		r, err := http.NewRequestWithContext(a.ctx(), http.MethodGet, a.base+"/oauth2/userInfo", nil)
		if err != nil {
			a.t.Fatal(err)
		}
		r.Header.Set("Authorization", authorization)
		b := a.browser().do(r)
		return http.StatusText(b.status) + " " + b.header.Get("WWW-Authenticate")
	}
	const gone = `Unauthorized error="invalid_token", ` +
		`error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."`
	revoke := func(a *app, token string) (int, string) {
		return a.post("/oauth2/revoke", url.Values{"client_id": {*a.client.ClientId}, "token": {token}})
	}
	check(t, setup{}, []behavior{
		{
			name: "userInfo without a token", source: userinfo,
			do:   func(c *cloud) (any, error) { return info(c.app(types.OAuthFlowTypeCode), ""), nil },
			want: `Bad Request error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"`,
		},
		{
			name: "userInfo with a token that isn't one", source: userinfo,
			do:   func(c *cloud) (any, error) { return info(c.app(types.OAuthFlowTypeCode), "Bearer x"), nil },
			want: gone,
		},
		{
			name: "userInfo with an ID token", source: userinfo,
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				_, token := a.token("openid")
				id, _ := token.Extra("id_token").(string)
				return info(a, "Bearer "+id), nil
			},
			want: gone,
		},
		{
			name: "userInfo without openid", source: "reports of AWS's answer",
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				_, token := a.token("aws.cognito.signin.user.admin")
				return info(a, "Bearer "+token.AccessToken), nil
			},
			want: `Unauthorized error="invalid_token", error_description="Access token does not contain openid scope"`,
		},
		{
			name: "a revoked refresh token ends its access tokens and can't be used", source: revocation,
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				config, token := a.token("openid")
				before := info(a, "Bearer "+token.AccessToken)
				status, body := revoke(a, token.RefreshToken)
				_, err := config.TokenSource(c.ctx(), &oauth2.Token{RefreshToken: token.RefreshToken, Expiry: time.Unix(1, 0)}).Token()
				return []any{before, status, body, info(a, "Bearer "+token.AccessToken), refused(err, 400, "invalid_grant")}, nil
			},
			want: []any{"OK ", http.StatusOK, "", gone, true},
		},
		{
			name: "a client may be without revocation", source: revocation,
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				a.client = c.appClient(a.pool, withOAuth("code"), func(in *idp.CreateUserPoolClientInput) { in.EnableTokenRevocation = aws.Bool(false) })
				_, token := a.token("openid")
				status, body := revoke(a, token.RefreshToken)
				return []any{status, body}, nil
			},
			want: []any{http.StatusBadRequest, `{"error":"invalid_request"}`},
		},
		{
			name: "only refresh tokens can be revoked", source: revocation,
			do: func(c *cloud) (any, error) {
				a := c.app(types.OAuthFlowTypeCode)
				_, token := a.token("openid")
				status, body := revoke(a, token.AccessToken)
				return []any{status, body}, nil
			},
			want: []any{http.StatusBadRequest, `{"error":"unsupported_token_type"}`},
		},
		{
			name: "an unknown token counts as revoked", source: revocation,
			do: func(c *cloud) (any, error) {
				status, body := revoke(c.app(types.OAuthFlowTypeCode), "x")
				return []any{status, body}, nil
			},
			want: []any{http.StatusOK, ""},
		},
		{
			name: "an unknown client", source: revocation,
			do: func(c *cloud) (any, error) {
				status, body := c.app(types.OAuthFlowTypeCode).post("/oauth2/revoke", url.Values{"client_id": {"nobody"}, "token": {"x"}})
				return []any{status, body}, nil
			},
			want: []any{http.StatusUnauthorized, `{"error":"invalid_client"}`},
		},
	})
}
