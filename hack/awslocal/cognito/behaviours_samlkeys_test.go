package cognito_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const signingAndEncryption = "developer guide, SAML signing and encryption"

// encryption is the certificate to which the provider is to encrypt.
func (a *asserted) encryption() string {
	a.t.Helper()
	out, err := a.api.DescribeIdentityProvider(a.ctx(), &idp.DescribeIdentityProviderInput{UserPoolId: a.pool, ProviderName: &a.name})
	if err != nil {
		a.t.Fatal(err)
	}
	return out.IdentityProvider.ProviderDetails["ActiveEncryptionCertificate"]
}

// signing is the certificate of the pool's requests.
func (a *asserted) signing() string {
	a.t.Helper()
	out, err := a.api.GetSigningCertificate(a.ctx(), &idp.GetSigningCertificateInput{UserPoolId: a.pool})
	if err != nil {
		a.t.Fatal(err)
	}
	return aws.ToString(out.Certificate)
}

func encrypted(a *asserted) { a.details["EncryptedResponses"] = "true" }

func TestCertificatesOfSAML(t *testing.T) {
	t.Parallel()
	wiretest.Source(t, signingAndEncryption)
	a := startSAML(t, encrypted)
	certificates := map[string]*x509.Certificate{}
	for name, text := range map[string]string{"signing": a.signing(), "encryption": a.encryption()} {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if certificates[name], err = x509.ParseCertificate(raw); err != nil {
			t.Fatal(err)
		}
		if end := certificates[name].NotAfter; !end.Equal(a.clock.Now().AddDate(10, 0, 0)) {
			t.Errorf("the certificate for %s is valid until %s, want ten years from now", name, end)
		}
		if _, is := certificates[name].PublicKey.(*rsa.PublicKey); !is {
			t.Errorf("the certificate for %s has a %T, want a key of RSA", name, certificates[name].PublicKey)
		}
	}
	if certificates["signing"].Equal(certificates["encryption"]) {
		t.Error("requests are signed with the key to which assertions are encrypted, want two keys")
	}
	if first, again := a.encryption(), a.encryption(); first != again {
		t.Error("the certificate is another one each time that it is told, want one")
	}
	other := startSAML(t, encrypted)
	if a.encryption() == other.encryption() || a.signing() == other.signing() {
		t.Error("two pools have the same certificate, want one each")
	}
}

func TestEncryptedAssertions(t *testing.T) {
	t.Parallel()
	wrapped := func(a *asserted) { // a plain assertion beside the one that is encrypted
		a.saml.Forge = func(r *etree.Element) {
			plain := etree.NewElement("saml:Assertion")
			plain.CreateAttr("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
			plain.CreateElement("saml:Subject").CreateElement("saml:NameID").SetText("eve")
			r.RemoveChild(r.FindElement("./Signature"))
			r.AddChild(plain)
		}
	}
	for _, tc := range []struct {
		name, source string
		edit         func(*asserted)
		to           func(*asserted) string // the certificate to which the provider encrypts
		want         string                 // is in the refusal; "" if ada is let in
	}{
		{"to the provider's certificate", signingAndEncryption, encrypted, (*asserted).encryption, ""},
		{"in a response that is not signed itself", signingAndEncryption, func(a *asserted) {
			encrypted(a)
			a.saml.Forge = func(r *etree.Element) { r.RemoveChild(r.FindElement("./Signature")) }
		}, (*asserted).encryption, ""},
		{"not at all", signingAndEncryption, encrypted, func(*asserted) string { return "" }, "the assertion is not encrypted"},
		{"to another certificate of the pool", signingAndEncryption, encrypted, (*asserted).signing, "failed to decrypt"},
		{"without that anybody asked for it", "no key is the provider's then; no source says what Cognito does", func(*asserted) {}, (*asserted).signing, "failed to decrypt"},
		{"beside a plain one", signingAndEncryption, func(a *asserted) { encrypted(a); wrapped(a) }, (*asserted).encryption, "the assertion is not encrypted"},
		{"for another audience", checks, func(a *asserted) {
			encrypted(a)
			a.saml.Edit = func(s *saml.Assertion) {
				s.Conditions.AudienceRestrictions[0].Audience.Value = "urn:amazon:cognito:sp:us-east-1_other"
			}
		}, (*asserted).encryption, "AudienceRestriction does not contain"},
		{"by another provider", "aws/aws-sdk-js-v3#6201", func(a *asserted) {
			encrypted(a)
			a.details["MetadataFile"] = anotherMetadata(a.t)
		}, (*asserted).encryption, "SAML Assertion signature is invalid. "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			a := startSAML(t, tc.edit)
			a.saml.EncryptTo = tc.to(a)
			page := a.signIn()
			if a.saml.EncryptTo != "" && strings.Contains(decoded(t, formField(page.body, "SAMLResponse")), ada) {
				t.Fatal("the response shows who ada is, want it encrypted")
			}
			got := home(page.submit(nil))
			if tc.want != "" {
				if says := got.Get("error_description"); got.Has("id_token") || !strings.Contains(says, tc.want) {
					t.Errorf("%s\ngot %v, want the error %q", tc.source, got, tc.want)
				}
				return
			}
			if claims := claimsIn(t, got.Get("id_token")); claims["email"] != ada {
				t.Errorf("%s\ngot %v, want the claims of ada", tc.source, claims)
			}
		})
	}
}

func TestSignedRequests(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, source string
		algorithm    string
		trusts       func(*asserted) string
		want         int // where the browser ends: at the provider's form, or refused by the provider
	}{
		{"with the pool's key", signingAndEncryption, "rsa-sha256", (*asserted).signing, http.StatusOK},
		{"which nobody asked for", signingAndEncryption, "", (*asserted).signing, http.StatusBadRequest},
		{"with a key that the provider does not know", signingAndEncryption, "rsa-sha256", (*asserted).encryption, http.StatusBadRequest},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			wiretest.Source(t, tc.source)
			a := startSAML(t, encrypted, func(a *asserted) {
				if tc.algorithm != "" {
					a.details["RequestSigningAlgorithm"] = tc.algorithm
				}
			})
			a.saml.Signs, a.saml.EncryptTo = tc.trusts(a), a.encryption()
			page := a.signIn()
			if page.status != tc.want {
				t.Fatalf("%s\nthe provider answers %d: %s; want %d", tc.source, page.status, page.body, tc.want)
			}
			if tc.want != http.StatusOK {
				return
			}
			if asked := page.location.Query(); asked.Get("SigAlg") != "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" {
				t.Errorf("got a request signed by %q, want RSA with SHA-256", asked.Get("SigAlg"))
			}
			if got := home(page.submit(nil)); got.Get("id_token") == "" {
				t.Errorf("%s\ngot %v, want tokens", tc.source, got)
			}
		})
	}
}

// decoded is a value in base64.
func decoded(t *testing.T, text string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
