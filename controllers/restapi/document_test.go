package restapi

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// document returns the document's value at a path of keys.
func document(t *testing.T, m *Model) func(path ...string) any {
	t.Helper()
	body, err := Document(m)
	var doc any
	if err := json.Unmarshal(must(t, body, err), &doc); err != nil {
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
	scoped := route("/orders/{id}", server("https://b.example.com/o/{id}"), "ANY")
	scoped.Scopes = []string{"notes/read"}
	at := document(t, build(t, route("/registered", function("f")), guest("/guest", function("g")), scoped, route("/files/{proxy+}", function("f"))))
	const integration = "x-amazon-apigateway-integration"
	for _, tc := range []struct {
		reason string
		path   []string
		want   any
	}{
		{"the authorizer takes tokens of our pool", []string{"components", "securitySchemes", "cognito-us-east-1_AbCdEf", "x-amazon-apigateway-authorizer", "providerARNs"}, []any{poolPrefix + poolID}},
		{"it is Cognito's", []string{"components", "securitySchemes", "cognito-us-east-1_AbCdEf", "x-amazon-apigateway-authtype"}, "cognito_user_pools"},
		{"the document has no security: no answer of AWS shows that an operation's empty one overrides it", []string{"security"}, nil},
		{"a registered route names it", []string{"paths", "/registered", "get", "security"}, []any{map[string]any{"cognito-us-east-1_AbCdEf": []any{}}}},
		{"the token is in a header", []string{"components", "securitySchemes", "cognito-us-east-1_AbCdEf", "name"}, "Authorization"},
		{"AWS's default time for an authorizer's answers", []string{"components", "securitySchemes", "cognito-us-east-1_AbCdEf", "x-amazon-apigateway-authorizer", "authorizerResultTtlInSeconds"}, 300.0},
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
		{"a literal path has no parameters", []string{"paths", "/guest", "get", "parameters"}, nil},
		{"what is not handed on is not said", []string{"paths", "/guest", "get", integration, "requestParameters"}, nil},
		{"a function is a proxy", []string{"paths", "/guest", "get", integration, "type"}, "aws_proxy"},
		{"so is a server", []string{"paths", "/orders/{id}", "x-amazon-apigateway-any-method", integration, "type"}, "http_proxy"},
		{"a preflight has no backend", []string{"paths", "/guest", "options", integration, "type"}, "mock"},
		{
			"a preflight declares what it answers",
			[]string{"paths", "/guest", "options", "responses", "200", "headers", "Access-Control-Allow-Origin", "schema"},
			map[string]any{"type": "string"},
		},
		{"a backend's answer is its own", []string{"paths", "/guest", "get", "responses", "200", "headers"}, nil},
		{"a browser can read a 5xx", []string{"x-amazon-apigateway-gateway-responses", "DEFAULT_5XX", "responseParameters", "gatewayresponse.header.Access-Control-Allow-Origin"}, "'*'"},
		{"a browser can read a 401", []string{"x-amazon-apigateway-gateway-responses", "DEFAULT_4XX", "responseParameters", "gatewayresponse.header.Access-Control-Allow-Origin"}, "'*'"},
		{"a preflight allows what the path has", []string{"paths", "/registered", "options", integration, "responses", "default", "responseParameters", "method.response.header.Access-Control-Allow-Methods"}, "'GET,OPTIONS'"},
		{"an overwrite keeps the name", []string{"info", "title"}, "default-notes"},
	} {
		if diff := cmp.Diff(tc.want, at(tc.path...)); diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", tc.reason, tc.path, diff)
		}
	}
}

func TestEachOperationSaysItsSecurity(t *testing.T) {
	at := document(t, build(t, route("/a", function("f"), "ANY", "POST"), guest("/b", server("https://b.example.com/"), "GET", "OPTIONS"), route("/", function("f"))))
	paths, _ := at("paths").(map[string]any)
	operations := 0
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		for method, operation := range methods {
			said, _ := operation.(map[string]any)
			if _, ok := said["security"]; !ok {
				t.Errorf("%s %s: got no security, want one", method, path)
			}
			operations++
		}
	}
	if operations != 7 {
		t.Errorf("got %d operations, want 7", operations)
	}
}

func TestADocumentIsValidated(t *testing.T) {
	m := build(t, route("/a/{id}", function("f")))
	m.Methods[0].Path = "a"
	if _, err := Document(m); err == nil {
		t.Error("got no error of a path without a slash, want one")
	}
}
