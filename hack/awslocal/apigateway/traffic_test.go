package apigateway_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// mockSaying is a mock that answers with a word.
func mockSaying(word string) string {
	return `"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":{"application/json":"{\"statusCode\": 200}"},` +
		`"responses":{"default":{"statusCode":"200","responseTemplates":{"application/json":"` + word + `"}}}}`
}

func TestRouting(t *testing.T) {
	f := start(t, config{})
	a := f.imported(openAPI(`"/":{"get":{`+mockSaying("root")+`}},`+
		`"/test":{"post":{`+mockSaying("POST /test")+`}},`+
		`"/test/any":{"x-amazon-apigateway-any-method":{`+mockSaying("ANY /test/any")+`}},`+
		`"/pets/{id}":{"get":{`+mockSaying("GET /pets/$input.params('id')")+`},"post":{`+mockSaying("POST /pets/$input.params('id')")+`}},`+
		`"/pets/mine":{"get":{`+mockSaying("GET /pets/mine")+`}},`+
		`"/{proxy+}":{"options":{`+mockSaying("OPTIONS /$input.params('proxy')")+`}}`, ""))
	a.deploy("dev")
	const missing = `{"message":"Missing Authentication Token"}`
	for _, row := range []struct {
		name, source, method, path string
		status                     int
		body                       string
	}{
		{"the root", "test_routing_not_found, 2024-07-23", "GET", "/dev", 200, "root"},
		{"the root with a slash", "test_routing_not_found, 2024-07-23", "GET", "/dev/", 200, "root"},
		{"a literal part goes first", "TestProxyRouting (no recording)", "POST", "/dev/test", 200, "POST /test"},
		{"unless it doesn't know the method", "TestProxyRouting (no recording)", "OPTIONS", "/dev/test", 200, "OPTIONS /test"},
		{"ANY is every method", "TestProxyRouting (no recording)", "OPTIONS", "/dev/test/any", 200, "ANY /test/any"},
		{"a variable", "test_api_gateway_mock_integration, 2024-05-29", "GET", "/dev/pets/1", 200, "GET /pets/1"},
		{
			"a literal part before a variable", "developer guide, api-gateway-method-settings-method-request", "GET",
			"/dev/pets/mine", 200, "GET /pets/mine",
		},
		{
			"a greedy variable takes the rest", "developer guide, api-gateway-method-settings-method-request", "OPTIONS",
			"/dev/a/b/c", 200, "OPTIONS /a/b/c",
		},
		{
			"slashes before the path don't count", "test_lambda_aws_proxy_integration (invocation-hardcoded), 2024-07-31", "POST",
			"/dev//test", 200, "POST /test",
		},
		{
			"a variable, too, takes what its literal sibling doesn't", "measured: floci-io/floci#3399, 2026-09-13", "POST",
			"/dev/pets/mine", 200, "POST /pets/mine",
		},
		{
			"so does a greedy one what a place without methods doesn't", "measured: ministackorg/ministack#1423, 2026-08-17", "OPTIONS",
			"/dev/pets", 200, "OPTIONS /pets",
		},
		{"nowhere", "test_routing_not_found, 2024-07-23", "GET", "/dev/nowhere", 403, missing},
		{"a method that isn't there", "test_routing_not_found, 2024-07-23", "DELETE", "/dev/pets/1", 403, missing},
		{"a stage that isn't there", "AWS's answer as quoted in many threads", "GET", "/prod/test", 403, `{"message":"Forbidden"}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			wiretest.Source(t, row.source)
			got := a.request(row.method, row.path, "")
			if got.status != row.status || got.body != row.body {
				t.Errorf("source: %s\n%d %s, want %d %s", row.source, got.status, got.body, row.status, row.body)
			}
		})
	}
}

// Source: test_invocation_trace_id (normal-req-headers-MOCK), 2024-08-07; test_routing_not_found, 2024-07-23.
// What no source tells of paths.
func TestSpellingsOfPaths(t *testing.T) {
	for _, row := range []struct {
		name, path, body string
		facts            apigateway.Facts
	}{
		{"encoded", "/dev/%61/b", "rest %61/b", apigateway.Facts{}},
		{"encoded, and decoded", "/dev/%61/b", "GET /a/b", apigateway.Facts{DecodesPaths: true}},
		{"an encoded slash is none", "/dev/a%2Fb", "rest a/b", apigateway.Facts{DecodesPaths: true}},
		{"an empty part", "/dev/a//b", "GET /a/b", apigateway.Facts{}},
		{"an empty part that counts", "/dev/a//b", "rest a//b", apigateway.Facts{KeepsEmptyParts: true}},
		{"slashes around never do", "/dev//a/b/", "GET /a/b", apigateway.Facts{KeepsEmptyParts: true}},
	} {
		f := start(t, config{options: []apigateway.Option{apigateway.WithFacts(row.facts)}})
		a := f.imported(openAPI(`"/a/b":{"get":{`+mockSaying("GET /a/b")+`}},"/{rest+}":{"get":{`+mockSaying("rest $input.params('rest')")+`}}`, ""))
		a.deploy("dev")
		if got := a.request("GET", row.path, ""); got.status != 200 || got.body != row.body {
			t.Errorf("%s: GET %s: %d %s, want %s", row.name, row.path, got.status, got.body, row.body)
		}
	}
}

func TestEveryAnswerHasItsIDs(t *testing.T) {
	f := start(t, config{})
	a := f.deployable()
	a.deploy("dev")
	for _, path := range []string{"/dev", "/dev/nowhere", "/prod"} {
		got := a.request("GET", path, "")
		for _, name := range []string{"x-amzn-RequestId", "x-amz-apigw-id", "Content-Type"} {
			if got.header.Get(name) == "" {
				t.Errorf("%s: no %s", path, name)
			}
		}
	}
}

// withBinary is a document whose API takes every media type for binary.
func withBinary(document string) string {
	return strings.TrimSuffix(document, "}") + `,"x-amazon-apigateway-binary-media-types":["*/*"]}`
}

func TestMocks(t *testing.T) {
	integration := func(rest string) string {
		return openAPI(`"/":{"post":{"responses":{"200":{"description":"fine","headers":{"X-H":{"schema":{"type":"string"}}}},`+
			`"400":{"description":"bad"}},"x-amazon-apigateway-integration":{"type":"mock",`+rest+`}}}`, "")
	}
	const internal = `{"message":"Internal server error"}`
	for _, row := range []struct {
		name, source, document string
		headers                []string
		status                 int
		body                   string
	}{
		{
			"a template makes the body", "test_mock_integration_response[WHEN_NO_MATCH], 2024-05-30",
			integration(`"requestTemplates":{"application/json":"{\"statusCode\": 200}"},"responses":{"default":{"statusCode":"200",` +
				`"responseTemplates":{"application/json":"{\"statusCode\": 200, \"id\": $input.params().path.size()}"}}}`),
			nil, 200, `{"statusCode": 200, "id": 0}`,
		},
		{
			"the status picks the response", "developer guide, how-to-mock-integration",
			integration(`"requestTemplates":{"application/json":"{\"statusCode\": #if($input.params('q') == 'bad')400#else 200#end}"},` +
				`"responses":{"default":{"statusCode":"200"},"4\\d{2}":{"statusCode":"400",` +
				`"responseTemplates":{"application/json":"bad"}}}`),
			nil, 400, "bad",
		},
		{
			"no status", "developer guide, how-to-mock-integration",
			integration(`"requestTemplates":{"application/json":"{}"},"responses":{"default":{"statusCode":"200"}}`),
			nil, 500, internal,
		},
		{
			"a template over what is binary", "https://github.com/aws/chalice/issues/1310",
			withBinary(integration(`"requestTemplates":{"application/json":"{\"statusCode\": 200}"},"responses":{"default":{"statusCode":"200"}}`)),
			nil, 500, internal,
		},
		{
			"a template over what is binary, and made text", "https://github.com/aws/chalice/issues/1310",
			withBinary(integration(`"contentHandling":"CONVERT_TO_TEXT","requestTemplates":{"application/json":"{\"statusCode\": 200}"},` +
				`"responses":{"default":{"statusCode":"200"}}`)),
			nil, 200, "",
		},
		{
			"no response", "developer guide, how-to-mock-integration",
			integration(`"requestTemplates":{"application/json":"{\"statusCode\": 200}"}`), nil, 500, internal,
		},
		{
			"nothing is passed through", "developer guide, integration-passthrough-behaviors",
			integration(`"passthroughBehavior":"never","requestTemplates":{"application/json":"{\"statusCode\": 200}"},` +
				`"responses":{"default":{"statusCode":"200"}}`),
			[]string{"Content-Type: text/plain"},
			415, `{"message":"Unsupported Media Type"}`,
		},
		{
			"headers from texts", "test_import_and_validate_rest_api, 2025-07-02",
			integration(`"requestTemplates":{"application/json":"{\"statusCode\": 200}"},"responses":{"default":{"statusCode":"200",` +
				`"responseParameters":{"method.response.header.X-H":"'*'"}}}`),
			nil, 200, "",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			wiretest.Source(t, row.source)
			f := start(t, config{})
			a := f.imported(row.document)
			a.deploy("dev")
			got := a.request("POST", "/dev?q=bad", "", row.headers...)
			if got.status != row.status || got.body != row.body {
				t.Errorf("source: %s\n%d %s, want %d %s", row.source, got.status, got.body, row.status, row.body)
			}
			if row.name == "headers from texts" {
				equal(t, got.header.Get("X-H"), "*")
			}
		})
	}
}

// Source: test_api_gateway_request_validator, 2024-01-10; test_api_gateway_request_validator_with_ref_models, 2024-10-28.
func TestRequestValidation(t *testing.T) {
	f := start(t, config{})
	a := f.imported(openAPI(`"/nested/{issuer}":{"post":{"parameters":[{"name":"qs1","in":"query","required":true},`+
		`{"name":"x-header-param","in":"header","required":true}],"requestBody":{"content":{"application/json":{"schema":`+
		`{"$ref":"#/components/schemas/List"}}}},`+mockOperation+`}}`,
		`"components":{"schemas":{"Pair":{"type":"object","properties":{"a":{"type":"number"}},"required":["a"]},`+
			`"List":{"type":"array","items":{"$ref":"#/components/schemas/Pair"}}}},`+
			`"x-amazon-apigateway-request-validators":{"all":{"validateRequestBody":true,"validateRequestParameters":true}},`+
			`"x-amazon-apigateway-request-validator":"all"`))
	a.deploy("dev")
	for _, row := range []struct {
		query, header, body string
		status              int
		want                string
	}{
		{"", "", `[{"a":1}]`, 400, `{"message":"Missing required request parameters: [x-header-param, qs1]"}`},
		{"?qs1=1", "", `[{"a":1}]`, 400, `{"message":"Missing required request parameters: [x-header-param]"}`},
		{"?qs1=1", "x-header-param: 1", `[{"b":1}]`, 400, `{"message":"Invalid request body"}`},
		{"?qs1=1", "x-header-param: 1", ``, 400, `{"message":"Invalid request body"}`},
		{"?qs1=1", "x-header-param: 1", `[{"a":1}]`, 200, ""},
	} {
		var headers []string
		if row.header != "" {
			headers = append(headers, row.header)
		}
		got := a.request("POST", "/dev/nested/1"+row.query, row.body, headers...)
		if got.status != row.status || got.body != row.want {
			t.Errorf("%s %s: %d %s, want %d %s", row.query, row.body, got.status, got.body, row.status, row.want)
		}
	}
}

// Source: test_invoking_canary_deployment, 2025-05-30.
func TestCanary(t *testing.T) {
	f := start(t, config{})
	a := f.api()
	a.mock(a.root, "GET", `{"isCanary": "$context.isCanaryRequest", "variable": "$stageVariables.v", "none": "$stageVariables.no"}`)
	first := a.deploy("dev")
	second := must(f.sdk.CreateDeployment(f.Context(), &sdk.CreateDeploymentInput{RestApiId: a.id}))
	must(f.sdk.UpdateStage(f.Context(), &sdk.UpdateStageInput{
		RestApiId: a.id, StageName: aws.String("dev"), PatchOperations: patch("replace /variables/v default"),
	}))
	equal(t, a.request("GET", "/dev", "").body, `{"isCanary": "false", "variable": "default", "none": ""}`)
	must(f.sdk.UpdateStage(f.Context(), &sdk.UpdateStageInput{
		RestApiId: a.id, StageName: aws.String("dev"), PatchOperations: patch(
			"replace /canarySettings/deploymentId "+*second.Id, "replace /canarySettings/percentTraffic 100",
			"replace /canarySettings/stageVariableOverrides/v canary"),
	}))
	equal(t, a.request("GET", "/dev", "").body, `{"isCanary": "true", "variable": "canary", "none": ""}`)
	stage := must(f.sdk.GetStage(f.Context(), &sdk.GetStageInput{RestApiId: a.id, StageName: aws.String("dev")}))
	equal(t, *stage.DeploymentId, *first)
}

// Source: API reference of RestApi (disableExecuteApiEndpoint).
func TestADisabledEndpoint(t *testing.T) {
	f := start(t, config{})
	a := f.deployable()
	must(f.sdk.UpdateRestApi(f.Context(), &sdk.UpdateRestApiInput{
		RestApiId: a.id, PatchOperations: patch("replace /disableExecuteApiEndpoint true"),
	}))
	a.deploy("dev")
	equal(t, a.request("GET", "/dev", "").status, 403)
}

// Source: API reference of Method (apiKeyRequired, AWS_IAM), and the gateway's table of response types.
func TestOtherAuthorizers(t *testing.T) {
	f := start(t, config{})
	a := f.deployable()
	put := func(httpMethod, kind string, key bool) {
		must(f.sdk.PutMethod(f.Context(), &sdk.PutMethodInput{
			RestApiId: a.id, ResourceId: a.root, HttpMethod: &httpMethod, AuthorizationType: &kind, ApiKeyRequired: key,
		}))
		must(f.sdk.PutIntegration(f.Context(), &sdk.PutIntegrationInput{
			RestApiId: a.id, ResourceId: a.root, HttpMethod: &httpMethod, Type: types.IntegrationTypeMock,
		}))
	}
	put("POST", "NONE", true)
	put("PUT", "AWS_IAM", false)
	a.deploy("dev")
	var body struct{ Message string }
	got := a.request("POST", "/dev", "")
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Fatal(err)
	}
	equal(t, got.status, 403)
	equal(t, body.Message, "Forbidden")
	got = a.request("PUT", "/dev", "")
	equal(t, got.status, 403)
	equal(t, got.body, `{"message":"Missing Authentication Token"}`)
}
