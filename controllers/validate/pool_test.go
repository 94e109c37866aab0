package validate

import (
	"strings"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestSignUpByPhoneIsRefused(t *testing.T) {
	phone := []v1alpha1.SignInAttribute{v1alpha1.SignInPhoneNumber}
	for _, tc := range []struct {
		reason string
		spec   v1alpha1.UserPoolSpec
		words  string
	}{
		{"sign-in by phone number alone", v1alpha1.UserPoolSpec{SignInWith: phone}, "spec.userPool.signInWith: [PhoneNumber]"},
		{"sign-in by phone number alone, and selfSignUp Enabled", v1alpha1.UserPoolSpec{SignInWith: phone, SelfSignUp: v1alpha1.Enabled}, "set spec.userPool.selfSignUp to Disabled"},
		{"sign-in by phone number, and administrators create users", v1alpha1.UserPoolSpec{SignInWith: phone, SelfSignUp: v1alpha1.Disabled}, ""},
		{"sign-in by phone number and email", v1alpha1.UserPoolSpec{SignInWith: append(phone, v1alpha1.SignInEmail)}, ""},
	} {
		err := Spec(&v1alpha1.SecuredAPISpec{UserPool: tc.spec}, here)
		if (err == nil) != (tc.words == "") || err != nil && !strings.Contains(err.Error(), tc.words) {
			t.Errorf("%s: got %v, want %q", tc.reason, err, tc.words)
		}
	}
}

func TestRegions(t *testing.T) {
	for _, tc := range []struct {
		reason string
		patch  string
		facts  Facts
		words  string
	}{
		{"the operator's default Region", `{}`, here, ""},
		{"AWS has no such Region", `{region: eu-wets-1}`, Facts{}, `spec.region: "eu-wets-1" is not a Region of AWS; `},
		{"the message names the flag --regions", `{region: eu-wets-1}`, Facts{}, "--regions=eu-wets-1"},
		{"no Region", `{}`, Facts{}, "spec.region: it is not set, and the operator has no Region of its own; "},
		{"an adopted pool of the object's Region", `{userPool: {adopt: {id: us-east-1_AbCdEfGhI}}}`, here, ""},
		{"an adopted pool of another Region", `{userPool: {adopt: {id: eu-west-1_AbCdEfGhI}}}`, here, `spec.userPool.adopt.id: "eu-west-1_AbCdEfGhI" is of Region eu-west-1, and this object of us-east-1`},
		{"an adopted pool, and no Region", `{userPool: {adopt: {id: eu-west-1_AbCdEfGhI}}}`, Facts{}, "spec.region: "},
	} {
		err := Spec(patched(t, tc.patch), tc.facts)
		if (err == nil) != (tc.words == "") || err != nil && (!strings.Contains(err.Error(), tc.words) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: got %v, want %q and no more", tc.reason, err, tc.words)
		}
	}
}
