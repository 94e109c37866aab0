package apigateway

import (
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

var authorizerTypes = []string{"REQUEST", "TOKEN", "COGNITO_USER_POOLS"}

const longestTTL = 3600 // seconds

// createAuthorizer answers for a missing API with a conflict (test_authorizer_crud_no_api, 2024-04-15).
func (t *tenant) createAuthorizer(r wire.Request, in *sdk.CreateAuthorizerInput) (*sdk.CreateAuthorizerOutput, error) {
	if err := constrain(r).notNull("name", in.Name).notNull("type", in.Type).
		enum("type", string(in.Type), authorizerTypes).err(); err != nil {
		return nil, err
	}
	authorizer := as[types.Authorizer](*in)
	if err := checkAuthorizer(authorizer); err != nil {
		return nil, err
	}
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, conflict("Unable to complete operation due to concurrent modification. Please try again later.")
	}
	if err := a.addAuthorizer(authorizer, t.limits.Authorizers); err != nil {
		return nil, err
	}
	return as[sdk.CreateAuthorizerOutput](*authorizer), nil
}

// addAuthorizer gives the authorizer its id and its defaults. The TTL isn't filled in: what isn't set stays unset and
// counts as 300 seconds.
func (d *definition) addAuthorizer(a *types.Authorizer, limit int) error {
	if find(d.Authorizers, func(other *types.Authorizer) bool { return same(other.Name, text(a.Name)) }) != nil {
		return badRequest("Authorizer name must be unique. Authorizer %s already exists in this RestApi.", text(a.Name))
	}
	if len(d.Authorizers) >= limit {
		return limitExceeded("authorizers")
	}
	if a.Id == nil {
		a.Id = newID(shortID)
	}
	if a.AuthType == nil {
		kind := "custom"
		if a.Type == types.AuthorizerTypeCognitoUserPools {
			kind = "cognito_user_pools"
		}
		a.AuthType = &kind
	}
	if a.Type == types.AuthorizerTypeCognitoUserPools {
		a.AuthorizerCredentials = nil // ignored at creation
	}
	d.Authorizers = append(d.Authorizers, a)
	return nil
}

func checkAuthorizer(a *types.Authorizer) error {
	if a.Type == types.AuthorizerTypeCognitoUserPools {
		if len(a.ProviderARNs) == 0 {
			return badRequest("ProviderARNs cannot be empty")
		}
		if slices.ContainsFunc(a.ProviderARNs, func(arn string) bool { return !isPoolARN(arn) }) {
			return badRequest("Invalid ARN specified in the request")
		}
	} else if !serviceURI.MatchString(text(a.AuthorizerUri)) {
		return badRequest("Invalid Authorizer URI: %s. Authorizer URI should be a valid API Gateway ARN "+
			"that represents a Lambda function invocation.", text(a.AuthorizerUri))
	}
	if ttl := a.AuthorizerResultTtlInSeconds; ttl != nil && (*ttl < 0 || *ttl > longestTTL) {
		return badRequest("Authorizer result TTL outside allowable range. TTL must be between 0 and %d seconds.", longestTTL)
	}
	return nil
}

// isPoolARN tells arn:aws:cognito-idp:{region}:{account}:userpool/{id}.
func isPoolARN(arn string) bool {
	parts := strings.Split(arn, ":")
	return len(parts) == 6 && parts[0] == "arn" && parts[2] == "cognito-idp" && strings.HasPrefix(parts[5], "userpool/")
}

func (t *tenant) getAuthorizer(_ wire.Request, in *sdk.GetAuthorizerInput) (*sdk.GetAuthorizerOutput, error) {
	_, a, err := t.authorizer(in.RestApiId, in.AuthorizerId)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetAuthorizerOutput](*a), nil
}

func (t *tenant) getAuthorizers(_ wire.Request, in *sdk.GetAuthorizersInput) (*sdk.GetAuthorizersOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	items, next := page(values(a.Authorizers), in.Limit, in.Position)
	return &sdk.GetAuthorizersOutput{Items: items, Position: next}, nil
}

// deleteAuthorizer refuses while a method of the working copy needs it; what is deployed doesn't count. The slashes
// are AWS's (https://github.com/hashicorp/terraform-provider-aws/issues/14812).
func (t *tenant) deleteAuthorizer(
	_ wire.Request, in *sdk.DeleteAuthorizerInput,
) (*sdk.DeleteAuthorizerOutput, error) {
	a, authorizer, err := t.authorizer(in.RestApiId, in.AuthorizerId)
	if err != nil {
		return nil, err
	}
	users := a.users(func(m types.Method) bool { return same(m.AuthorizerId, *authorizer.Id) })
	if len(users) > 0 {
		return nil, conflict("Cannot delete authorizer '%s', is referenced in method: %s/%s",
			*authorizer.Name, users[0].httpMethod, users[0].path)
	}
	remove(&a.Authorizers, func(other *types.Authorizer) bool { return other == authorizer })
	return &sdk.DeleteAuthorizerOutput{}, nil
}
