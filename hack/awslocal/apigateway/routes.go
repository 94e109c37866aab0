package apigateway

import (
	"net/http"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Routes are the operations that there are, where AWS has them.
func (s *Service) Routes() []wire.Route {
	const (
		api         = "/restapis/{restApiId}"
		resource    = api + "/resources/{resourceId}"
		method      = resource + "/methods/{httpMethod}"
		response    = method + "/responses/{statusCode}"
		integration = method + "/integration"
		integrated  = integration + "/responses/{statusCode}"
		authorizer  = api + "/authorizers/{authorizerId}"
		model       = api + "/models/{modelName}"
		validator   = api + "/requestvalidators/{requestValidatorId}"
		gateway     = api + "/gatewayresponses/{responseType}"
		deployment  = api + "/deployments/{deploymentId}"
		stage       = api + "/stages/{stageName}"
		tags        = "/tags/{resourceArn}"
	)
	paging := []string{"limit", "position"}
	return []wire.Route{
		create("/restapis", write(s, "CreateRestApi", (*tenant).createRestAPI)),
		get("/restapis", read(s, "GetRestApis", (*tenant).getRestAPIs), paging...),
		get(api, read(s, "GetRestApi", (*tenant).getRestAPI)),
		patchAt(api, write(s, "UpdateRestApi", (*tenant).updateRestAPI)),
		remove202(api, write(s, "DeleteRestApi", (*tenant).deleteRestAPI)),
		{
			Method: http.MethodPost, Pattern: "/restapis?mode=import", Status: http.StatusCreated,
			Op:    write(s, "ImportRestApi", (*tenant).importRestAPI),
			Query: []string{"failonwarnings", "*"}, Payload: "Body",
		},
		{
			Method: http.MethodPut, Pattern: api,
			Op:    write(s, "PutRestApi", (*tenant).putRestAPI),
			Query: []string{"mode", "failonwarnings", "*"}, Payload: "Body",
		},

		create(api+"/resources/{parentId}", write(s, "CreateResource", (*tenant).createResource)),
		get(api+"/resources", read(s, "GetResources", (*tenant).getResources), "embed", "limit", "position"),
		get(resource, read(s, "GetResource", (*tenant).getResource), "embed"),
		patchAt(resource, write(s, "UpdateResource", (*tenant).updateResource)),
		remove202(resource, write(s, "DeleteResource", (*tenant).deleteResource)),

		putAt(method, write(s, "PutMethod", (*tenant).putMethod)),
		get(method, read(s, "GetMethod", (*tenant).getMethod)),
		patchAt(method, write(s, "UpdateMethod", (*tenant).updateMethod)),
		remove204(method, write(s, "DeleteMethod", (*tenant).deleteMethod)),

		putAt(response, write(s, "PutMethodResponse", (*tenant).putMethodResponse)),
		get(response, read(s, "GetMethodResponse", (*tenant).getMethodResponse)),
		{ // the only update that answers 201
			Method: http.MethodPatch, Pattern: response, Status: http.StatusCreated,
			Op: write(s, "UpdateMethodResponse", (*tenant).updateMethodResponse),
		},
		remove204(response, write(s, "DeleteMethodResponse", (*tenant).deleteMethodResponse)),

		putAt(integration, write(s, "PutIntegration", (*tenant).putIntegration)),
		get(integration, read(s, "GetIntegration", (*tenant).getIntegration)),
		patchAt(integration, write(s, "UpdateIntegration", (*tenant).updateIntegration)),
		remove204(integration, write(s, "DeleteIntegration", (*tenant).deleteIntegration)),

		putAt(integrated, write(s, "PutIntegrationResponse", (*tenant).putIntegrationResponse)),
		get(integrated, read(s, "GetIntegrationResponse", (*tenant).getIntegrationResponse)),
		patchAt(integrated, write(s, "UpdateIntegrationResponse", (*tenant).updateIntegrationResponse)),
		remove204(integrated, write(s, "DeleteIntegrationResponse", (*tenant).deleteIntegrationResponse)),

		create(api+"/authorizers", write(s, "CreateAuthorizer", (*tenant).createAuthorizer)),
		get(api+"/authorizers", read(s, "GetAuthorizers", (*tenant).getAuthorizers), paging...),
		get(authorizer, read(s, "GetAuthorizer", (*tenant).getAuthorizer)),
		patchAt(authorizer, write(s, "UpdateAuthorizer", (*tenant).updateAuthorizer)),
		remove202(authorizer, write(s, "DeleteAuthorizer", (*tenant).deleteAuthorizer)),

		create(api+"/models", write(s, "CreateModel", (*tenant).createModel)),
		get(api+"/models", read(s, "GetModels", (*tenant).getModels), paging...),
		get(model, read(s, "GetModel", (*tenant).getModel), "flatten"),
		patchAt(model, write(s, "UpdateModel", (*tenant).updateModel)),
		remove202(model, write(s, "DeleteModel", (*tenant).deleteModel)),

		create(api+"/requestvalidators", write(s, "CreateRequestValidator", (*tenant).createRequestValidator)),
		get(api+"/requestvalidators", read(s, "GetRequestValidators", (*tenant).getRequestValidators), paging...),
		get(validator, read(s, "GetRequestValidator", (*tenant).getRequestValidator)),
		patchAt(validator, write(s, "UpdateRequestValidator", (*tenant).updateRequestValidator)),
		remove202(validator, write(s, "DeleteRequestValidator", (*tenant).deleteRequestValidator)),

		putAt(gateway, write(s, "PutGatewayResponse", (*tenant).putGatewayResponse)),
		get(api+"/gatewayresponses", read(s, "GetGatewayResponses", (*tenant).getGatewayResponses), paging...),
		get(gateway, read(s, "GetGatewayResponse", (*tenant).getGatewayResponse)),
		patchAt(gateway, write(s, "UpdateGatewayResponse", (*tenant).updateGatewayResponse)),
		remove202(gateway, write(s, "DeleteGatewayResponse", (*tenant).deleteGatewayResponse)),

		create(api+"/deployments", write(s, "CreateDeployment", (*tenant).createDeployment)),
		get(api+"/deployments", read(s, "GetDeployments", (*tenant).getDeployments), paging...),
		get(deployment, read(s, "GetDeployment", (*tenant).getDeployment), "embed"),
		patchAt(deployment, write(s, "UpdateDeployment", (*tenant).updateDeployment)),
		remove202(deployment, write(s, "DeleteDeployment", (*tenant).deleteDeployment)),

		create(api+"/stages", write(s, "CreateStage", (*tenant).createStage)),
		get(api+"/stages", read(s, "GetStages", (*tenant).getStages), "deploymentId"),
		get(stage, read(s, "GetStage", (*tenant).getStage)),
		patchAt(stage, write(s, "UpdateStage", (*tenant).updateStage)),
		remove202(stage, write(s, "DeleteStage", (*tenant).deleteStage)),
		remove202(stage+"/cache/authorizers", write(s, "FlushStageAuthorizersCache", (*tenant).flushStageAuthorizersCache)),

		{
			Method: http.MethodPut, Pattern: tags, Status: http.StatusNoContent,
			Op: write(s, "TagResource", (*tenant).tagResource),
		},
		get(tags, read(s, "GetTags", (*tenant).getTags), paging...),
		{
			Method: http.MethodDelete, Pattern: tags, Status: http.StatusNoContent, Query: []string{"tagKeys"},
			Op: write(s, "UntagResource", (*tenant).untagResource),
		},
		get("/account", read(s, "GetAccount", (*tenant).getAccount)),
		get("/usageplans", read(s, "GetUsagePlans", (*tenant).getUsagePlans), append(paging, "keyId")...),
		get("/apikeys", read(s, "GetApiKeys", (*tenant).getAPIKeys), append(paging, "name", "customerId", "includeValues")...),
	}
}

// read and write bind an operation to the tenant that asks, one operation at a time. What they answer is a copy, so
// that no caller holds on to the state.

func read[I, O any](s *Service, name string, f func(*tenant, wire.Request, *I) (*O, error)) wire.Operation {
	return wire.Read(name, serialize(s, f))
}

func write[I, O any](s *Service, name string, f func(*tenant, wire.Request, *I) (*O, error)) wire.Operation {
	return wire.Write(name, serialize(s, f))
}

func serialize[I, O any](
	s *Service, f func(*tenant, wire.Request, *I) (*O, error),
) func(wire.Request, *I) (*O, error) {
	return func(r wire.Request, in *I) (*O, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		out, err := f(s.tenant(r.Account, r.Region), r, in)
		if err != nil {
			return nil, err
		}
		return wire.Clone(out), nil
	}
}

func get(pattern string, op wire.Operation, query ...string) wire.Route {
	return wire.Route{Method: http.MethodGet, Pattern: pattern, Op: op, Query: query}
}

func create(pattern string, op wire.Operation) wire.Route {
	return wire.Route{Method: http.MethodPost, Pattern: pattern, Status: http.StatusCreated, Op: op}
}

func putAt(pattern string, op wire.Operation) wire.Route {
	return wire.Route{Method: http.MethodPut, Pattern: pattern, Status: http.StatusCreated, Op: op}
}

func patchAt(pattern string, op wire.Operation) wire.Route {
	return wire.Route{Method: http.MethodPatch, Pattern: pattern, Op: op}
}

func remove202(pattern string, op wire.Operation) wire.Route {
	return wire.Route{Method: http.MethodDelete, Pattern: pattern, Status: http.StatusAccepted, Op: op}
}

func remove204(pattern string, op wire.Operation) wire.Route {
	return wire.Route{Method: http.MethodDelete, Pattern: pattern, Status: http.StatusNoContent, Op: op}
}
