package apigateway_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

const apiUpdates = "test_update_rest_api_behaviour, 2025-07-02" //nolint:misspell // the name of the recording

// plainAPI is an API of which nothing but the name was said, as a creation shows it.
const plainAPI = `"apiKeySource":"HEADER","createdDate":"*","disableExecuteApiEndpoint":false,` +
	`"endpointConfiguration":{"ipAddressType":"ipv4","types":["EDGE"]},"id":"*","name":"notes","rootResourceId":"*"`

func TestRestAPIs(t *testing.T) {
	creates := func(change func(*sdk.CreateRestApiInput)) func(*fixture) {
		return func(f *fixture) {
			in := &sdk.CreateRestApiInput{Name: aws.String("notes")}
			change(in)
			try(f.sdk.CreateRestApi(f.Context(), in))
		}
	}
	endpoint := func(ip types.IpAddressType, kinds ...types.EndpointType) func(*fixture) {
		return creates(func(in *sdk.CreateRestApiInput) {
			in.EndpointConfiguration = &types.EndpointConfiguration{IpAddressType: ip, Types: kinds}
		})
	}
	updates := func(ops ...string) func(*fixture) {
		return func(f *fixture) {
			a := f.api()
			try(f.sdk.UpdateRestApi(f.Context(), &sdk.UpdateRestApiInput{RestApiId: a.id, PatchOperations: patch(ops...)}))
		}
	}
	check(t, []behavior{{
		name:   "a new API has defaults, the default models and no tags",
		source: "test_create_rest_api_with_optional_params, 2025-07-02",
		do:     creates(func(*sdk.CreateRestApiInput) {}),
		want:   `201 {` + plainAPI + `}`,
	}, {
		name:   "version and binary media types are kept, an empty list of them isn't",
		source: "test_create_rest_api_with_optional_params, test_create_rest_api_with_binary_media_types, 2025-07-02",
		do: creates(func(in *sdk.CreateRestApiInput) {
			in.Version, in.BinaryMediaTypes = aws.String("v1"), []string{"image/png"}
		}),
		want: `201 {` + plainAPI + `,"version":"v1","binaryMediaTypes":["image/png"]}`,
	}, {
		name:   "an empty description is refused",
		source: "test_create_rest_api_with_optional_params, 2025-07-02",
		do:     creates(func(in *sdk.CreateRestApiInput) { in.Description = aws.String("") }),
		want:   `400 BadRequestException: Description cannot be an empty string`,
	}, {
		name:   "a policy that is no document",
		source: "cdk-preflight, a rule for the policy of an API; terraform-provider-aws#29392",
		do:     creates(func(in *sdk.CreateRestApiInput) { in.Policy = aws.String("allow") }),
		want:   `400 BadRequestException: Invalid policy document. Please check the policy syntax and ensure that Principals are valid.`,
	}, {
		name:   "nor one to put in its place",
		source: "terraform-provider-aws#29392: the words",
		do:     updates("replace /policy allow"),
		want:   `400 BadRequestException: Invalid policy document. Please check the policy syntax and ensure that Principals are valid.`,
	}, {
		name:   "an empty description comes before the endpoint",
		source: "test_create_rest_api_private_type, 2025-07-03",
		do: creates(func(in *sdk.CreateRestApiInput) {
			in.Description = aws.String("")
			in.EndpointConfiguration = &types.EndpointConfiguration{
				Types: []types.EndpointType{types.EndpointTypePrivate}, IpAddressType: types.IpAddressTypeIpv4,
			}
		}),
		want: `400 BadRequestException: Description cannot be an empty string`,
	}, {
		name:   "and after the model",
		source: "test_create_rest_api_with_endpoint_configuration, 2025-07-11",
		do: creates(func(in *sdk.CreateRestApiInput) {
			in.Description = aws.String("")
			in.EndpointConfiguration = &types.EndpointConfiguration{Types: []types.EndpointType{"wrong"}}
		}),
		want: `400 ValidationException: 1 validation error detected: Value '[wrong]' at ` +
			`'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: ` +
			`[Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]`,
	}, {
		name:   "a dualstack endpoint",
		source: "test_create_rest_api_with_endpoint_configuration, 2025-07-11",
		do:     endpoint("dualstack", types.EndpointTypeEdge),
		want: `201 {"apiKeySource":"HEADER","createdDate":"*","disableExecuteApiEndpoint":false,"endpointConfiguration":` +
			`{"ipAddressType":"dualstack","types":["EDGE"]},"id":"*","name":"notes","rootResourceId":"*"}`,
	}, {
		name:   "a negative compression size is refused",
		source: "test_create_rest_api_with_optional_params, 2025-07-02",
		do:     creates(func(in *sdk.CreateRestApiInput) { in.MinimumCompressionSize = aws.Int32(-1) }),
		want:   `400 BadRequestException: Invalid minimum compression size, must be between 0 and 10485760`,
	}, {
		name:   "tags are shown at once",
		source: "test_create_rest_api_with_tags, 2025-07-02",
		do:     creates(func(in *sdk.CreateRestApiInput) { in.Tags = map[string]string{"owner": "me"} }),
		want:   `201 {` + plainAPI + `,"tags":{"owner":"me"}}`,
	}, {
		name:   "an API that is asked for shows even that it has no tags",
		source: "test_put_rest_api_mode_binary_media_types, 2025-07-02",
		do: func(f *fixture) {
			try(f.sdk.GetRestApi(f.Context(), &sdk.GetRestApiInput{RestApiId: f.api().id}))
		},
		want: `200 {` + plainAPI + `,"tags":{}}`,
	}, {
		name:   "a list doesn't",
		source: "test_list_and_delete_apis, 2025-07-02",
		do: func(f *fixture) {
			f.api()
			try(f.sdk.GetRestApis(f.Context(), &sdk.GetRestApisInput{}))
		},
		want: `200 {"item":[{` + plainAPI + `}]}`,
	}, {
		name:   "a deletion answers 202 and nothing",
		source: "test_list_and_delete_apis, 2025-07-02",
		do: func(f *fixture) {
			try(f.sdk.DeleteRestApi(f.Context(), &sdk.DeleteRestApiInput{RestApiId: f.api().id}))
		},
		want: `202`,
	}, {
		name:   "the account stands in the refusal of an unknown id",
		source: "test_update_rest_api_invalid_api_id, 2025-07-02",
		do: func(f *fixture) {
			try(f.sdk.GetRestApi(f.Context(), &sdk.GetRestApiInput{RestApiId: aws.String("api_id")}))
		},
		want: `404 NotFoundException: Invalid API identifier specified 111111111111:api_id`,
	}, {
		name:   "a Regional endpoint",
		source: "test_create_rest_api_verify_defaults, 2025-07-04",
		do:     endpoint("", types.EndpointTypeRegional),
		want: `201 {"apiKeySource":"HEADER","createdDate":"*","disableExecuteApiEndpoint":false,"endpointConfiguration":` +
			`{"ipAddressType":"ipv4","types":["REGIONAL"]},"id":"*","name":"notes","rootResourceId":"*"}`,
	}, {
		name:   "a private endpoint is dualstack",
		source: "test_create_rest_api_verify_defaults, 2025-07-04",
		do:     endpoint("", types.EndpointTypePrivate),
		want: `201 {"apiKeySource":"HEADER","createdDate":"*","disableExecuteApiEndpoint":false,"endpointConfiguration":` +
			`{"ipAddressType":"dualstack","types":["PRIVATE"]},"id":"*","name":"notes","rootResourceId":"*"}`,
	}, {
		name:   "and nothing else",
		source: "test_create_rest_api_private_type, 2025-07-03",
		do:     endpoint("ipv4", types.EndpointTypePrivate),
		want:   `400 BadRequestException: Only dualstack ipAddressType is supported for Private APIs.`,
	}, {
		name:   "no endpoint type means the default one",
		source: "test_create_rest_api_with_endpoint_configuration, 2025-07-11",
		do:     endpoint("ipv4"),
		want:   `201 {` + plainAPI + `}`,
	}, {
		name:   "an empty list of endpoint types is refused",
		source: "test_create_rest_api_with_endpoint_configuration, 2025-07-11",
		do:     endpoint("", []types.EndpointType{}...),
		want:   `400 BadRequestException: REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.`,
	}, {
		name:   "two endpoint types are refused",
		source: "test_create_rest_api_with_endpoint_configuration, 2025-07-11",
		do:     endpoint("", types.EndpointTypeRegional, types.EndpointTypeEdge),
		want:   `400 BadRequestException: Cannot create an api with multiple Endpoint Types.`,
	}, {
		name:   "what breaks the model is named all at once, before anything else is looked at",
		source: "test_create_rest_api_with_endpoint_configuration, 2025-07-11",
		do:     endpoint("wrong", "wrong"),
		want: `400 ValidationException: 2 validation errors detected: Value '[wrong]' at ` +
			`'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: ` +
			`[Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]; Value 'wrong' at ` +
			`'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: ` +
			`Member must satisfy enum value set: [ipv4, dualstack]`,
	}, {
		name:   "binary media types are changed by path, a replaced one goes to the end",
		source: "test_update_rest_api_operation_add_remove, 2025-07-02",
		do: updates("add /binaryMediaTypes/image~1png", "add /binaryMediaTypes/image~1jpeg",
			"replace /binaryMediaTypes/image~1png image/gif"),
		want: `200 {` + plainAPI + `,"tags":{},"binaryMediaTypes":["image/jpeg","image/gif"]}`,
	}, {
		name:   "a path without a media type is refused",
		source: apiUpdates,
		do:     updates("add /binaryMediaTypes image/gif"),
		want:   `400 BadRequestException: Invalid patch path /binaryMediaTypes`,
	}, {
		name:   "a description can be removed",
		source: "test_update_rest_api_operation_add_remove, 2025-07-02",
		do:     updates("replace /description mine", "remove /description"),
		want:   `200 {` + plainAPI + `,"tags":{}}`,
	}, {
		name:   "compression of everything is a zero",
		source: "test_update_rest_api_compression, 2025-07-02",
		do:     updates("replace /minimumCompressionSize 0"),
		want:   `200 {` + plainAPI + `,"tags":{},"minimumCompressionSize":0}`,
	}, {
		name:   "an empty compression size turns it off",
		source: "test_update_rest_api_compression, 2025-07-02",
		do:     updates("replace /minimumCompressionSize 10", "replace /minimumCompressionSize "),
		want:   `200 {` + plainAPI + `,"tags":{}}`,
	}, {
		name:   "a compression size that isn't a number is refused as one out of range",
		source: "test_update_rest_api_compression, 2025-07-02",
		do:     updates("replace /minimumCompressionSize test"),
		want:   `400 BadRequestException: Invalid minimum compression size, must be between 0 and 10485760`,
	}, {
		name:   "a compression size can't be added",
		source: "test_update_rest_api_compression, 2025-07-02",
		do:     updates("add /minimumCompressionSize 10"),
		want:   `400 BadRequestException: Invalid patch operation specified. Must be one of: [replace]`,
	}, {
		name:   "an API that becomes private becomes dualstack",
		source: "test_update_rest_api_ip_address_type, 2025-07-07; developer guide, api-gateway-ip-address-type",
		do:     updates("replace /endpointConfiguration/types/EDGE PRIVATE"),
		want: `200 {"apiKeySource":"HEADER","createdDate":"*","disableExecuteApiEndpoint":false,"endpointConfiguration":` +
			`{"ipAddressType":"dualstack","types":["PRIVATE"]},"id":"*","name":"notes","rootResourceId":"*","tags":{}}`,
	}, {
		name:   "an unknown address type",
		source: "test_update_rest_api_ip_address_type, 2025-07-07",
		do:     updates("replace /endpointConfiguration/ipAddressType wrong"),
		want:   `400 BadRequestException: ipAddressType must be either ipv4 or dualstack.`,
	}, {
		name:   "an address type can't be added",
		source: "test_update_rest_api_ip_address_type, 2025-07-07",
		do:     updates("add /endpointConfiguration/ipAddressType ipv4"),
		want:   `400 BadRequestException: Invalid patch operation specified. Must be one of: [replace]`,
	}, {
		name:   "an unknown endpoint type",
		source: "test_update_rest_api_ip_address_type, 2025-07-07",
		do:     updates("replace /endpointConfiguration/types/EDGE wrong"),
		want:   `400 BadRequestException: Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE`,
	}, {
		name:   "an endpoint type can't be copied",
		source: "test_update_rest_api_ip_address_type, 2025-07-07",
		do:     updates("copy /endpointConfiguration/types/EDGE PRIVATE"),
		want:   `400 BadRequestException: Invalid patch operation specified. Must be 'add'|'remove'|'replace'`,
	}, {
		name:   "every operation that doesn't exist is named",
		source: "test_update_rest_api_concatenation_of_errors, 2025-07-07",
		do:     updates("wrong /name a", "replace /name b", "wrong /name c"),
		want: `400 ValidationException: 2 validation errors detected: Value 'wrong' at ` +
			`'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value ` +
			`set: [add, remove, move, test, replace, copy]; Value 'wrong' at ` +
			`'updateRestApiInput.patchOperations.3.member.op' failed to satisfy constraint: Member must satisfy enum value ` +
			`set: [add, remove, move, test, replace, copy]`,
	}, {
		name:   "an account without usage plans lists none",
		source: "test_usage_plan_crud, 2024-03-20: the list; API reference of GetUsagePlans",
		do: func(f *fixture) {
			try(f.sdk.GetUsagePlans(f.Context(), &sdk.GetUsagePlansInput{Limit: aws.Int32(500)}))
		},
		want: `200 {"item":[]}`,
	}, {
		name:   "nor API keys, whatever they are looked for by",
		source: "API reference of GetApiKeys",
		do: func(f *fixture) {
			try(f.sdk.GetApiKeys(f.Context(), &sdk.GetApiKeysInput{
				NameQuery: aws.String("notes"), IncludeValues: aws.Bool(true), CustomerId: aws.String("c"), Limit: aws.Int32(500),
			}))
		},
		want: `200 {"item":[]}`,
	}, {
		name:   "the account's settings",
		source: "API reference of GetAccount",
		do:     func(f *fixture) { try(f.sdk.GetAccount(f.Context(), &sdk.GetAccountInput{})) },
		want: `200 {"apiKeyVersion":"4","features":["UsagePlans"],` +
			`"throttleSettings":{"burstLimit":5000,"rateLimit":10000}}`,
	}})
}

// Source: terraform-provider-aws, internal/service/apigateway/rest_api.go, which undoes the escapes.
func TestAPolicyIsEscapedOnceMore(t *testing.T) {
	f := start(t, config{})
	out := must(f.sdk.CreateRestApi(f.Context(), &sdk.CreateRestApiInput{
		Name: aws.String("notes"), Policy: aws.String(`{"Statement":[{"Resource":"execute-api:/*"}]}`),
	}))
	equal(t, *out.Policy,
		`{\"Statement\":[{\"Resource\":\"arn:aws:execute-api:us-east-1:111111111111:`+*out.Id+`\/*\"}]}`)
}
