package features_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/visitor"
)

// A person begins at the provider, which encrypts what it says, comes to the app, and calls the guarded route.
func TestAUserBeginsAtTheProvider(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, reason string
		edit         func(*v1alpha1.SAMLProvider)
		refused      string // is in the refusal; "" if the person comes home with a code
	}{
		{"allowed", "the spec lets sign-ins begin there, and asks for encryption", func(p *v1alpha1.SAMLProvider) {
			p.IDPInitiated, p.EncryptedResponses = v1alpha1.Enabled, v1alpha1.Enabled
		}, ""},
		{"not allowed", "a spec without idpInitiated lets no sign-in begin there", func(*v1alpha1.SAMLProvider) {}, "Invalid samlResponse or relayState"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			provider := atSAML(t)
			w := harness.NewWorld(t, harness.ResyncNever, awslocal.WithCognito(cognito.WithNetwork(provider.network)))
			object := w.Sample("saml")
			object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
			tc.edit(object.Spec.UserPool.IdentityProviders[0].SAML)
			provider.prepare(w, object)
			w.Create(object)
			w.AwaitReady(object)
			provider.register(w, object)
			// The state of the bookmark has what the link to the login page has.
			login, err := url.Parse(object.Status.Clients[0].LoginURL)
			if err != nil {
				t.Fatal(err)
			}
			v := visitor.New("http://localhost:3000").Through(provider.network)
			if err := v.Open(t.Context(), provider.saml.Bookmark(login.RawQuery)); err != nil {
				t.Fatal(err)
			}
			err = v.Submit(t.Context(), nil)
			if tc.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tc.refused) {
					t.Errorf("%s: got home to %v, %v, want the refusal %q", tc.reason, v.Home, err, tc.refused)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			if v.Home == nil || v.Home.Query().Get("code") == "" {
				t.Fatalf("%s: got home to %v, want a code", tc.reason, v.Home)
			}
			token := redeem(t, object, v.Home.Query().Get("code"))
			if got := callWith(t, http.MethodGet, object.Status.Endpoint+"/orders", token); got != http.StatusOK {
				t.Errorf("with the user's ID token: got %d, want %d", got, http.StatusOK)
			}
		})
	}
}
