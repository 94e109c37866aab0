package apigateway

import (
	"maps"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (t *tenant) putMethodResponse(
	r wire.Request, in *sdk.PutMethodResponseInput,
) (*sdk.PutMethodResponseOutput, error) {
	if err := constrain(r).status(in.StatusCode).err(); err != nil {
		return nil, err
	}
	m, err := t.method(in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	if _, exists := m.MethodResponses[*in.StatusCode]; exists {
		return nil, conflict("Response already exists for this resource")
	}
	response := as[types.MethodResponse](*in)
	if err := m.api.checkMethodResponse(response); err != nil {
		return nil, err
	}
	put(&m.MethodResponses, *in.StatusCode, *response)
	m.save()
	return as[sdk.PutMethodResponseOutput](*response), nil
}

func (d *definition) checkMethodResponse(response *types.MethodResponse) error {
	for _, key := range slices.Sorted(maps.Keys(response.ResponseParameters)) {
		if !responseParameter.MatchString(key) {
			return invalidMapping("Invalid mapping expression specified", key)
		}
	}
	for _, contentType := range slices.Sorted(maps.Keys(response.ResponseModels)) {
		if err := d.checkModelName(response.ResponseModels[contentType]); err != nil {
			return err
		}
	}
	return nil
}

// methodResponse finds the response for a status code.
func (t *tenant) methodResponse(
	apiID, resourceID, httpMethod, status *string,
) (*methodRef, types.MethodResponse, error) {
	m, err := t.method(apiID, resourceID, httpMethod)
	if err != nil {
		return nil, types.MethodResponse{}, err
	}
	response, ok := m.MethodResponses[text(status)]
	if !ok {
		return nil, types.MethodResponse{}, notFound(noResponse)
	}
	return m, response, nil
}

func (t *tenant) getMethodResponse(
	r wire.Request, in *sdk.GetMethodResponseInput,
) (*sdk.GetMethodResponseOutput, error) {
	if err := constrain(r).status(in.StatusCode).err(); err != nil {
		return nil, err
	}
	_, response, err := t.methodResponse(in.RestApiId, in.ResourceId, in.HttpMethod, in.StatusCode)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetMethodResponseOutput](response), nil
}

func (t *tenant) deleteMethodResponse(
	r wire.Request, in *sdk.DeleteMethodResponseInput,
) (*sdk.DeleteMethodResponseOutput, error) {
	if err := constrain(r).status(in.StatusCode).err(); err != nil {
		return nil, err
	}
	m, _, err := t.methodResponse(in.RestApiId, in.ResourceId, in.HttpMethod, in.StatusCode)
	if err != nil {
		return nil, err
	}
	drop(&m.MethodResponses, *in.StatusCode)
	m.save()
	return &sdk.DeleteMethodResponseOutput{}, nil
}

func (t *tenant) updateMethodResponse(
	r wire.Request, in *sdk.UpdateMethodResponseInput,
) (*sdk.UpdateMethodResponseOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).status(in.StatusCode).err(); err != nil {
		return nil, err
	}
	m, response, err := t.methodResponse(in.RestApiId, in.ResourceId, in.HttpMethod, in.StatusCode)
	if err != nil {
		return nil, err
	}
	for _, c := range changes(in.PatchOperations) {
		var err error
		switch c.root() {
		case "responseParameters":
			err = entry(c, &response.ResponseParameters, truth(c.value), noParameter)
		case "responseModels":
			err = entry(c, &response.ResponseModels, text(c.value), noContentType)
		default:
			err = c.wrongPath()
		}
		if err != nil {
			return nil, err
		}
	}
	if err := m.api.checkMethodResponse(&response); err != nil {
		return nil, err
	}
	put(&m.MethodResponses, *in.StatusCode, response)
	m.save()
	return as[sdk.UpdateMethodResponseOutput](response), nil
}
