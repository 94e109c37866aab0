package apigateway

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// api finds an API. Ids are case-sensitive (test_get_api_case_insensitive, 2024-04-15).
func (t *tenant) api(id *string) (*restAPI, error) {
	for _, a := range t.apis {
		if same(a.RestAPI.Id, text(id)) {
			return a, nil
		}
	}
	return nil, notFound("Invalid API identifier specified " + t.account + ":" + text(id))
}

// partOf finds a part of an API. If the API is missing, AWS says that the part is.
func partOf[E any](t *tenant, apiID *string, find func(*restAPI) *E, missing string) (*restAPI, *E, error) {
	a, err := t.api(apiID)
	if err == nil {
		if part := find(a); part != nil {
			return a, part, nil
		}
	}
	return nil, nil, notFound(missing)
}

func (t *tenant) resource(apiID, id *string) (*restAPI, *types.Resource, error) {
	return partOf(t, apiID, func(a *restAPI) *types.Resource { return a.Resources[text(id)] }, noResource)
}

func (t *tenant) authorizer(apiID, id *string) (*restAPI, *types.Authorizer, error) {
	return partOf(t, apiID, func(a *restAPI) *types.Authorizer { return a.authorizer(id) }, noAuthorizer)
}

func (t *tenant) validator(apiID, id *string) (*restAPI, *types.RequestValidator, error) {
	return partOf(t, apiID, func(a *restAPI) *types.RequestValidator { return a.validator(id) }, noValidator)
}

func (t *tenant) model(apiID, name *string) (*restAPI, *types.Model, error) {
	return partOf(t, apiID, func(a *restAPI) *types.Model { return a.model(name) },
		"Invalid model name specified: "+text(name))
}

func (t *tenant) deployment(apiID, id *string) (*restAPI, *deployment, error) {
	return partOf(t, apiID, func(a *restAPI) *deployment { return a.deployment(id) }, noDeployment)
}

func (t *tenant) stage(apiID, name *string) (*restAPI, *types.Stage, error) {
	return partOf(t, apiID, func(a *restAPI) *types.Stage { return a.stage(name) }, noStage)
}

// methodRef is a method in its place. The method is a copy: save puts it back.
type methodRef struct {
	api  *restAPI
	res  *types.Resource
	name string
	types.Method
}

func (t *tenant) method(apiID, resourceID, httpMethod *string) (*methodRef, error) {
	a, res, err := t.resource(apiID, resourceID)
	if err != nil {
		return nil, err
	}
	name := strings.ToUpper(text(httpMethod))
	m, ok := res.ResourceMethods[name]
	if !ok {
		return nil, notFound(noMethod)
	}
	return &methodRef{api: a, res: res, name: name, Method: wire.Clone(m)}, nil
}

func (m *methodRef) save() { put(&m.res.ResourceMethods, m.name, m.Method) }

// integration finds a method that has an integration.
func (t *tenant) integration(apiID, resourceID, httpMethod *string) (*methodRef, error) {
	m, err := t.method(apiID, resourceID, httpMethod)
	if err != nil {
		return nil, err
	}
	if m.MethodIntegration == nil {
		return nil, notFound(noIntegration)
	}
	return m, nil
}
