package apigateway

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validate applies the method's request validator (test_api_gateway_request_validator, 2024-01-10).
func (x *exchange) validate() error {
	v := x.validator(x.method.RequestValidatorId)
	if v == nil {
		return nil
	}
	if v.ValidateRequestParameters {
		if missing := x.missingParameters(); len(missing) > 0 {
			return &failure{
				kind:      types.GatewayResponseTypeBadRequestParameters,
				errorType: "BadRequestException",
				message:   "Missing required request parameters: [" + strings.Join(missing, ", ") + "]",
			}
		}
	}
	if v.ValidateRequestBody && !x.bodyFits() {
		return &failure{
			kind:      types.GatewayResponseTypeBadRequestBody,
			errorType: "BadRequestException",
			message:   "Invalid request body",
		}
	}
	return nil
}

func (x *exchange) missingParameters() []string {
	var missing []string
	for _, key := range slices.Sorted(maps.Keys(x.method.RequestParameters)) {
		if !x.method.RequestParameters[key] {
			continue
		}
		if value, ok := x.requestParameter(strings.TrimPrefix(key, "method.request.")); !ok || value == "" {
			missing = append(missing, requestParameter.FindStringSubmatch(key)[3])
		}
	}
	return missing
}

// bodyFits validates the body against the model for its content type, if there is one. No content type counts as JSON.
func (x *exchange) bodyFits() bool {
	contentType, _, _ := strings.Cut(x.request.Header.Get("Content-Type"), ";")
	if contentType = strings.TrimSpace(contentType); contentType == "" {
		contentType = jsonType
	}
	name, ok := x.method.RequestModels[contentType]
	if !ok {
		return true
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(x.body))
	if err != nil {
		return false
	}
	schema, err := x.compile(name)
	return err == nil && schema.Validate(body) == nil
}

// compile compiles a model. Models know each other by URLs of API Gateway's, and are written in draft 4.
func (d *definition) compile(name string) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	base := modelURL + *d.RestAPI.Id + "/models/"
	for _, model := range d.Models {
		schema, err := jsonschema.UnmarshalJSON(strings.NewReader(*model.Schema))
		if err != nil {
			return nil, err
		}
		if err := c.AddResource(base+*model.Name, schema); err != nil {
			return nil, err
		}
	}
	return c.Compile(base + name)
}
