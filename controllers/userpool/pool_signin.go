package userpool

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const blockFirstFactors = "firstFactors"

// firstFactorTypes are the first factors in Cognito's words.
var firstFactorTypes = map[v1alpha1.FirstFactor]types.AuthFactorType{
	v1alpha1.FirstFactorPassword: types.AuthFactorTypePassword,
	v1alpha1.FirstFactorEmailOTP: types.AuthFactorTypeEmailOtp,
	v1alpha1.FirstFactorSMSOTP:   types.AuthFactorTypeSmsOtp,
	v1alpha1.FirstFactorPasskey:  types.AuthFactorTypeWebAuthn,
}

// passwordOnly is what a pool begins a sign-in with by default.
var passwordOnly = []types.AuthFactorType{types.AuthFactorTypePassword}

func firstFactors(spec *v1alpha1.UserPoolSpec) []types.AuthFactorType {
	var factors []types.AuthFactorType
	for _, factor := range spec.FirstFactors {
		factors = append(factors, firstFactorTypes[factor])
	}
	slices.Sort(factors)
	return factors
}

// firstFactorsOf are those of a pool.
func firstFactorsOf(have *types.UserPoolType) []types.AuthFactorType {
	if have.Policies == nil || have.Policies.SignInPolicy == nil || len(have.Policies.SignInPolicy.AllowedFirstAuthFactors) == 0 {
		return passwordOnly
	}
	return have.Policies.SignInPolicy.AllowedFirstAuthFactors
}

var signInFields = []engine.Field[poolSettings, types.UserPoolType]{{
	Name: "firstFactors", Block: blockFirstFactors, Class: plan.InPlace,
	Words: func(have *types.UserPoolType) string {
		var words []string
		for factor, is := range firstFactorTypes {
			if slices.Contains(firstFactorsOf(have), is) {
				words = append(words, string(factor))
			}
		}
		return engine.Join(words)
	},
	Set: func(have *types.UserPoolType, want *poolSettings) {
		factors := want.FirstFactors
		if factors == nil {
			factors = passwordOnly
		}
		if slices.Equal(slices.Sorted(slices.Values(firstFactorsOf(have))), factors) {
			// A pool of the Lite tier takes no sign-in policy, not even Cognito's own default.
			return
		}
		have.Policies = policies(have)
		have.Policies.SignInPolicy = &types.SignInPolicyType{AllowedFirstAuthFactors: factors}
	},
}}

// growSignIn holds new first factors back while the pool requires MFA: Cognito refuses one-time passwords, and passkeys that are not
// both factors, beside it. They are added when MFA is as the spec asks.
func growSignIn(want poolSettings, have *types.UserPoolType) poolSettings {
	if have.MfaConfiguration != types.UserPoolMfaTypeOn || len(want.FirstFactors) == 0 {
		return want
	}
	there := firstFactorsOf(have)
	want.FirstFactors = slices.DeleteFunc(slices.Clone(want.FirstFactors), func(factor types.AuthFactorType) bool {
		return factor != types.AuthFactorTypePassword && !slices.Contains(there, factor)
	})
	if len(want.FirstFactors) == 0 {
		want.FirstFactors = there
	}
	return want
}
