package restapi

import (
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// usualHeaders are the headers that a browser may send: the token, a JSON body, and what AWS's own clients add.
const usualHeaders = "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Amz-User-Agent,X-Api-Key,X-Requested-With"

// allowHeaders has the token's header in it, wherever that is.
func (m *Model) allowHeaders() string {
	for usual := range strings.SplitSeq(usualHeaders, ",") {
		if strings.EqualFold(usual, m.Header) {
			return usualHeaders
		}
	}
	return usualHeaders + "," + m.Header
}

// corsHeaders are a preflight's answer. Any origin may ask: what opens the API is a token in a header, which no
// browser adds by itself, and never a cookie.
func corsHeaders(allowMethods, allowHeaders string) map[string]string {
	return map[string]string{
		"Access-Control-Allow-Origin":  "'*'",
		"Access-Control-Allow-Headers": "'" + allowHeaders + "'",
		"Access-Control-Allow-Methods": "'" + allowMethods + "'",
	}
}

// gatewayResponses let a browser read the errors that API Gateway answers itself, a 401 above all.
func gatewayResponses(allowHeaders string) map[string]any {
	headers := map[string]string{
		"gatewayresponse.header.Access-Control-Allow-Origin":  "'*'",
		"gatewayresponse.header.Access-Control-Allow-Headers": "'" + allowHeaders + "'",
	}
	return map[string]any{
		"DEFAULT_4XX": map[string]any{"responseParameters": headers},
		"DEFAULT_5XX": map[string]any{"responseParameters": headers},
	}
}

// answerHeaders are those of what API Gateway answers itself, nil if a backend answers: of a preflight, or of the refusal of a method
// (RFC 9110, 15.5.6).
func (m *Method) answerHeaders(allowHeaders string) map[string]string {
	switch {
	case !m.Implied():
		return nil
	case m.Preflight():
		return corsHeaders(m.Integration.AllowMethods, allowHeaders)
	}
	return map[string]string{"Access-Control-Allow-Origin": "'*'", "Allow": "'" + m.Integration.AllowMethods + "'"}
}

// mockIntegration answers without a backend. A refused body in another format than JSON is a 415. A mock cannot read what the API
// takes for binary, a preflight among it where the API does so of every media type (aws/chalice#1310).
func mockIntegration(m *Method, answer map[string]string) map[string]any {
	headers := map[string]string{}
	for header, value := range answer {
		headers["method.response.header."+header] = value
	}
	passthrough, code := "when_no_match", strconv.Itoa(status(m))
	if !m.Preflight() {
		passthrough = "never"
	}
	return map[string]any{
		"type":                "mock",
		"passthroughBehavior": passthrough,
		"contentHandling":     "CONVERT_TO_TEXT",
		"requestTemplates":    map[string]string{"application/json": `{"statusCode": ` + code + `}`},
		"responses":           map[string]any{"default": map[string]any{"statusCode": code, "responseParameters": headers}},
	}
}

// mockHeaders declare what is answered.
func mockHeaders(answer map[string]string) openapi3.Headers {
	headers := openapi3.Headers{}
	for header := range answer {
		text := openapi3.Parameter{Schema: openapi3.NewStringSchema().NewRef()}
		headers[header] = &openapi3.HeaderRef{Value: &openapi3.Header{Parameter: text}}
	}
	return headers
}
