package userpool

import (
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// poolSettings is what the user pool is made with.
type poolSettings struct {
	engine.Blocks

	Name                   string
	UsernameAttributes     []types.UsernameAttributeType
	AutoVerifiedAttributes []types.VerifiedAttributeType
	AdminCreateUserOnly    bool
	Password               passwordPolicy
	// What is nil or empty was not asked for.
	FirstFactors []types.AuthFactorType `json:",omitempty"`
	Email        *emailSettings         `json:",omitempty"`
	SMS          *smsSettings           `json:",omitempty"`
}

// The blocks of spec.userPool.
const (
	blockSelfSignUp     = "selfSignUp"
	blockPasswordPolicy = "passwordPolicy"
)

func poolBlocks(spec *v1alpha1.UserPoolSpec) map[string]bool {
	return map[string]bool{
		blockSelfSignUp:     spec.SelfSignUp != "",
		blockPasswordPolicy: spec.PasswordPolicy != nil,
		blockFirstFactors:   spec.FirstFactors != nil,
		blockEmail:          spec.Email != nil,
		blockSMS:            spec.SMS != nil,
	}
}

// passwordPolicy is what the spec says of Cognito's PasswordPolicyType.
type passwordPolicy struct {
	MinimumLength                                                      int32
	RequireLowercase, RequireNumbers, RequireSymbols, RequireUppercase bool
}

// minimumLength is of a password policy that does not say one: Cognito's own default.
const minimumLength = 8

func (r userPool) desired() (*poolSettings, error) {
	spec := &r.p.Object.Spec
	return &poolSettings{
		Blocks:             r.p.BlocksOf(NamePool, poolBlocks(&spec.UserPool)),
		Name:               r.p.Owner.ResourceName(),
		UsernameAttributes: signInWith(spec),
		// A sign-up is confirmed by a code, and e-mail is the only way to send one without an SMS role.
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		AdminCreateUserOnly:    spec.UserPool.SelfSignUp == v1alpha1.Disabled,
		Password:               password(spec.UserPool.PasswordPolicy),
		FirstFactors:           firstFactors(&spec.UserPool),
		Email:                  emailOf(spec.UserPool.Email),
		SMS:                    smsOf(spec.UserPool.SMS, r.p.Object.Status.Region),
	}, nil
}

func password(spec *v1alpha1.PasswordPolicy) passwordPolicy {
	if spec == nil {
		return passwordPolicy{minimumLength, true, true, true, true}
	}
	policy := passwordPolicy{
		spec.MinimumLength, spec.RequireLowercase, spec.RequireNumbers, spec.RequireSymbols, spec.RequireUppercase,
	}
	if policy.MinimumLength == 0 {
		policy.MinimumLength = minimumLength
	}
	return policy
}

// signInWith is what users sign in with, in Cognito's words.
func signInWith(spec *v1alpha1.SecuredAPISpec) []types.UsernameAttributeType {
	var attributes []types.UsernameAttributeType
	for _, attribute := range spec.UserPool.SignInWith {
		switch attribute {
		case v1alpha1.SignInEmail:
			attributes = append(attributes, types.UsernameAttributeTypeEmail)
		case v1alpha1.SignInPhoneNumber:
			attributes = append(attributes, types.UsernameAttributeTypePhoneNumber)
		}
	}
	slices.Sort(attributes)
	return attributes
}

// signInWords are Cognito's attributes in the spec's words.
func signInWords(attributes []types.UsernameAttributeType) string {
	words := make([]string, 0, len(attributes))
	for _, attribute := range attributes {
		switch attribute {
		case types.UsernameAttributeTypeEmail:
			words = append(words, string(v1alpha1.SignInEmail))
		case types.UsernameAttributeTypePhoneNumber:
			words = append(words, string(v1alpha1.SignInPhoneNumber))
		}
	}
	return engine.Join(words)
}

// poolFields are what the spec sets of a user pool.
var poolFields = slices.Concat([]engine.Field[poolSettings, types.UserPoolType]{
	{
		Name: "signInWith", Class: plan.LosesUsers,
		Words: func(have *types.UserPoolType) string { return signInWords(have.UsernameAttributes) },
		Set:   func(have *types.UserPoolType, want *poolSettings) { have.UsernameAttributes = want.UsernameAttributes },
	},
	{
		Name: "autoVerifiedAttributes", Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string { return engine.Join(have.AutoVerifiedAttributes) },
		// What somebody added stays.
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.AutoVerifiedAttributes = union(have.AutoVerifiedAttributes, want.AutoVerifiedAttributes)
		},
	},
	{
		Name: "selfSignUp", Block: blockSelfSignUp, Class: plan.InPlace,
		Words:   func(have *types.UserPoolType) string { return engine.Switch(selfSignUp(have)) },
		Weakens: func(have, laid *types.UserPoolType) bool { return !selfSignUp(have) && selfSignUp(laid) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.AdminCreateUserConfig = adminConfig(have)
			have.AdminCreateUserConfig.AllowAdminCreateUserOnly = want.AdminCreateUserOnly
		},
	},
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
}, signInFields, senderFields)

// required is what a password must have in it. The sign-in policy, the password history and the validity of temporary passwords
// stay as they were read.
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

func selfSignUp(have *types.UserPoolType) bool {
	return have.AdminCreateUserConfig == nil || !have.AdminCreateUserConfig.AllowAdminCreateUserOnly
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

// adminConfig is a copy of what a pool has.
func adminConfig(have *types.UserPoolType) *types.AdminCreateUserConfigType {
	var config types.AdminCreateUserConfigType
	if have.AdminCreateUserConfig != nil {
		config = *have.AdminCreateUserConfig
	}
	return &config
}

// union is what there is with what is wanted added to it.
func union[T comparable](have, want []T) []T {
	all := slices.Clone(have)
	for _, w := range want {
		if !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

func createPoolInput(want *poolSettings, tags map[string]string) *cip.CreateUserPoolInput {
	laid := engine.Overlay(poolFields, want, nil)
	return &cip.CreateUserPoolInput{
		PoolName:               &want.Name,
		UsernameAttributes:     laid.UsernameAttributes,
		AutoVerifiedAttributes: laid.AutoVerifiedAttributes,
		AdminCreateUserConfig:  laid.AdminCreateUserConfig,
		Policies:               laid.Policies,
		EmailConfiguration:     laid.EmailConfiguration,
		SmsConfiguration:       laid.SmsConfiguration,
		Schema:                 schema(want),
		// User names that differ only in case are one user: Cognito's recommendation, and it can't be changed later.
		UsernameConfiguration: &types.UsernameConfigurationType{CaseSensitive: new(false)},
		UserPoolTags:          tags,
	}
}

// schema requires the e-mail address where it is verified and is not the user name itself: the login pages ask for required attributes
// only, and without an address nobody gets a code. It cannot be changed later (CreateUserPool, SchemaAttributes).
func schema(want *poolSettings) []types.SchemaAttributeType {
	if slices.Equal(want.UsernameAttributes, []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}) {
		return nil
	}
	return []types.SchemaAttributeType{{Name: new("email"), Required: new(true), Mutable: new(true)}}
}

// updatePoolInput sends back all of a pool: Cognito sets what it is not given to its default.
func updatePoolInput(pool *types.UserPoolType, tags map[string]string) *cip.UpdateUserPoolInput {
	in := &cip.UpdateUserPoolInput{
		UserPoolId:                  pool.Id,
		PoolName:                    pool.Name,
		AccountRecoverySetting:      pool.AccountRecoverySetting,
		AutoVerifiedAttributes:      pool.AutoVerifiedAttributes,
		DeletionProtection:          pool.DeletionProtection,
		DeviceConfiguration:         pool.DeviceConfiguration,
		EmailConfiguration:          pool.EmailConfiguration,
		EmailVerificationMessage:    pool.EmailVerificationMessage,
		EmailVerificationSubject:    pool.EmailVerificationSubject,
		IssuerConfiguration:         pool.IssuerConfiguration,
		KeyConfiguration:            pool.KeyConfiguration,
		LambdaConfig:                pool.LambdaConfig,
		MfaConfiguration:            pool.MfaConfiguration,
		Policies:                    pool.Policies,
		SmsAuthenticationMessage:    pool.SmsAuthenticationMessage,
		SmsConfiguration:            pool.SmsConfiguration,
		SmsVerificationMessage:      pool.SmsVerificationMessage,
		UserAttributeUpdateSettings: pool.UserAttributeUpdateSettings,
		UserPoolAddOns:              pool.UserPoolAddOns,
		UserPoolTags:                tags,
		UserPoolTier:                pool.UserPoolTier,
		VerificationMessageTemplate: pool.VerificationMessageTemplate,
	}
	// AWS adds it when read, and refuses it beside TemporaryPasswordValidityDays.
	in.AdminCreateUserConfig = adminConfig(pool)
	in.AdminCreateUserConfig.UnusedAccountValidityDays = 0
	if pool.SmsConfiguration == nil {
		// MFA by app alone: UpdateUserPool refuses the value without an SMS role, and keeps MFA as it is without it.
		in.MfaConfiguration = ""
	}
	template := pool.VerificationMessageTemplate
	if template != nil && template.DefaultEmailOption == types.DefaultEmailOptionTypeConfirmWithLink {
		// The old members mirror the template. With a link's texts in them Cognito would refuse them, or take them for those of codes.
		if text := in.EmailVerificationMessage; text != nil && aws.ToString(text) == aws.ToString(template.EmailMessageByLink) {
			in.EmailVerificationMessage = nil
		}
		if text := in.EmailVerificationSubject; text != nil && aws.ToString(text) == aws.ToString(template.EmailSubjectByLink) {
			in.EmailVerificationSubject = nil
		}
	}
	return in
}
