package userpool_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// The API server writes no defaults into the user pool's part of a spec: what is left out there is completed here.
func TestDesiredPassword(t *testing.T) {
	for _, tc := range []struct {
		reason string
		policy *v1alpha1.PasswordPolicy
		want   v1alpha1.PasswordPolicy
	}{
		{
			"without a policy it is Cognito's own", nil,
			v1alpha1.PasswordPolicy{MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true},
		},
		{"an empty policy requires nothing but the length", &v1alpha1.PasswordPolicy{}, v1alpha1.PasswordPolicy{MinimumLength: 8}},
		{
			"a member that is left out does not bring the others back", &v1alpha1.PasswordPolicy{RequireNumbers: true},
			v1alpha1.PasswordPolicy{MinimumLength: 8, RequireNumbers: true},
		},
		{"a length is kept", &v1alpha1.PasswordPolicy{MinimumLength: 6}, v1alpha1.PasswordPolicy{MinimumLength: 6}},
	} {
		spec := &v1alpha1.SecuredAPISpec{UserPool: v1alpha1.UserPoolSpec{PasswordPolicy: tc.policy}}
		got := userpool.BuildDesired(spec, owner).Pool.Password
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestDesiredSelfSignUp(t *testing.T) {
	for selfSignUp, adminOnly := range map[v1alpha1.Switch]bool{"": false, v1alpha1.Enabled: false, v1alpha1.Disabled: true} {
		spec := &v1alpha1.SecuredAPISpec{UserPool: v1alpha1.UserPoolSpec{SelfSignUp: selfSignUp}}
		if got := userpool.BuildDesired(spec, owner).Pool.AdminCreateUserOnly; got != adminOnly {
			t.Errorf("selfSignUp %q: AdminCreateUserOnly is %v, want %v", selfSignUp, got, adminOnly)
		}
	}
}

func TestDesiredSecretGeneration(t *testing.T) {
	for _, tc := range []struct {
		reason string
		flow   v1alpha1.Flow
		secret *v1alpha1.ClientSecret
		want   int32
	}{
		{"a program's secret is of generation 1", v1alpha1.FlowClientCredentials, nil, 1},
		{"also if its block is empty", v1alpha1.FlowClientCredentials, &v1alpha1.ClientSecret{}, 1},
		{"a generation is kept", v1alpha1.FlowClientCredentials, &v1alpha1.ClientSecret{Generation: 3}, 3},
		{"a front end has no secret", v1alpha1.FlowCode, nil, 0},
	} {
		spec := &v1alpha1.SecuredAPISpec{Clients: []v1alpha1.Client{{Name: "a", Flows: []v1alpha1.Flow{tc.flow}, Secret: tc.secret}}}
		if got := userpool.BuildDesired(spec, owner).Clients[0].SecretGeneration; got != tc.want {
			t.Errorf("%s: got %d, want %d", tc.reason, got, tc.want)
		}
	}
}
