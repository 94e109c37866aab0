package apigateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway/vtl"
)

// mock answers without a backend: the request template says with which status.
func (x *exchange) mock() (*reply, error) {
	body, err := x.requestBody()
	if err != nil {
		return nil, err
	}
	var asked struct {
		StatusCode json.Number `json:"statusCode"`
	}
	if err := json.Unmarshal([]byte(body), &asked); err != nil || asked.StatusCode == "" {
		return nil, internal(fmt.Errorf("a mock's request template has no status code: %q", body))
	}
	return x.respond(backendAnswer{selector: asked.StatusCode.String(), header: http.Header{}})
}

// requestBody is the payload for the backend: the template for the content type over the request's body, or the body
// as it came, if the passthrough behavior lets it through:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
func (x *exchange) requestBody() (string, error) {
	i := x.method.MethodIntegration
	contentType, _, _ := strings.Cut(x.request.Header.Get("Content-Type"), ";")
	if contentType = strings.TrimSpace(contentType); contentType == "" {
		contentType = jsonType
	}
	if template, ok := i.RequestTemplates[contentType]; ok {
		// https://github.com/aws/serverless-application-model/issues/553 has the log of it.
		if x.isBinary(x.request.Header.Get("Content-Type")) && i.ContentHandling != types.ContentHandlingStrategyConvertToText {
			return "", internal(errors.New("unable to transform a request that is binary"))
		}
		body, err := x.render(template, x.input())
		if err != nil {
			return "", internal(err)
		}
		return body, nil
	}
	behavior := text(i.PassthroughBehavior)
	if behavior == "NEVER" || behavior == "WHEN_NO_TEMPLATES" && len(i.RequestTemplates) > 0 {
		return "", &failure{
			kind:      types.GatewayResponseTypeUnsupportedMediaType,
			errorType: "BadRequestException",
			message:   "Unsupported Media Type",
		}
	}
	return string(x.body), nil
}

// backendAnswer is what came back from a backend that isn't a proxy.
type backendAnswer struct {
	selector string // what selection patterns are matched with: a status code or an error message
	header   http.Header
	body     string
}

// respond turns a backend's answer into the client's by the integration response that fits.
func (x *exchange) respond(answer backendAnswer) (*reply, error) {
	chosen, err := x.choose(answer.selector)
	if err != nil {
		return nil, err
	}
	var status int
	if _, err := fmt.Sscan(text(chosen.StatusCode), &status); err != nil {
		return nil, internal(err)
	}
	out := &reply{status: status, header: http.Header{}, body: []byte(answer.body)}
	out.header.Set("Content-Type", jsonType)
	if len(chosen.ResponseTemplates) > 0 {
		contentType := x.pickTemplate(chosen.ResponseTemplates)
		in := x.input()
		in.Body = answer.body
		body, err := x.render(chosen.ResponseTemplates[contentType], in)
		if err != nil {
			return nil, internal(err)
		}
		out.header.Set("Content-Type", contentType)
		out.body = []byte(body)
	}
	for key, expression := range chosen.ResponseParameters {
		name := strings.TrimPrefix(key, "method.response.header.")
		if value, ok := x.responseParameter(expression, answer); ok {
			setHeader(out.header, name, value)
		}
	}
	return out, nil
}

// choose finds the integration response whose pattern matches all of the selector, or else the one without a pattern.
func (x *exchange) choose(selector string) (types.IntegrationResponse, error) {
	var fallback *types.IntegrationResponse
	responses := x.method.MethodIntegration.IntegrationResponses
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		response := responses[status]
		pattern := text(response.SelectionPattern)
		if pattern == "" {
			fallback = &response
			continue
		}
		if matches(pattern, selector) {
			return response, nil
		}
	}
	if fallback == nil {
		return types.IntegrationResponse{}, internal(errors.New("no match for output mapping and no default endpoint " +
			"response mapping configured for " + selector))
	}
	return *fallback, nil
}

// responseParameter evaluates a mapping expression over the backend's answer.
func (x *exchange) responseParameter(expression string, answer backendAnswer) (string, bool) {
	source, name := cutOne(expression, "integration.response.header.", "integration.response.body")
	switch source {
	case "integration.response.header.":
		values := answer.header.Values(name)
		return last(values), len(values) > 0
	case "integration.response.body":
		document, err := vtl.Parse(answer.body)
		if err != nil {
			return "", false
		}
		found := vtl.Find(document, "$"+name)
		return vtl.Text(found), found != nil
	}
	return x.parameter(expression)
}
