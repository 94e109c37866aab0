package apigateway_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

const lambdaURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" +
	"arn:aws:lambda:us-east-1:111111111111:function:hello/invocations"

// integrates GET of the root.
func (a api) integrate(change func(*sdk.PutIntegrationInput)) {
	in := &sdk.PutIntegrationInput{
		RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("GET"), Type: types.IntegrationTypeMock,
	}
	change(in)
	try(a.f.sdk.PutIntegration(a.f.Context(), in))
}

func TestIntegrations(t *testing.T) {
	integrates := func(change func(*sdk.PutIntegrationInput)) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			a.method(a.root, "GET")
			a.integrate(change)
		}
	}
	to := func(kind types.IntegrationType, method, uri string) func(*fixture) {
		return integrates(func(in *sdk.PutIntegrationInput) {
			in.Type = kind
			if method != "" {
				in.IntegrationHttpMethod = &method
			}
			if uri != "" {
				in.Uri = &uri
			}
		})
	}
	raw := func(body string) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			a.method(a.root, "GET")
			f.send("PUT", "/restapis/"+*a.id+"/resources/"+*a.root+"/methods/GET/integration", body)
		}
	}
	const common = `"cacheKeyParameters":[],"cacheNamespace":"*","passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000`
	check(t, []behavior{{
		name: "a mock needs nothing", source: "test_put_integration_validation, 2024-06-06",
		do:   to("MOCK", "", ""),
		want: `201 {` + common + `,"type":"MOCK"}`,
	}, {
		name: "HTTP goes through the internet", source: "test_put_integration_validation, 2024-06-06",
		do:   to("HTTP_PROXY", "POST", "http://example.com"),
		want: `201 {` + common + `,"connectionType":"INTERNET","httpMethod":"POST","type":"HTTP_PROXY","uri":"http://example.com"}`,
	}, {
		name: "a Lambda function", source: "test_put_integration_validation, 2024-06-06",
		do:   to("AWS_PROXY", "POST", lambdaURI),
		want: `201 {` + common + `,"httpMethod":"POST","type":"AWS_PROXY","uri":"` + lambdaURI + `"}`,
	}, {
		name: "a VPC link", source: "test_create_integration_with_vpc_link, 2025-10-08",
		do: integrates(func(in *sdk.PutIntegrationInput) {
			in.Type, in.IntegrationHttpMethod = "HTTP_PROXY", aws.String("GET")
			in.ConnectionType, in.ConnectionId = "VPC_LINK", aws.String("${stageVariables.vpcLinkId}")
			in.Uri = aws.String("http://nlb.example.com")
		}),
		want: `201 {` + common + `,"connectionType":"VPC_LINK","connectionId":"${stageVariables.vpcLinkId}",` +
			`"httpMethod":"GET","type":"HTTP_PROXY","uri":"http://nlb.example.com"}`,
	}, {
		name:   "a type that isn't one, before the method is looked for",
		source: "test_put_integration_wrong_type, 2024-04-15",
		do: func(f *fixture) {
			f.api().integrate(func(in *sdk.PutIntegrationInput) { in.Type = "HTTPS_PROXY" })
		},
		want: `400 ValidationException: 1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' ` +
			`failed to satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]`,
	}, {
		name: "a missing method", source: "test_put_integration_response_validation, 2025-03-03",
		do:   func(f *fixture) { f.api().integrate(func(*sdk.PutIntegrationInput) {}) },
		want: `404 NotFoundException: Invalid Method identifier specified`,
	}, {
		name: "how to call", source: "test_put_integration_validation, 2024-06-06",
		do:   to("HTTP", "", "http://example.com"),
		want: `400 BadRequestException: Enumeration value for HttpMethod must be non-empty`,
	}, {
		name: "whom to call", source: "test_put_integration_validation, 2024-06-06",
		do:   to("HTTP", "POST", "non-sense"),
		want: `400 BadRequestException: Invalid HTTP endpoint specified for URI`,
	}, {
		name: "not an ARN", source: "test_put_integration_validation, 2024-06-06",
		do:   to("AWS", "POST", "non-sense"),
		want: `400 BadRequestException: Invalid ARN specified in the request`,
	}, {
		name: "an ARN of nothing that can be called", source: "test_put_integration_validation, 2024-06-06",
		do:   to("AWS", "POST", "arn:aws:lambda:us-east-1:111111111111:function:hello"),
		want: `400 BadRequestException: AWS ARN for integration must contain path or action`,
	}, {
		name: "a proxy to S3", source: "test_put_integration_validation, 2024-06-06",
		do: to("AWS_PROXY", "POST", "arn:aws:apigateway:us-east-1:s3:path/b/k"),
		want: `400 BadRequestException: Integrations of type 'AWS_PROXY' currently only supports Lambda function ` +
			`and Firehose stream invocations.`,
	}, {
		name: "a boolean for a text", source: "test_put_integration_request_parameter_bool_type, 2024-12-12",
		do:   raw(`{"type":"HTTP_PROXY","requestParameters":{"integration.request.path.testPath":true}}`),
		want: `400 SerializationException: class java.lang.Boolean can not be converted to an String`,
	}, {
		name:   "a parameter that the method doesn't declare",
		source: "threads on \"Invalid mapping expression parameter specified\"",
		do: integrates(func(in *sdk.PutIntegrationInput) {
			in.RequestParameters = map[string]string{"integration.request.path.id": "method.request.path.id"}
		}),
		want: `400 BadRequestException: Invalid mapping expression specified: Validation Result: warnings : [], ` +
			`errors : [Invalid mapping expression parameter specified: method.request.path.id]`,
	}, {
		name: "an update", source: "test_create_integration_with_vpc_link, 2025-10-08",
		do: func(f *fixture) {
			to("HTTP_PROXY", "GET", "http://example.com")(f)
			apis := must(f.sdk.GetRestApis(f.Context(), &sdk.GetRestApisInput{}))
			try(f.sdk.UpdateIntegration(f.Context(), &sdk.UpdateIntegrationInput{
				RestApiId: apis.Items[0].Id, ResourceId: apis.Items[0].RootResourceId, HttpMethod: aws.String("GET"),
				PatchOperations: patch("replace /uri http://example.org", "replace /timeoutInMillis 5000"),
			}))
		},
		want: `200 {"cacheKeyParameters":[],"cacheNamespace":"*","passthroughBehavior":"WHEN_NO_MATCH",` +
			`"timeoutInMillis":5000,"connectionType":"INTERNET","httpMethod":"GET","type":"HTTP_PROXY","uri":"http://example.org"}`,
	}, {
		name: "a missing integration", source: "test_get_integration_non_existent, 2025-11-18",
		do: func(f *fixture) {
			a := f.api()
			a.method(a.root, "GET")
			try(f.sdk.GetIntegration(f.Context(), &sdk.GetIntegrationInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("GET"),
			}))
		},
		want: `404 NotFoundException: Invalid Integration identifier specified`,
	}})
}

func TestIntegrationResponses(t *testing.T) {
	puts := func(change func(*sdk.PutIntegrationResponseInput)) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			a.method(a.root, "GET")
			a.integrate(func(*sdk.PutIntegrationInput) {})
			in := &sdk.PutIntegrationResponseInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("GET"), StatusCode: aws.String("200"),
			}
			change(in)
			try(f.sdk.PutIntegrationResponse(f.Context(), in))
		}
	}
	deletes := func(change func(*sdk.DeleteIntegrationResponseInput)) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			a.mock(a.root, "GET", "{}")
			in := &sdk.DeleteIntegrationResponseInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("GET"), StatusCode: aws.String("200"),
			}
			change(in)
			try(f.sdk.DeleteIntegrationResponse(f.Context(), in))
		}
	}
	check(t, []behavior{{
		name: "an empty pattern is kept, none isn't there", source: "test_lifecycle_integration_response, 2025-06-11",
		do:   puts(func(in *sdk.PutIntegrationResponseInput) { in.SelectionPattern = aws.String("") }),
		want: `201 {"selectionPattern":"","statusCode":"200"}`,
	}, {
		name: "a second one overwrites", source: "test_lifecycle_integration_response, 2025-06-11",
		do: func(f *fixture) {
			a := f.api()
			a.mock(a.root, "GET", "{}")
			try(f.sdk.PutIntegrationResponse(f.Context(), &sdk.PutIntegrationResponseInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("GET"), StatusCode: aws.String("200"),
				SelectionPattern: aws.String("overwrite-pattern"),
			}))
		},
		want: `201 {"selectionPattern":"overwrite-pattern","statusCode":"200"}`,
	}, {
		name: "a status that isn't one", source: "test_integration_response_invalid_statuscode, 2025-06-18",
		do: puts(func(in *sdk.PutIntegrationResponseInput) { in.StatusCode = aws.String("wrong") }),
		want: `400 ValidationException: 1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy ` +
			`constraint: Member must satisfy regular expression pattern: [1-5]\d\d`,
	}, {
		name: "a media type that isn't one", source: "test_integration_response_invalid_responsetemplates, 2025-06-18",
		do: puts(func(in *sdk.PutIntegrationResponseInput) {
			in.ResponseTemplates = map[string]string{"123": "{}"}
		}),
		want: `400 BadRequestException: Validation Result: warnings : [], errors : [Invalid content type specified: 123]`,
	}, {
		name:   "a header that the method doesn't declare",
		source: "threads on \"Invalid mapping expression parameter specified\"",
		do: puts(func(in *sdk.PutIntegrationResponseInput) {
			in.ResponseParameters = map[string]string{"method.response.header.Access-Control-Allow-Origin": "'*'"}
		}),
		want: `400 BadRequestException: Invalid mapping expression specified: Validation Result: warnings : [], errors : ` +
			`[Invalid mapping expression parameter specified: method.response.header.Access-Control-Allow-Origin]`,
	}, {
		name: "no integration to respond for", source: "threads on \"No integration defined for method\"",
		do: func(f *fixture) {
			a := f.api()
			a.method(a.root, "GET")
			try(f.sdk.PutIntegrationResponse(f.Context(), &sdk.PutIntegrationResponseInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("GET"), StatusCode: aws.String("200"),
			}))
		},
		want: `404 NotFoundException: No integration defined for method`,
	}, {
		name: "a deletion", source: "test_lifecycle_integration_response, 2025-06-11",
		do:   deletes(func(*sdk.DeleteIntegrationResponseInput) {}),
		want: `204`,
	}, {
		name: "a deletion from a missing method", source: "test_delete_integration_response_errors, 2025-08-21",
		do:   deletes(func(in *sdk.DeleteIntegrationResponseInput) { in.HttpMethod = aws.String("POST") }),
		want: `404 NotFoundException: Invalid Integration identifier specified`,
	}, {
		name: "a deletion of a missing status", source: "test_delete_integration_response_errors, 2025-08-21",
		do:   deletes(func(in *sdk.DeleteIntegrationResponseInput) { in.StatusCode = aws.String("201") }),
		want: `404 NotFoundException: Invalid Response status code specified`,
	}, {
		name: "a deletion from a missing API", source: "test_delete_integration_response_errors, 2025-08-21",
		do:   deletes(func(in *sdk.DeleteIntegrationResponseInput) { in.RestApiId = aws.String("fake") }),
		want: `404 NotFoundException: Invalid Resource identifier specified`,
	}})
}
