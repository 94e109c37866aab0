package restapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi/routepath"
)

// greedyAWS ends a greedy variable in API Gateway's paths, greedyKin in those that kin-openapi knows to validate: to it, {proxy+} would
// be a variable of that name, which no parameter can have.
const greedyAWS, greedyKin = "+}", "*}"

// Document is the model as the OpenAPI document that goes in with PutRestApi. An overwrite removes what a document
// does not hold, so this is all of the API. Each operation says its own security, and the document none: no answer of AWS is
// recorded in which an operation without any is open in spite of the document.
// Source: Amazon API Gateway Developer Guide, "OpenAPI extensions for API Gateway".
func Document(m *Model) ([]byte, error) {
	doc := &openapi3.T{
		OpenAPI:    "3.0.1",
		Info:       &openapi3.Info{Title: m.Name, Description: m.Description, Version: "1"},
		Paths:      openapi3.NewPaths(),
		Components: &openapi3.Components{SecuritySchemes: openapi3.SecuritySchemes{}},
		Extensions: map[string]any{
			settingKeySource:                "HEADER",
			extension + "gateway-responses": gatewayResponses(m.allowHeaders()),
		},
	}
	for _, a := range m.authorizers() {
		doc.Components.SecuritySchemes[a.Name()] = &openapi3.SecuritySchemeRef{Value: securityScheme(a)}
	}
	for i := range m.Methods {
		method := &m.Methods[i]
		path := strings.ReplaceAll(method.Path, greedyAWS, greedyKin)
		item := doc.Paths.Value(path)
		if item == nil {
			item = &openapi3.PathItem{}
			doc.Paths.Set(path, item)
		}
		op := m.operation(method)
		if method.HTTPMethod == v1alpha1.MethodAny {
			item.Extensions = map[string]any{extension + "any-method": op}
			continue
		}
		item.SetOperation(string(method.HTTPMethod), op)
	}
	if err := doc.Validate(context.Background(), openapi3.AllowExtensionsWithRef()); err != nil {
		return nil, fmt.Errorf("the OpenAPI document: %w", err)
	}
	for path, item := range doc.Paths.Map() {
		doc.Paths.Delete(path)
		doc.Paths.Set(strings.ReplaceAll(path, greedyKin, greedyAWS), item)
	}
	body, err := doc.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("the OpenAPI document: %w", err)
	}
	return body, nil
}

func securityScheme(a Authorizer) *openapi3.SecurityScheme {
	authorizer := map[string]any{
		"type":                         "cognito_user_pools",
		"providerARNs":                 []string{a.PoolARN},
		"authorizerResultTtlInSeconds": a.TTL,
	}
	if a.Audience != "" {
		authorizer["identityValidationExpression"] = a.Audience
	}
	return &openapi3.SecurityScheme{
		Type: "apiKey", Name: a.Header, In: "header",
		Extensions: map[string]any{extension + "authtype": "cognito_user_pools", extension + "authorizer": authorizer},
	}
}

func (m *Model) operation(method *Method) *openapi3.Operation {
	answer := method.answerHeaders(m.allowHeaders())
	op := &openapi3.Operation{
		Responses:  openapi3.NewResponses(openapi3.WithStatus(status(method), response(answer))),
		Extensions: map[string]any{extension + "integration": integration(method, answer)},
	}
	if method.Guarded {
		op.Security = &openapi3.SecurityRequirements{{m.authorizer(method.Scopes).Name(): append([]string{}, method.Scopes...)}}
	} else {
		op.Security = &openapi3.SecurityRequirements{}
		op.Extensions[extension+"auth"] = map[string]any{"type": "NONE"}
	}
	for _, name := range routepath.Variables(method.Path) {
		op.AddParameter(openapi3.NewPathParameter(name).WithSchema(openapi3.NewStringSchema()))
	}
	return op
}

// status is the answer's that the document declares.
func status(m *Method) int {
	if m.Implied() && !m.Preflight() {
		return http.StatusMethodNotAllowed
	}
	return http.StatusOK
}

func response(answer map[string]string) *openapi3.ResponseRef {
	r := openapi3.NewResponse().WithDescription("The backend's answer")
	if answer != nil {
		r.Headers = mockHeaders(answer)
	}
	return &openapi3.ResponseRef{Value: r}
}

func integration(m *Method, answer map[string]string) map[string]any {
	if m.Implied() {
		return mockIntegration(m, answer)
	}
	in := map[string]any{
		"type": strings.ToLower(string(m.Integration.Type)), "httpMethod": m.Integration.calledBy(m.HTTPMethod), "uri": m.Integration.uri(),
		"passthroughBehavior": "when_no_match",
	}
	if parameters := m.Integration.parameters(); len(parameters) > 0 {
		in["requestParameters"] = parameters
	}
	return in
}
