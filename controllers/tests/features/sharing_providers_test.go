package features_test

import (
	"slices"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	corev1 "k8s.io/api/core/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/visitor"
)

// The pool's own users alone sign in at a client of an object that uses the pool of another. Users of the pool's providers sign in at the
// clients of the pool's owner.
func TestUsersOfProvidersSignInAtTheOwnerOnly(t *testing.T) {
	t.Parallel()
	provider := atOpenID("https://login.example.com", "c")(t)
	w := harness.NewWorld(t, harness.ResyncNever, awslocal.WithCognito(cognito.WithNetwork(provider.network)))
	w.MakeInput(&corev1.Secret{StringData: map[string]string{"secret": "replace-me"}}, "okta")
	owner, user := sharing(w)
	withOkta(owner)
	w.Create(owner)
	w.AwaitReady(owner)
	w.Create(user)
	w.AwaitReady(user)
	for _, tc := range []struct {
		whose     string
		object    *v1alpha1.SecuredAPI
		providers []string
		signsIn   bool
	}{{"the owner's", owner, []string{"COGNITO", "Okta"}, true}, {"the other object's", user, []string{"COGNITO"}, false}} {
		client := tc.object.Status.Client("web")
		got := harness.Must[*cip.DescribeUserPoolClientOutput](w)(w.Cognito().DescribeUserPoolClient(t.Context(), &cip.DescribeUserPoolClientInput{
			UserPoolId: &owner.Status.UserPool.ID, ClientId: &client.ID,
		})).UserPoolClient.SupportedIdentityProviders
		if !slices.Equal(slices.Sorted(slices.Values(got)), tc.providers) {
			t.Errorf("%s client: got the providers %v, want %v", tc.whose, got, tc.providers)
		}
		home, _, _ := strings.Cut(string(tc.object.Spec.Clients[0].CallbackURLs[0]), "/callback")
		atPage := visitor.New(home).Through(provider.network)
		if err := atPage.Open(t.Context(), client.LoginURL); err != nil {
			t.Fatalf("%s login page: %v", tc.whose, err)
		}
		if err := atPage.Follow(t.Context(), "Continue with Okta"); (err == nil) != tc.signsIn {
			t.Errorf("%s login page links to the provider: %v, want it to: %t", tc.whose, err, tc.signsIn)
		}
		// Who knows the provider's name does not need the page.
		byName := visitor.New(home).Through(provider.network)
		err := byName.Open(t.Context(), strings.Replace(client.LoginURL, "/login?", "/oauth2/authorize?", 1)+"&identity_provider=Okta")
		if signedIn := byName.Home != nil && byName.Home.Query().Get("code") != ""; signedIn != tc.signsIn {
			t.Errorf("%s client, by the provider's name: signed in: %t (home at %v, %v), want %t", tc.whose, signedIn, byName.Home, err, tc.signsIn)
		}
	}
}
