package userpool

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
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
	// Tier is empty for the default.
	Tier types.UserPoolTierType `json:",omitempty"`
	// Protected says that nobody can delete the pool.
	Protected bool                       `json:",omitzero"`
	Aliases   []types.AliasAttributeType `json:",omitempty"`
	// CaseSensitive says that user names which differ in case only are not one user.
	CaseSensitive bool `json:",omitzero"`
	// Standard are the attributes that the spec names, and Custom those of its own.
	Standard, Custom []attribute `json:",omitempty"`
	// Devices is nil where none are remembered.
	Devices *deviceSettings `json:",omitempty"`
	// Messages is nil where all texts are Cognito's own.
	Messages *messageSettings `json:",omitempty"`
	// VerifyBeforeUpdate is nil where it follows AutoVerifiedAttributes.
	VerifyBeforeUpdate []types.VerifiedAttributeType `json:",omitzero"`
	// Recovery is nil for the default.
	Recovery []types.RecoveryOptionNameType `json:",omitempty"`
	// FirstFactors is nil for the default, Email where Cognito itself sends, and SMS where nobody does.
	FirstFactors []types.AuthFactorType `json:",omitempty"`
	Email        *emailSettings         `json:",omitempty"`
	SMS          *smsSettings           `json:",omitempty"`
	// Triggers are sorted by event.
	Triggers  []trigger `json:",omitempty"`
	SenderKey string    `json:",omitempty"`
	// Threats is nil where threat protection is off.
	Threats *threatSettings `json:",omitempty"`
	// KMSKeyARN is empty for AWS's own key, and Issuer for the original one.
	KMSKeyARN string           `json:",omitempty"`
	Issuer    types.IssuerType `json:",omitempty"`
}

// The blocks of spec.userPool.
const (
	blockSelfSignUp         = "selfSignUp"
	blockPasswordPolicy     = "passwordPolicy"
	blockTier               = "tier"
	blockDeletionProtection = "deletionProtection"
	blockUsernameCase       = "usernameCase"
	blockAliases            = "aliases"
	blockStandardAttributes = "standardAttributes"
	blockCustomAttributes   = "customAttributes"
	blockDevices            = "devices"
	blockMessages           = "messages"
	blockAutoVerify         = "autoVerify"
	blockVerifyBeforeUpdate = "verifyBeforeUpdate"
	blockRecovery           = "recovery"
)

func poolBlocks(spec *v1alpha1.UserPoolSpec) map[string]bool {
	return map[string]bool{
		blockSelfSignUp:         spec.SelfSignUp != "",
		blockPasswordPolicy:     spec.PasswordPolicy != nil,
		blockTier:               spec.Tier != "",
		blockDeletionProtection: spec.DeletionProtection != "",
		blockUsernameCase:       spec.UsernameCase != "",
		blockAliases:            len(spec.Aliases) > 0,
		blockStandardAttributes: len(spec.StandardAttributes) > 0,
		blockCustomAttributes:   len(spec.CustomAttributes) > 0,
		blockDevices:            spec.Devices != nil,
		blockMessages:           spec.Messages != nil,
		blockAutoVerify:         spec.AutoVerify != nil,
		blockVerifyBeforeUpdate: spec.VerifyBeforeUpdate != nil,
		blockRecovery:           len(spec.Recovery) > 0,
		blockFirstFactors:       spec.FirstFactors != nil,
		blockEmail:              spec.Email != nil,
		blockSMS:                spec.SMS != nil,
		blockTriggers:           len(spec.Triggers) > 0,
		blockSenderKey:          spec.SenderKeyARN != "",
		blockThreats:            spec.ThreatProtection != nil,
		blockKMSKey:             spec.KMSKeyARN != "",
		blockIssuer:             spec.Issuer != "",
	}
}

func (r userPool) desired() (*poolSettings, error) {
	spec := &r.p.Object.Spec.UserPool
	triggers, err := r.poolCaller(r.p).triggers()
	if err != nil {
		return nil, err
	}
	return &poolSettings{
		Blocks:                 r.p.BlocksOf(NamePool, poolBlocks(spec)),
		Name:                   r.p.Owner.ResourceName(),
		UsernameAttributes:     cognitoNames[types.UsernameAttributeType](spec.SignInWith),
		AutoVerifiedAttributes: autoVerified(spec),
		AdminCreateUserOnly:    spec.SelfSignUp == v1alpha1.Disabled,
		Password:               password(spec.PasswordPolicy),
		Tier:                   tiers[spec.Tier],
		Protected:              spec.DeletionProtection == v1alpha1.Enabled,
		Aliases:                cognitoNames[types.AliasAttributeType](spec.Aliases),
		CaseSensitive:          spec.UsernameCase == v1alpha1.UsernameSensitive,
		Standard:               standard(spec),
		Custom:                 custom(spec),
		Devices:                devices(spec),
		Messages:               messages(spec),
		VerifyBeforeUpdate:     verifiedBeforeUpdate(spec),
		Recovery:               recovery(spec),
		FirstFactors:           firstFactors(spec),
		Email:                  emailOf(spec.Email),
		SMS:                    smsOf(spec.SMS, r.p.Object.Status.Region),
		Triggers:               triggers,
		SenderKey:              spec.SenderKeyARN,
		Threats:                threats(spec),
		KMSKeyARN:              spec.KMSKeyARN,
		Issuer:                 issuers[spec.Issuer],
	}, nil
}

// attributeNames are Cognito's names of attributes by the spec's.
var attributeNames = map[string]string{
	string(v1alpha1.SignInEmail):            "email",
	string(v1alpha1.SignInPhoneNumber):      "phone_number",
	string(v1alpha1.AliasPreferredUsername): "preferred_username",
}

// cognitoNames are the spec's attributes in Cognito's words, sorted.
func cognitoNames[C, S ~string](attributes []S) []C {
	var names []C
	for _, attribute := range attributes {
		names = append(names, C(attributeNames[string(attribute)]))
	}
	slices.Sort(names)
	return names
}

// specNames are Cognito's attributes in the spec's words.
func specNames[C ~string](attributes []C) string {
	var words []string
	for word, name := range attributeNames {
		if slices.Contains(attributes, C(name)) {
			words = append(words, word)
		}
	}
	return engine.Join(words)
}

// poolFields are what the spec sets of a user pool.
var poolFields = slices.Concat(
	policyFields, attributeFields, passwordFields, protectionFields, deviceFields, messageFields, verificationFields,
	signInFields, senderFields, triggerFields(), threatFields, keyFields,
)

// policyFields are how users sign in and sign up.
var policyFields = []engine.Field[poolSettings, types.UserPoolType]{
	{
		Name: "signInWith", Class: plan.LosesUsers,
		Words: func(have *types.UserPoolType) string { return specNames(have.UsernameAttributes) },
		Set:   func(have *types.UserPoolType, want *poolSettings) { have.UsernameAttributes = want.UsernameAttributes },
	},
	{
		Name: blockUsernameCase, Block: blockUsernameCase, Class: plan.LosesUsers,
		Words: func(have *types.UserPoolType) string { return string(usernameCase(have)) },
		// Insensitive is Cognito's recommendation.
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.UsernameConfiguration = &types.UsernameConfigurationType{CaseSensitive: &want.CaseSensitive}
		},
	},
	{
		Name: blockAliases, Block: blockAliases, Class: plan.LosesUsers,
		Words: func(have *types.UserPoolType) string { return specNames(have.AliasAttributes) },
		Set:   func(have *types.UserPoolType, want *poolSettings) { have.AliasAttributes = want.Aliases },
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
}

// usernameCase is a pool's: without a configuration user names are case-sensitive (release of 2020-02-11, which introduced it).
func usernameCase(have *types.UserPoolType) v1alpha1.UsernameCase {
	if config := have.UsernameConfiguration; config != nil && !aws.ToBool(config.CaseSensitive) {
		return v1alpha1.UsernameInsensitive
	}
	return v1alpha1.UsernameSensitive
}

func selfSignUp(have *types.UserPoolType) bool {
	return have.AdminCreateUserConfig == nil || !have.AdminCreateUserConfig.AllowAdminCreateUserOnly
}

// adminConfig is a copy of what a pool has.
func adminConfig(have *types.UserPoolType) *types.AdminCreateUserConfigType {
	var config types.AdminCreateUserConfigType
	if have.AdminCreateUserConfig != nil {
		config = *have.AdminCreateUserConfig
	}
	return &config
}
