package apigateway

import (
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (t *tenant) updateAuthorizer(
	r wire.Request, in *sdk.UpdateAuthorizerInput,
) (*sdk.UpdateAuthorizerOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).err(); err != nil {
		return nil, err
	}
	api, authorizer, err := t.authorizer(in.RestApiId, in.AuthorizerId)
	if err != nil {
		return nil, err
	}
	patched := wire.Clone(*authorizer)
	for _, c := range changes(in.PatchOperations) {
		if err := patchAuthorizer(&patched, c); err != nil {
			return nil, err
		}
	}
	if err := checkAuthorizer(&patched); err != nil {
		return nil, err
	}
	twin := find(api.Authorizers, func(other *types.Authorizer) bool {
		return other != authorizer && same(other.Name, text(patched.Name))
	})
	if twin != nil {
		return nil, badRequest("Authorizer name must be unique. Authorizer %s already exists in this RestApi.", *twin.Name)
	}
	*authorizer = patched
	return as[sdk.UpdateAuthorizerOutput](patched), nil
}

func patchAuthorizer(a *types.Authorizer, c change) error {
	if c.root() == "providerARNs" {
		return patchProviders(&a.ProviderARNs, c)
	}
	if !c.whole() {
		return c.wrongPath()
	}
	texts := map[string]**string{
		"name":                         &a.Name,
		"authorizerUri":                &a.AuthorizerUri,
		"authorizerCredentials":        &a.AuthorizerCredentials,
		"identitySource":               &a.IdentitySource,
		"identityValidationExpression": &a.IdentityValidationExpression,
		"authType":                     &a.AuthType,
	}
	if p, ok := texts[c.root()]; ok {
		*p = filled(c.value)
		return c.only(types.OpReplace)
	}
	switch c.root() {
	case "type":
		return patchAuthorizerType(a, c)
	case "authorizerResultTtlInSeconds":
		n, err := strconv.ParseInt(text(c.value), 10, 32)
		if err != nil {
			n = -1 // refused as out of range
		}
		a.AuthorizerResultTtlInSeconds = aws.Int32(int32(n))
		return c.only(types.OpReplace)
	}
	return c.wrongPath()
}

// patchAuthorizerType: a Lambda authorizer doesn't become one for user pools, nor the other way around.
func patchAuthorizerType(a *types.Authorizer, c change) error {
	value := types.AuthorizerType(text(c.value))
	cognito := types.AuthorizerTypeCognitoUserPools
	if !slices.Contains(authorizerTypes, string(value)) || (value == cognito) != (a.Type == cognito) {
		return badRequest("Invalid authorizer type specified")
	}
	a.Type = value
	return c.only(types.OpReplace)
}

// patchProviders adds or removes one user pool. The list is never empty in between: add first, then remove.
func patchProviders(arns *[]string, c change) error {
	switch value := text(c.value); c.op {
	case types.OpAdd:
		if !slices.Contains(*arns, value) {
			*arns = append(*arns, value)
		}
	case types.OpRemove:
		remove(arns, func(arn string) bool { return arn == value })
		if len(*arns) == 0 {
			return badRequest("ProviderARNs cannot be empty")
		}
	default:
		return c.only(types.OpAdd, types.OpRemove)
	}
	return nil
}
