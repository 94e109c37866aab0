package restapi

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// What is seen of an API's working copy, which a deployment is a snapshot of, and of a deployment.

// Aspects of the working copy that can be looked at one by one.
const (
	methodsAspect     = "methods"
	authorizersAspect = "authorizers"
)

const (
	authTypeNone    = "NONE"
	authTypeCognito = "COGNITO_USER_POOLS"
)

// readWorkingCopy reads aspects of the working copy: a call each, for methods one for 500 resources.
func (g *Gateway) readWorkingCopy(ctx context.Context, api, poolARN string, aspects []string) (*seen, error) {
	var resources []types.Resource
	var authorizers []types.Authorizer
	var err error
	if slices.Contains(aspects, methodsAspect) {
		if resources, err = g.resources(ctx, api); err != nil {
			return nil, err
		}
	}
	if slices.Contains(aspects, authorizersAspect) {
		if authorizers, err = g.authorizers(ctx, api); err != nil {
			return nil, err
		}
	}
	return workingCopy(resources, authorizers, poolARN), nil
}

// workingCopy is what was read of it; nil resources or authorizers were not looked at. A method is guarded only if its
// authorizer was seen to guard for the user pool; where the authorizers were not looked at, their kind counts.
func workingCopy(resources []types.Resource, authorizers []types.Authorizer, poolARN string) *seen {
	copied := &seen{}
	ours := map[string]bool{}
	for i := range authorizers {
		if guards(&authorizers[i], poolARN) {
			ours[*authorizers[i].Id] = true
		}
	}
	copied.unguarded = authorizers != nil && len(ours) == 0
	if resources != nil {
		copied.methods = map[string]words{}
	}
	for i := range resources {
		for name, method := range resources[i].ResourceMethods {
			id := aws.ToString(method.AuthorizerId)
			access := methodAccess(aws.ToString(method.AuthorizationType), method.AuthorizationScopes, aws.ToBool(method.ApiKeyRequired))
			if aws.ToString(method.AuthorizationType) == authTypeCognito && authorizers != nil && !ours[id] {
				access = "authorizer " + id + ", which is not ours"
			}
			copied.methods[name+" "+*resources[i].Path] = words{access, integrationWords(v1alpha1.Method(name), method.MethodIntegration)}
		}
	}
	return copied
}

// methodAccess is who may call a method that was read, in the words of accessWords.
func methodAccess(authorization string, scopes []string, apiKey bool) string {
	var access string
	switch authorization {
	case authTypeNone:
		access = accessWords(v1alpha1.AccessGuest, nil)
	case authTypeCognito:
		access = accessWords(v1alpha1.AccessRegistered, scopes)
	default:
		access = "authorization " + authorization
	}
	if apiKey {
		access += keyBehind
	}
	return access
}

func (g *Gateway) resources(ctx context.Context, api string) ([]types.Resource, error) {
	resources := []types.Resource{}
	pages := apigateway.NewGetResourcesPaginator(g.API, &apigateway.GetResourcesInput{
		RestApiId: &api, Embed: []string{"methods"}, Limit: aws.Int32(500),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		resources = append(resources, page.Items...)
	}
	return resources, nil
}

// authorizers need one page: an API has at most 10.
func (g *Gateway) authorizers(ctx context.Context, api string) ([]types.Authorizer, error) {
	out, err := g.API.GetAuthorizers(ctx, &apigateway.GetAuthorizersInput{RestApiId: &api, Limit: aws.Int32(500)})
	if err != nil {
		return nil, err
	}
	return append([]types.Authorizer{}, out.Items...), nil
}

// Models and request validators are named so in plans.
const (
	modelPrefix     = "model/"
	validatorPrefix = "requestValidator/"
)

// modelsOfAWS come with an API that is created in the console.
var modelsOfAWS = []string{"Empty", "Error"}

// unused are the models and request validators of an API.
func (g *Gateway) unused(ctx context.Context, api string) ([]string, error) {
	var names []string
	pages := apigateway.NewGetModelsPaginator(g.API, &apigateway.GetModelsInput{RestApiId: &api, Limit: aws.Int32(500)})
	for pages.HasMorePages() {
		models, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for i := range models.Items {
			if name := aws.ToString(models.Items[i].Name); !slices.Contains(modelsOfAWS, name) {
				names = append(names, modelPrefix+name)
			}
		}
	}
	// One page: validators check the body, the parameters or both, and more than a few would be the same.
	validators, err := g.API.GetRequestValidators(ctx, &apigateway.GetRequestValidatorsInput{RestApiId: &api, Limit: aws.Int32(500)})
	if err != nil {
		return nil, err
	}
	for i := range validators.Items {
		names = append(names, validatorPrefix+aws.ToString(validators.Items[i].Name))
	}
	slices.Sort(names)
	return names, nil
}

// guards says whether an authorizer takes tokens of the user pool, from the header that we name, and no others.
func guards(a *types.Authorizer, poolARN string) bool {
	return a.Type == types.AuthorizerTypeCognitoUserPools &&
		slices.Equal(a.ProviderARNs, []string{poolARN}) &&
		aws.ToString(a.IdentitySource) == "method.request.header."+tokenHeader
}

// summarized is what a deployment's summary tells of its methods. It tells who may call them, but neither the scopes nor what
// answers: both count as the model's.
func (m *Model) summarized(summary map[string]map[string]types.MethodSnapshot) *seen {
	wanted := describe(m.Methods)
	scopes := map[string][]string{}
	for i := range m.Methods {
		scopes[m.Methods[i].String()] = m.Methods[i].Scopes
	}
	snapshot := &seen{methods: map[string]words{}}
	for path, methods := range summary {
		for method, have := range methods {
			name := method + " " + path
			snapshot.methods[name] = words{
				methodAccess(aws.ToString(have.AuthorizationType), scopes[name], have.ApiKeyRequired), wanted[name].backend,
			}
		}
	}
	return snapshot
}
