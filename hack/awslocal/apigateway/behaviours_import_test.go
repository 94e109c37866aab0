package apigateway_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	// mockOperation is an operation with a mock behind it.
	mockOperation = `"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":` +
		`{"application/json":"{\"statusCode\": 200}"},"passthroughBehavior":"when_no_match",` +
		`"responses":{"default":{"statusCode":"200"}}}`
	// mocked is the integration that it becomes.
	mocked = `{"cacheKeyParameters":[],"cacheNamespace":"*","integrationResponses":{"200":{"statusCode":"200"}},` +
		`"passthroughBehavior":"WHEN_NO_MATCH","requestTemplates":{"application/json":"{\"statusCode\": 200}"},` +
		`"timeoutInMillis":29000,"type":"MOCK"}`
	openGET = `"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"GET"`
)

// openAPI writes an OpenAPI 3 document; rest are further members.
func openAPI(paths, rest string) string {
	if rest != "" {
		rest = "," + rest
	}
	return `{"openapi":"3.0.1","info":{"title":"notes","version":"1.0"},"paths":{` + paths + `}` + rest + `}`
}

func (f *fixture) tryImport(document string, failOnWarnings bool) {
	try(f.sdk.ImportRestApi(f.Context(), &sdk.ImportRestApiInput{Body: []byte(document), FailOnWarnings: failOnWarnings}))
}

// embedded lists the resources with their methods.
func (a api) embedded() []types.Resource {
	return must(a.f.sdk.GetResources(a.f.Context(), &sdk.GetResourcesInput{
		RestApiId: a.id, Embed: []string{"methods"}, Limit: aws.Int32(500),
	})).Items
}

func TestImports(t *testing.T) {
	imports := func(document string) func(*fixture) {
		return func(f *fixture) { f.tryImport(document, true) }
	}
	resources := func(document string) func(*fixture) {
		return func(f *fixture) { f.imported(document).embedded() }
	}
	models := func(document string) func(*fixture) {
		return func(f *fixture) {
			try(f.sdk.GetModels(f.Context(), &sdk.GetModelsInput{RestApiId: f.imported(document).id}))
		}
	}
	const root = `{"item":[{"id":"*","path":"/","resourceMethods":`
	check(t, []behavior{{
		name: "name, description and version", source: "test_import_with_cognito_auth_identity_source, 2025-07-02",
		do:   imports(`{"openapi":"3.0.1","info":{"title":"notes","description":"My notes.","version":"1.0"},"paths":{}}`),
		want: `201 {` + plainAPI + `,"description":"My notes.","version":"1.0"}`,
	}, {
		name:   "a version that is a number",
		source: "test_import_and_validate_rest_api[openapi.spec.tf.json], 2025-07-02",
		do:     imports(`{"openapi":"3.0.1","info":{"title":"notes","version":1},"paths":{}}`),
		want:   `201 {` + plainAPI + `,"version":"1"}`,
	}, {
		name: "YAML keeps a number's digits", source: "test_import_rest_api_with_base_path_oas30, 2025-07-02",
		do:   imports("openapi: 3.0.1\ninfo:\n  title: notes\n  version: 2.0\npaths: {}\n"),
		want: `201 {` + plainAPI + `,"version":"2.0"}`,
	}, {
		name:   "binary media types and key source",
		source: "test_import_rest_api, test_import_with_global_api_key_authorizer, 2025-07-02",
		do: imports(openAPI("", `"x-amazon-apigateway-binary-media-types":["*/*"],`+
			`"x-amazon-apigateway-api-key-source":"AUTHORIZER","x-amazon-apigateway-minimum-compression-size":10`)),
		want: `201 {"apiKeySource":"AUTHORIZER","binaryMediaTypes":["*/*"],"createdDate":"*","disableExecuteApiEndpoint":false,` +
			`"endpointConfiguration":{"ipAddressType":"ipv4","types":["EDGE"]},"id":"*","minimumCompressionSize":10,` +
			`"name":"notes","rootResourceId":"*","version":"1.0"}`,
	}, {
		name: "a Regional endpoint comes beside the document", source: "API reference of ImportRestApi",
		do: func(f *fixture) {
			try(f.sdk.ImportRestApi(f.Context(), &sdk.ImportRestApiInput{
				Body: []byte(openAPI("", "")), Parameters: map[string]string{"endpointConfigurationTypes": "REGIONAL"},
			}))
		},
		want: `201 {"apiKeySource":"HEADER","createdDate":"*","disableExecuteApiEndpoint":false,"endpointConfiguration":` +
			`{"ipAddressType":"ipv4","types":["REGIONAL"]},"id":"*","name":"notes","rootResourceId":"*","version":"1.0"}`,
	}, {
		name: "JSON that isn't", source: "test_import_api_bad_file, 2025-11-18",
		do:   imports(`{"openapi": `),
		want: `400 BadRequestException: Invalid OpenAPI input.`,
	}, {
		name: "YAML that isn't", source: "test_import_api_bad_file, 2025-11-18",
		do:   imports("openapi: [3.0.1\n"),
		want: `400 BadRequestException: Invalid OpenAPI input.`,
	}, {
		name: "a mock", source: "test_import_with_integer_http_status_code, 2025-07-02",
		do:   resources(openAPI(`"/":{"get":{`+mockOperation+`}}`, "")),
		want: `200 ` + root + `{"GET":{` + openGET + `,"methodIntegration":` + mocked + `}}}]}`,
	}, {
		name: "status codes may be numbers", source: "test_import_with_integer_http_status_code, 2025-07-02",
		do: resources("openapi: 3.0.1\ninfo: {title: notes}\npaths:\n  /:\n    get:\n      responses:\n        200:\n" +
			"          description: fine\n      x-amazon-apigateway-integration:\n        type: mock\n        responses:\n" +
			"          default:\n            statusCode: 200\n"),
		want: `200 ` + root + `{"GET":{` + openGET + `,"methodIntegration":{"cacheKeyParameters":[],"cacheNamespace":"*",` +
			`"integrationResponses":{"200":{"statusCode":"200"}},"passthroughBehavior":"WHEN_NO_MATCH",` +
			`"timeoutInMillis":29000,"type":"MOCK"},"methodResponses":{"200":{"statusCode":"200"}}}}}]}`,
	}, {
		name: "a Lambda function", source: "test_import_and_validate_rest_api[swagger-mock-cors.json], 2025-07-02",
		do: resources(openAPI(`"/":{"get":{"x-amazon-apigateway-integration":`+
			`{"type":"aws_proxy","httpMethod":"POST","uri":"`+lambdaURI+`"}}}`, "")),
		want: `200 ` + root + `{"GET":{` + openGET + `,"methodIntegration":{"cacheKeyParameters":[],"cacheNamespace":"*",` +
			`"httpMethod":"POST","passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"type":"AWS_PROXY",` +
			`"uri":"` + lambdaURI + `"}}}}]}`,
	}, {
		name: "an HTTP backend, with patterns and without", source: "test_import_swagger_api, 2025-07-03",
		do: resources(openAPI(`"/":{"x-amazon-apigateway-any-method":{"x-amazon-apigateway-integration":{"type":"HTTP",`+
			`"httpMethod":"GET","uri":"http://example.com","responses":{"default":{"statusCode":"200"},`+
			`"4\\d{2}":{"statusCode":"400"}}}}}`, "")),
		want: `200 ` + root + `{"ANY":{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"ANY",` +
			`"methodIntegration":{"cacheKeyParameters":[],"cacheNamespace":"*","connectionType":"INTERNET","httpMethod":"GET",` +
			`"integrationResponses":{"200":{"statusCode":"200"},"400":{"selectionPattern":"4\\d{2}","statusCode":"400"}},` +
			`"passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"type":"HTTP","uri":"http://example.com"}}}}]}`,
	}, {
		name: "a mock calls nobody by any HTTP method", source: "test_import_with_http_method_integration, 2025-07-02",
		do: resources(openAPI(`"/":{"get":{`+strings.Replace(mockOperation, `"type":"mock"`, `"type":"mock","httpMethod":"POST"`, 1)+
			`}}`, "")),
		want: `200 ` + root + `{"GET":{` + openGET + `,"methodIntegration":` + mocked + `}}}]}`,
	}, {
		name:   "variables in the path are declared unasked",
		source: "test_import_and_validate_rest_api[swagger-mock-cors.json], 2025-07-02",
		do:     resources(openAPI(`"/{id}":{"get":{`+mockOperation+`}}`, "")),
		want: `200 {"item":[{"id":"*","path":"/"},{"id":"*","parentId":"*","path":"/{id}","pathPart":"{id}",` +
			`"resourceMethods":{"GET":{` + openGET + `,"methodIntegration":` + mocked +
			`,"requestParameters":{"method.request.path.id":true}}}}]}`,
	}, {
		name: "parameters, operation, models and headers", source: "test_import_swagger_api, 2025-07-03",
		do: resources(openAPI(`"/":{"parameters":[{"name":"page","in":"query","schema":{"type":"string"}}],"get":{`+
			`"operationId":"List","parameters":[{"name":"X-Need","in":"header","required":true}],`+
			`"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Pet"}}}},`+
			`"responses":{"200":{"description":"fine","headers":{"X-Next":{"schema":{"type":"string"}}},`+
			`"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Pet"}}}}},`+mockOperation+`}}`,
			`"components":{"schemas":{"Pet":{"type":"object"}}}`)),
		want: `200 ` + root + `{"GET":{` + openGET + `,"methodIntegration":` + mocked + `,"methodResponses":{"200":{` +
			`"responseModels":{"application/json":"Pet"},"responseParameters":{"method.response.header.X-Next":false},` +
			`"statusCode":"200"}},"operationName":"List","requestModels":{"application/json":"Pet"},"requestParameters":` +
			`{"method.request.header.X-Need":true,"method.request.querystring.page":false}}}}]}`,
	}, {
		name: "Swagger's body and media types", source: "test_import_swagger_api, 2025-07-03",
		do: resources(`{"swagger":"2.0","info":{"title":"notes"},"paths":{"/":{"get":{"produces":["text/html"],` +
			`"parameters":[{"in":"body","name":"Pet","schema":{"$ref":"#/definitions/Pet"}}],` +
			`"responses":{"200":{"schema":{"$ref":"#/definitions/Pet"}}},` + mockOperation + `}}},` +
			`"definitions":{"Pet":{"type":"object"}}}`),
		want: `200 ` + root + `{"GET":{` + openGET + `,"methodIntegration":` + mocked + `,"methodResponses":{"200":{` +
			`"responseModels":{"text/html":"Pet"},"statusCode":"200"}},"requestModels":{"application/json":"Pet"}}}}]}`,
	}, {
		name:   "an operation without an integration is no fault yet",
		source: "test_import_documentation_parts, 2026-02-09",
		do:     resources(openAPI(`"/":{"get":{"responses":{"200":{"description":"fine"}}}}`, "")),
		want:   `200 ` + root + `{"GET":{` + openGET + `,"methodResponses":{"200":{"statusCode":"200"}}}}}]}`,
	}, {
		name:   "an imported API has no models but its own",
		source: "test_import_and_validate_rest_api[swagger-mock-cors.json], 2025-07-02",
		do:     models(openAPI("", "")),
		want:   `200 {"item":[]}`,
	}, {
		name: "a model takes its schema's description", source: "test_import_with_circular_models, 2025-07-02",
		do: models(openAPI("", `"components":{"schemas":{"House":{"description":"Where to live"}}}`)),
		want: `200 {"item":[{"contentType":"application/json","description":"Where to live","id":"*","name":"House",` +
			`"schema":"{\"description\":\"Where to live\"}"}]}`,
	}, {
		name:   "a parameter of the wrong type is left out with a warning",
		source: "test_import_rest_api_with_base_path_oas30, 2025-07-02",
		do: func(f *fixture) {
			f.tryImport(openAPI(`"/test":{"get":{"x-amazon-apigateway-integration":{"type":"mock","requestParameters":`+
				`{"integration.request.header.nothing":true}}}}`, ""), false)
		},
		want: `201 {` + plainAPI + `,"version":"1.0","warnings":["Invalid format for 'requestParameters'. Expected type string ` +
			`for property 'integration.request.header.nothing' of resource '/test' and method 'GET' but got 'true'"]}`,
	}, {
		name: "which may fail the import", source: "terraform-provider-aws, testAccRestAPIConfig_failOnWarnings",
		do: imports(openAPI(`"/test":{"get":{"x-amazon-apigateway-integration":{"type":"mock","requestParameters":`+
			`{"integration.request.header.nothing":true}}}}`, "")),
		want: "400 BadRequestException: Warnings found during import:\n\tInvalid format for 'requestParameters'. Expected type " +
			"string for property 'integration.request.header.nothing' of resource '/test' and method 'GET' but got 'true'",
	}, {
		name: "the rules of the tree hold", source: "amazon-archives/aws-apigateway-importer#202",
		do: imports(openAPI(`"/user/{bizId}/complaint":{"get":{`+mockOperation+`}},"/user/{userId}/fans":{"get":{`+
			mockOperation+`}}`, "")),
		want: "400 BadRequestException: Errors found during import:\n\tUnable to create resource at path " +
			"'/user/{userId}/fans': A sibling ({bizId}) of this resource already has a variable path part -- only one is allowed",
	}, {
		name: "an integration that AWS refuses", source: "CodeGenieApp/serverless-express#169",
		do: imports(openAPI(`"/":{"get":{"x-amazon-apigateway-integration":{"type":"aws_proxy","httpMethod":"POST",`+
			`"uri":"hello"}}}`, "")),
		want: "400 BadRequestException: Errors found during import:\n\tUnable to put integration on 'GET' for resource at " +
			"path '/': Invalid ARN specified in the request",
	}, {
		name: "an integration that isn't an object", source: "localstack/localstack#4619",
		do:   imports(openAPI(`"/":{"get":{"x-amazon-apigateway-integration":"mock"}}`, "")),
		want: `400 BadRequestException: Unable to parse API definition because of a malformed integration at path /.`,
	}, {
		name: "a model that isn't there", source: "amazon-archives/aws-apigateway-importer#194",
		do: imports(openAPI(`"/":{"get":{"requestBody":{"content":{"application/json":{"schema":`+
			`{"$ref":"#/components/schemas/Pet"}}}},`+mockOperation+`}}`, "")),
		want: "400 BadRequestException: Warnings found during import:\n\tReference to model 'Pet' not found. Ignoring.",
	}, {
		name:   "validators, for all operations or for one",
		source: "test_import_with_circular_models_and_request_validation, 2025-07-02",
		do: func(f *fixture) {
			a := f.imported(openAPI(`"/":{"get":{`+mockOperation+`}}`, `"x-amazon-apigateway-request-validators":{"basic":`+
				`{"validateRequestBody":true,"validateRequestParameters":true}},"x-amazon-apigateway-request-validator":"basic"`))
			if a.embedded()[0].ResourceMethods["GET"].RequestValidatorId == nil {
				f.Error("the method has no validator")
			}
			try(f.sdk.GetRequestValidators(f.Context(), &sdk.GetRequestValidatorsInput{RestApiId: a.id}))
		},
		want: `200 {"item":[{"id":"*","name":"basic","validateRequestBody":true,"validateRequestParameters":true}]}`,
	}, {
		name: "gateway responses", source: "test_import_rest_api, 2025-07-02 (the document's UNAUTHORIZED)",
		do: func(f *fixture) {
			a := f.imported(openAPI("", `"x-amazon-apigateway-gateway-responses":{"UNAUTHORIZED":{"statusCode":401,`+
				`"responseParameters":{"gatewayresponse.header.Access-Control-Allow-Origin":"'*'"}}}`))
			try(f.sdk.GetGatewayResponse(f.Context(), &sdk.GetGatewayResponseInput{RestApiId: a.id, ResponseType: "UNAUTHORIZED"}))
		},
		want: `200 {"defaultResponse":false,"responseParameters":{"gatewayresponse.header.Access-Control-Allow-Origin":"'*'"},` +
			`"responseTemplates":{"application/json":"{\"message\":$context.error.messageString}"},` +
			`"responseType":"UNAUTHORIZED","statusCode":"401"}`,
	}})
}

func TestBasePaths(t *testing.T) {
	swagger := `{"swagger":"2.0","info":{"title":"notes"},"basePath":"/base","paths":{"/test":{"get":{` + mockOperation + `}}}}`
	byURL := openAPI(`"/test":{"get":{`+mockOperation+`}}`, `"servers":[{"url":"https://example.com/base-url/part/"}]`)
	byVariable := openAPI(`"/test":{"get":{`+mockOperation+`}}`,
		`"servers":[{"url":"https://example.com/{basePath}","variables":{"basePath":{"default":"/base-var"}}}]`)
	for _, row := range []struct{ name, source, document, mode, want string }{
		{"by default it is ignored", "developer guide, api-gateway-import-api-basePath", swagger, "", "/ /test"},
		{"ignored", "test_import_rest_apis_with_base_path_swagger[ignore], 2025-07-02", swagger, "ignore", "/ /test"},
		{"prepended", "test_import_rest_apis_with_base_path_swagger[prepend], 2025-07-02", swagger, "prepend", "/ /base /base/test"},
		{"split", "test_import_rest_apis_with_base_path_swagger[split], 2025-07-02", swagger, "split", "/ /test"},
		{
			"a server's path prepended", "test_import_rest_api_with_base_path_oas30[prepend], 2025-07-02", byURL, "prepend",
			"/ /base-url /base-url/part /base-url/part/test",
		},
		{
			"a server's path split", "test_import_rest_api_with_base_path_oas30[split], 2025-07-02", byURL, "split",
			"/ /part /part/test",
		},
		{
			"a server's variable prepended", "test_import_rest_api_with_base_path_oas30[prepend], 2025-07-02", byVariable,
			"prepend", "/ /base-var /base-var/test",
		},
		{
			"a server's variable split", "test_import_rest_api_with_base_path_oas30[split], 2025-07-02", byVariable, "split",
			"/ /test",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			wiretest.Source(t, row.source)
			f := start(t, config{})
			a := f.api()
			parameters := map[string]string{}
			if row.mode != "" {
				parameters["basepath"] = row.mode
			}
			must(f.sdk.PutRestApi(f.Context(), &sdk.PutRestApiInput{
				RestApiId: a.id, Body: []byte(row.document), Mode: types.PutModeOverwrite, Parameters: parameters,
			}))
			var paths []string
			for _, res := range a.embedded() {
				paths = append(paths, *res.Path)
			}
			if got := strings.Join(paths, " "); got != row.want {
				t.Errorf("source: %s\npaths %s, want %s", row.source, got, row.want)
			}
		})
	}
}

// Source: test_import_with_circular_models, 2025-07-02.
func TestModelsReferToEachOtherByURL(t *testing.T) {
	f := start(t, config{})
	a := f.imported(openAPI("", `"components":{"schemas":{"House":{"properties":{"owner":`+
		`{"$ref":"#/components/schemas/Person"}}},"Person":{"properties":{"home":{"$ref":"#/components/schemas/House"}}}}}`))
	house := must(f.sdk.GetModel(f.Context(), &sdk.GetModelInput{RestApiId: a.id, ModelName: aws.String("House")}))
	equal(t, *house.Schema,
		`{"properties":{"owner":{"$ref":"https://apigateway.amazonaws.com/restapis/`+*a.id+`/models/Person"}}}`)
}
