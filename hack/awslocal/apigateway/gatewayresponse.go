package apigateway

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// responseTypes is the model's enum, in AWS's order.
var responseTypes = []string{
	"REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "AUTHORIZER_CONFIGURATION_ERROR", "MISSING_AUTHENTICATION_TOKEN",
	"BAD_REQUEST_BODY", "INVALID_SIGNATURE", "INVALID_API_KEY", "BAD_REQUEST_PARAMETERS", "AUTHORIZER_FAILURE",
	"UNAUTHORIZED", "INTEGRATION_TIMEOUT", "ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX", "WAF_FILTERED",
	"QUOTA_EXCEEDED", "THROTTLED", "API_CONFIGURATION_ERROR", "UNSUPPORTED_MEDIA_TYPE", "INTEGRATION_FAILURE",
	"EXPIRED_TOKEN",
}

// responseStatus is the status of each type. The two defaults have none: they take the status of what they stand in
// for (test_gateway_response_crud, 2024-04-15).
var responseStatus = map[types.GatewayResponseType]string{
	types.GatewayResponseTypeAccessDenied:                 "403",
	types.GatewayResponseTypeApiConfigurationError:        "500",
	types.GatewayResponseTypeAuthorizerConfigurationError: "500",
	types.GatewayResponseTypeAuthorizerFailure:            "500",
	types.GatewayResponseTypeBadRequestBody:               "400",
	types.GatewayResponseTypeBadRequestParameters:         "400",
	types.GatewayResponseTypeDefault4xx:                   "",
	types.GatewayResponseTypeDefault5xx:                   "",
	types.GatewayResponseTypeExpiredToken:                 "403",
	types.GatewayResponseTypeIntegrationFailure:           "504",
	types.GatewayResponseTypeIntegrationTimeout:           "504",
	types.GatewayResponseTypeInvalidApiKey:                "403",
	types.GatewayResponseTypeInvalidSignature:             "403",
	types.GatewayResponseTypeMissingAuthenticationToken:   "403",
	types.GatewayResponseTypeQuotaExceeded:                "429",
	types.GatewayResponseTypeRequestTooLarge:              "413",
	types.GatewayResponseTypeResourceNotFound:             "404",
	types.GatewayResponseTypeThrottled:                    "429",
	types.GatewayResponseTypeUnauthorized:                 "401",
	types.GatewayResponseTypeUnsupportedMediaType:         "415",
	types.GatewayResponseTypeWafFiltered:                  "403",
}

const defaultTemplate = `{"message":$context.error.messageString}`

// builtin is the response of a type to which nothing was said.
func builtin(kind types.GatewayResponseType) types.GatewayResponse {
	return types.GatewayResponse{
		DefaultResponse:    true,
		ResponseType:       kind,
		StatusCode:         filled(aws.String(responseStatus[kind])),
		ResponseParameters: map[string]string{},
		ResponseTemplates:  map[string]string{jsonType: defaultTemplate},
	}
}

// gatewayResponse is what holds for a type: what was set for it, or else what was set for all of 4XX or 5XX, or else
// the built-in one (test_gateway_response_put, 2024-06-20). One default is none for the other
// (test_update_gateway_response, 2024-04-15).
func (d *definition) gatewayResponse(kind types.GatewayResponseType) types.GatewayResponse {
	if set, ok := d.GatewayResponses[kind]; ok {
		return set
	}
	response := builtin(kind)
	fallback, ok := d.GatewayResponses[defaultFor(kind)]
	if !ok || responseStatus[kind] == "" {
		return response
	}
	if fallback.StatusCode != nil {
		response.StatusCode = fallback.StatusCode
	}
	response.ResponseParameters = fallback.ResponseParameters
	response.ResponseTemplates = fallback.ResponseTemplates
	return response
}

func defaultFor(kind types.GatewayResponseType) types.GatewayResponseType {
	if strings.HasPrefix(responseStatus[kind], "5") {
		return types.GatewayResponseTypeDefault5xx
	}
	return types.GatewayResponseTypeDefault4xx
}

// checkedAPI checks the response type, then finds the API.
func (t *tenant) checkedAPI(c *constraints, kind types.GatewayResponseType, apiID *string) (*restAPI, error) {
	if err := c.enumAt("responseType", string(kind), responseTypes).err(); err != nil {
		return nil, err
	}
	return t.api(apiID)
}

func (t *tenant) getGatewayResponse(
	r wire.Request, in *sdk.GetGatewayResponseInput,
) (*sdk.GetGatewayResponseOutput, error) {
	a, err := t.checkedAPI(constrain(r), in.ResponseType, in.RestApiId)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetGatewayResponseOutput](a.gatewayResponse(in.ResponseType)), nil
}

func (t *tenant) getGatewayResponses(
	_ wire.Request, in *sdk.GetGatewayResponsesInput,
) (*sdk.GetGatewayResponsesOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	var all []types.GatewayResponse
	for _, kind := range slices.Sorted(maps.Keys(responseStatus)) {
		all = append(all, a.gatewayResponse(kind))
	}
	items, next := page(all, in.Limit, in.Position)
	return &sdk.GetGatewayResponsesOutput{Items: items, Position: next}, nil
}

func (t *tenant) putGatewayResponse(
	r wire.Request, in *sdk.PutGatewayResponseInput,
) (*sdk.PutGatewayResponseOutput, error) {
	a, err := t.checkedAPI(constrain(r), in.ResponseType, in.RestApiId)
	if err != nil {
		return nil, err
	}
	response := a.setGatewayResponse(*as[types.GatewayResponse](*in))
	return as[sdk.PutGatewayResponseOutput](response), nil
}

// setGatewayResponse completes a response from the built-in one, not from the API's default.
func (d *definition) setGatewayResponse(asked types.GatewayResponse) types.GatewayResponse {
	response := builtin(asked.ResponseType)
	response.DefaultResponse = false
	if text(asked.StatusCode) != "" {
		response.StatusCode = asked.StatusCode
	}
	if len(asked.ResponseParameters) > 0 {
		response.ResponseParameters = asked.ResponseParameters
	}
	if len(asked.ResponseTemplates) > 0 {
		response.ResponseTemplates = asked.ResponseTemplates
	}
	if d.GatewayResponses == nil {
		d.GatewayResponses = map[types.GatewayResponseType]types.GatewayResponse{}
	}
	d.GatewayResponses[asked.ResponseType] = response
	return response
}

func (t *tenant) deleteGatewayResponse(
	r wire.Request, in *sdk.DeleteGatewayResponseInput,
) (*sdk.DeleteGatewayResponseOutput, error) {
	a, err := t.checkedAPI(constrain(r), in.ResponseType, in.RestApiId)
	if err != nil {
		return nil, err
	}
	if _, set := a.GatewayResponses[in.ResponseType]; !set {
		return nil, notFound("Gateway response type not defined on api")
	}
	delete(a.GatewayResponses, in.ResponseType)
	return &sdk.DeleteGatewayResponseOutput{}, nil
}

// updateGatewayResponse sets a response that wasn't set before (test_update_gateway_response, 2024-04-15).
func (t *tenant) updateGatewayResponse(
	r wire.Request, in *sdk.UpdateGatewayResponseInput,
) (*sdk.UpdateGatewayResponseOutput, error) {
	a, err := t.checkedAPI(constrain(r).patch(in.PatchOperations), in.ResponseType, in.RestApiId)
	if err != nil {
		return nil, err
	}
	response := wire.Clone(a.gatewayResponse(in.ResponseType))
	for _, c := range changes(in.PatchOperations) {
		if err := patchGatewayResponse(&response, c); err != nil {
			return nil, err
		}
	}
	return as[sdk.UpdateGatewayResponseOutput](a.setGatewayResponse(response)), nil
}

func patchGatewayResponse(response *types.GatewayResponse, c change) error {
	switch c.root() {
	case "responseParameters":
		return setEntry(c, &response.ResponseParameters, noParameter)
	case "responseTemplates":
		return setEntry(c, &response.ResponseTemplates, noContentType)
	case "statusCode":
		if c.op == types.OpReplace && c.whole() {
			response.StatusCode = c.value
			return nil
		}
	}
	return c.wrongPath()
}

// setEntry is entry for texts that mustn't be empty.
func setEntry(c change, m *map[string]string, absent string) error {
	if c.op != types.OpRemove && text(c.value) == "" {
		return badRequest("Invalid null or empty value in %s", c.root())
	}
	return entry(c, m, text(c.value), absent)
}
