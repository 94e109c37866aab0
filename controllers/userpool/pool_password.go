package userpool

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// passwordPolicy is what the spec says of Cognito's PasswordPolicyType.
type passwordPolicy struct {
	MinimumLength                                                      int32
	RequireLowercase, RequireNumbers, RequireSymbols, RequireUppercase bool

	History int32 `json:",omitzero"`
	// TemporaryDays is 0 for Cognito's default.
	TemporaryDays int32 `json:",omitzero"`
}

// minimumLength is of a password policy that does not say one: Cognito's own default.
const minimumLength = 8

// temporaryDays is how long a temporary password is good where nothing else is said: Cognito's own default.
const temporaryDays = 7

func password(spec *v1alpha1.PasswordPolicy) passwordPolicy {
	if spec == nil {
		return passwordPolicy{
			MinimumLength: minimumLength, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true,
		}
	}
	policy := passwordPolicy{
		MinimumLength: spec.MinimumLength, History: spec.History, TemporaryDays: days(spec.TemporaryValidity),
		RequireLowercase: spec.RequireLowercase, RequireNumbers: spec.RequireNumbers,
		RequireSymbols: spec.RequireSymbols, RequireUppercase: spec.RequireUppercase,
	}
	if policy.MinimumLength == 0 {
		policy.MinimumLength = minimumLength
	}
	return policy
}

// days are those of a duration of whole days; 0 for Cognito's default.
func days(validity v1alpha1.Duration) int32 {
	// The schema lets nothing else pass than a duration that Go reads.
	length, _ := validity.Parse()
	if all := int32(length.Hours() / 24); all != temporaryDays {
		return all
	}
	return 0
}

// passwordFields are what the spec sets of passwords.
var passwordFields = []engine.Field[poolSettings, types.UserPoolType]{
	{
		Name: "passwordPolicy.minimumLength", Block: blockPasswordPolicy, Class: plan.InPlace,
		Words:   func(have *types.UserPoolType) string { return strconv.Itoa(int(shortest(have))) },
		Weakens: func(have, laid *types.UserPoolType) bool { return shortest(laid) < shortest(have) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.Policies = policies(have)
			have.Policies.PasswordPolicy.MinimumLength = &want.Password.MinimumLength
		},
	},
	required("requireLowercase",
		func(p *types.PasswordPolicyType) *bool { return &p.RequireLowercase },
		func(want *passwordPolicy) bool { return want.RequireLowercase }),
	required("requireNumbers",
		func(p *types.PasswordPolicyType) *bool { return &p.RequireNumbers },
		func(want *passwordPolicy) bool { return want.RequireNumbers }),
	required("requireSymbols",
		func(p *types.PasswordPolicyType) *bool { return &p.RequireSymbols },
		func(want *passwordPolicy) bool { return want.RequireSymbols }),
	required("requireUppercase",
		func(p *types.PasswordPolicyType) *bool { return &p.RequireUppercase },
		func(want *passwordPolicy) bool { return want.RequireUppercase }),
	{
		Name: "passwordPolicy.history", Block: blockPasswordPolicy, Class: plan.InPlace,
		Words:   func(have *types.UserPoolType) string { return strconv.Itoa(int(history(have))) },
		Weakens: func(have, laid *types.UserPoolType) bool { return history(laid) < history(have) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			if history(have) == want.Password.History {
				// Cognito does not show one of 0, and a pool of tier Lite may take none.
				return
			}
			have.Policies = policies(have)
			have.Policies.PasswordPolicy.PasswordHistorySize = &want.Password.History
		},
	},
	{
		Name: "passwordPolicy.temporaryValidity", Block: blockPasswordPolicy, Class: plan.InPlace,
		Words:   func(have *types.UserPoolType) string { return fmt.Sprintf("%dh", 24*validDays(have)) },
		Weakens: func(have, laid *types.UserPoolType) bool { return validDays(laid) > validDays(have) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.Policies = policies(have)
			have.Policies.PasswordPolicy.TemporaryPasswordValidityDays = cmp.Or(want.Password.TemporaryDays, temporaryDays)
		},
	},
}

// required is what a password must have in it. The sign-in policy stays as it was read.
func required(name string, have func(*types.PasswordPolicyType) *bool, want func(*passwordPolicy) bool,
) engine.Field[poolSettings, types.UserPoolType] {
	is := func(pool *types.UserPoolType) bool { return *have(policies(pool).PasswordPolicy) }
	return engine.Field[poolSettings, types.UserPoolType]{
		Name: "passwordPolicy." + name, Block: blockPasswordPolicy, Class: plan.InPlace,
		Words:   func(pool *types.UserPoolType) string { return strconv.FormatBool(is(pool)) },
		Weakens: func(pool, laid *types.UserPoolType) bool { return is(pool) && !is(laid) },
		Set: func(pool *types.UserPoolType, wanted *poolSettings) {
			pool.Policies = policies(pool)
			*have(pool.Policies.PasswordPolicy) = want(&wanted.Password)
		},
	}
}

// shortest is how short a password may be.
func shortest(have *types.UserPoolType) int32 {
	return aws.ToInt32(policies(have).PasswordPolicy.MinimumLength)
}

// policies is a copy of what a pool has, with a copy of its password policy.
func policies(have *types.UserPoolType) *types.UserPoolPolicyType {
	var all types.UserPoolPolicyType
	var password types.PasswordPolicyType
	if have.Policies != nil {
		all = *have.Policies
	}
	if all.PasswordPolicy != nil {
		password = *all.PasswordPolicy
	}
	all.PasswordPolicy = &password
	return &all
}

// history is how many former passwords cannot be used again.
func history(have *types.UserPoolType) int32 {
	return aws.ToInt32(policies(have).PasswordPolicy.PasswordHistorySize)
}

// validDays is how long a password is good that an administrator gave. Cognito takes 0 for its default.
func validDays(have *types.UserPoolType) int32 {
	return cmp.Or(policies(have).PasswordPolicy.TemporaryPasswordValidityDays, temporaryDays)
}
