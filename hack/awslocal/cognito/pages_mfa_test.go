package cognito_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// pages are the login pages of a pool with second factors.
func (s *secured) pages() *app {
	s.t.Helper()
	client := s.appClient(s.pool, withOAuth(types.OAuthFlowTypeCode))
	s.prefix(s.pool, "notes")
	return &app{cloud: s.cloud, pool: s.pool, client: client, base: s.url + "/auth/" + region + "/notes"}
}

// signIn opens the login page and submits ada's password.
func (a *app) signIn() *browser {
	a.t.Helper()
	return a.browser().open(a.url("/login")).submit(login("ada", password))
}

func typed(name, value string) url.Values { return url.Values{name: {value}} }

var shownSecret = regexp.MustCompile(`<code id="secret">([A-Z2-7]+)</code>`)

func TestPagesAskForASecondFactor(t *testing.T) {
	t.Parallel()
	s := start(t, setup{}).secured("OPTIONAL", factors(totpMFA))
	secret, _ := s.enrolled("", true)
	a := s.pages()
	b := a.signIn()
	if says := b.says(); says != "Enter your code" {
		t.Fatalf("after the password: %q at %s; want the page for codes", says, b.location)
	}
	if elsewhere := b.open(a.url("/oauth2/authorize")); elsewhere.location.Path != "/auth/us-east-1/notes/login" {
		t.Fatalf("a password alone leads to %s; want the login page", elsewhere.location)
	}
	b.open(a.url("/mfa"))
	if says := b.submit(typed("code", wrong(s.totp(secret, 0)))).says(); says != "Enter your code: Invalid code received for user" {
		t.Fatalf("a wrong code: %q", says)
	}
	b.submit(typed("code", s.totp(secret, 0)))
	assertCallback(t, b, "the code lets in")
	if b.open(a.url("/mfa")); b.location.Path != "/auth/us-east-1/notes/login" {
		t.Errorf("the page for codes after signing in: at %s, want the login page", b.location)
	}
}

func TestPagesSetUpAnAuthenticator(t *testing.T) {
	t.Parallel()
	s := start(t, setup{}).secured("ON", factors(totpMFA))
	a := s.pages()
	b := a.signIn()
	if says := b.says(); says != "Set up an authenticator app" {
		t.Fatalf("the first sign-in where MFA is required: %q", says)
	}
	secret := shownSecret.FindStringSubmatch(b.body)
	if secret == nil {
		t.Fatalf("no secret on the page:\n%s", b.body)
	}
	if key := "otpauth://totp/notes:ada?issuer=notes&secret=" + secret[1]; !strings.Contains(html.UnescapeString(b.body), `href="`+key+`"`) {
		t.Errorf("no %s on the page:\n%s", key, b.body)
	}
	mismatch := "Set up an authenticator app: Code mismatch and fail enable Software Token MFA"
	if says := b.submit(typed("code", wrong(s.totp(secret[1], 0)))).says(); says != mismatch {
		t.Fatalf("a wrong code: %q", says)
	}
	b.submit(typed("code", s.totp(secret[1], 0)))
	assertCallback(t, b, "setting up lets in")

	s.clock.Step(30 * time.Second)
	b = a.signIn()
	if says := b.says(); says != "Enter your code" {
		t.Fatalf("the second sign-in: %q", says)
	}
	b.submit(typed("code", s.totp(secret[1], 0)))
	assertCallback(t, b, "its code lets in")
}

func TestPagesLetPeopleChooseAFactor(t *testing.T) {
	t.Parallel()
	s := start(t, setup{}).secured("OPTIONAL", factors(totpMFA, smsMFA), "phone_number="+phone)
	_, token := s.enrolled("", false)
	s.prefer(token, &idp.SetUserMFAPreferenceInput{
		SMSMfaSettings:           &types.SMSMfaSettingsType{Enabled: true},
		SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true},
	})
	b := s.pages().signIn()
	if says := b.says(); says != "Choose how to prove who you are" {
		t.Fatalf("two factors: %q", says)
	}
	if says := b.submit(typed("answer", "SMS_MFA")).says(); says != "Enter your code" {
		t.Fatalf("after the choice: %q", says)
	}
	b.submit(typed("code", s.code(phone)))
	assertCallback(t, b, "the code of the message lets in")
}

func TestPagesRefuseLateCodes(t *testing.T) {
	t.Parallel()
	s := start(t, setup{}).secured("ON", factors(smsMFA, totpMFA), "phone_number="+phone)
	a := s.pages()
	b := a.signIn()
	s.clock.Step(3 * time.Minute)
	late := "Sign in: Your session has ended. Please sign in again."
	if says := b.submit(typed("code", s.code(phone))).says(); says != late {
		t.Errorf("a code after three minutes: %q, want %q", says, late)
	}

	b = a.signIn()
	other := s.appClient(s.pool, withOAuth(types.OAuthFlowTypeCode))
	if says := b.open(a.url("/mfa", "client_id="+*other.ClientId)).says(); says != late {
		t.Errorf("the page for codes of another client: %q, want %q", says, late)
	}
}
