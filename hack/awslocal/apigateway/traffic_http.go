package apigateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// newBackendClient doesn't follow redirects: they are the client's business. It doesn't unpack either.
func newBackendClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// httpProxy hands the request over with its query string, its headers and its body, and the answer back
// (test_http_integration_with_lambda[HTTP_PROXY], 2024-08-07).
func (x *exchange) httpProxy() (*reply, error) {
	extra := x.mapRequest()
	query := x.query()
	for name, values := range extra.query {
		query[name] = append(query[name], values...)
	}
	header := http.Header{}
	for name, values := range x.request.Header {
		if !withheld[name] {
			header[name] = values
		}
	}
	header.Set("X-Amzn-Trace-Id", x.traceID())
	answer, err := x.send(extra, query, header, x.body)
	if err != nil {
		return nil, err
	}
	out := &reply{status: answer.status, header: http.Header{}, body: answer.body}
	for name, values := range answer.header {
		setHeader(out.header, name, values...)
	}
	return out, nil
}

// http sends what the templates and mappings make, and answers by the integration response that fits
// (test_http_integration_with_lambda[HTTP], 2024-08-07).
func (x *exchange) http() (*reply, error) {
	body, err := x.requestBody()
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	header.Set("Accept", jsonType)
	header.Set("User-Agent", "AmazonAPIGateway_"+x.apiID)
	if contentType := x.request.Header.Get("Content-Type"); contentType != "" {
		header.Set("Content-Type", contentType)
	}
	extra := x.mapRequest()
	answer, err := x.send(extra, extra.query, header, []byte(body))
	if err != nil {
		return nil, err
	}
	return x.respond(backendAnswer{
		selector: strconv.Itoa(answer.status),
		header:   answer.header,
		body:     string(answer.body),
	})
}

// send calls the integration's URI.
func (x *exchange) send(extra mapped, query url.Values, header http.Header, body []byte) (*reply, error) {
	i := x.method.MethodIntegration
	target, err := url.Parse(x.substitute(text(i.Uri), extra.path))
	if err != nil || strings.Contains(target.String(), "$%7BstageVariables") || target.Host == "" {
		return nil, internal(fmt.Errorf("invalid endpoint address %s", text(i.Uri)))
	}
	if len(query) > 0 {
		own := target.Query()
		for name, values := range query {
			own[name] = append(own[name], values...)
		}
		target.RawQuery = own.Encode()
	}
	ctx, cancel := context.WithTimeout(x.request.Context(), time.Duration(i.TimeoutInMillis)*time.Millisecond)
	defer cancel()
	method := text(i.HttpMethod)
	if method == "ANY" {
		method = x.request.Method
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, internal(err)
	}
	request.Header = header
	request.Header.Set("X-Amzn-Apigateway-Api-Id", x.apiID)
	for name, values := range extra.header {
		request.Header.Set(name, last(values))
	}
	response, err := x.service.client.Do(request)
	if err != nil {
		return nil, failedCall(ctx, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, largestBody))
	if err != nil {
		return nil, failedCall(ctx, err)
	}
	return &reply{status: response.StatusCode, header: response.Header, body: answer}, nil
}

func failedCall(ctx context.Context, cause error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errTimeout
	}
	return errors.Join(&failure{
		kind:      types.GatewayResponseTypeIntegrationFailure,
		errorType: "InternalServerErrorException",
		message:   "Network error communicating with endpoint",
	}, cause)
}
