package apigateway_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
)

// puts a method with changes to an open ANY on the root.
func puts(change func(a api, in *sdk.PutMethodInput)) func(*fixture) {
	return func(f *fixture) {
		a := f.api()
		in := &sdk.PutMethodInput{
			RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("ANY"), AuthorizationType: aws.String("NONE"),
		}
		change(a, in)
		try(f.sdk.PutMethod(f.Context(), in))
	}
}

func (a api) updateMethod(httpMethod string, ops ...string) {
	try(a.f.sdk.UpdateMethod(a.f.Context(), &sdk.UpdateMethodInput{
		RestApiId: a.id, ResourceId: a.root, HttpMethod: &httpMethod, PatchOperations: patch(ops...),
	}))
}

const needsAuthorizer = `400 BadRequestException: Invalid authorizer ID specified. Setting the authorization type to ` +
	`CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.`

func TestMethods(t *testing.T) {
	updates := func(ops ...string) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			a.method(a.root, "ANY")
			a.updateMethod("ANY", ops...)
		}
	}
	const open = `"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"ANY"`
	check(t, []behavior{{
		name: "an open method", source: "test_method_lifecycle, 2024-04-15",
		do:   puts(func(api, *sdk.PutMethodInput) {}),
		want: `201 {` + open + `}`,
	}, {
		name: "a second one of the name", source: "AWS's refusal as quoted in many threads",
		do: puts(func(a api, _ *sdk.PutMethodInput) {
			a.method(a.root, "ANY")
		}),
		want: `409 ConflictException: Method already exists for this resource`,
	}, {
		name: "a deletion answers 204", source: "test_method_lifecycle, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			a.method(a.root, "ANY")
			try(f.sdk.DeleteMethod(f.Context(), &sdk.DeleteMethodInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("ANY"),
			}))
		},
		want: `204`,
	}, {
		name: "a missing method", source: "test_method_lifecycle, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			try(f.sdk.GetMethod(f.Context(), &sdk.GetMethodInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("ANY"),
			}))
		},
		want: `404 NotFoundException: Invalid Method identifier specified`,
	}, {
		name: "on a missing API it is the resource that is missing", source: "test_put_method_validation, 2024-04-15",
		do:   puts(func(_ api, in *sdk.PutMethodInput) { in.RestApiId = aws.String("fake") }),
		want: `404 NotFoundException: Invalid Resource identifier specified`,
	}, {
		name: "an HTTP method that isn't one", source: "test_put_method_validation, 2024-04-15",
		do: puts(func(_ api, in *sdk.PutMethodInput) { in.HttpMethod = aws.String("WRONG") }),
		want: `400 BadRequestException: Invalid HttpMethod specified. Valid options are ` +
			`GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY`,
	}, {
		name: "required and optional parameters", source: "test_method_request_parameters, 2024-04-15",
		do: puts(func(_ api, in *sdk.PutMethodInput) {
			in.RequestParameters = map[string]bool{"method.request.header.h": false, "method.request.querystring.q": true}
		}),
		want: `201 {` + open +
			`,"requestParameters":{"method.request.header.h":false,"method.request.querystring.q":true}}`,
	}, {
		name: "one name in two places", source: "test_method_request_parameters, 2024-04-15",
		do: puts(func(_ api, in *sdk.PutMethodInput) {
			in.RequestParameters = map[string]bool{"method.request.header.x": false, "method.request.querystring.x": false}
		}),
		want: `400 BadRequestException: Parameter names must be unique across querystring, header and path`,
	}, {
		name: "a parameter that isn't one", source: "test_put_integration_request_parameter_bool_type, 2024-12-12",
		do: puts(func(_ api, in *sdk.PutMethodInput) {
			in.RequestParameters = map[string]bool{"method.request.path.testPath": true, "true": true}
		}),
		want: `400 BadRequestException: Invalid mapping expression specified: Validation Result: warnings : [], ` +
			`errors : [Invalid mapping expression specified: true]`,
	}, {
		name: "CUSTOM without an authorizer", source: "test_put_method_validation, 2024-04-15",
		do:   puts(func(_ api, in *sdk.PutMethodInput) { in.AuthorizationType = aws.String("CUSTOM") }),
		want: needsAuthorizer,
	}, {
		name:   "COGNITO_USER_POOLS with its authorizer and scopes",
		source: "test_import_with_cognito_auth_identity_source, 2025-07-02",
		do: puts(func(a api, in *sdk.PutMethodInput) {
			in.AuthorizationType, in.AuthorizerId = aws.String("COGNITO_USER_POOLS"), a.authorizer("pool", pool("us-east-1_a"))
			in.AuthorizationScopes = []string{"email"}
		}),
		want: `201 {"apiKeyRequired":false,"authorizationType":"COGNITO_USER_POOLS","authorizerId":"*",` +
			`"authorizationScopes":["email"],"httpMethod":"ANY"}`,
	}, {
		name: "scopes without it", source: "cdk-preflight",
		do:   puts(func(_ api, in *sdk.PutMethodInput) { in.AuthorizationScopes = []string{"email"} }),
		want: `400 BadRequestException: Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type`,
	}, {
		name: "an unknown validator", source: "test_put_method_validation, 2024-04-15",
		do:   puts(func(_ api, in *sdk.PutMethodInput) { in.RequestValidatorId = aws.String("fake") }),
		want: `400 BadRequestException: Invalid Request Validator identifier specified`,
	}, {
		name: "an unknown model", source: "test_put_method_validation, 2024-04-15",
		do: puts(func(_ api, in *sdk.PutMethodInput) {
			in.RequestModels = map[string]string{"application/json": "petModel"}
		}),
		want: `400 BadRequestException: Invalid model identifier specified: petModel`,
	}, {
		name: "an update adds to maps and replaces members", source: "test_update_method, 2024-04-15",
		do: updates("add /requestParameters/method.request.querystring.q true", "add /requestModels/application~1json Empty",
			"replace /operationName Op", "replace /apiKeyRequired true", "replace /authorizationType AWS_IAM"),
		want: `200 {"apiKeyRequired":true,"authorizationType":"AWS_IAM","httpMethod":"ANY","operationName":"Op",` +
			`"requestModels":{"application/json":"Empty"},"requestParameters":{"method.request.querystring.q":true}}`,
	}, {
		name: "what is emptied is gone", source: "test_update_method, 2024-04-15",
		do: updates("add /requestParameters/method.request.querystring.q true",
			"remove /requestParameters/method.request.querystring.q"),
		want: `200 {` + open + `}`,
	}, {
		name: "anything but true is false", source: "test_update_method_validation, 2024-04-15",
		do:   updates("replace /apiKeyRequired whatever"),
		want: `200 {` + open + `}`,
	}, {
		name: "an authorizer without a use for it is ignored", source: "test_update_method_validation, 2024-04-15",
		do:   updates("replace /authorizerId abc123"),
		want: `200 {` + open + `}`,
	}, {
		name: "the changes count together, not in their order", source: "test_update_method, 2024-04-15",
		do:   updates("replace /authorizationType CUSTOM", "replace /authorizerId abc123"),
		want: needsAuthorizer,
	}, {
		name: "a person opens a guarded method", source: "API reference of UpdateMethod; test_update_method_validation",
		do: func(f *fixture) {
			a := f.api()
			must(f.sdk.PutMethod(f.Context(), &sdk.PutMethodInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("ANY"), AuthorizationScopes: []string{"email"},
				AuthorizationType: aws.String("COGNITO_USER_POOLS"), AuthorizerId: a.authorizer("pool", pool("us-east-1_a")),
			}))
			a.updateMethod("ANY", "replace /authorizationType NONE")
		},
		want: `200 {` + open + `}`,
	}, {
		name: "members can't be added", source: "test_update_method_validation, 2024-04-15",
		do:   updates("add /operationName name"),
		want: `400 BadRequestException: Invalid patch operation specified. Must be one of: [replace]`,
	}, {
		name: "the HTTP method stays", source: "test_update_method_validation, 2024-04-15",
		do:   updates("add /httpMethod PUT"),
		want: `400 BadRequestException: Invalid patch path /httpMethod`,
	}, {
		name: "a media type's slash is escaped", source: "test_update_method_validation, 2024-04-15",
		do:   updates("add /requestModels/application/json Empty"),
		want: `400 BadRequestException: Invalid patch path /requestModels/application/json`,
	}, {
		name: "an unknown validator in an update", source: "test_update_method_validation, 2024-04-15",
		do:   updates("replace /requestValidatorId fake"),
		want: `400 BadRequestException: Invalid Request Validator identifier specified`,
	}})
}

// methodResponse puts a response for 200 on GET of the root.
func (a api) methodResponse(parameters map[string]bool, models map[string]string) {
	must(a.f.sdk.PutMethodResponse(a.f.Context(), &sdk.PutMethodResponseInput{
		RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("GET"), StatusCode: aws.String("200"),
		ResponseParameters: parameters, ResponseModels: models,
	}))
}

func TestMethodResponses(t *testing.T) {
	updates := func(status string, ops ...string) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			a.method(a.root, "GET")
			a.methodResponse(map[string]bool{"method.response.header.h": false}, map[string]string{"application/json": "Empty"})
			try(f.sdk.UpdateMethodResponse(f.Context(), &sdk.UpdateMethodResponseInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("GET"), StatusCode: &status,
				PatchOperations: patch(ops...),
			}))
		}
	}
	const wrongOp = `'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: ` +
		`Member must satisfy enum value set: [add, remove, move, test, replace, copy]`
	check(t, []behavior{{
		name: "empty maps that were sent are kept", source: "test_lifecycle_method_response, 2025-07-01",
		do: func(f *fixture) {
			a := f.api()
			a.method(a.root, "GET")
			a.methodResponse(map[string]bool{}, map[string]string{})
		},
		want: `201 {"responseModels":{},"responseParameters":{},"statusCode":"200"}`,
	}, {
		name: "those that become empty aren't", source: "test_update_method_response, 2025-06-30",
		do: updates("200", "remove /responseParameters/method.response.header.h true",
			"remove /responseModels/application~1json Empty"),
		want: `201 {"statusCode":"200"}`,
	}, {
		name: "an update answers 201", source: "test_update_method_response, 2025-06-30",
		do: updates("200", "replace /responseParameters/method.response.header.h true"),
		want: `201 {"responseModels":{"application/json":"Empty"},` +
			`"responseParameters":{"method.response.header.h":true},"statusCode":"200"}`,
	}, {
		name: "a missing status", source: "test_update_method_response_negative_tests, 2025-06-30",
		do:   updates("201", "replace /responseParameters/method.response.header.h true"),
		want: `404 NotFoundException: Invalid Response status code specified`,
	}, {
		name:   "a status that isn't one, and an operation that isn't one",
		source: "test_update_method_response_negative_tests, 2025-06-30",
		do:     updates("wrong", "wrong_op /responseParameters/method.response.header.h true"),
		want: `400 ValidationException: 2 validation errors detected: Value 'wrong_op' at ` + wrongOp + `; Value 'wrong' at ` +
			`'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`,
	}, {
		name: "a parameter that isn't there", source: "test_update_method_wrong_param_names, 2025-07-01",
		do:   updates("200", "remove /responseParameters/wrong true"),
		want: `404 NotFoundException: Invalid parameter name specified`,
	}, {
		name: "a media type that isn't there", source: "test_update_method_wrong_param_names, 2025-07-01",
		do:   updates("200", "replace /responseModels/wrong Empty"),
		want: `404 NotFoundException: Content-Type specified was not found`,
	}, {
		name: "a member that isn't one", source: "test_update_method_lack_response_parameters_and_models, 2025-07-01",
		do:   updates("200", "remove /wrong/method.response.header.h true"),
		want: `400 BadRequestException: Invalid patch path /wrong/method.response.header.h`,
	}})
}
