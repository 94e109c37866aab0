package apigateway_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway"
)

func TestPutRestAPI(t *testing.T) {
	puts := func(mode types.PutMode, document string) func(*fixture) {
		return func(f *fixture) {
			out := must(f.sdk.CreateRestApi(f.Context(), &sdk.CreateRestApiInput{
				Name: aws.String("old"), Description: aws.String("old"), BinaryMediaTypes: []string{"image/heif"},
				ApiKeySource: types.ApiKeySourceTypeAuthorizer, MinimumCompressionSize: aws.Int32(10),
				EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}},
				Tags:                  map[string]string{"owner": "me"},
			}))
			try(f.sdk.PutRestApi(f.Context(), &sdk.PutRestApiInput{RestApiId: out.Id, Mode: mode, Body: []byte(document)}))
		}
	}
	const (
		regional = `"createdDate":"*","disableExecuteApiEndpoint":false,"endpointConfiguration":{"ipAddressType":"ipv4",` +
			`"types":["REGIONAL"]},"id":"*","name":"notes","rootResourceId":"*","tags":{"owner":"me"},"version":"1.0"`
		binary = `"x-amazon-apigateway-binary-media-types":["image/png","image/jpg"]`
	)
	check(t, []behavior{{
		name: "merge adds", source: "test_put_rest_api_mode_binary_media_types[merge], 2025-07-02",
		do: puts(types.PutModeMerge, openAPI("", binary)),
		want: `200 {` + regional + `,"apiKeySource":"AUTHORIZER","description":"old","minimumCompressionSize":10,` +
			`"binaryMediaTypes":["image/heif","image/png","image/jpg"]}`,
	}, {
		name: "merge is the default", source: "API reference of PutRestApi",
		do: puts("", openAPI("", binary)),
		want: `200 {` + regional + `,"apiKeySource":"AUTHORIZER","description":"old","minimumCompressionSize":10,` +
			`"binaryMediaTypes":["image/heif","image/png","image/jpg"]}`,
	}, {
		name: "overwrite replaces", source: "test_put_rest_api_mode_binary_media_types[overwrite], 2025-07-02",
		do:   puts(types.PutModeOverwrite, openAPI("", binary)),
		want: `200 {` + regional + `,"apiKeySource":"HEADER","binaryMediaTypes":["image/png","image/jpg"]}`,
	}, {
		name:   "what the document doesn't hold is gone, but endpoint type and tags",
		source: "developer guide, api-gateway-import-api-update",
		do:     puts(types.PutModeOverwrite, openAPI("", "")),
		want:   `200 {` + regional + `,"apiKeySource":"HEADER"}`,
	}, {
		name: "TLS policy, access mode, endpoint and policy come in with the document",
		source: "developer guide, openapi-extensions-security-policy, openapi-extensions-endpoint-access-mode, " +
			"openapi-extensions-endpoint-configuration, openapi-extensions-policy",
		do: puts(types.PutModeOverwrite, openAPI("", `"x-amazon-apigateway-security-policy":"SecurityPolicy_TLS13_1_3_2025_09",`+
			`"x-amazon-apigateway-endpoint-access-mode":"STRICT",`+
			`"x-amazon-apigateway-endpoint-configuration":{"disableExecuteApiEndpoint":true},`+
			`"x-amazon-apigateway-policy":{"Version":"2012-10-17"}`)),
		want: `200 {"apiKeySource":"HEADER","createdDate":"*","disableExecuteApiEndpoint":true,"endpointAccessMode":"STRICT",` +
			`"endpointConfiguration":{"ipAddressType":"ipv4","types":["REGIONAL"]},"id":"*","name":"notes",` +
			`"policy":"{\\\"Version\\\":\\\"2012-10-17\\\"}","rootResourceId":"*",` +
			`"securityPolicy":"SecurityPolicy_TLS13_1_3_2025_09","tags":{"owner":"me"},"version":"1.0"}`,
	}, {
		name: "TLS policy and access mode go with an overwrite that does not hold them", source: "developer guide, api-gateway-import-api-update",
		do: func(f *fixture) {
			out := must(f.sdk.CreateRestApi(f.Context(), &sdk.CreateRestApiInput{
				Name: aws.String("old"), SecurityPolicy: types.SecurityPolicySecurityPolicyTls1313202509,
				EndpointAccessMode:    types.EndpointAccessModeStrict,
				EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}},
				Tags:                  map[string]string{"owner": "me"},
			}))
			try(f.sdk.PutRestApi(f.Context(), &sdk.PutRestApiInput{
				RestApiId: out.Id, Mode: types.PutModeOverwrite, Body: []byte(openAPI("", "")),
			}))
		},
		want: `200 {` + regional + `,"apiKeySource":"HEADER"}`,
	}, {
		name: "a document that isn't one", source: "test_import_api_bad_file, 2025-11-18",
		do:   puts(types.PutModeOverwrite, "{"),
		want: `400 BadRequestException: Invalid OpenAPI input.`,
	}, {
		name: "a missing API", source: "test_update_rest_api_invalid_api_id, 2025-07-02",
		do: func(f *fixture) {
			try(f.sdk.PutRestApi(f.Context(), &sdk.PutRestApiInput{RestApiId: aws.String("fake"), Body: []byte(openAPI("", ""))}))
		},
		want: `404 NotFoundException: Invalid API identifier specified 111111111111:fake`,
	}})
}

// put overwrites or merges.
func (a api) put(mode types.PutMode, document string, failOnWarnings bool) error {
	_, err := a.f.sdk.PutRestApi(a.f.Context(), &sdk.PutRestApiInput{
		RestApiId: a.id, Mode: mode, Body: []byte(document), FailOnWarnings: failOnWarnings,
	})
	return err
}

func (a api) mustPut(mode types.PutMode, document string) {
	a.f.Helper()
	if err := a.put(mode, document, true); err != nil {
		a.f.Fatal(err)
	}
}

// operations lists the methods as "GET /path".
func (a api) operations() string {
	var list []string
	for _, res := range a.embedded() {
		for _, name := range []string{"ANY", "GET", "POST"} {
			if _, ok := res.ResourceMethods[name]; ok {
				list = append(list, name+" "+*res.Path)
			}
		}
	}
	return strings.Join(list, ", ")
}

// Source: developer guide, api-gateway-import-api-update.
func TestMergeKeepsWhatOverwriteRemoves(t *testing.T) {
	document := openAPI(`"/a":{"get":{`+mockOperation+`}}`, "")
	for mode, want := range map[types.PutMode]string{
		types.PutModeMerge:     "GET /, GET /a",
		types.PutModeOverwrite: "GET /a",
	} {
		f := start(t, config{})
		a := f.deployable()
		a.mustPut(mode, document)
		equal(t, a.operations(), want)
	}
}

// Source: API reference of PutRestApi (failOnWarnings).
func TestAWarningRollsBackTheImport(t *testing.T) {
	f := start(t, config{})
	a := f.deployable()
	warned := openAPI(`"/a":{"get":{"x-amazon-apigateway-integration":{"type":"mock","requestParameters":`+
		`{"integration.request.header.nothing":true}}}}`, "")
	if err := a.put(types.PutModeOverwrite, warned, true); err == nil {
		t.Error("the warning didn't fail the import")
	}
	equal(t, a.operations(), "GET /")
	if err := a.put(types.PutModeOverwrite, warned, false); err != nil {
		t.Error(err)
	}
	equal(t, a.operations(), "GET /a")
}

// Source: test_import_rest_api_with_base_path_oas30[ignore], 2025-07-02.
func TestAPathKeepsItsResourceThroughAnOverwrite(t *testing.T) {
	f := start(t, config{})
	a := f.api()
	document := openAPI(`"/test":{"get":{`+mockOperation+`}}`, "")
	var before, after []types.Resource
	a.mustPut(types.PutModeOverwrite, document)
	before = a.embedded()
	a.mustPut(types.PutModeOverwrite, document)
	after = a.embedded()
	equal(t, *after[0].Id, *before[0].Id)
	equal(t, *after[1].Id, *before[1].Id)
	equal(t, *before[1].ResourceMethods["GET"].MethodIntegration.CacheNamespace, *before[1].Id)
	if *after[1].ResourceMethods["GET"].MethodIntegration.CacheNamespace == *after[1].Id {
		t.Error("the cache namespace is the resource's id again")
	}
}

func TestLimits(t *testing.T) {
	f := start(t, config{options: []apigateway.Option{apigateway.WithLimits(apigateway.Limits{
		EdgeAPIs: 1, Resources: 2, Stages: 1, Authorizers: 1, ImportBytes: 100,
	})}})
	a := f.deployable()
	a.deploy("s1")
	a.authorizer("pool", pool("us-east-1_a"))
	a.resource(a.root, "pets")
	for name, call := range map[string]func() error{
		"APIs": func() error {
			_, err := f.sdk.CreateRestApi(f.Context(), &sdk.CreateRestApiInput{Name: aws.String("second")})
			return err
		},
		"resources": func() error {
			_, err := f.sdk.CreateResource(f.Context(), &sdk.CreateResourceInput{
				RestApiId: a.id, ParentId: a.root, PathPart: aws.String("dogs"),
			})
			return err
		},
		"stages": func() error {
			_, err := f.sdk.CreateDeployment(f.Context(), &sdk.CreateDeploymentInput{
				RestApiId: a.id, StageName: aws.String("s2"),
			})
			return err
		},
		"authorizers": func() error {
			_, err := f.sdk.CreateAuthorizer(f.Context(), &sdk.CreateAuthorizerInput{
				RestApiId: a.id, Name: aws.String("second"), Type: types.AuthorizerTypeCognitoUserPools,
				ProviderARNs: []string{pool("us-east-1_a")},
			})
			return err
		},
		"bytes": func() error { return a.put(types.PutModeOverwrite, strings.Repeat(" ", 101), false) },
	} {
		if err := call(); err == nil || f.code != "LimitExceededException" || f.status != 429 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := len(must(f.sdk.GetDeployments(f.Context(), &sdk.GetDeploymentsInput{RestApiId: a.id})).Items); got != 1 {
		t.Errorf("%d deployments after a refused one", got)
	}
}
