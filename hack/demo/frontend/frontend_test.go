package frontend

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// The whole way through login pages, callbacks and CORS is the browser test's (hack/demo); this file is about what the
// front end refuses.

// TestSession hands tokens to the front end as the page does after an implicit sign-in.
func TestSession(t *testing.T) {
	p := newPool(t)
	own, foreign := p.signIn(p.status.Client(ImplicitClient).ID), p.signIn(p.client("another"))
	site := p.frontEnd()
	for _, tt := range []struct {
		name, token, origin string
		want                int
	}{
		{name: "an ID token of its own client", token: *own.IdToken, want: http.StatusNoContent},
		{name: "an ID token of another client of the pool", token: *foreign.IdToken, want: http.StatusUnauthorized},
		{name: "an access token", token: *own.AccessToken, want: http.StatusUnauthorized},
		{name: "an ID token that was tampered with", token: tamper(*own.IdToken), want: http.StatusUnauthorized},
		{name: "no token", want: http.StatusUnauthorized},
		{name: "a page of another origin", token: *own.IdToken, origin: "https://evil.example", want: http.StatusForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodPost, "/session", strings.NewReader(`{"idToken":"`+tt.token+`"}`))
			if tt.origin != "" {
				request.Header.Set("Origin", tt.origin)
			}
			answer := serve(site, request)
			if answer.Code != tt.want || strings.Contains(cookies(answer), sessionCookie) != (tt.want == http.StatusNoContent) {
				t.Errorf("got %d, cookies %s, want %d", answer.Code, cookies(answer), tt.want)
			}
		})
	}
}

// TestCodeCallback sends what isn't the answer to the sign-in that the browser began.
func TestCodeCallback(t *testing.T) {
	p := newPool(t)
	site := p.frontEnd()
	begun := serve(site, httptest.NewRequest(http.MethodGet, "/sign-in", http.NoBody))
	authorize, err := url.Parse(begun.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	state := authorize.Query().Get("state")
	if query := authorize.Query(); query.Get("code_challenge_method") != "S256" || query.Get("nonce") == "" || state == "" {
		t.Errorf("the authorization request lacks S256, nonce or state: %s", authorize)
	}
	for _, tt := range []struct {
		name   string
		query  url.Values
		cookie bool
		want   string
	}{
		{"a browser that began none", url.Values{"state": {state}, "code": {"x"}}, false, "began none"},
		{"another state", url.Values{"state": {"x"}, "code": {"x"}}, true, "another attempt"},
		{"no state", url.Values{"code": {"x"}}, true, "another attempt"},
		{"an error", url.Values{"state": {state}, "error": {"access_denied"}}, true, "access_denied"},
		{"an invented code", url.Values{"state": {state}, "code": {"x"}}, true, "invalid_grant"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodGet, codeCallback+"?"+tt.query.Encode(), http.NoBody)
			if tt.cookie {
				request.Header.Set("Cookie", cookies(begun))
			}
			answer := serve(site, request)
			if answer.Code != http.StatusBadRequest || !strings.Contains(answer.Body.String(), tt.want) {
				t.Errorf("got %d %s, want 400 and %q", answer.Code, answer.Body, tt.want)
			}
			if strings.Contains(cookies(answer), sessionCookie) {
				t.Error("a session began")
			}
		})
	}
}

func serve(handler http.Handler, request *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

// cookies are those that an answer sets, with their attributes.
func cookies(answer *httptest.ResponseRecorder) string {
	return strings.Join(answer.Header().Values("Set-Cookie"), "; ")
}

// tamper changes a character in a token's claims.
func tamper(token string) string {
	middle := strings.Index(token, ".") + 10
	changed := "A"
	if token[middle] == 'A' {
		changed = "B"
	}
	return token[:middle] + changed + token[middle+1:]
}

// pool is a user pool with the front end's clients and one user.
type pool struct {
	t      *testing.T
	cip    *cip.Client
	status v1alpha1.SecuredAPIStatus
}

const (
	username = "user"
	password = "Passw0rd!"
)

func newPool(t *testing.T) *pool {
	t.Helper()
	server := awslocal.Start(t)
	p := &pool{t: t, cip: cip.NewFromConfig(server.Config())}
	made, err := p.cip.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String("notes")})
	p.must(err)
	id := made.UserPool.Id
	_, err = p.cip.CreateUserPoolDomain(t.Context(), &cip.CreateUserPoolDomainInput{UserPoolId: id, Domain: aws.String("notes-beta")})
	p.must(err)
	_, err = p.cip.AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: id, Username: aws.String(username)})
	p.must(err)
	_, err = p.cip.AdminSetUserPassword(t.Context(), &cip.AdminSetUserPasswordInput{
		UserPoolId: id, Username: aws.String(username), Password: aws.String(password), Permanent: true,
	})
	p.must(err)
	p.status = v1alpha1.SecuredAPIStatus{
		Domain:   server.URL + "/auth/us-east-1/notes-beta",
		Issuer:   server.URL + "/" + *id,
		UserPool: &v1alpha1.UserPoolStatus{ID: *id},
	}
	for _, name := range []string{ImplicitClient, CodeClient} {
		p.status.Clients = append(p.status.Clients, v1alpha1.ClientStatus{Name: name, ID: p.client(name)})
	}
	return p
}

func (p *pool) frontEnd() http.Handler {
	p.t.Helper()
	handler, err := New(p.t.Context(), "http://localhost:3000", "http://127.0.0.1:4566/mailbox", &p.status)
	p.must(err)
	return handler
}

// client makes a client and returns its id.
func (p *pool) client(name string) string {
	p.t.Helper()
	made, err := p.cip.CreateUserPoolClient(p.t.Context(), &cip.CreateUserPoolClientInput{
		UserPoolId:                      &p.status.UserPool.ID,
		ClientName:                      aws.String(name),
		ExplicitAuthFlows:               []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth},
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows:               []types.OAuthFlowType{types.OAuthFlowTypeCode},
		AllowedOAuthScopes:              []string{"openid", "email"},
		CallbackURLs:                    []string{"http://localhost:3000" + codeCallback},
		SupportedIdentityProviders:      []string{"COGNITO"},
	})
	p.must(err)
	return *made.UserPoolClient.ClientId
}

// signIn returns the tokens that a client gets for the user.
func (p *pool) signIn(clientID string) *types.AuthenticationResultType {
	p.t.Helper()
	answer, err := p.cip.InitiateAuth(p.t.Context(), &cip.InitiateAuthInput{
		ClientId:       &clientID,
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password},
	})
	p.must(err)
	return answer.AuthenticationResult
}

func (p *pool) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}
