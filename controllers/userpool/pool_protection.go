package userpool

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// tiers are the tiers in Cognito's words.
var tiers = map[v1alpha1.Tier]types.UserPoolTierType{
	v1alpha1.TierLite:       types.UserPoolTierTypeLite,
	v1alpha1.TierEssentials: types.UserPoolTierTypeEssentials,
	v1alpha1.TierPlus:       types.UserPoolTierTypePlus,
}

// tierOrder has the lowest tier first.
var tierOrder = []types.UserPoolTierType{
	types.UserPoolTierTypeLite, types.UserPoolTierTypeEssentials, types.UserPoolTierTypePlus,
}

// defaultTier is Cognito's own (CreateUserPoolInput).
const defaultTier = types.UserPoolTierTypeEssentials

// protectionFields are the tier and the protection of a pool as a whole.
var protectionFields = []engine.Field[poolSettings, types.UserPoolType]{
	{
		Name: blockTier, Block: blockTier, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string { return tierWord(have.UserPoolTier) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.UserPoolTier = cmp.Or(want.Tier, defaultTier)
		},
	},
	{
		Name: blockDeletionProtection, Block: blockDeletionProtection, Class: plan.InPlace,
		Words:   func(have *types.UserPoolType) string { return engine.Switch(protected(have)) },
		Weakens: func(have, laid *types.UserPoolType) bool { return protected(have) && !protected(laid) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.DeletionProtection = types.DeletionProtectionTypeInactive
			if want.Protected {
				have.DeletionProtection = types.DeletionProtectionTypeActive
			}
		},
	},
}

func protected(have *types.UserPoolType) bool {
	return have.DeletionProtection == types.DeletionProtectionTypeActive
}

// tierWord is a tier in the spec's words.
func tierWord(name types.UserPoolTierType) string {
	for tier, of := range tiers {
		if of == name {
			return string(tier)
		}
	}
	return string(name)
}

// growTier keeps a higher tier until everything converged that may still need it.
func growTier(want poolSettings, have *types.UserPoolType) poolSettings {
	lower := slices.Index(tierOrder, cmp.Or(want.Tier, defaultTier)) < slices.Index(tierOrder, have.UserPoolTier)
	if !want.Owns(blockTier) || !lower {
		return want
	}
	want.Tier = have.UserPoolTier
	return want
}
