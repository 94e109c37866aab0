package apigateway_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

const (
	account = "111111111111"
	region  = "us-east-1"
)

// fixture is an API Gateway behind the real SDK.
type fixture struct {
	*testing.T
	service *apigateway.Service
	clock   *clocktesting.FakeClock
	url     string
	sdk     *sdk.Client

	// The last answer as it was on the wire.
	status int
	code   string
	body   []byte
}

// config is what a test changes about the service.
type config struct {
	backends apigateway.Backends
	listLag  time.Duration
	options  []apigateway.Option
}

func start(t *testing.T, c config) *fixture {
	t.Helper()
	f := &fixture{T: t, clock: clocktesting.NewFakeClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
	env := wire.Env{Clock: f.clock, BaseURL: func() string { return f.url }, ListLag: c.listLag}
	f.service = apigateway.New(env, c.backends, c.options...)
	server := httptest.NewServer(f.handler())
	t.Cleanup(server.Close)
	f.url = server.URL
	f.sdk = sdk.New(sdk.Options{
		Region:       region,
		BaseEndpoint: aws.String(server.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("key", "secret", ""),
		Retryer:      aws.NopRetryer{},
		HTTPClient:   server.Client(),
	})
	return f
}

// handler serves the control plane and, below /execute-api/{api}, the stages.
func (f *fixture) handler() http.Handler {
	protocol := wire.REST(wire.Camel, f.service.Routes())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/execute-api/"); ok {
			apiID, path, _ := strings.Cut(rest, "/")
			r.URL.RawPath = "/" + path
			r.URL.Path = unescaped(f.T, "/"+path)
			f.service.ServeStage(apiID, w, r)
			return
		}
		response := wiretest.Answer(f.T, protocol, r, wire.Request{Account: account, Region: region, Now: f.clock.Now()})
		f.status, f.code, f.body = response.Status, response.Code, response.Body
		if err := response.WriteTo(w); err != nil {
			f.Error(err)
		}
	})
}

// send sends what the SDK wouldn't: members of the wrong type.
func (f *fixture) send(method, path, body string) {
	f.Helper()
	request, err := http.NewRequest(method, f.url+path, strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		f.Fatal(err)
	}
	response.Body.Close()
}

// behavior is one fact about API Gateway.
type behavior struct {
	name   string
	source string
	// do ends with the call whose answer is checked.
	do func(f *fixture)
	// want is a status with the JSON of the body, in which "*" stands for anything; or with the code and the message of an
	// error.
	want string
}

func check(t *testing.T, table []behavior) {
	t.Helper()
	for _, b := range table {
		t.Run(b.name, func(t *testing.T) {
			wiretest.Source(t, b.source)
			f := start(t, config{})
			b.do(f)
			if diff := f.diff(b.want); diff != "" {
				t.Errorf("source: %s\n%s", b.source, diff)
			}
		})
	}
}

// diff compares the last answer with what is wanted.
func (f *fixture) diff(want string) string {
	f.Helper()
	status, rest, _ := strings.Cut(want, " ")
	if got := strconv.Itoa(f.status); got != status {
		return fmt.Sprintf("status %s, want %s; body %s", got, status, f.body)
	}
	if rest != "" && !strings.HasPrefix(rest, "{") {
		var answer struct{ Message string }
		if err := json.Unmarshal(f.body, &answer); err != nil {
			f.Fatal(err)
		}
		return cmp.Diff(rest, f.code+": "+answer.Message)
	}
	if rest == "" {
		return cmp.Diff("", string(f.body))
	}
	wanted, got := parse(f.T, []byte(rest)), parse(f.T, f.body)
	return cmp.Diff(wanted, mask(wanted, got))
}

// mask replaces by "*" what is not to be compared.
func mask(want, got any) any {
	if want == "*" {
		return "*"
	}
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return got
		}
		for key := range g {
			g[key] = mask(w[key], g[key])
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return got
		}
		for i := range g {
			g[i] = mask(w[i], g[i])
		}
	}
	return got
}

func parse(t *testing.T, raw []byte) any {
	t.Helper()
	var value any
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&value); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return value
}

// must is for calls in preparation.
func must[O any](out *O, err error) *O {
	if err != nil {
		panic(err)
	}
	return out
}

// try is for the call whose answer is checked: it is in the fixture.
func try[O any](*O, error) {}

// patch writes patch operations as "op path value", or "copy path from".
func patch(ops ...string) []types.PatchOperation {
	var list []types.PatchOperation
	for _, op := range ops {
		parts := strings.SplitN(op, " ", 3)
		p := types.PatchOperation{Op: types.Op(parts[0]), Path: &parts[1]}
		if len(parts) == 3 && p.Op == types.OpCopy {
			p.From = &parts[2]
		} else if len(parts) == 3 {
			p.Value = &parts[2]
		}
		list = append(list, p)
	}
	return list
}

// equal compares what isn't an answer.
func equal[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}
