package restapi_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi"
)

// document returns the document's value at a path of keys.
func document(t *testing.T, m *restapi.Model) func(path ...string) any {
	t.Helper()
	body, err := restapi.Document(m)
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	return func(path ...string) any {
		at := doc
		for _, key := range path {
			object, ok := at.(map[string]any)
			if !ok {
				return nil
			}
			at = object[key]
		}
		return at
	}
}

func TestDocument(t *testing.T) {
	guest := route("/guest", lambda("g"))
	guest.Access = v1alpha1.AccessGuest
	scoped := route("/orders/{id}", server("https://b.example.com/o/{id}"), "ANY")
	scoped.Scopes = []string{"notes/read"}
	at := document(t, build(t, route("/registered", lambda("f")), guest, scoped, route("/files/{proxy+}", lambda("f"))))
	const integration = "x-amazon-apigateway-integration"
	for _, tc := range []struct {
		reason string
		path   []string
		want   any
	}{
		{"the authorizer takes tokens of our pool", []string{"components", "securitySchemes", "cognito-us-east-1_AbCdEf", "x-amazon-apigateway-authorizer", "providerARNs"}, []any{poolARN}},
		{"it is Cognito's", []string{"components", "securitySchemes", "cognito-us-east-1_AbCdEf", "x-amazon-apigateway-authtype"}, "cognito_user_pools"},
		{"what names no security is guarded", []string{"security"}, []any{map[string]any{"cognito-us-east-1_AbCdEf": []any{}}}},
		{"a registered route names it all the same", []string{"paths", "/registered", "get", "security"}, []any{map[string]any{"cognito-us-east-1_AbCdEf": []any{}}}},
		{"scopes are the operation's", []string{"paths", "/orders/{id}", "x-amazon-apigateway-any-method", "security"}, []any{map[string]any{"cognito-us-east-1_AbCdEf": []any{"notes/read"}}}},
		{"a guest route says that it is open", []string{"paths", "/guest", "get", "security"}, []any{}},
		{"and says it twice", []string{"paths", "/guest", "get", "x-amazon-apigateway-auth", "type"}, "NONE"},
		{"a preflight is open", []string{"paths", "/registered", "options", "security"}, []any{}},
		{"a function is invoked by POST", []string{"paths", "/registered", "get", integration, "httpMethod"}, "POST"},
		{
			"a function's URI is its invocation",
			[]string{"paths", "/registered", "get", integration, "uri"},
			"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111111111111:function:f/invocations",
		},
		{"a server gets the caller's method", []string{"paths", "/orders/{id}", "x-amazon-apigateway-any-method", integration, "httpMethod"}, "ANY"},
		{
			"a variable is handed on",
			[]string{"paths", "/orders/{id}", "x-amazon-apigateway-any-method", integration, "requestParameters"},
			map[string]any{"integration.request.path.id": "method.request.path.id"},
		},
		{
			"a greedy variable's parameter has its name without the plus: Developer Guide, api-gateway-set-up-simple-proxy",
			[]string{"paths", "/files/{proxy+}", "get", "parameters"},
			[]any{map[string]any{"name": "proxy", "in": "path", "required": true, "schema": map[string]any{"type": "string"}}},
		},
		{"a browser can read a 401", []string{"x-amazon-apigateway-gateway-responses", "DEFAULT_4XX", "responseParameters", "gatewayresponse.header.Access-Control-Allow-Origin"}, "'*'"},
		{"a preflight allows what the path has", []string{"paths", "/registered", "options", integration, "responses", "default", "responseParameters", "method.response.header.Access-Control-Allow-Methods"}, "'GET,OPTIONS'"},
		{"an overwrite keeps the name", []string{"info", "title"}, "default-notes"},
	} {
		if diff := cmp.Diff(tc.want, at(tc.path...)); diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", tc.reason, tc.path, diff)
		}
	}
}
