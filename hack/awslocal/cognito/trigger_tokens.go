package cognito

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// PreTokenGeneration: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html.

// tokenSource is what tokens are issued for.
type tokenSource = string

const (
	tokensOfSignIn  tokenSource = "Authentication"
	tokensOfPages   tokenSource = "HostedAuth"
	tokensOfRefresh tokenSource = "RefreshTokens"
	tokensOfProgram tokenSource = "ClientCredentials"
)

// keptClaims are those that no function changes ("You can't modify the following claims"). Of the last line, the access token's,
// the safe side is told: it says who is called for, and groups have a way of their own.
var keptClaims = []string{
	"acr", "amr", "at_hash", "aud", "auth_time", "azp", "cognito:username", "exp", "iat", "identities", "iss", "jti", "nbf", "nonce",
	"origin_jti", "sub", "token_use",
	"client_id", "username", "scope", "version", "device_key", "event_id",
}

// claimChanges are what a function says of one token.
type claimChanges struct {
	Add      map[string]any `json:"claimsToAddOrOverride"`
	Suppress []string       `json:"claimsToSuppress"`
	// Only access tokens have scopes, and only from the second version of the event on.
	AddScopes      []string `json:"scopesToAdd"`
	SuppressScopes []string `json:"scopesToSuppress"`
}

// groupConfiguration is what tokens say of groups, in requests and in answers.
type groupConfiguration struct {
	Groups        []string `json:"groupsToOverride"`
	Roles         []string `json:"iamRolesToOverride"`
	PreferredRole *string  `json:"preferredRole"`
}

// overrides are a function's answer. The first version of the event changes ID tokens, the others both.
type overrides struct {
	First *struct {
		claimChanges
		Groups *groupConfiguration `json:"groupOverrideDetails"`
	} `json:"claimsOverrideDetails"`
	Later *struct {
		ID     claimChanges        `json:"idTokenGeneration"`
		Access claimChanges        `json:"accessTokenGeneration"`
		Groups *groupConfiguration `json:"groupOverrideDetails"`
	} `json:"claimsAndScopeOverrideDetails"`
}

// preTokenGeneration lets a function change the claims of the tokens of a grant. id is nil where there is no ID token. Programs have
// the third version alone.
func (s *Service) preTokenGeneration(g *grant, source tokenSource, access, id map[string]any) error {
	function, version := g.client.pool.tokenFunction()
	if g.user == nil && version != types.PreTokenGenerationLambdaVersionTypeV30 {
		return nil
	}
	groups := groupConfiguration{Groups: []string{}, Roles: []string{}}
	if g.user != nil {
		groups = g.user.groupConfiguration()
	}
	request := map[string]any{"groupConfiguration": groups}
	t := trigger{
		name: "PreTokenGeneration", function: function, source: "TokenGeneration_" + source,
		pool: g.client.pool, client: g.client, user: g.user, request: request,
	}
	later := version != types.PreTokenGenerationLambdaVersionTypeV10
	if later {
		request["scopes"] = g.scopes
		t.version = strings.TrimSuffix(strings.TrimPrefix(string(version), "V"), "_0")
	}
	var answer overrides
	if err := s.call(t, &answer); err != nil {
		return err
	}
	switch {
	case later && answer.Later != nil:
		answer.Later.Groups.lay(access, id)
		answer.Later.Access.lay(access)
		answer.Later.ID.lay(id)
		access["scope"] = strings.Join(answer.Later.Access.scopes(g.scopes), " ")
	case !later && answer.First != nil:
		answer.First.Groups.lay(access, id)
		answer.First.lay(id)
	}
	return nil
}

// tokenFunction is the function that changes tokens, and the version of its event.
func (p *pool) tokenFunction() (*string, types.PreTokenGenerationLambdaVersionType) {
	if config := p.LambdaConfig.PreTokenGenerationConfig; config != nil {
		return config.LambdaArn, config.LambdaVersion
	}
	return p.LambdaConfig.PreTokenGeneration, types.PreTokenGenerationLambdaVersionTypeV10
}

// groupConfiguration is what the tokens of a user say without a function.
func (u *user) groupConfiguration() groupConfiguration {
	claims := map[string]any{}
	u.addGroups(claims)
	u.addRoles(claims)
	configuration := groupConfiguration{Groups: []string{}, Roles: []string{}}
	if groups, ok := claims["cognito:groups"].([]string); ok {
		configuration.Groups = groups
	}
	if roles, ok := claims["cognito:roles"].([]string); ok {
		configuration.Roles = roles
	}
	if role, ok := claims["cognito:preferred_role"].(string); ok {
		configuration.PreferredRole = &role
	}
	return configuration
}

// lay changes the claims of a token.
func (c *claimChanges) lay(claims map[string]any) {
	if claims == nil {
		return
	}
	for name, value := range c.Add {
		if !kept(name) {
			claims[name] = value
		}
	}
	maps.DeleteFunc(claims, func(name string, _ any) bool { return slices.Contains(c.Suppress, name) && !kept(name) })
}

func kept(claim string) bool {
	return slices.Contains(keptClaims, claim) || strings.HasPrefix(claim, developerPrefix)
}

func (c *claimChanges) scopes(granted []string) []string {
	scopes := slices.DeleteFunc(slices.Clone(granted), func(scope string) bool { return slices.Contains(c.SuppressScopes, scope) })
	for _, scope := range c.AddScopes {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// lay replaces what tokens say of groups. An answer without it leaves them, and an empty one takes them off.
func (c *groupConfiguration) lay(access, id map[string]any) {
	if c == nil {
		return
	}
	for _, claims := range []map[string]any{access, id} {
		if claims == nil {
			continue
		}
		delete(claims, "cognito:groups")
		if len(c.Groups) > 0 {
			claims["cognito:groups"] = c.Groups
		}
	}
	if id == nil {
		return
	}
	delete(id, "cognito:roles")
	delete(id, "cognito:preferred_role")
	if len(c.Roles) > 0 {
		id["cognito:roles"] = c.Roles
	}
	if role := aws.ToString(c.PreferredRole); role != "" {
		id["cognito:preferred_role"] = role
	}
}
