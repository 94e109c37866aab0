package userpool

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// autoVerified are the addresses that Cognito verifies. Without a word of the spec it is e-mail: a sign-up is confirmed by a code,
// and e-mail is the only way to send one without an SMS role.
func autoVerified(spec *v1alpha1.UserPoolSpec) []types.VerifiedAttributeType {
	if spec.AutoVerify == nil {
		return []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}
	}
	return cognitoNames[types.VerifiedAttributeType](spec.AutoVerify)
}

// verifiedBeforeUpdate are the addresses that change once they are verified; nil if they are those that Cognito verifies.
func verifiedBeforeUpdate(spec *v1alpha1.UserPoolSpec) []types.VerifiedAttributeType {
	if spec.VerifyBeforeUpdate == nil {
		return nil
	}
	return append([]types.VerifiedAttributeType{}, cognitoNames[types.VerifiedAttributeType](spec.VerifyBeforeUpdate)...)
}

// recoveryNames are the ways of recovery in Cognito's words.
var recoveryNames = map[v1alpha1.RecoveryMethod]types.RecoveryOptionNameType{
	v1alpha1.RecoveryEmail:       types.RecoveryOptionNameTypeVerifiedEmail,
	v1alpha1.RecoveryPhoneNumber: types.RecoveryOptionNameTypeVerifiedPhoneNumber,
	v1alpha1.RecoveryAdminOnly:   types.RecoveryOptionNameTypeAdminOnly,
}

// defaultRecovery is sent where the spec names none, for sources disagree on what Cognito does without: its describe-user-pool shows
// this, and CreateUserPoolInput speaks of SMS before e-mail.
var defaultRecovery = []types.RecoveryOptionNameType{
	types.RecoveryOptionNameTypeVerifiedEmail, types.RecoveryOptionNameTypeVerifiedPhoneNumber,
}

func recovery(spec *v1alpha1.UserPoolSpec) []types.RecoveryOptionNameType {
	var names []types.RecoveryOptionNameType
	for _, method := range spec.Recovery {
		names = append(names, recoveryNames[method])
	}
	return names
}

// verificationFields are which addresses are verified, and what a verified one is good for.
var verificationFields = []engine.Field[poolSettings, types.UserPoolType]{
	{
		Name: blockAutoVerify, Block: blockAutoVerify, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string { return specNames(have.AutoVerifiedAttributes) },
		Weakens: func(have, laid *types.UserPoolType) bool {
			return loses(have.AutoVerifiedAttributes, laid.AutoVerifiedAttributes)
		},
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.AutoVerifiedAttributes = want.AutoVerifiedAttributes
			// It follows, and Cognito refuses it where it names more.
			setVerifyBeforeUpdate(have, want)
		},
	},
	{
		Name: blockVerifyBeforeUpdate, Block: blockVerifyBeforeUpdate, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string { return specNames(verifyBeforeUpdate(have)) },
		Weakens: func(have, laid *types.UserPoolType) bool {
			return loses(verifyBeforeUpdate(have), verifyBeforeUpdate(laid))
		},
		Set: setVerifyBeforeUpdate,
	},
	{
		Name: blockRecovery, Block: blockRecovery, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string { return recoveryWords(recoveryMethods(have)) },
		Weakens: func(have, laid *types.UserPoolType) bool {
			return loses(recoveryMethods(laid), append(recoveryMethods(have), types.RecoveryOptionNameTypeAdminOnly))
		},
		Set: func(have *types.UserPoolType, want *poolSettings) {
			var setting types.AccountRecoverySettingType
			names := want.Recovery
			if len(names) == 0 {
				names = defaultRecovery
			}
			for i, name := range names {
				setting.RecoveryMechanisms = append(setting.RecoveryMechanisms, types.RecoveryOptionType{Name: name, Priority: new(int32(i + 1))})
			}
			have.AccountRecoverySetting = &setting
		},
	},
}

// loses says that something of the first list is not in the second.
func loses[T comparable](from, to []T) bool {
	return slices.ContainsFunc(from, func(one T) bool { return !slices.Contains(to, one) })
}

func verifyBeforeUpdate(have *types.UserPoolType) []types.VerifiedAttributeType {
	if have.UserAttributeUpdateSettings == nil {
		return nil
	}
	return have.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate
}

// setVerifyBeforeUpdate sends an empty list where there was one: Cognito changes nothing without.
func setVerifyBeforeUpdate(have *types.UserPoolType, want *poolSettings) {
	wanted := want.VerifyBeforeUpdate
	if wanted == nil {
		wanted = have.AutoVerifiedAttributes
	}
	if len(wanted) == 0 && len(verifyBeforeUpdate(have)) == 0 {
		return
	}
	have.UserAttributeUpdateSettings = &types.UserAttributeUpdateSettingsType{
		AttributesRequireVerificationBeforeUpdate: append([]types.VerifiedAttributeType{}, wanted...),
	}
}

// recoveryMethods are a pool's, the preferred one first.
func recoveryMethods(have *types.UserPoolType) []types.RecoveryOptionNameType {
	if have.AccountRecoverySetting == nil {
		return nil
	}
	options := slices.SortedFunc(slices.Values(have.AccountRecoverySetting.RecoveryMechanisms), func(a, b types.RecoveryOptionType) int {
		return cmp.Compare(aws.ToInt32(a.Priority), aws.ToInt32(b.Priority))
	})
	var names []types.RecoveryOptionNameType
	for _, option := range options {
		names = append(names, option.Name)
	}
	return names
}

func recoveryWords(names []types.RecoveryOptionNameType) string {
	var words []string
	for _, name := range names {
		for method, of := range recoveryNames {
			if of == name {
				words = append(words, string(method))
			}
		}
	}
	return strings.Join(words, ", ")
}
