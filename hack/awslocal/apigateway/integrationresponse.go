package apigateway

import (
	"maps"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// putIntegrationResponse overwrites what is there (test_lifecycle_integration_response, 2025-06-11).
func (t *tenant) putIntegrationResponse(
	r wire.Request, in *sdk.PutIntegrationResponseInput,
) (*sdk.PutIntegrationResponseOutput, error) {
	if err := constrain(r).enum("contentHandling", string(in.ContentHandling), contentHandlings).
		status(in.StatusCode).err(); err != nil {
		return nil, err
	}
	m, err := t.method(in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	if m.MethodIntegration == nil {
		return nil, notFound("No integration defined for method")
	}
	response := as[types.IntegrationResponse](*in)
	if err := m.respond(*in.StatusCode, response); err != nil {
		return nil, err
	}
	m.save()
	return as[sdk.PutIntegrationResponseOutput](*response), nil
}

// respond puts a response into the method's integration.
func (m *methodRef) respond(status string, response *types.IntegrationResponse) error {
	for _, contentType := range slices.Sorted(maps.Keys(response.ResponseTemplates)) {
		if !strings.Contains(contentType, "/") {
			return badRequest("Validation Result: warnings : [], errors : [Invalid content type specified: %s]", contentType)
		}
	}
	declared := m.MethodResponses[status].ResponseParameters
	for _, key := range slices.Sorted(maps.Keys(response.ResponseParameters)) {
		if !responseParameter.MatchString(key) {
			return invalidMapping("Invalid mapping expression specified", key)
		}
		if _, ok := declared[key]; !ok {
			return invalidMapping("Invalid mapping expression parameter specified", key)
		}
	}
	put(&m.MethodIntegration.IntegrationResponses, status, *response)
	return nil
}

// integrationResponse finds the response for a status code. A missing method counts as a missing integration in a
// deletion (test_delete_integration_response_errors, 2025-08-21).
func (t *tenant) integrationResponse(
	apiID, resourceID, httpMethod, status *string,
) (*methodRef, types.IntegrationResponse, error) {
	m, err := t.integration(apiID, resourceID, httpMethod)
	if err != nil {
		return nil, types.IntegrationResponse{}, err
	}
	response, ok := m.MethodIntegration.IntegrationResponses[text(status)]
	if !ok {
		return nil, types.IntegrationResponse{}, notFound(noResponse)
	}
	return m, response, nil
}

func (t *tenant) getIntegrationResponse(
	r wire.Request, in *sdk.GetIntegrationResponseInput,
) (*sdk.GetIntegrationResponseOutput, error) {
	if err := constrain(r).status(in.StatusCode).err(); err != nil {
		return nil, err
	}
	_, response, err := t.integrationResponse(in.RestApiId, in.ResourceId, in.HttpMethod, in.StatusCode)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetIntegrationResponseOutput](response), nil
}

func (t *tenant) deleteIntegrationResponse(
	r wire.Request, in *sdk.DeleteIntegrationResponseInput,
) (*sdk.DeleteIntegrationResponseOutput, error) {
	if err := constrain(r).status(in.StatusCode).err(); err != nil {
		return nil, err
	}
	if _, _, err := t.resource(in.RestApiId, in.ResourceId); err != nil {
		return nil, err
	}
	if _, err := t.method(in.RestApiId, in.ResourceId, in.HttpMethod); err != nil {
		return nil, notFound(noIntegration)
	}
	m, _, err := t.integrationResponse(in.RestApiId, in.ResourceId, in.HttpMethod, in.StatusCode)
	if err != nil {
		return nil, err
	}
	drop(&m.MethodIntegration.IntegrationResponses, *in.StatusCode)
	m.save()
	return &sdk.DeleteIntegrationResponseOutput{}, nil
}

func (t *tenant) updateIntegrationResponse(
	r wire.Request, in *sdk.UpdateIntegrationResponseInput,
) (*sdk.UpdateIntegrationResponseOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).status(in.StatusCode).err(); err != nil {
		return nil, err
	}
	m, response, err := t.integrationResponse(in.RestApiId, in.ResourceId, in.HttpMethod, in.StatusCode)
	if err != nil {
		return nil, err
	}
	for _, c := range changes(in.PatchOperations) {
		if err := patchIntegrationResponse(&response, c); err != nil {
			return nil, err
		}
	}
	if err := m.respond(*in.StatusCode, &response); err != nil {
		return nil, err
	}
	m.save()
	return as[sdk.UpdateIntegrationResponseOutput](response), nil
}

func patchIntegrationResponse(response *types.IntegrationResponse, c change) error {
	switch c.root() {
	case "responseParameters":
		return entry(c, &response.ResponseParameters, text(c.value), noParameter)
	case "responseTemplates":
		return entry(c, &response.ResponseTemplates, text(c.value), noContentType)
	case "selectionPattern":
		response.SelectionPattern = c.value
		return c.only(types.OpReplace)
	case "contentHandling":
		return patchContentHandling(&response.ContentHandling, c)
	}
	return c.wrongPath()
}
