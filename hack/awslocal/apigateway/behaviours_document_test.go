package apigateway_test

import (
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// TestInvalidDocumentsAreRefused: both imports say no more than that the document is invalid.
func TestInvalidDocumentsAreRefused(t *testing.T) {
	const (
		badFile = "test_import_api_bad_file, 2025-11-18"
		version = "aws/serverless-application-model#3449: 3.1.0"
		guide   = "developer guide, api-gateway-import-api: OpenAPI 2.0 and 3.0; the words: aws-cli#8191"
		rest    = `"info":{"title":"notes","version":"1.0"},"paths":{}}`
	)
	var rows []behavior
	for _, d := range []struct{ name, source, document string }{
		{"JSON that ends early", badFile, `{"openapi":"3.0.1",` + rest[:len(rest)-1]},
		{"JSON with a comma too many", badFile, `{"openapi":"3.0.1",,` + rest},
		{"YAML that isn't", badFile, "openapi: 3.0.1\ninfo:\n\ttitle: notes\n"},
		{"YAML that ends early", badFile, "openapi: [3.0.1\n"},
		{"OpenAPI 3.1", version, `{"openapi":"3.1.0",` + rest},
		{"OpenAPI 3.1 in YAML", version, "openapi: 3.1.0\ninfo:\n  title: notes\n  version: 1.0\npaths: {}\n"},
		{"OpenAPI 4", guide, `{"openapi":"4.0.0",` + rest},
		{"Swagger 1.2", guide, `{"swagger":"1.2",` + rest},
		{"a version under the other's name", guide, `{"openapi":"2.0",` + rest},
		{"no version", guide, `{` + rest},
		{"an empty object", guide, `{}`},
		{"a list", guide, `[{"openapi":"3.0.1",` + rest + `]`},
		{"a text with a document in it", "hashicorp/terraform#32281: jsonencode of a text", `"{\"openapi\":\"3.0.1\"}"`},
		{"a document in base64", "aws-cli#6523", base64.StdEncoding.EncodeToString([]byte(openAPI("", "")))},
		{"nothing but null", guide, `null`},
		{"blanks", guide, " \n"},
	} {
		row := behavior{name: d.name, source: d.source, want: `400 BadRequestException: Invalid OpenAPI input.`}
		row.do = func(f *fixture) { f.tryImport(d.document, false) }
		rows = append(rows, row)
		row.name = "put: " + d.name
		row.do = func(f *fixture) {
			try(f.sdk.PutRestApi(f.Context(), &sdk.PutRestApiInput{
				RestApiId: f.api().id, Mode: types.PutModeOverwrite, Body: []byte(d.document),
			}))
		}
		rows = append(rows, row)
	}
	check(t, append(rows, behavior{
		name: "a document without a title makes no API", source: "OpenAPI 3.0, info.title is required; the words: aws-cli#8191",
		do:   func(f *fixture) { f.tryImport(`{"openapi":"3.0.1","info":{"version":"1.0"},"paths":{}}`, false) },
		want: `400 BadRequestException: Invalid OpenAPI input.`,
	}, behavior{
		name: "a refused document changes nothing", source: "one request, one change",
		do: func(f *fixture) {
			a := f.api()
			_, _ = f.sdk.PutRestApi(f.Context(), &sdk.PutRestApiInput{RestApiId: a.id, Mode: types.PutModeOverwrite, Body: []byte(`{`)})
			try(f.sdk.GetRestApi(f.Context(), &sdk.GetRestApiInput{RestApiId: a.id}))
		},
		want: `200 {` + plainAPI + `,"tags":{}}`,
	}, behavior{
		name: "an API that is missing comes before its document", source: "test_update_rest_api_invalid_api_id, 2025-07-02: the words",
		do: func(f *fixture) {
			try(f.sdk.PutRestApi(f.Context(), &sdk.PutRestApiInput{RestApiId: aws.String("fake"), Body: []byte(`{`)}))
		},
		want: `404 NotFoundException: Invalid API identifier specified 111111111111:fake`,
	}, behavior{
		name: "a URI that isn't a text", source: "https://github.com/localstack/localstack/issues/4619: Fn::Sub in it",
		do: func(f *fixture) {
			f.tryImport(openAPI(`"/":{"get":{"x-amazon-apigateway-integration":{"type":"aws_proxy","httpMethod":"POST",`+
				`"uri":{"Fn::Sub":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"}}}}`, ""), false)
		},
		want: `400 BadRequestException: Unable to parse API definition because of a malformed integration at path /.`,
	}))
}
