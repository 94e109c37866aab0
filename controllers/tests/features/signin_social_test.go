package features_test

import (
	"net/http"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	corev1 "k8s.io/api/core/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/social"
	"github.com/securedapi/securedapi/hack/visitor"
)

// secretKey is where a spec of these tests reads what the provider gave.
var secretKey = v1alpha1.SecretKey{Name: "social", Key: "given"}

// A person signs in at each social provider, which the test is, with what the spec and its Secret say, and calls the guarded route.
func TestAUserSignsInAtASocialProvider(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		provider, user string
		// start starts the provider. It returns its part of the spec, and what it gives: a secret or a private key.
		start func(*testing.T) (*social.Provider, v1alpha1.IdentityProvider, string)
	}{
		{"Facebook", "Facebook_101", func(*testing.T) (*social.Provider, v1alpha1.IdentityProvider, string) {
			p := social.StartFacebook("v21.0", map[string]any{"id": "101", "email": ada})
			return p, v1alpha1.IdentityProvider{Facebook: &v1alpha1.FacebookProvider{APIVersion: "v21.0", SocialProvider: v1alpha1.SocialProvider{
				ClientID: p.ClientID, ClientSecretFrom: secretKey,
			}}}, p.ClientSecret
		}},
		{"LoginWithAmazon", "LoginWithAmazon_amzn1.account.101", func(*testing.T) (*social.Provider, v1alpha1.IdentityProvider, string) {
			p := social.StartAmazon(map[string]any{"user_id": "amzn1.account.101", "email": ada})
			return p, v1alpha1.IdentityProvider{Amazon: &v1alpha1.SocialProvider{ClientID: p.ClientID, ClientSecretFrom: secretKey}}, p.ClientSecret
		}},
		{"SignInWithApple", "SignInWithApple_001.a.1", func(t *testing.T) (*social.Provider, v1alpha1.IdentityProvider, string) {
			t.Helper()
			p, err := social.StartApple(map[string]any{"sub": "001.a.1", "email": ada})
			if err != nil {
				t.Fatal(err)
			}
			key, err := p.PrivateKey()
			if err != nil {
				t.Fatal(err)
			}
			return p.Provider, v1alpha1.IdentityProvider{Apple: &v1alpha1.AppleProvider{
				ServicesID: p.ClientID, TeamID: p.TeamID, KeyID: p.KeyID, PrivateKeyFrom: secretKey,
			}}, key
		}},
	} {
		t.Run(tc.provider, func(t *testing.T) {
			t.Parallel()
			provider, spec, given := tc.start(t)
			t.Cleanup(provider.Close)
			w := harness.NewWorld(t, harness.ResyncNever, awslocal.WithCognito(cognito.WithNetwork(provider)))
			w.MakeInput(&corev1.Secret{Data: map[string][]byte{secretKey.Key: []byte(given)}}, secretKey.Name)
			object := w.Sample("google")
			object.Spec.Routes[0].Backend.Lambda.Function = "RegisteredHandler"
			spec.Name, spec.Attributes = tc.provider, map[string]v1alpha1.Claim{"email": "email"}
			object.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{spec}
			object.Spec.Clients[0].IdentityProviders = []string{tc.provider}
			w.Create(object)
			w.AwaitReady(object)
			provider.Back = object.Status.Domain + "/oauth2/idpresponse"
			v := visitor.New("http://localhost:3000").Through(provider)
			if err := v.Open(t.Context(), strings.Replace(object.Status.Clients[0].LoginURL, "/login?", "/oauth2/authorize?", 1)); err != nil {
				t.Fatal(err)
			}
			if v.Home == nil { // Apple's form, which a browser with scripts sends by itself
				if err := v.Submit(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
			}
			if v.Home == nil || v.Home.Query().Get("code") == "" {
				t.Fatalf("got home to %v, want a code", v.Home)
			}
			token := redeem(t, object, v.Home.Query().Get("code"))
			if got := callWith(t, http.MethodGet, object.Status.Endpoint+"/books", token); got != http.StatusOK {
				t.Errorf("with the user's ID token: got %d, want %d", got, http.StatusOK)
			}
			user := harness.Must[*cip.AdminGetUserOutput](w)(w.Cognito().AdminGetUser(t.Context(), &cip.AdminGetUserInput{
				UserPoolId: &object.Status.UserPool.ID, Username: &tc.user,
			}))
			if attributes := attributesOf(user); attributes["email"] != ada {
				t.Errorf("got the user's attributes %v, want the address that the provider knows", attributes)
			}
		})
	}
}

// attributesOf are a user's.
func attributesOf(user *cip.AdminGetUserOutput) map[string]string {
	attributes := map[string]string{}
	for _, a := range user.UserAttributes {
		attributes[*a.Name] = *a.Value
	}
	return attributes
}
