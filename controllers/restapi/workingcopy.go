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
func (g *Gateway) readWorkingCopy(ctx context.Context, api string, m *Model, aspects []string) (*seen, error) {
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
	return m.workingCopy(resources, authorizers), nil
}

// workingCopy is what was read of it; nil resources or authorizers were not looked at. A method is guarded only if its
// authorizer was seen to guard as the model asks; where the authorizers were not looked at, their kind counts.
func (m *Model) workingCopy(resources []types.Resource, authorizers []types.Authorizer) *seen {
	copied := &seen{authorizers: authorizers}
	byID := map[string]*types.Authorizer{}
	for i := range authorizers {
		byID[*authorizers[i].Id] = &authorizers[i]
	}
	if resources != nil {
		copied.methods = map[string]words{}
	}
	for i := range resources {
		for name, method := range resources[i].ResourceMethods {
			copied.methods[name+" "+*resources[i].Path] = words{
				m.access(&method, byID, authorizers != nil), integrationWords(v1alpha1.Method(name), method.MethodIntegration),
			}
		}
	}
	return copied
}

// access is who may call a method that was read.
func (m *Model) access(method *types.Method, authorizers map[string]*types.Authorizer, looked bool) string {
	authorization, keyed := aws.ToString(method.AuthorizationType), aws.ToBool(method.ApiKeyRequired)
	clients := whose(m.clients(), method.AuthorizationScopes)
	if authorization == authTypeCognito && looked {
		id := aws.ToString(method.AuthorizerId)
		var ours bool
		if a := authorizers[id]; a != nil {
			clients, ours = m.guardedBy(a, method.AuthorizationScopes)
		}
		if !ours {
			return "authorizer " + id + ", which is not ours"
		}
	}
	return methodAccess(authorization, method.AuthorizationScopes, clients, keyed)
}

// methodAccess is who may call a method that was read, in the words of accessWords.
func methodAccess(authorization string, scopes []string, clients string, apiKey bool) string {
	var access string
	switch authorization {
	case authTypeNone:
		access = accessWords(v1alpha1.AccessGuest, nil, "")
	case authTypeCognito:
		access = accessWords(v1alpha1.AccessRegistered, scopes, clients)
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

// summarized is what a deployment's summary tells of its methods. It tells who may call them, but neither by which authorizer, nor
// the scopes, nor what answers: these count as the model's.
func (m *Model) summarized(summary map[string]map[string]types.MethodSnapshot) *seen {
	wanted := m.describe()
	scopes := map[string][]string{}
	for i := range m.Methods {
		scopes[m.Methods[i].String()] = m.Methods[i].Scopes
	}
	snapshot := &seen{methods: map[string]words{}}
	for path, methods := range summary {
		for method, have := range methods {
			name := method + " " + path
			snapshot.methods[name] = words{
				methodAccess(aws.ToString(have.AuthorizationType), scopes[name], whose(m.clients(), scopes[name]), have.ApiKeyRequired),
				wanted[name].backend,
			}
		}
	}
	return snapshot
}
