package apigateway

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway/vtl"
)

// variables are what a mapping template sees besides $input:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
func (x *exchange) variables() map[string]any {
	context := map[string]any{
		"accountId":         x.account,
		"apiId":             x.apiID,
		"deploymentId":      x.deploymentID,
		"domainName":        x.request.Host,
		"domainPrefix":      x.apiID,
		"extendedRequestId": x.extendedID,
		"httpMethod":        x.request.Method,
		"identity": map[string]any{
			"sourceIp":  x.sourceIP(),
			"userAgent": x.request.UserAgent(),
		},
		"isCanaryRequest":  x.isCanary,
		"path":             x.request.URL.EscapedPath(),
		"protocol":         "HTTP/1.1",
		"requestId":        x.requestID,
		"requestTime":      x.requestTime(),
		"requestTimeEpoch": float64(x.now.UnixMilli()),
		"stage":            *x.stage.StageName,
	}
	if x.resource != nil {
		context["resourceId"] = *x.resource.Id
		context["resourcePath"] = *x.resource.Path
	}
	if x.claims != nil {
		context["authorizer"] = map[string]any{"claims": generic(x.claims)}
	}
	return map[string]any{
		"context":        context,
		"stageVariables": generic(x.stage.Variables),
		"util":           vtl.Util{},
	}
}

func generic(m map[string]string) map[string]any {
	out := make(map[string]any, len(m))
	for key, value := range m {
		out[key] = value
	}
	return out
}

// sourceIP is the client's address. The gateway is the edge: it trusts no header.
func (x *exchange) sourceIP() string {
	host, _, err := net.SplitHostPort(x.request.RemoteAddr)
	if err != nil {
		return x.request.RemoteAddr
	}
	return host
}

// requestTime is in Common Log Format.
func (x *exchange) requestTime() string { return x.now.UTC().Format("02/Jan/2006:15:04:05 +0000") }

// query is the query string. What can't be parsed isn't there.
func (x *exchange) query() url.Values {
	values, _ := url.ParseQuery(x.request.URL.RawQuery)
	return values
}

// last is the value that counts if a parameter comes several times
// (invocation-payload-with-params-encoding-multi in test_apigateway_lambda.py, 2024-07-10).
func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// headers are the request's, with those that API Gateway adds. Go's server keeps Host apart, and writes names in
// canonical case whatever the client wrote.
func (x *exchange) headers() http.Header {
	header := x.request.Header.Clone()
	header.Set("Host", x.request.Host)
	header.Set("X-Amzn-Trace-Id", x.traceID())
	header.Set("X-Forwarded-For", x.sourceIP())
	header.Set("X-Forwarded-Port", "443")
	header.Set("X-Forwarded-Proto", "https")
	return header
}

// traceID keeps the client's, or starts one: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html
func (x *exchange) traceID() string {
	if id := x.request.Header.Get("X-Amzn-Trace-Id"); id != "" {
		return id
	}
	seed := strings.ReplaceAll(x.requestID, "-", "")
	return fmt.Sprintf("Root=1-%08x-%s", x.now.Unix(), seed[:24])
}

// input is $input of a request template.
func (x *exchange) input() vtl.Input {
	in := vtl.Input{
		Body:   string(x.body),
		Path:   generic(x.pathParams),
		Query:  map[string]any{},
		Header: map[string]any{},
	}
	for name, values := range x.query() {
		in.Query[name] = last(values)
	}
	for name, values := range x.headers() {
		in.Header[name] = last(values)
	}
	return in
}

// render renders a template over an input.
func (x *exchange) render(template string, in vtl.Input) (string, error) {
	variables := x.variables()
	variables["input"] = in
	return vtl.Render(template, variables)
}
