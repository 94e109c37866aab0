package userpool

import (
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// deviceSettings is what the spec says of devices.
type deviceSettings struct {
	OnRequest bool `json:",omitzero"`
	SkipMFA   bool `json:",omitzero"`
}

// devices is nil where the spec has none: Cognito remembers no device then.
func devices(spec *v1alpha1.UserPoolSpec) *deviceSettings {
	if spec.Devices == nil {
		return nil
	}
	return &deviceSettings{
		OnRequest: spec.Devices.Remember == v1alpha1.RememberOnRequest, SkipMFA: spec.Devices.SkipMFA == v1alpha1.Enabled,
	}
}

// notRemembered is in the place of devices.remember where Cognito remembers none.
const notRemembered = "Never"

// deviceFields are how devices are remembered.
var deviceFields = []engine.Field[poolSettings, types.UserPoolType]{
	{
		Name: "devices.remember", Block: blockDevices, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string {
			switch {
			case have.DeviceConfiguration == nil:
				return notRemembered
			case have.DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt:
				return string(v1alpha1.RememberOnRequest)
			default:
				return string(v1alpha1.RememberAlways)
			}
		},
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.DeviceConfiguration = nil
			if want.Devices != nil {
				have.DeviceConfiguration = &types.DeviceConfigurationType{
					DeviceOnlyRememberedOnUserPrompt: want.Devices.OnRequest, ChallengeRequiredOnNewDevice: want.Devices.SkipMFA,
				}
			}
		},
	},
	{
		Name: "devices.skipMFA", Block: blockDevices, Class: plan.InPlace,
		Words:   func(have *types.UserPoolType) string { return engine.Switch(skipsMFA(have)) },
		Weakens: func(have, laid *types.UserPoolType) bool { return !skipsMFA(have) && skipsMFA(laid) },
		// It is set with the other one: the two are one structure.
		Set: func(*types.UserPoolType, *poolSettings) {},
	},
}

// skipsMFA says that a remembered device stands for a second factor.
func skipsMFA(have *types.UserPoolType) bool {
	return have.DeviceConfiguration != nil && have.DeviceConfiguration.ChallengeRequiredOnNewDevice
}
