package userpool

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const blockAuthFlows = "authFlows"

// clientAccessFields are the blocks that say who may sign in and how, and what a client sees of its users.
var clientAccessFields = []engine.Field[clientSettings, types.UserPoolClientType]{
	{
		Name: blockAuthFlows, Block: blockAuthFlows, Class: plan.InPlace,
		Words: authFlowWords,
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.ExplicitAuthFlows = want.AuthFlows
			if want.AuthFlows == nil {
				have.ExplicitAuthFlows = defaultAuthFlows(want.tokens().Rotation)
			}
		},
	},
}

// authFlows are the flows of Cognito's API in its words.
var authFlows = map[v1alpha1.AuthFlow]types.ExplicitAuthFlowsType{
	v1alpha1.AuthFlowSRP:           types.ExplicitAuthFlowsTypeAllowUserSrpAuth,
	v1alpha1.AuthFlowPassword:      types.ExplicitAuthFlowsTypeAllowUserPasswordAuth,
	v1alpha1.AuthFlowAdminPassword: types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth,
	v1alpha1.AuthFlowCustom:        types.ExplicitAuthFlowsTypeAllowCustomAuth,
	v1alpha1.AuthFlowChoice:        types.ExplicitAuthFlowsTypeAllowUserAuth,
	v1alpha1.AuthFlowRefresh:       types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
}

// defaultAuthFlows are those of a client that names none. Cognito refuses Refresh beside rotation.
func defaultAuthFlows(rotation bool) []types.ExplicitAuthFlowsType {
	flows := []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowCustomAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth}
	if !rotation {
		flows = append(flows, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth)
	}
	slices.Sort(flows)
	return flows
}

// authFlowWords are Cognito's flows in the spec's words; older ones, which the spec has no word for, stay as they are.
func authFlowWords(have *types.UserPoolClientType) string {
	flows := have.ExplicitAuthFlows
	if len(flows) == 0 {
		flows = defaultAuthFlows(rotates(have))
	}
	words := make([]string, 0, len(flows))
	for _, flow := range flows {
		word := string(flow)
		for ours, theirs := range authFlows {
			if theirs == flow {
				word = string(ours)
			}
		}
		words = append(words, word)
	}
	return engine.Join(words)
}
