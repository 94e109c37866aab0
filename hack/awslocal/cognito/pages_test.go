package cognito_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

// app is the recipe's front end: its pool, its client, and its login domain.
type app struct {
	*cloud
	pool   *string
	client *types.UserPoolClientType
	base   string
}

func (c *cloud) app(flow types.OAuthFlowType, change ...func(*idp.CreateUserPoolInput)) *app {
	c.t.Helper()
	pool := c.pool(append([]func(*idp.CreateUserPoolInput){byEmail}, change...)...)
	a := &app{cloud: c, pool: pool, client: c.appClient(pool, withOAuth(flow)), base: c.url + "/auth/" + region + "/notes"}
	c.prefix(pool, "notes")
	return a
}

// url is a page of the domain with an authorization request, some parameters changed or, with no value, left out.
func (a *app) url(path string, change ...string) string {
	kind := "code"
	if a.client.AllowedOAuthFlows[0] == types.OAuthFlowTypeImplicit {
		kind = "token"
	}
	query := url.Values{
		"client_id": {*a.client.ClientId}, "redirect_uri": {callback}, "response_type": {kind}, "scope": {"openid email"}, "state": {"xyz"},
	}
	for _, c := range change {
		name, value, _ := strings.Cut(c, "=")
		query.Set(name, value)
		if value == "" {
			query.Del(name)
		}
	}
	return a.base + path + "?" + query.Encode()
}

func login(username, password string) url.Values {
	return url.Values{"username": {username}, "password": {password}}
}

func TestPeopleSignUpAndIn(t *testing.T) {
	t.Parallel()
	a := start(t, setup{}).app(types.OAuthFlowTypeCode)
	b := a.browser()

	if says := b.open(a.url("/oauth2/authorize")).says(); says != "Sign in" || b.location.Path != "/auth/us-east-1/notes/login" {
		t.Fatalf("authorize without a session leads to %s, %q; want the login page", b.location, says)
	}
	if says := b.follow("signup").says(); says != "Sign up" {
		t.Fatalf("sign-up page says %q", says)
	}
	if says := b.submit(login(ada, "short")).says(); says != "Sign up: Password did not conform with policy: Password not long enough" {
		t.Fatalf("a short password: %q", says)
	}
	if says := b.submit(login(ada, password)).says(); says != "Confirm your account" {
		t.Fatalf("after signing up: %q", says)
	}
	wrongCode := "Confirm your account: Invalid verification code provided, please try again."
	if says := b.submit(url.Values{"code": {"000"}}).says(); says != wrongCode {
		t.Fatalf("a wrong code: %q", says)
	}
	b.submit(url.Values{"code": {a.code(ada)}})
	assertCallback(t, b, "confirming in the browser that signed up lets in")

	if b.open(a.url("/oauth2/authorize")); b.location.Query().Get("code") == "" {
		t.Fatalf("a second request within the session leads to %s; want a code at once", b.location)
	}

	fresh := a.browser()
	if says := fresh.open(a.url("/login")).submit(login(ada, "wrong")).says(); says != "Sign in: Incorrect username or password." {
		t.Fatalf("a wrong password: %q", says)
	}
	fresh.submit(login(ada, password))
	assertCallback(t, fresh, "signing in leads back to the app")
}

func assertCallback(t *testing.T, b *browser, reason string) {
	t.Helper()
	got := b.location
	if !strings.HasPrefix(got.String(), callback+"?") || got.Query().Get("code") == "" || got.Query().Get("state") != "xyz" {
		t.Fatalf("%s: at %s, %q", reason, got, b.says())
	}
}

func TestConfirmingElsewhereDoesNotSignIn(t *testing.T) {
	t.Parallel()
	a := start(t, setup{}).app(types.OAuthFlowTypeCode)
	a.browser().open(a.url("/signup")).submit(login(ada, password))

	other := a.browser().open(a.url("/confirm", "username="+ada))
	if says := other.submit(url.Values{"code": {a.code(ada)}}).says(); says != "Sign in: Your account is confirmed. Please sign in." {
		t.Fatalf("confirmed in another browser: %s, %q", other.location, says)
	}
	other.submit(login(ada, password))
	assertCallback(t, other, "and then signing in")
}

func TestUnconfirmedPeopleAreLedToTheirCode(t *testing.T) {
	t.Parallel()
	a := start(t, setup{}).app(types.OAuthFlowTypeCode)
	if _, err := a.signUp(a.client.ClientId, ada, password); err != nil {
		t.Fatal(err)
	}
	b := a.browser().open(a.url("/login")).submit(login(ada, password))
	if b.says() != "Confirm your account" {
		t.Fatalf("signing in unconfirmed: %q", b.says())
	}
	b.submit(url.Values{"code": {a.code(ada)}})
	assertCallback(t, b, "confirming after showing the password lets in")
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	a := start(t, setup{}).app(types.OAuthFlowTypeCode)
	a.confirmed(a.pool, ada, "email_verified=true")
	b := a.browser().open(a.url("/login")).follow("forgotPassword")
	if says := b.submit(url.Values{"username": {ada}}).says(); says != "Change your password" {
		t.Fatalf("after asking for a code: %q", says)
	}
	b.submit(url.Values{"code": {a.code(ada)}, "password": {"Another-horse-2"}})
	if says := b.says(); says != "Sign in: Your password is changed. Please sign in." {
		t.Fatalf("after the change: %q", says)
	}
	b.submit(login(ada, "Another-horse-2"))
	assertCallback(t, b, "the new password works")
}

func TestInvitedPeopleChooseAPassword(t *testing.T) {
	t.Parallel()
	a := start(t, setup{}).app(types.OAuthFlowTypeCode)
	_, err := a.api.AdminCreateUser(a.ctx(), &idp.AdminCreateUserInput{
		UserPoolId: a.pool, Username: aws.String(ada), DesiredDeliveryMediums: []types.DeliveryMediumType{"EMAIL"},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := a.browser().open(a.url("/login")).submit(login(ada, a.code(ada)))
	if b.says() != "Choose a password" {
		t.Fatalf("signing in with a temporary password: %q", b.says())
	}
	if elsewhere := a.browser().open(a.url("/changePassword")).says(); elsewhere != "Sign in" {
		t.Fatalf("choosing a password without having shown one: %q", elsewhere)
	}
	b.submit(url.Values{"password": {password}})
	assertCallback(t, b, "the chosen password lets in")
}

func TestLogout(t *testing.T) {
	t.Parallel()
	a := start(t, setup{}).app(types.OAuthFlowTypeCode)
	a.confirmed(a.pool, ada)
	in := func() *browser { return a.browser().open(a.url("/login")).submit(login(ada, password)) }

	b := in().open(a.base + "/logout?client_id=" + *a.client.ClientId + "&logout_uri=" + url.QueryEscape("http://localhost:3000/"))
	if b.location.String() != "http://localhost:3000/" {
		t.Errorf("logout_uri leads to %s", b.location)
	}
	if b.open(a.url("/oauth2/authorize")); b.says() != "Sign in" {
		t.Errorf("after logging out the browser is still let in: %s", b.location)
	}
	if b := in().open(a.url("/logout")); b.says() != "Sign in" {
		t.Errorf("redirect_uri leads to %s, %q; want the login page", b.location, b.says())
	}
	b = in().open(a.base + "/logout?client_id=" + *a.client.ClientId + "&logout_uri=" + url.QueryEscape("http://evil.example/"))
	if b.status != http.StatusBadRequest || b.location.Path != "/auth/us-east-1/notes/error" {
		t.Errorf("a logout_uri that isn't registered leads to %d %s", b.status, b.location)
	}
	if b.open(a.url("/oauth2/authorize")); b.location.Query().Get("code") == "" {
		t.Errorf("a refused logout ended the session")
	}
}

func TestSessionsLastAnHour(t *testing.T) {
	t.Parallel()
	a := start(t, setup{}).app(types.OAuthFlowTypeCode)
	a.confirmed(a.pool, ada)
	b := a.browser().open(a.url("/login")).submit(login(ada, password))
	a.clock.Step(time.Hour)
	if b.open(a.url("/oauth2/authorize")); b.says() != "Sign in" {
		t.Errorf("after an hour the browser is still let in: %s", b.location)
	}
}

func TestFormsNeedTheirToken(t *testing.T) {
	t.Parallel()
	a := start(t, setup{}).app(types.OAuthFlowTypeCode)
	a.confirmed(a.pool, ada)
	for _, tt := range []struct {
		reason string
		b      *browser
		typed  url.Values
	}{
		{"another token", a.browser().open(a.url("/login")), url.Values{"_csrf": {"forged"}}},
		{"no token", a.browser().open(a.url("/login")), url.Values{"_csrf": {""}}},
	} {
		tt.typed.Set("username", ada)
		tt.typed.Set("password", password)
		if tt.b.submit(tt.typed); tt.b.status != http.StatusForbidden {
			t.Errorf("%s: %d %s; want 403", tt.reason, tt.b.status, tt.b.location)
		}
	}
}

func TestMailbox(t *testing.T) {
	t.Parallel()
	c := start(t, setup{})
	_, client := c.web()
	if _, err := c.signUp(client, ada, password); err != nil {
		t.Fatal(err)
	}
	if b := c.browser().open(c.url + "/mailbox"); !strings.Contains(b.body, c.code(ada)) {
		t.Errorf("the page doesn't show the code:\n%s", b.body)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+"/mailbox", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	var messages []cognito.Message
	if err := json.Unmarshal([]byte(c.browser().do(r).body), &messages); err != nil {
		t.Fatal(err)
	}
	if len(messages) != 1 || messages[0].Address != ada || !strings.Contains(messages[0].Body, messages[0].Code) {
		t.Errorf("messages: %+v", messages)
	}
}
