package validate

import (
	"slices"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// A client that writes attributes writes those that a sign-up needs.
func TestRequiredAttributes(t *testing.T) {
	for _, tc := range []struct {
		reason, pool string
		want         []string
	}{
		{"users sign in with a user name, and the code goes to the address", `{}`, []string{"email"}},
		{"the address is the user name", `{signInWith: [Email]}`, nil},
		{"the address is one of two user names", `{signInWith: [Email, PhoneNumber]}`, []string{"email"}},
		{"Cognito verifies phone numbers only", `{signInWith: [PhoneNumber], autoVerify: [PhoneNumber]}`, nil},
		{"Cognito verifies nothing", `{autoVerify: []}`, nil},
		{"the spec requires a name", `{signInWith: [Email], standardAttributes: [{name: given_name, required: true}, {name: gender}]}`, []string{"given_name"}},
		{"the spec says of the address that it is optional", `{standardAttributes: [{name: email}]}`, nil},
		{"the spec says that the address is required", `{standardAttributes: [{name: email, required: true}]}`, []string{"email"}},
		{"an adopted pool's are not known", `{adopt: {id: us-east-1_AbCdEfGhI}}`, nil},
	} {
		var spec v1alpha1.SecuredAPISpec
		if err := yaml.UnmarshalStrict([]byte(tc.pool), &spec.UserPool); err != nil {
			t.Fatal(err)
		}
		if got := requiredAttributes(&spec); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.reason, got, tc.want)
		}
	}
}
