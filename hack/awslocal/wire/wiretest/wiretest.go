// Package wiretest is what the tests of the local AWS's services share: it puts the SDK's clients in front of one
// service by itself, without the server's mux, faults and quotas, and holds each behavior to naming its source.
package wiretest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Serve serves a protocol until the test ends, on behalf of the account and Region in req. It returns a configuration
// for clients of it, which don't retry.
func Serve(t testing.TB, protocol wire.Protocol, req wire.Request) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = Answer(t, protocol, r, req).WriteTo(w)
	}))
	t.Cleanup(server.Close)
	return aws.Config{
		Region:       req.Region,
		BaseEndpoint: aws.String(server.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("KEY", "SECRET", ""),
		HTTPClient:   server.Client(),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
}

// Answer lets a service answer one request, on behalf of the account and Region in req: of its root user, unless req
// says otherwise.
func Answer(t testing.TB, protocol wire.Protocol, r *http.Request, req wire.Request) wire.Response {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Errorf("read a request: %v", err)
	}
	call, refusal := protocol.Match(r, body)
	if refusal != nil {
		return protocol.Refuse(refusal)
	}
	if req.Caller == (wire.Principal{}) {
		req.Caller = wire.Root(req.Account, "KEY")
	}
	return call.Run(req)
}

// Source says who knows the behavior that a row of a table tests. A row that can't tell fails. `go test -v` lists them.
func Source(t testing.TB, source string) {
	t.Helper()
	if source == "" {
		t.Error("the row has no source")
	}
	t.Attr("source", source)
}
