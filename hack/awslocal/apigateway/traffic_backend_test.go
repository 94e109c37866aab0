package apigateway_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"testing"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// function is a Lambda function as API Gateway sees it.
type function struct {
	arn, source string
	event       map[string]any
	answer      string
	err         error
}

func (fn *function) invoke(_ context.Context, arn, source string, event []byte) ([]byte, error) {
	fn.arn, fn.source, fn.event = arn, source, nil
	if err := json.Unmarshal(event, &fn.event); err != nil {
		return nil, err
	}
	return []byte(fn.answer), fn.err
}

// proxied deploys an API with a Lambda function behind everything.
func proxied(t *testing.T, fn *function, rest string) api {
	t.Helper()
	f := start(t, config{backends: apigateway.Backends{Invoke: fn.invoke}})
	a := f.imported(openAPI(`"/{proxy+}":{"x-amazon-apigateway-any-method":{"x-amazon-apigateway-integration":`+
		`{"type":"aws_proxy","httpMethod":"POST","uri":"`+lambdaURI+`"}}}`, rest))
	a.deploy("test")
	return a
}

// Source: test_lambda_aws_proxy_integration (recorded 2024-07-10 and 2024-07-31).
func TestProxyEvent(t *testing.T) {
	fn := &function{answer: `{"statusCode": 200, "body": "hello"}`}
	a := proxied(t, fn, "")
	got := a.request("POST", "/test/test-path/?price=10&price=20&mail=test%2Balias%40gmail.com", `{"message":"hello"}`,
		"Content-Type: application/json", "User-Agent: testing")
	equal(t, got.status, 200)
	equal(t, got.body, "hello")
	equal(t, fn.arn, "arn:aws:lambda:us-east-1:111111111111:function:hello")
	equal(t, fn.source, "arn:aws:execute-api:us-east-1:111111111111:"+*a.id+"/test/POST/{proxy+}")

	headers := fn.event["headers"].(map[string]any)
	equal(t, headers["Content-Type"], any("application/json"))
	for _, name := range []string{"Host", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"} {
		if headers[name] == nil {
			t.Errorf("no header %s", name)
		}
	}
	delete(fn.event, "headers")
	delete(fn.event, "multiValueHeaders")
	var want any
	if err := json.Unmarshal([]byte(`{"body":"{\"message\":\"hello\"}","httpMethod":"POST","isBase64Encoded":false,
		"multiValueQueryStringParameters":{"price":["10","20"],"mail":["test+alias@gmail.com"]},
		"queryStringParameters":{"price":"20","mail":"test+alias@gmail.com"},
		"path":"/test-path/","pathParameters":{"proxy":"test-path"},"resource":"/{proxy+}","stageVariables":null,
		"requestContext":{"accountId":"111111111111","apiId":"*","deploymentId":"*","domainName":"*","domainPrefix":"*",
		"extendedRequestId":"*","httpMethod":"POST","identity":{"accessKey":null,"accountId":null,"caller":null,
		"cognitoAuthenticationProvider":null,"cognitoAuthenticationType":null,"cognitoIdentityId":null,
		"cognitoIdentityPoolId":null,"principalOrgId":null,"sourceIp":"127.0.0.1","user":null,"userAgent":"testing",
		"userArn":null},"path":"/test/test-path/","protocol":"HTTP/1.1","requestId":"*",
		"requestTime":"01/Mar/2026:12:00:00 +0000","requestTimeEpoch":1772366400000,"resourceId":"*",
		"resourcePath":"/{proxy+}","stage":"test"}}`), &want); err != nil {
		t.Fatal(err)
	}
	equal(t, mask(want, any(fn.event)), want)
}

// Source: test_lambda_aws_proxy_integration (invocation-payload-without-trailing-slash), 2024-07-10.
func TestWhatIsEmptyInAProxyEventIsNull(t *testing.T) {
	fn := &function{answer: `{}`}
	proxied(t, fn, "").request("GET", "/test/a%20b", "")
	for _, name := range []string{"body", "queryStringParameters", "multiValueQueryStringParameters", "stageVariables"} {
		if value, ok := fn.event[name]; value != nil || !ok {
			t.Errorf("%s is %v", name, value)
		}
	}
	equal(t, fn.event["path"], any("/a%20b")) // as it came
}

func TestProxyAnswers(t *testing.T) {
	const internal = `{"message":"Internal server error"}`
	picture := base64.StdEncoding.EncodeToString([]byte("picture"))
	for _, row := range []struct {
		name, source string
		fn           function
		accept       string
		status       int
		body         string
	}{
		{"nothing at all", "developer guide, simple-proxy-for-lambda-output-format", function{answer: `{}`}, "", 200, ""},
		{
			"a status and a body", "developer guide, simple-proxy-for-lambda-output-format",
			function{answer: `{"statusCode":"201","body":"made"}`},
			"", 201, "made",
		},
		{
			"a member of its own", "re:Post, malformed-502-api-gateway",
			function{answer: `{"statusCode":200,"wrongValue":"v"}`},
			"", 502, internal,
		},
		{
			"a body that isn't a text", "re:Post, malformed-502-api-gateway",
			function{answer: `{"statusCode":200,"body":{"a":1}}`},
			"", 502, internal,
		},
		{"a text", "re:Post, malformed-502-api-gateway", function{answer: `"hello"`}, "", 502, internal},
		{
			"a function that fails", "re:Post, malformed-502-api-gateway",
			function{answer: `{"errorMessage":"boom","errorType":"Error"}`},
			"", 502, internal,
		},
		{
			"a function that mustn't be called", "re:Post, api-gateway-rest-api-lambda-integrations",
			function{err: errors.New("no permission")},
			"", 500, internal,
		},
		{
			"a picture for a client that takes it", "developer guide, lambda-proxy-binary-media",
			function{answer: `{"body":"` + picture + `","isBase64Encoded":true}`},
			"image/png", 200, "picture",
		},
		{
			"and for one that doesn't", "developer guide, lambda-proxy-binary-media",
			function{answer: `{"body":"` + picture + `","isBase64Encoded":true}`},
			"text/html", 200, picture,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			wiretest.Source(t, row.source)
			a := proxied(t, &row.fn, `"x-amazon-apigateway-binary-media-types":["image/*"]`)
			got := a.request("GET", "/test/a", "", "Accept: "+row.accept)
			if got.status != row.status || got.body != row.body {
				t.Errorf("source: %s\n%d %s, want %d %s", row.source, got.status, got.body, row.status, row.body)
			}
		})
	}
}

// Source: developer guide, simple-proxy-for-lambda-output-format; api-gateway-known-issues (remapped headers).
func TestProxyAnswersHeaders(t *testing.T) {
	fn := &function{answer: `{"headers":{"X-One":"1","X-Both":"lost","Server":"mine"},"multiValueHeaders":{"X-Both":["a","b"]}}`}
	got := proxied(t, fn, "").request("GET", "/test/a", "")
	equal(t, got.header.Values("X-One"), []string{"1"})
	equal(t, got.header.Values("X-Both"), []string{"a", "b"})
	equal(t, got.header.Get("x-amzn-Remapped-Server"), "mine")
	equal(t, got.header.Get("Content-Type"), "application/json")
	if got.header.Get("X-Amzn-Trace-Id") == "" { // test_invocation_trace_id (AWS_PROXY), 2024-08-07
		t.Error("no trace id")
	}
}

// Source: developer guide, lambda-proxy-binary-media.
func TestABinaryRequestComesInBase64(t *testing.T) {
	fn := &function{answer: `{}`}
	proxied(t, fn, `"x-amazon-apigateway-binary-media-types":["image/png"]`).
		request("POST", "/test/a", "picture", "Content-Type: image/png")
	equal(t, fn.event["isBase64Encoded"], any(true))
	equal(t, fn.event["body"], any(base64.StdEncoding.EncodeToString([]byte("picture"))))
}

// Source: test_lambda_aws_proxy_integration_non_post_method, 2024-03-20.
func TestLambdaIsCalledWithPOST(t *testing.T) {
	fn := &function{answer: `{}`}
	f := start(t, config{backends: apigateway.Backends{Invoke: fn.invoke}})
	a := f.imported(openAPI(`"/":{"get":{"x-amazon-apigateway-integration":{"type":"aws_proxy","httpMethod":"GET","uri":"`+
		lambdaURI+`"}}}`, ""))
	a.deploy("test")
	got := a.request("GET", "/test", "")
	equal(t, got.status, 500)
	equal(t, got.body, `{"message":"Internal server error"}`)
}

// Source: test_lambda_aws_integration_with_request_template, 2023-05-31; test_lambda_selection_patterns, 2023-09-05.
func TestLambdaBehindTemplates(t *testing.T) {
	fn := &function{answer: `{"message":"hello"}`}
	f := start(t, config{backends: apigateway.Backends{Invoke: fn.invoke}})
	a := f.imported(openAPI(`"/":{"get":{"x-amazon-apigateway-integration":{"type":"aws","httpMethod":"POST","uri":"`+
		lambdaURI+`","requestTemplates":{"application/json":"{\"param1\": \"$input.params('param1')\"}"},`+
		`"responses":{"default":{"statusCode":"200"},"Error: .*":{"statusCode":"400"}}}}}`, ""))
	a.deploy("test")
	got := a.request("GET", "/test?param1=foobar", "")
	equal(t, got.status, 200)
	equal(t, got.body, `{"message":"hello"}`)
	equal(t, fn.event, map[string]any{"param1": "foobar"})
	fn.answer = `{"errorMessage":"Error: no","errorType":"Exception"}`
	equal(t, a.request("GET", "/test", "").status, 400)
}
