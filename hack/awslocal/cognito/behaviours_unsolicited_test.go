package cognito_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// startInitiated is an app whose users begin at the provider. The client has no other one.
func startInitiated(t *testing.T, edits ...func(*asserted)) *asserted {
	t.Helper()
	return startSAML(t, append([]func(*asserted){func(a *asserted) { a.details["IDPInit"], a.alone = "true", true }}, edits...)...)
}

// state has the parameters of a request to the client, with changes "name=value".
func (a *asserted) state(change ...string) string {
	a.t.Helper()
	u, err := url.Parse(a.url("/oauth2/authorize", append([]string{"identity_provider=" + a.name}, change...)...))
	if err != nil {
		a.t.Fatal(err)
	}
	return u.RawQuery
}

// begin begins at the provider, and is at the form that it answers with.
func (a *asserted) begin(state string) *browser {
	a.t.Helper()
	return a.traveler().open(a.saml.Bookmark(state))
}

func TestSignInThatBeginsAtTheProvider(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, source string
		change       []string
		edit         func(*asserted)
		wait         time.Duration // between the response and the pool
	}{
		{"by the provider's name", initiation, nil, nil, 0},
		{"by an identifier", "developer guide, The IdP SAML assertion endpoint", []string{"identity_provider=", "idp_identifier=example.com"}, nil, 0},
		{"at the client's only provider", "authorization-endpoint.html: identity_provider", []string{"identity_provider="}, nil, 0},
		{"issued 6 minutes ago", initiation + ": issued within the previous 6 minutes", nil, nil, 6 * time.Minute},
		{"encrypted", signingAndEncryption, nil, encrypted, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			a := startInitiated(t)
			if tc.edit != nil {
				a = startInitiated(t, tc.edit)
				a.saml.EncryptTo = a.encryption()
			}
			form := a.begin(a.state(tc.change...))
			a.clock.Step(tc.wait)
			got := home(form.submit(nil))
			claims := claimsIn(t, got.Get("id_token"))
			if claims["cognito:username"] != "Okta_ada-1" || claims["email"] != ada || got.Get("state") != "xyz" {
				t.Errorf("%s\ngot the state %q and the claims %v, want ada's", tc.source, got.Get("state"), claims)
			}
			// The session is the pool's own from then on.
			again := form.open(a.url("/oauth2/authorize"))
			if got := home(again).Get("id_token"); got == "" {
				t.Errorf("%s\nback at the app: got %s, want tokens without a sign-in", tc.source, again.location)
			}
		})
	}
}

func TestSignInThatMayBeginAtTheProviderBeginsHereToo(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, initiation)
	a := startInitiated(t)
	if got := home(a.signIn().submit(nil)); got.Get("id_token") == "" {
		t.Errorf("got %v, want tokens", got)
	}
}

func TestResponsesThatNobodyAskedFor(t *testing.T) {
	t.Parallel()
	const (
		page    = "An error was encountered with the requested page.: "
		unasked = page + "Invalid samlResponse or relayState from identity provider"
	)
	edited := func(edit func(*saml.Assertion)) func(*asserted) { return func(a *asserted) { a.saml.Edit = edit } }
	for _, tc := range []struct {
		name, source string
		edit         func(*asserted)
		change       []string
		raw          string // the whole state
		wait         time.Duration
		want         string // what the page says, or what is in the client's error, whose words are the library's
	}{
		{"of a provider that may not begin", "gaiin-platform/amplify-genai-backend#25", func(a *asserted) { a.details["IDPInit"] = "false" }, nil, "", 0, unasked},
		{"of a provider that nobody let begin", "gaiin-platform/amplify-genai-backend#25", func(a *asserted) { delete(a.details, "IDPInit") }, nil, "", 0, unasked},
		{"without what they are for", "gaiin-platform/amplify-genai-backend#25", nil, nil, "home", 0, unasked},
		{"for another provider of the client", initiation, nil, []string{"identity_provider=Missing"}, "", 0, unasked},
		{"for the pool's own users", initiation, nil, []string{"identity_provider=COGNITO"}, "", 0, unasked},
		{"for a client that is not there", "authorization-endpoint.html", nil, []string{"client_id=missing"}, "", 0, page + "Client does not exist"},
		{"with another callback URL", "authorization-endpoint.html", nil, []string{"redirect_uri=https://evil.example.com"}, "", 0, page + "redirect_mismatch"},
		{"with a scope that the client does not have", "authorization-endpoint.html", nil, []string{"scope=admin"}, "", 0, "invalid_scope"},
		{"that answer a request", initiation + ": must not contain an InResponseTo claim", edited(func(s *saml.Assertion) {
			s.Subject.SubjectConfirmations[0].SubjectConfirmationData.InResponseTo = "_of-another-browser"
		}), nil, "", 0, "possible request IDs"},
		{"in a response to a request", initiation + ": must not contain an InResponseTo claim", func(a *asserted) {
			a.saml.Forge = func(r *etree.Element) {
				r.RemoveChild(r.FindElement("./Signature"))
				r.CreateAttr("InResponseTo", "_of-another-browser")
			}
		}, nil, "", 0, "`InResponseTo` does not match"},
		{"issued more than 6 minutes ago", initiation + ": issued within the previous 6 minutes", nil, nil, "", 6*time.Minute + time.Second, "expired"},
		{"for another audience", checks, edited(func(s *saml.Assertion) {
			s.Conditions.AudienceRestrictions[0].Audience.Value = "urn:amazon:cognito:sp:us-east-1_other"
		}), nil, "", 0, "AudienceRestriction does not contain"},
		{"for another recipient", checks, edited(func(s *saml.Assertion) {
			s.Subject.SubjectConfirmations[0].SubjectConfirmationData.Recipient = "https://other.example.com/saml2/idpresponse"
		}), nil, "", 0, "Recipient is not"},
		{"that are not encrypted", signingAndEncryption, encrypted, nil, "", 0, "the assertion is not encrypted"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			edits := []func(*asserted){}
			if tc.edit != nil {
				edits = append(edits, tc.edit)
			}
			a := startInitiated(t, edits...)
			state := a.state(tc.change...)
			if tc.raw != "" {
				state = tc.raw
			}
			form := a.begin(state)
			a.clock.Step(tc.wait)
			end := form.submit(nil)
			if strings.HasPrefix(tc.want, page) {
				if got := end.says(); got != tc.want {
					t.Errorf("%s\ngot %q, want %q", tc.source, got, tc.want)
				}
			} else if got := home(end); got.Has("id_token") || !strings.Contains(got.Get("error_description"), tc.want) {
				t.Errorf("%s\ngot %v, want the error %q", tc.source, got, tc.want)
			}
			users, err := a.api.ListUsers(a.ctx(), &idp.ListUsersInput{UserPoolId: a.pool})
			if err != nil || len(users.Users) > 0 {
				t.Errorf("got %+v, %v, want no user", users, err)
			}
		})
	}
}

func TestAnAssertionSignsInOnce(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, "developer guide, Things to know about SAML IdPs: no replayed assertions")
	a := startInitiated(t)
	form := a.begin(a.state())
	body, location := form.body, form.location
	if got := home(form.submit(nil)); got.Get("id_token") == "" {
		t.Fatalf("got %v, want tokens", got)
	}
	thief := a.traveler()
	thief.body, thief.location = body, location
	if got := home(thief.submit(nil)); got.Has("id_token") || !strings.Contains(got.Get("error_description"), "already been used") {
		t.Errorf("the same response once more: got %v, want a refusal", got)
	}
	a.saml.Edit = func(s *saml.Assertion) { s.ID = "id-of-all" }
	if got := home(a.begin(a.state()).submit(nil)); got.Get("id_token") == "" {
		t.Fatalf("got %v, want tokens", got)
	}
	if got := home(a.begin(a.state()).submit(nil)); got.Has("id_token") {
		t.Errorf("another response with the ID of the former one: got %v, want a refusal", got)
	}
}

func TestProvidersBesideOneThatBegins(t *testing.T) {
	t.Parallel()
	const source = "developer guide, Implement IdP-initiated SAML sign-in: no non-SAML IdPs, including the user pool itself"
	const refusal = "InvalidParameterException: The provider Okta with IdP-initiated sign-in can only be combined with providers of type SAML."
	a := startInitiated(t)
	for name, in := range map[string]idp.CreateIdentityProviderInput{
		"Entra": {ProviderType: types.IdentityProviderTypeTypeSaml, ProviderDetails: map[string]string{"MetadataURL": oktaSAML + "/metadata"}},
		"Auth0": {ProviderType: types.IdentityProviderTypeTypeOidc, ProviderDetails: map[string]string{
			"client_id": "c", "oidc_issuer": "https://auth.example.com", "authorize_scopes": "openid", "attributes_request_method": "GET",
		}},
	} {
		in.UserPoolId, in.ProviderName = a.pool, &name
		if _, err := a.api.CreateIdentityProvider(a.ctx(), &in); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		name      string
		providers []string
		want      string
	}{
		{"none", []string{"Okta"}, ""},
		{"another one of SAML, which may not begin", []string{"Entra", "Okta"}, ""},
		{"the pool itself", []string{"COGNITO", "Okta"}, refusal},
		{"one of OpenID Connect", []string{"Auth0", "Okta"}, refusal},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wiretest.Source(t, source)
			_, err := a.tryClient(a.pool, withOAuth(types.OAuthFlowTypeCode), func(in *idp.CreateUserPoolClientInput) {
				in.SupportedIdentityProviders = tc.providers
			})
			if got := explain(err); got != tc.want {
				t.Errorf("%s\ngot %q, want %q", source, got, tc.want)
			}
		})
	}
}

// A client that had other providers before its provider was let begin is one that no response may name.
func TestAProviderThatIsLetBeginLater(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, "no source says whether Cognito refuses the update; a sign-in there is the stricter thing to refuse")
	a := startSAML(t)
	a.details["IDPInit"] = "true"
	_, err := a.api.UpdateIdentityProvider(a.ctx(), &idp.UpdateIdentityProviderInput{
		UserPoolId: a.pool, ProviderName: &a.name, ProviderDetails: a.details,
	})
	if err != nil {
		t.Fatal(err)
	}
	end := a.begin(a.state()).submit(nil)
	if end.status != http.StatusBadRequest || !strings.Contains(end.body, "Invalid samlResponse or relayState") {
		t.Errorf("got %d: %s, want a refusal", end.status, end.says())
	}
}
