package cognito_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/descope/virtualwebauthn"

	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	addPasskey = "vppillai/chintan passkeys.ts, seen on AWS"
	pagesGuide = "developer guide: managed-login-endpoints, /passkeys/add"
)

// passkeyPages are managed pages of a pool with passkeys, for a page on localhost, and ada's authenticator.
func passkeyPages(t *testing.T, version int32) (*app, *virtualwebauthn.Authenticator) {
	t.Helper()
	a := start(t, setup{}).choicePages(version)
	_, err := a.api.UpdateUserPool(a.ctx(), &idp.UpdateUserPoolInput{UserPoolId: a.pool, Policies: withFactors("PASSWORD", "WEB_AUTHN")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.api.SetUserPoolMfaConfig(a.ctx(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: a.pool, MfaConfiguration: types.UserPoolMfaTypeOff,
		WebAuthnConfiguration: &types.WebAuthnConfigurationType{RelyingPartyId: aws.String("localhost")},
	})
	if err != nil {
		t.Fatal(err)
	}
	a.confirmed(a.pool, ada)
	authenticator := virtualwebauthn.NewAuthenticator()
	return a, &authenticator
}

var onLocalhost = virtualwebauthn.RelyingParty{ID: "localhost", Name: "localhost", Origin: "http://localhost:4566"}

// asks are the options that a page has for the browser.
func asks(b *browser, does string) string {
	b.t.Helper()
	found := regexp.MustCompile(` data-does="` + does + `" data-options="([^"]*)"`).FindStringSubmatch(b.body)
	if found == nil {
		b.t.Fatalf("the page asks for no passkey to %s:\n%s", does, b.body)
	}
	options := html.UnescapeString(found[1])
	if !json.Valid([]byte(options)) {
		b.t.Fatalf("got the options %s, want JSON", options)
	}
	return options
}

// adds is the page where a passkey is added.
func (a *app) adds(change ...string) string {
	return a.url("/passkeys/add", append([]string{"response_type=", "scope=", "state="}, change...)...)
}

// enrolled signs in with the password, and adds a passkey.
func enrolledByPage(a *app, authenticator *virtualwebauthn.Authenticator, made virtualwebauthn.Credential) *browser {
	a.t.Helper()
	b := a.named(ada).submit(url.Values{"password": {password}})
	b.open(a.adds())
	parsed, err := virtualwebauthn.ParseAttestationOptions(asks(b, "create"))
	if err != nil {
		a.t.Fatal(err)
	}
	authenticator.Options.UserHandle = []byte(parsed.UserID)
	return b.submit(url.Values{"credential": {virtualwebauthn.CreateAttestationResponse(onLocalhost, *authenticator, made, *parsed)}})
}

func TestAPasskeyIsAddedAndUsedOnThePages(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, addPasskey+"; "+pagesGuide)
	a, authenticator := passkeyPages(t, 2)
	made := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA)
	if got := enrolledByPage(a, authenticator, made).location.String(); got != callback+"?result=success" {
		t.Fatalf("got to %s, want back at the client with the result success", got)
	}
	b := a.named(ada)
	if got := b.says(); got != "Choose how to prove who you are" || !strings.Contains(b.body, `value="WEB_AUTHN"`) {
		t.Fatalf("got %s: %s, want a choice with the passkey", got, b.body)
	}
	b.submit(typed("answer", "WEB_AUTHN"))
	if policy := b.header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'nonce-") {
		t.Errorf("got the policy %q, want one script by its nonce", policy)
	}
	parsed, err := virtualwebauthn.ParseAssertionOptions(asks(b, "get"))
	if err != nil {
		t.Fatal(err)
	}
	if got := b.submit(typed("credential", "{}")).says(); !strings.HasPrefix(got, "Sign in with your passkey: ") {
		t.Errorf("nothing signed: got %q, want a refusal and another try", got)
	}
	other := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA)
	other.ID = made.ID
	forged := virtualwebauthn.CreateAssertionResponse(onLocalhost, *authenticator, other, *parsed)
	if got := b.submit(typed("credential", forged)).says(); got != "Sign in with your passkey: The passkey could not be verified." {
		t.Errorf("signed with another key: got %q, want a refusal", got)
	}
	made.Counter++
	signed := virtualwebauthn.CreateAssertionResponse(onLocalhost, *authenticator, made, *parsed)
	if !b.submit(typed("credential", signed)).home() {
		t.Errorf("got %s: %s, want back at the client with a code", b.location, b.says())
	}
}

func TestWhereAPasskeyIsNotAdded(t *testing.T) {
	t.Parallel()
	const page = "An error was encountered with the requested page.: "
	for _, tc := range []struct {
		name, source string
		version      int32
		signedIn     bool
		change       []string
		want         string // where the browser is, or what the page says
	}{
		{"without a session", addPasskey, 2, false, nil, callback + "?result=invalid_session"},
		{"for another address", addPasskey, 2, true, []string{"redirect_uri=https://evil.example.com"}, page + "redirect_mismatch"},
		{"for no client", addPasskey, 2, true, []string{"client_id=missing"}, page + "Client does not exist"},
		{"on classic pages", pagesGuide, 1, true, nil, "Not found: The classic pages have no passkeys."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			a, _ := passkeyPages(t, tc.version)
			b := a.browser()
			if tc.signedIn {
				b = a.browser().open(a.url("/login"))
				if tc.version == 2 {
					b.submit(url.Values{"username": {ada}}).submit(url.Values{"password": {password}})
				} else {
					b.submit(login(ada, password))
				}
			}
			b.open(a.adds(tc.change...))
			if got := b.says(); got != tc.want && b.location.String() != tc.want {
				t.Errorf("%s\ngot %s: %q, want %q", tc.source, b.location, got, tc.want)
			}
		})
	}
}

// A form of another site, which the browser's session goes with, adds nothing.
func TestAPasskeyIsNotAddedByAnotherSite(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, "the pages' own rule for forms")
	a, authenticator := passkeyPages(t, 2)
	b := a.named(ada).submit(url.Values{"password": {password}})
	parsed, err := virtualwebauthn.ParseAttestationOptions(asks(b.open(a.adds()), "create"))
	if err != nil {
		t.Fatal(err)
	}
	authenticator.Options.UserHandle = []byte(parsed.UserID)
	made := virtualwebauthn.CreateAttestationResponse(onLocalhost, *authenticator, virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA), *parsed)
	if got := b.submit(url.Values{"credential": {made}, "_csrf": {"guessed"}}); got.status != http.StatusForbidden {
		t.Errorf("got %d at %s, want %d", got.status, got.location, http.StatusForbidden)
	}
	if b := a.named(ada); strings.Contains(b.body, "WEB_AUTHN") {
		t.Error("the user has a passkey, want none")
	}
}

// Who comes from a provider is known there: a passkey would let in whom the provider has shut out.
func TestUsersOfAProviderHaveNoPasskeys(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, "no source says; it is the stricter answer")
	f := startFederated(t, oktaIssuer)
	_, err := f.api.UpdateUserPool(f.ctx(), &idp.UpdateUserPoolInput{UserPoolId: f.pool, Policies: withFactors("PASSWORD", "WEB_AUTHN")})
	if err != nil {
		t.Fatal(err)
	}
	token := f.signIn("identity_provider=Okta", "scope=openid aws.cognito.signin.user.admin").Get("access_token")
	_, err = f.api.StartWebAuthnRegistration(f.ctx(), &idp.StartWebAuthnRegistrationInput{AccessToken: &token})
	if got := explain(err); got != "NotAuthorizedException: Passkeys are for users of the user pool itself" {
		t.Errorf("got %q, want a refusal", got)
	}
}
