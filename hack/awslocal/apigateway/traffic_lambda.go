package apigateway

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway/vtl"
)

var functionURI = regexp.MustCompile(`:lambda:path/2015-03-31/functions/(.+)/invocations$`)

// invoke calls the function that the integration names. Only POST reaches Lambda
// (test_lambda_aws_proxy_integration_non_post_method, 2024-03-20).
func (x *exchange) invoke(event []byte) ([]byte, error) {
	i := x.method.MethodIntegration
	match := functionURI.FindStringSubmatch(x.substitute(text(i.Uri), nil))
	if match == nil {
		return nil, internal(fmt.Errorf("%s is no Lambda function", text(i.Uri)))
	}
	if !same(i.HttpMethod, http.MethodPost) {
		return nil, internal(fmt.Errorf("a function is called with %s", text(i.HttpMethod)))
	}
	ctx, cancel := context.WithTimeout(x.request.Context(), time.Duration(i.TimeoutInMillis)*time.Millisecond)
	defer cancel()
	source := fmt.Sprintf("arn:aws:execute-api:%s:%s:%s/%s/%s%s",
		x.region, x.account, x.apiID, *x.stage.StageName, x.request.Method, *x.resource.Path)
	payload, err := x.service.backends.Invoke(ctx, match[1], source, event)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, errTimeout
	}
	if err != nil {
		return nil, internal(err)
	}
	return payload, nil
}

var errTimeout = &failure{
	kind:      types.GatewayResponseTypeIntegrationTimeout,
	errorType: "InternalServerErrorException",
	message:   "Endpoint request timed out",
}

// lambda is a custom integration: templates make the event and the answer.
func (x *exchange) lambda() (*reply, error) {
	event, err := x.requestBody()
	if err != nil {
		return nil, err
	}
	if event == "" {
		event = "{}"
	}
	payload, err := x.invoke([]byte(event))
	if err != nil {
		return nil, err
	}
	answer := backendAnswer{header: http.Header{}, body: string(payload)}
	if value, err := vtl.Parse(answer.body); err == nil {
		answer.selector = vtl.Text(vtl.Find(value, "$.errorMessage"))
	}
	return x.respond(answer)
}

// lambdaProxy hands the request over as it is and takes the function's answer as it is.
func (x *exchange) lambdaProxy() (*reply, error) {
	event, err := json.Marshal(x.event())
	if err != nil {
		return nil, internal(err)
	}
	payload, err := x.invoke(event)
	if err != nil {
		return nil, err
	}
	answer, err := parseProxyAnswer(payload)
	if err != nil {
		return nil, errors.Join(errMalformed, err)
	}
	out := &reply{status: answer.status, header: http.Header{}, body: []byte(answer.body)}
	out.header.Set("Content-Type", jsonType)
	out.header.Set("X-Amzn-Trace-Id", x.traceID())
	for name, values := range answer.header {
		setHeader(out.header, name, values...)
	}
	// A body in base64 is decoded for a client that accepts what the API calls binary; others get it as it is.
	if answer.base64 && x.isBinary(x.request.Header.Get("Accept")) {
		if out.body, err = base64.StdEncoding.DecodeString(answer.body); err != nil {
			return nil, errors.Join(errMalformed, err)
		}
	}
	return out, nil
}

// proxyAnswer is the answer of a function behind a proxy integration:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
type proxyAnswer struct {
	status int
	header map[string][]string
	body   string
	base64 bool
}

// parseProxyAnswer takes answers with any of the known members, and none with others. A header in both forms has all
// of its values.
func parseProxyAnswer(payload []byte) (*proxyAnswer, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(payload, &members); err != nil {
		return nil, err
	}
	out := &proxyAnswer{status: http.StatusOK, header: map[string][]string{}}
	var single map[string]any
	for name, raw := range members {
		var err error
		switch name {
		case "statusCode":
			out.status, err = parseStatus(raw)
		case "headers":
			err = json.Unmarshal(raw, &single)
		case "multiValueHeaders":
			err = json.Unmarshal(raw, &out.header)
		case "body":
			err = json.Unmarshal(raw, &out.body)
		case "isBase64Encoded":
			err = json.Unmarshal(raw, &out.base64)
		default:
			err = errors.New("unknown member")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if out.header == nil { // multiValueHeaders: null
		out.header = map[string][]string{}
	}
	for name, value := range single {
		switch value.(type) {
		case map[string]any, []any, nil:
			return nil, fmt.Errorf("headers: %s is no text", name)
		}
		if _, ok := out.header[name]; !ok {
			out.header[name] = []string{fmt.Sprint(value)}
		}
	}
	return out, nil
}

// parseStatus takes a number or a number in a text.
func parseStatus(raw json.RawMessage) (int, error) {
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return 0, err
	}
	var status int
	if _, err := fmt.Sscan(fmt.Sprint(value), &status); err != nil {
		return 0, err
	}
	if status < 100 || status > 599 {
		return 0, fmt.Errorf("%d is no status", status)
	}
	return status, nil
}
