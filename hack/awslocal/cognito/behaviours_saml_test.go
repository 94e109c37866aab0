package cognito_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/samlidp"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	oktaSAML   = "https://okta.example.com/saml"
	initiation = "developer guide, SAML session initiation"
	// Since 2024, Cognito checks what AWS's mail in this issue lists.
	checks = "c6fc/npk#87"
)

// asserted is an app whose users also sign in at a provider of SAML.
type asserted struct {
	*federated
	saml *samlidp.Provider
}

func startSAML(t *testing.T, edits ...func(*asserted)) *asserted {
	t.Helper()
	provider, err := samlidp.Start(oktaSAML, "ada-1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.Close)
	metadata, err := provider.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	provider.Attributes["mail"] = ada
	a := &asserted{saml: provider, federated: &federated{
		app:     start(t, setup{options: []cognito.Option{cognito.WithNetwork(provider)}}).app(types.OAuthFlowTypeImplicit),
		network: provider, name: "Okta", kind: types.IdentityProviderTypeTypeSaml,
		mapping: map[string]string{"email": "mail"}, details: map[string]string{"MetadataFile": metadata},
	}}
	provider.Now = a.clock.Now
	for _, edit := range edits {
		edit(a)
	}
	provider.EntityID, provider.AnswerTo = "urn:amazon:cognito:sp:"+*a.pool, a.base+"/saml2/idpresponse"
	a.connect()
	return a
}

// signIn asks the provider, and is at the form that it answers with. A browser with scripts would send it at once.
func (a *asserted) signIn(change ...string) *browser {
	a.t.Helper()
	if len(change) == 0 {
		change = []string{"identity_provider=" + a.name}
	}
	return a.traveler().open(a.url("/oauth2/authorize", change...))
}

// home is what came home in the fragment after a form was sent.
func home(b *browser) url.Values {
	b.t.Helper()
	values, err := url.ParseQuery(b.location.Fragment)
	if err != nil {
		b.t.Fatal(err)
	}
	return values
}

func TestSignInAtAProviderOfSAML(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, source string
		edit         func(*asserted)
		change       []string
	}{
		{"by its name", initiation, func(*asserted) {}, nil},
		{"by an identifier", initiation, func(*asserted) {}, []string{"idp_identifier=example.com"}},
		{"whose metadata has an address", "model: CreateIdentityProviderInput.ProviderDetails", func(a *asserted) {
			a.details = map[string]string{"MetadataURL": oktaSAML + "/metadata"}
		}, nil},
		{"that signs assertions alone", "WantAssertionsSigned in the metadata of pools: Stack Overflow 72050391", func(a *asserted) {
			a.saml.Forge = func(r *etree.Element) { r.RemoveChild(r.FindElement("./Signature")) }
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			a := startSAML(t, tc.edit)
			claims := claimsIn(t, home(a.signIn(tc.change...).submit(nil)).Get("id_token"))
			// What identities have: tokens of deployments; the issuer is the provider's entity ID.
			want := map[string]any{
				"cognito:username": "Okta_ada-1", "email": ada, "email_verified": false,
				"cognito:groups": []any{*a.pool + "_Okta"},
				"identities": []any{map[string]any{
					"userId": "ada-1", "providerName": "Okta", "providerType": "SAML", "issuer": oktaSAML + "/metadata", "primary": "true",
					"dateCreated": claims["identities"].([]any)[0].(map[string]any)["dateCreated"],
				}},
			}
			got := map[string]any{}
			for name := range want {
				got[name] = claims[name]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\nID token (-want +got):\n%s", tc.source, diff)
			}
			user, err := a.api.AdminGetUser(a.ctx(), &idp.AdminGetUserInput{UserPoolId: a.pool, Username: aws.String("Okta_ada-1")})
			if err != nil || user.UserStatus != types.UserStatusTypeExternalProvider {
				t.Errorf("got %+v, %v, want a user of the status %s", user, err, types.UserStatusTypeExternalProvider)
			}
			a.saml.Attributes["mail"] = "countess@example.com"
			again := claimsIn(t, home(a.signIn(tc.change...).submit(nil)).Get("id_token"))
			if again["sub"] != claims["sub"] || again["email"] != "countess@example.com" {
				t.Errorf("got %v at the second sign-in, want the same user with the attributes of now", again)
			}
		})
	}
}

// What a provider says is not believed before it is verified.
func TestResponsesThatAreRefused(t *testing.T) {
	t.Parallel()
	const wrongSignature = "SAML Assertion signature is invalid. "
	assertion := func(edit func(*saml.Assertion)) func(*asserted) {
		return func(a *asserted) { a.saml.Edit = edit }
	}
	forged := func(forge func(*etree.Element)) func(*asserted) {
		return func(a *asserted) { a.saml.Forge = forge }
	}
	for _, tc := range []struct {
		name, source string
		edit         func(*asserted)
		want         string // is in the words, which are the library's if no source is of words
	}{
		{"another name after it was signed", "aws/aws-sdk-js-v3#6201", forged(func(r *etree.Element) { r.FindElement("//NameID").SetText("eve") }), wrongSignature},
		{"a signature by another key", "aws/aws-sdk-js-v3#6201", func(a *asserted) { a.details["MetadataFile"] = anotherMetadata(a.t) }, wrongSignature},
		{"no signature", initiation, forged(func(r *etree.Element) {
			for _, signature := range r.FindElements("//Signature") {
				signature.Parent().RemoveChild(signature)
			}
		}), "signature element not present"},
		{
			"an assertion before the one that is signed", "SAML 2.0 signature wrapping (Somorovsky, On Breaking SAML, 2012)",
			forged(func(r *etree.Element) {
				r.RemoveChild(r.FindElement("./Signature"))
				signed := r.FindElement("./Assertion")
				eve := signed.Copy()
				eve.RemoveChild(eve.FindElement("./Signature"))
				eve.FindElement("//NameID").SetText("eve")
				eve.CreateAttr("ID", "eve")
				r.InsertChildAt(signed.Index(), eve)
			}), "exactly one Assertion",
		},
		{
			"the signed response within another one", "SAML 2.0 signature wrapping (Somorovsky, On Breaking SAML, 2012)",
			forged(func(r *etree.Element) {
				signed := r.Copy()
				r.CreateAttr("ID", "eve")
				r.FindElement("./Assertion/Subject/NameID").SetText("eve")
				r.FindElement("./Signature").CreateElement("Object").AddChild(signed)
			}), wrongSignature,
		},
		{"another audience", checks, assertion(func(s *saml.Assertion) {
			s.Conditions.AudienceRestrictions[0].Audience.Value = "urn:amazon:cognito:sp:us-east-1_other"
		}), "AudienceRestriction does not contain"},
		{"no audience", checks, assertion(func(s *saml.Assertion) { s.Conditions.AudienceRestrictions = nil }), "no AudienceRestriction"},
		{"another recipient", checks, assertion(func(s *saml.Assertion) {
			s.Subject.SubjectConfirmations[0].SubjectConfirmationData.Recipient = "https://other.example.com/saml2/idpresponse"
		}), "Recipient is not"},
		{"another destination", "SAML 2.0 bindings, 3.5.5.2", forged(func(r *etree.Element) {
			r.RemoveChild(r.FindElement("./Signature"))
			r.CreateAttr("Destination", "https://other.example.com/saml2/idpresponse")
		}), "`Destination` does not match"},
		{"another request", checks, assertion(func(s *saml.Assertion) {
			s.Subject.SubjectConfirmations[0].SubjectConfirmationData.InResponseTo = "_other"
		}), "possible request IDs"},
		{"a response to another request", checks, forged(func(r *etree.Element) {
			r.RemoveChild(r.FindElement("./Signature"))
			r.CreateAttr("InResponseTo", "_other")
		}), "`InResponseTo` does not match"},
		{"another issuer", "SAML 2.0 profiles, 4.1.4.3", assertion(func(s *saml.Assertion) { s.Issuer.Value = "https://evil.example.com" }), "issuer is not"},
		{"an assertion that has expired", "SAML 2.0 core, 2.5.1.2", assertion(func(s *saml.Assertion) {
			s.Conditions.NotOnOrAfter = s.IssueInstant.Add(-time.Hour)
		}), "assertion Conditions is expired"},
		{"an assertion of tomorrow", "SAML 2.0 core, 2.5.1.2", assertion(func(s *saml.Assertion) {
			s.Conditions.NotBefore = s.IssueInstant.Add(24 * time.Hour)
		}), "assertion Conditions is not yet valid"},
		{"no NameID", "developer guide, Configuring your third-party SAML identity provider", assertion(func(s *saml.Assertion) { s.Subject.NameID = nil }), "assertion Subject has no BaseID, NameID or EncryptedID"},
		{"an empty NameID", "developer guide, Configuring your third-party SAML identity provider", assertion(func(s *saml.Assertion) { s.Subject.NameID.Value = "" }), "the assertion has no NameID"},
		{"the pool requires what the provider does not say", "repost.aws: knowledge-center/cognito-invalid-saml-response-errors", func(a *asserted) {
			a.app = a.requiring("family_name")
		}, "Invalid user attributes: family_name: The attribute is required"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			a := startSAML(t, tc.edit)
			got := home(a.signIn().submit(nil))
			says, refused := strings.CutPrefix(got.Get("error_description"), "Invalid SAML response received: ")
			if !refused || got.Get("error") != "server_error" || got.Has("id_token") || !strings.Contains(says, tc.want) {
				t.Errorf("%s\ngot %v, want the error %q", tc.source, got, tc.want)
			}
			users, err := a.api.ListUsers(a.ctx(), &idp.ListUsersInput{UserPoolId: a.pool})
			if err != nil || len(users.Users) > 0 {
				t.Errorf("got %+v, %v, want no user", users, err)
			}
		})
	}
}

// anotherMetadata is of a provider that has the same names and another key.
func anotherMetadata(t *testing.T) string {
	t.Helper()
	other, err := samlidp.Start(oktaSAML, "eve")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	metadata, err := other.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	return metadata
}

// formField is the value of a hidden field.
func formField(body, name string) string {
	_, after, _ := strings.Cut(body, `name="`+name+`" value="`)
	value, _, _ := strings.Cut(after, `"`)
	return html.UnescapeString(value)
}

func TestAResponseIsGoodOnceAndForItsRequest(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, initiation)
	const refused = "An error was encountered with the requested page.: Invalid samlResponse or relayState from identity provider"
	a := startSAML(t)
	first := a.signIn()
	page := first.body
	if got := home(first.submit(nil)); got.Get("id_token") == "" {
		t.Fatalf("got %v, want tokens", got)
	}
	send := func(response, state string) *browser {
		b := a.traveler()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.base+"/saml2/idpresponse",
			strings.NewReader(url.Values{"SAMLResponse": {response}, "RelayState": {state}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return b.do(request)
	}
	response := formField(page, "SAMLResponse")
	if got := send(response, formField(page, "RelayState")).says(); got != refused {
		t.Errorf("once more: got %q, want %q", got, refused)
	}
	if got := send(response, "").says(); got != refused {
		t.Errorf("without a request: got %q, want %q", got, refused)
	}
	if got := home(send(response, formField(a.signIn().body, "RelayState"))); got.Get("error") != "server_error" || got.Has("id_token") {
		t.Errorf("for another request: got %v, want a refusal", got)
	}
	if got := send(strings.Repeat("A", 100_001), formField(a.signIn().body, "RelayState")).says(); got != refused {
		t.Errorf("longer than 100,000 characters: got %q, want %q", got, refused)
	}
	late := a.signIn()
	a.clock.Step(5 * time.Minute)
	if got := late.submit(nil).says(); got != refused {
		t.Errorf("after five minutes: got %q, want %q", got, refused)
	}
}
