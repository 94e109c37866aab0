package userpool

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// The blocks that say who may sign in and how, and what a client sees of its users.
const (
	blockAuthFlows           = "authFlows"
	blockDefaultRedirectURL  = "defaultRedirectURL"
	blockIdentityProviders   = "identityProviders"
	blockReadAttributes      = "readAttributes"
	blockSendUserContext     = "sendUserContext"
	blockUserExistenceErrors = "userExistenceErrors"
	blockWriteAttributes     = "writeAttributes"
)

// clientAccess is what the spec says of these blocks; the zero value is what a client has that the spec says nothing of.
type clientAccess struct {
	AuthFlows          []types.ExplicitAuthFlowsType `json:",omitempty"`
	DefaultRedirectURL string                        `json:",omitempty"`
	IdentityProviders  []string                      `json:",omitempty"`
	// Waiting are the identity providers that are not made yet.
	Waiting         []string `json:",omitempty"`
	ReadAttributes  []string `json:",omitempty"`
	SendUserContext bool     `json:",omitempty"`
	UserExistence   bool     `json:",omitempty"`
	WriteAttributes []string `json:",omitempty"`
}

func (r client) accessOf(spec *v1alpha1.Client) clientAccess {
	access := clientAccess{
		DefaultRedirectURL: spec.DefaultRedirectURL,
		ReadAttributes:     slices.Sorted(slices.Values(spec.ReadAttributes)),
		SendUserContext:    spec.SendUserContext == v1alpha1.Enabled,
		UserExistence:      spec.UserExistenceErrors == v1alpha1.UserExistenceLegacy,
		WriteAttributes:    slices.Sorted(slices.Values(spec.WriteAttributes)),
	}
	for _, flow := range spec.AuthFlows {
		access.AuthFlows = append(access.AuthFlows, authFlows[flow])
	}
	slices.Sort(access.AuthFlows)
	r.provide(&access, spec)
	return access
}

// clientAccessFields are the rows of these blocks.
var clientAccessFields = []engine.Field[clientSettings, types.UserPoolClientType]{
	{
		Name: blockAuthFlows, Block: blockAuthFlows, Class: plan.InPlace,
		Words: authFlowWords,
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.ExplicitAuthFlows = want.Access.AuthFlows
			if want.Access.AuthFlows == nil {
				have.ExplicitAuthFlows = defaultAuthFlows(want.tokens().Rotation)
			}
		},
	},
	{
		Name: blockDefaultRedirectURL, Block: blockDefaultRedirectURL, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string { return aws.ToString(have.DefaultRedirectURI) },
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.DefaultRedirectURI = given(want.Access.DefaultRedirectURL)
		},
	},
	{
		Name: blockIdentityProviders, Block: blockIdentityProviders, Class: plan.InPlace,
		Words: providerWords,
		Set:   setProviders,
	},
	{
		Name: blockReadAttributes, Block: blockReadAttributes, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string { return engine.Join(have.ReadAttributes) },
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.ReadAttributes = want.Access.ReadAttributes
		},
	},
	{
		Name: blockWriteAttributes, Block: blockWriteAttributes, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string { return engine.Join(have.WriteAttributes) },
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.WriteAttributes = want.Access.WriteAttributes
		},
	},
	{
		Name: blockUserExistenceErrors, Block: blockUserExistenceErrors, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string {
			if hidesUsers(have) {
				return string(v1alpha1.UserExistenceHidden)
			}
			return string(v1alpha1.UserExistenceLegacy)
		},
		Weakens: func(have, laid *types.UserPoolClientType) bool { return hidesUsers(have) && !hidesUsers(laid) },
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
			if want.Access.UserExistence {
				have.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesLegacy
			}
		},
	},
	{
		Name: blockSendUserContext, Block: blockSendUserContext, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string {
			return engine.Switch(aws.ToBool(have.EnablePropagateAdditionalUserContextData))
		},
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.EnablePropagateAdditionalUserContextData = &want.Access.SendUserContext
		},
	},
}

// hidesUsers says whether a client answers alike for a wrong password and a user that does not exist. What it does not say is
// Cognito's LEGACY.
func hidesUsers(have *types.UserPoolClientType) bool {
	return have.PreventUserExistenceErrors == types.PreventUserExistenceErrorTypesEnabled
}

// The users of the pool itself among identity providers, in the spec's word and in Cognito's.
const (
	providerCognito = "Cognito"
	localUsers      = "COGNITO"
)

func providerWords(have *types.UserPoolClientType) string {
	names := slices.Clone(have.SupportedIdentityProviders)
	if at := slices.Index(names, localUsers); at >= 0 {
		names[at] = providerCognito
	}
	return engine.Join(names)
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
