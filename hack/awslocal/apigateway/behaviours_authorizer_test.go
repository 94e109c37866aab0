package apigateway_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

func TestAuthorizers(t *testing.T) {
	creates := func(change func(*sdk.CreateAuthorizerInput)) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			a.authorizer("taken", pool("us-east-1_a"))
			in := &sdk.CreateAuthorizerInput{
				RestApiId: a.id, Name: aws.String("pool"), Type: types.AuthorizerTypeCognitoUserPools,
				ProviderARNs: []string{pool("us-east-1_a")}, IdentitySource: aws.String("method.request.header.Authorization"),
			}
			change(in)
			try(f.sdk.CreateAuthorizer(f.Context(), in))
		}
	}
	updates := func(ops ...string) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			try(f.sdk.UpdateAuthorizer(f.Context(), &sdk.UpdateAuthorizerInput{
				RestApiId: a.id, AuthorizerId: a.authorizer("pool", pool("us-east-1_a")), PatchOperations: patch(ops...),
			}))
		}
	}
	const cognito = `"authType":"cognito_user_pools","id":"*","identitySource":"method.request.header.Authorization",` +
		`"name":"pool","type":"COGNITO_USER_POOLS"`
	check(t, []behavior{{
		name:   "a time to live that isn't set isn't shown",
		source: "test_import_with_cognito_auth_identity_source, 2025-07-02",
		do:     creates(func(*sdk.CreateAuthorizerInput) {}),
		want:   `201 {` + cognito + `,"providerARNs":["` + pool("us-east-1_a") + `"]}`,
	}, {
		name: "a Lambda authorizer", source: "test_apigateway_with_custom_authorization_method, 2024-04-12",
		do: creates(func(in *sdk.CreateAuthorizerInput) {
			in.Name, in.Type = aws.String("lambda_authorizer"), types.AuthorizerTypeToken
			in.AuthorizerUri, in.ProviderARNs = aws.String(lambdaURI), nil
		}),
		want: `201 {"authType":"custom","authorizerUri":"` + lambdaURI + `","id":"*",` +
			`"identitySource":"method.request.header.Authorization","name":"lambda_authorizer","type":"TOKEN"}`,
	}, {
		name: "in a missing API", source: "test_authorizer_crud_no_api, 2024-04-15",
		do:   creates(func(in *sdk.CreateAuthorizerInput) { in.RestApiId = aws.String("fake") }),
		want: `409 ConflictException: Unable to complete operation due to concurrent modification. Please try again later.`,
	}, {
		name: "the list of a missing API", source: "test_authorizer_crud_no_api, 2024-04-15",
		do: func(f *fixture) {
			try(f.sdk.GetAuthorizers(f.Context(), &sdk.GetAuthorizersInput{RestApiId: aws.String("fake")}))
		},
		want: `404 NotFoundException: Invalid API identifier specified 111111111111:fake`,
	}, {
		name: "no pool", source: "cdk-preflight",
		do:   creates(func(in *sdk.CreateAuthorizerInput) { in.ProviderARNs = nil }),
		want: `400 BadRequestException: ProviderARNs cannot be empty`,
	}, {
		name: "a time to live beyond an hour", source: "cdk-preflight; API reference of CreateAuthorizer",
		do: creates(func(in *sdk.CreateAuthorizerInput) { in.AuthorizerResultTtlInSeconds = aws.Int32(3601) }),
		want: `400 BadRequestException: Authorizer result TTL outside allowable range. ` +
			`TTL must be between 0 and 3600 seconds.`,
	}, {
		name: "two of a name", source: "aws/aws-cdk#13711 (text; the code is v2's)",
		do:   creates(func(in *sdk.CreateAuthorizerInput) { in.Name = aws.String("taken") }),
		want: `400 BadRequestException: Authorizer name must be unique. Authorizer taken already exists in this RestApi.`,
	}, {
		name: "pools are added and removed", source: "API reference, patch operations",
		do:   updates("add /providerARNs "+pool("us-east-1_b"), "remove /providerARNs "+pool("us-east-1_a")),
		want: `200 {` + cognito + `,"providerARNs":["` + pool("us-east-1_b") + `"]}`,
	}, {
		name: "in this order: one remains at any time", source: "API reference, patch operations",
		do:   updates("remove /providerARNs "+pool("us-east-1_a"), "add /providerARNs "+pool("us-east-1_b")),
		want: `400 BadRequestException: ProviderARNs cannot be empty`,
	}, {
		name: "an authorizer that a method needs, with AWS's two slashes", source: "terraform-provider-aws#14812",
		do: func(f *fixture) {
			a := f.api()
			id, res := a.authorizer("pool", pool("us-east-1_a")), a.resource(a.root, "test")
			must(f.sdk.PutMethod(f.Context(), &sdk.PutMethodInput{
				RestApiId: a.id, ResourceId: res, HttpMethod: aws.String("GET"),
				AuthorizationType: aws.String("COGNITO_USER_POOLS"), AuthorizerId: id,
			}))
			try(f.sdk.DeleteAuthorizer(f.Context(), &sdk.DeleteAuthorizerInput{RestApiId: a.id, AuthorizerId: id}))
		},
		want: `409 ConflictException: Cannot delete authorizer 'pool', is referenced in method: GET//test`,
	}, {
		name: "an authorizer that none needs", source: "API reference of DeleteAuthorizer",
		do: func(f *fixture) {
			a := f.api()
			try(f.sdk.DeleteAuthorizer(f.Context(), &sdk.DeleteAuthorizerInput{
				RestApiId: a.id, AuthorizerId: a.authorizer("pool", pool("us-east-1_a")),
			}))
		},
		want: `202`,
	}})
}

func TestGatewayResponses(t *testing.T) {
	const (
		template  = `"responseTemplates":{"application/json":"{\"message\":$context.error.messageString}"}`
		wrongType = `400 ValidationException: 1 validation error detected: Value 'FAKE' at 'responseType' failed to ` +
			`satisfy constraint: Member must satisfy enum value set: [REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, ` +
			`AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, BAD_REQUEST_BODY, INVALID_SIGNATURE, ` +
			`INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, UNAUTHORIZED, INTEGRATION_TIMEOUT, ` +
			`ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, API_CONFIGURATION_ERROR, ` +
			`UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN]`
	)
	get := func(a api, kind types.GatewayResponseType) {
		try(a.f.sdk.GetGatewayResponse(a.f.Context(), &sdk.GetGatewayResponseInput{RestApiId: a.id, ResponseType: kind}))
	}
	put := func(a api, kind types.GatewayResponseType, status *string, parameters map[string]string) {
		try(a.f.sdk.PutGatewayResponse(a.f.Context(), &sdk.PutGatewayResponseInput{
			RestApiId: a.id, ResponseType: kind, StatusCode: status, ResponseParameters: parameters,
		}))
	}
	update := func(a api, kind types.GatewayResponseType, ops ...types.PatchOperation) {
		try(a.f.sdk.UpdateGatewayResponse(a.f.Context(), &sdk.UpdateGatewayResponseInput{
			RestApiId: a.id, ResponseType: kind, PatchOperations: ops,
		}))
	}
	header := map[string]string{"gatewayresponse.header.h": "'v'"}
	check(t, []behavior{{
		name: "a response that nobody set", source: "test_gateway_response_crud, 2024-04-15",
		do: func(f *fixture) { get(f.api(), "MISSING_AUTHENTICATION_TOKEN") },
		want: `200 {"defaultResponse":true,"responseParameters":{},` + template +
			`,"responseType":"MISSING_AUTHENTICATION_TOKEN","statusCode":"403"}`,
	}, {
		name: "the defaults have no status", source: "test_gateway_response_crud, 2024-04-15",
		do:   func(f *fixture) { get(f.api(), "DEFAULT_4XX") },
		want: `200 {"defaultResponse":true,"responseParameters":{},` + template + `,"responseType":"DEFAULT_4XX"}`,
	}, {
		name: "what isn't set is built in", source: "test_gateway_response_put, 2024-06-20",
		do: func(f *fixture) { put(f.api(), "AUTHORIZER_FAILURE", nil, header) },
		want: `201 {"defaultResponse":false,"responseParameters":{"gatewayresponse.header.h":"'v'"},` + template +
			`,"responseType":"AUTHORIZER_FAILURE","statusCode":"500"}`,
	}, {
		name: "the default for 5XX shows in all of them", source: "test_gateway_response_put, 2024-06-20",
		do: func(f *fixture) {
			a := f.api()
			put(a, "DEFAULT_5XX", aws.String("599"), header)
			get(a, "INTEGRATION_TIMEOUT")
		},
		want: `200 {"defaultResponse":true,"responseParameters":{"gatewayresponse.header.h":"'v'"},` + template +
			`,"responseType":"INTEGRATION_TIMEOUT","statusCode":"599"}`,
	}, {
		name: "but not in one that is set itself", source: "test_gateway_response_put, 2024-06-20",
		do: func(f *fixture) {
			a := f.api()
			put(a, "DEFAULT_5XX", aws.String("599"), header)
			put(a, "AUTHORIZER_FAILURE", nil, nil)
		},
		want: `201 {"defaultResponse":false,"responseParameters":{},` + template +
			`,"responseType":"AUTHORIZER_FAILURE","statusCode":"500"}`,
	}, {
		name: "an update sets what wasn't", source: "test_update_gateway_response, 2024-04-15",
		do: func(f *fixture) { update(f.api(), "DEFAULT_4XX", patch("replace /statusCode 444")...) },
		want: `200 {"defaultResponse":false,"responseParameters":{},` + template +
			`,"responseType":"DEFAULT_4XX","statusCode":"444"}`,
	}, {
		name: "a status can only be replaced", source: "test_update_gateway_response, 2024-04-15",
		do:   func(f *fixture) { update(f.api(), "DEFAULT_4XX", patch("add /statusCode 444")...) },
		want: `400 BadRequestException: Invalid patch path /statusCode`,
	}, {
		name: "a parameter that isn't there", source: "test_update_gateway_response, 2024-04-15",
		do: func(f *fixture) {
			update(f.api(), "DEFAULT_5XX", patch("replace /responseParameters/gatewayresponse.header.h 'v'")...)
		},
		want: `404 NotFoundException: Invalid parameter name specified`,
	}, {
		name: "a parameter of the other default isn't there either", source: "test_update_gateway_response, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			put(a, "DEFAULT_4XX", nil, header)
			update(a, "DEFAULT_5XX", patch("replace /responseParameters/gatewayresponse.header.h 'w'")...)
		},
		want: `404 NotFoundException: Invalid parameter name specified`,
	}, {
		name: "an update changes some of what was put", source: "test_update_gateway_response, 2024-04-15",
		do: func(f *fixture) {
			a := f.api()
			put(a, "DEFAULT_4XX", aws.String("404"), header)
			update(a, "DEFAULT_4XX", patch("replace /statusCode 444",
				"replace /responseParameters/gatewayresponse.header.h 'w'", "add /responseTemplates/application~1xml <m/>")...)
		},
		want: `200 {"defaultResponse":false,"responseParameters":{"gatewayresponse.header.h":"'w'"},"responseTemplates":` +
			`{"application/json":"{\"message\":$context.error.messageString}","application/xml":"<m/>"},` +
			`"responseType":"DEFAULT_4XX","statusCode":"444"}`,
	}, {
		name: "a status can't be removed", source: "test_update_gateway_response, 2024-04-15",
		do:   func(f *fixture) { update(f.api(), "DEFAULT_4XX", patch("remove /statusCode")...) },
		want: `400 BadRequestException: Invalid patch path /statusCode`,
	}, {
		name: "a path that isn't one", source: "test_update_gateway_response, 2024-04-15",
		do:   func(f *fixture) { update(f.api(), "DEFAULT_4XX", patch("add /wrongPath v")...) },
		want: `400 BadRequestException: Invalid patch path /wrongPath`,
	}, {
		name: "an operation that isn't one", source: "test_update_gateway_response, 2024-04-15",
		do: func(f *fixture) { update(f.api(), "DEFAULT_4XX", patch("wrong-op /statusCode v")...) },
		want: `400 ValidationException: 1 validation error detected: Value 'wrong-op' at ` +
			`'updateGatewayResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum ` +
			`value set: [add, remove, move, test, replace, copy]`,
	}, {
		name: "no value of a parameter", source: "test_update_gateway_response, 2024-04-15",
		do: func(f *fixture) {
			update(f.api(), "DEFAULT_4XX", patch("replace /responseParameters/gatewayresponse.header.h")...)
		},
		want: `400 BadRequestException: Invalid null or empty value in responseParameters`,
	}, {
		name: "an update of a missing API's", source: "test_gateway_response_validation, 2024-04-15",
		do:   func(f *fixture) { update(api{f: f, id: aws.String("fake")}, "DEFAULT_4XX") },
		want: `404 NotFoundException: Invalid API identifier specified 111111111111:fake`,
	}, {
		name: "no path", source: "test_update_gateway_response, 2024-04-15",
		do: func(f *fixture) {
			update(f.api(), "DEFAULT_4XX", types.PatchOperation{Op: "add", Value: aws.String("'v'")})
		},
		want: `400 BadRequestException: Invalid patch path null`,
	}, {
		name: "no value", source: "test_update_gateway_response, 2024-04-15",
		do: func(f *fixture) {
			update(f.api(), "DEFAULT_4XX",
				types.PatchOperation{Op: "replace", Path: aws.String("/responseTemplates/application~1json")})
		},
		want: `400 BadRequestException: Invalid null or empty value in responseTemplates`,
	}, {
		name: "a type that isn't one", source: "test_gateway_response_validation, 2024-04-15",
		do:   func(f *fixture) { get(f.api(), "FAKE") },
		want: wrongType,
	}, {
		name: "a deletion of what isn't set", source: "test_gateway_response_validation, 2024-04-15",
		do: func(f *fixture) {
			try(f.sdk.DeleteGatewayResponse(f.Context(), &sdk.DeleteGatewayResponseInput{
				RestApiId: f.api().id, ResponseType: "DEFAULT_4XX",
			}))
		},
		want: `404 NotFoundException: Gateway response type not defined on api`,
	}})
}

func TestGatewayResponsesAreListedWhole(t *testing.T) {
	f := start(t, config{})
	list := must(f.sdk.GetGatewayResponses(f.Context(), &sdk.GetGatewayResponsesInput{RestApiId: f.api().id}))
	got := map[types.GatewayResponseType]string{}
	for _, r := range list.Items {
		got[r.ResponseType] = aws.ToString(r.StatusCode)
	}
	// Source: test_gateway_response_crud, 2024-04-15.
	equal(t, got, map[types.GatewayResponseType]string{
		"ACCESS_DENIED": "403", "API_CONFIGURATION_ERROR": "500", "AUTHORIZER_CONFIGURATION_ERROR": "500",
		"AUTHORIZER_FAILURE": "500", "BAD_REQUEST_BODY": "400", "BAD_REQUEST_PARAMETERS": "400", "DEFAULT_4XX": "",
		"DEFAULT_5XX": "", "EXPIRED_TOKEN": "403", "INTEGRATION_FAILURE": "504", "INTEGRATION_TIMEOUT": "504",
		"INVALID_API_KEY": "403", "INVALID_SIGNATURE": "403", "MISSING_AUTHENTICATION_TOKEN": "403",
		"QUOTA_EXCEEDED": "429", "REQUEST_TOO_LARGE": "413", "RESOURCE_NOT_FOUND": "404", "THROTTLED": "429",
		"UNAUTHORIZED": "401", "UNSUPPORTED_MEDIA_TYPE": "415", "WAF_FILTERED": "403",
	})
}
