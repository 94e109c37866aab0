package userpool

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// clientSettings is what an app client is made with. Lists are sorted: Cognito keeps no order.
type clientSettings struct {
	engine.Blocks

	Name         string
	CallbackURLs []string
	LogoutURLs   []string
	Flows        []types.OAuthFlowType
	Scopes       []string
	// HasSecret is fixed at the creation.
	HasSecret bool
	// Tokens are nil where the spec says nothing of them.
	Tokens *tokenSettings `json:",omitempty"`
	Access clientAccess   `json:",omitzero"`
}

func clientBlocks(spec *v1alpha1.Client, pool *v1alpha1.UserPoolSpec) map[string]bool {
	return map[string]bool{
		blockTokens: spec.Tokens != nil,
		// Rotation decides which flows are the default.
		blockAuthFlows:          len(spec.AuthFlows) > 0 || spec.Tokens != nil && spec.Tokens.Rotation == v1alpha1.Enabled,
		blockDefaultRedirectURL: spec.DefaultRedirectURL != "",
		// The default are all providers of the pool.
		blockIdentityProviders:   len(spec.IdentityProviders) > 0 || len(pool.IdentityProviders) > 0,
		blockReadAttributes:      spec.ReadAttributes != nil,
		blockSendUserContext:     spec.SendUserContext != "",
		blockUserExistenceErrors: spec.UserExistenceErrors != "",
		blockWriteAttributes:     spec.WriteAttributes != nil,
	}
}

// oauthFlows are the flows in Cognito's words.
var oauthFlows = map[v1alpha1.Flow]types.OAuthFlowType{
	v1alpha1.FlowCode:              types.OAuthFlowTypeCode,
	v1alpha1.FlowImplicit:          types.OAuthFlowTypeImplicit,
	v1alpha1.FlowClientCredentials: types.OAuthFlowTypeClientCredentials,
}

// defaultScopes are of a client that names none: enough to know who signed in.
var defaultScopes = []string{"email", "openid"}

func (r client) desired() (*clientSettings, error) {
	spec := specClient(r.p, r.name)
	if spec == nil {
		return nil, nil
	}
	tokens, err := tokens(spec.Tokens)
	if err != nil {
		return nil, err
	}
	want := &clientSettings{
		Blocks:       r.p.BlocksOf(PrefixClient+r.name, clientBlocks(spec, &r.p.Object.Spec.UserPool)),
		Tokens:       tokens,
		Access:       r.accessOf(spec),
		Name:         r.clientName(r.p, r.name),
		CallbackURLs: sortedURLs(spec.CallbackURLs),
		LogoutURLs:   sortedURLs(spec.LogoutURLs),
		Scopes:       slices.Sorted(slices.Values(spec.Scopes)),
		HasSecret:    spec.HasSecret(),
	}
	if len(want.Scopes) == 0 && len(spec.Flows) > 0 {
		want.Scopes = defaultScopes
	}
	for _, flow := range spec.Flows {
		want.Flows = append(want.Flows, oauthFlows[flow])
	}
	slices.Sort(want.Flows)
	if want.HasSecret {
		// The Secret is there before the client, and its record before both.
		r.p.Record(PrefixSecret + r.name)
	}
	return want, nil
}

func sortedURLs(urls []v1alpha1.URL) []string {
	sorted := make([]string, 0, len(urls))
	for _, url := range urls {
		sorted = append(sorted, string(url))
	}
	slices.Sort(sorted)
	return sorted
}

// clientFields are what the spec sets of a client.
var clientFields = slices.Concat(clientLoginFields, clientAccessFields, clientTokenFields)

// clientLoginFields are what belongs to no block: they decide where tokens go.
var clientLoginFields = []engine.Field[clientSettings, types.UserPoolClientType]{
	{
		Name: "callbackURLs", Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string { return engine.Join(have.CallbackURLs) },
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.CallbackURLs = want.CallbackURLs
			if !slices.Contains(want.CallbackURLs, aws.ToString(have.DefaultRedirectURI)) {
				// It must be one of the callback URLs.
				have.DefaultRedirectURI = nil
			}
		},
	},
	{
		Name: "logoutURLs", Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string { return engine.Join(have.LogoutURLs) },
		Set:   func(have *types.UserPoolClientType, want *clientSettings) { have.LogoutURLs = want.LogoutURLs },
	},
	{
		Name: "flows", Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string { return engine.Join(have.AllowedOAuthFlows) },
		Set:   func(have *types.UserPoolClientType, want *clientSettings) { have.AllowedOAuthFlows = want.Flows },
	},
	{
		Name: "scopes", Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string { return engine.Join(have.AllowedOAuthScopes) },
		Set:   func(have *types.UserPoolClientType, want *clientSettings) { have.AllowedOAuthScopes = want.Scopes },
	},
	{
		Name: "oauth", Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string {
			return engine.Switch(aws.ToBool(have.AllowedOAuthFlowsUserPoolClient))
		},
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.AllowedOAuthFlowsUserPoolClient = new(len(want.Flows) > 0)
		},
	},
}

func createClientInput(pool string, want *clientSettings) *cip.CreateUserPoolClientInput {
	laid := engine.Overlay(clientFields, want, nil)
	return &cip.CreateUserPoolClientInput{
		UserPoolId:                      &pool,
		ClientName:                      &want.Name,
		AccessTokenValidity:             laid.AccessTokenValidity,
		AllowedOAuthFlows:               laid.AllowedOAuthFlows,
		AllowedOAuthFlowsUserPoolClient: *laid.AllowedOAuthFlowsUserPoolClient,
		AllowedOAuthScopes:              laid.AllowedOAuthScopes,
		AuthSessionValidity:             laid.AuthSessionValidity,
		CallbackURLs:                    laid.CallbackURLs,
		EnableTokenRevocation:           laid.EnableTokenRevocation,
		ExplicitAuthFlows:               laid.ExplicitAuthFlows,
		IdTokenValidity:                 laid.IdTokenValidity,
		LogoutURLs:                      laid.LogoutURLs,
		RefreshTokenRotation:            laid.RefreshTokenRotation,
		RefreshTokenValidity:            laid.RefreshTokenValidity,
		TokenValidityUnits:              laid.TokenValidityUnits,
		ReadAttributes:                  laid.ReadAttributes,
		WriteAttributes:                 laid.WriteAttributes,
		DefaultRedirectURI:              laid.DefaultRedirectURI,
		SupportedIdentityProviders:      laid.SupportedIdentityProviders,
		// The login pages must not tell who has an account.
		PreventUserExistenceErrors:               laid.PreventUserExistenceErrors,
		EnablePropagateAdditionalUserContextData: laid.EnablePropagateAdditionalUserContextData,
	}
}

func updateClientInput(client *types.UserPoolClientType) *cip.UpdateUserPoolClientInput {
	return &cip.UpdateUserPoolClientInput{
		UserPoolId:                               client.UserPoolId,
		ClientId:                                 client.ClientId,
		ClientName:                               client.ClientName,
		AccessTokenValidity:                      client.AccessTokenValidity,
		AllowedOAuthFlows:                        client.AllowedOAuthFlows,
		AllowedOAuthFlowsUserPoolClient:          aws.ToBool(client.AllowedOAuthFlowsUserPoolClient),
		AllowedOAuthScopes:                       client.AllowedOAuthScopes,
		AnalyticsConfiguration:                   client.AnalyticsConfiguration,
		AuthSessionValidity:                      client.AuthSessionValidity,
		CallbackURLs:                             client.CallbackURLs,
		DefaultRedirectURI:                       client.DefaultRedirectURI,
		EnablePropagateAdditionalUserContextData: client.EnablePropagateAdditionalUserContextData,
		EnableTokenRevocation:                    client.EnableTokenRevocation,
		ExplicitAuthFlows:                        client.ExplicitAuthFlows,
		IdTokenValidity:                          client.IdTokenValidity,
		LogoutURLs:                               client.LogoutURLs,
		PreventUserExistenceErrors:               client.PreventUserExistenceErrors,
		ReadAttributes:                           client.ReadAttributes,
		RefreshTokenRotation:                     client.RefreshTokenRotation,
		RefreshTokenValidity:                     client.RefreshTokenValidity,
		SupportedIdentityProviders:               client.SupportedIdentityProviders,
		TokenValidityUnits:                       client.TokenValidityUnits,
		WriteAttributes:                          client.WriteAttributes,
	}
}
