package userpool

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const blockThreats = "threatProtection"

// threatModes are the modes in Cognito's words.
var threatModes = map[v1alpha1.ThreatMode]types.AdvancedSecurityModeType{
	v1alpha1.ThreatDisabled: types.AdvancedSecurityModeTypeOff,
	v1alpha1.ThreatAudit:    types.AdvancedSecurityModeTypeAudit,
	v1alpha1.ThreatEnforced: types.AdvancedSecurityModeTypeEnforced,
}

// threatOrder has the weakest mode first; those of one's own challenges are the same words.
var threatOrder = []types.AdvancedSecurityModeType{
	types.AdvancedSecurityModeTypeOff, types.AdvancedSecurityModeTypeAudit, types.AdvancedSecurityModeTypeEnforced,
}

// threatSettings is how risks are looked at. What is done about them is another resource: see risk.
type threatSettings struct {
	Mode, CustomAuth types.AdvancedSecurityModeType
}

func threats(spec *v1alpha1.UserPoolSpec) *threatSettings {
	if spec.ThreatProtection == nil {
		return nil
	}
	return &threatSettings{
		threatModes[cmp.Or(spec.ThreatProtection.Mode, v1alpha1.ThreatDisabled)],
		threatModes[cmp.Or(v1alpha1.ThreatMode(spec.ThreatProtection.CustomAuth), v1alpha1.ThreatDisabled)],
	}
}

// threatsOf are a pool's.
func threatsOf(have *types.UserPoolType) threatSettings {
	found := threatSettings{types.AdvancedSecurityModeTypeOff, types.AdvancedSecurityModeTypeOff}
	if addOns := have.UserPoolAddOns; addOns != nil {
		found.Mode = cmp.Or(addOns.AdvancedSecurityMode, found.Mode)
		if flows := addOns.AdvancedSecurityAdditionalFlows; flows != nil {
			found.CustomAuth = cmp.Or(types.AdvancedSecurityModeType(flows.CustomAuthMode), found.CustomAuth)
		}
	}
	return found
}

func (s threatSettings) addOns() *types.UserPoolAddOnsType {
	addOns := &types.UserPoolAddOnsType{AdvancedSecurityMode: s.Mode}
	if s.CustomAuth != types.AdvancedSecurityModeTypeOff {
		addOns.AdvancedSecurityAdditionalFlows = &types.AdvancedSecurityAdditionalFlowsType{
			CustomAuthMode: types.AdvancedSecurityEnabledModeType(s.CustomAuth),
		}
	}
	return addOns
}

// threatFields are the modes of threat protection. The first one sets both: they are one structure.
var threatFields = []engine.Field[poolSettings, types.UserPoolType]{
	threatField("mode", func(s threatSettings) types.AdvancedSecurityModeType { return s.Mode }, setThreats),
	threatField("customAuth", func(s threatSettings) types.AdvancedSecurityModeType { return s.CustomAuth },
		func(*types.UserPoolType, *poolSettings) {}),
}

func threatField(
	name string, mode func(threatSettings) types.AdvancedSecurityModeType, set func(*types.UserPoolType, *poolSettings),
) engine.Field[poolSettings, types.UserPoolType] {
	return engine.Field[poolSettings, types.UserPoolType]{
		Name: "threatProtection." + name, Block: blockThreats, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string {
			for word, of := range threatModes {
				if of == mode(threatsOf(have)) {
					return string(word)
				}
			}
			return string(mode(threatsOf(have)))
		},
		Weakens: func(have, laid *types.UserPoolType) bool {
			return slices.Index(threatOrder, mode(threatsOf(laid))) < slices.Index(threatOrder, mode(threatsOf(have)))
		},
		Set: set,
	}
}

// setThreats turns off what is on, and sends nothing to a pool that never had it: other tiers than Plus lack it.
func setThreats(have *types.UserPoolType, want *poolSettings) {
	switch {
	case want.Threats != nil:
		have.UserPoolAddOns = want.Threats.addOns()
	case have.UserPoolAddOns != nil:
		have.UserPoolAddOns = &types.UserPoolAddOnsType{AdvancedSecurityMode: types.AdvancedSecurityModeTypeOff}
	}
}

// growThreats keeps threat protection on until the answers to risks are Cognito's default again: Cognito refuses their calls without it
// (SetRiskConfiguration, UserPoolAddOnNotEnabledException).
func growThreats(want poolSettings, have *types.UserPoolType) poolSettings {
	there := threatsOf(have)
	off := want.Threats == nil || want.Threats.Mode == types.AdvancedSecurityModeTypeOff
	if want.Owns(blockThreats) && off && there.Mode != types.AdvancedSecurityModeTypeOff {
		want.Threats = &there
	}
	return want
}
