package apigateway_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
)

// echo is an HTTP backend that says what it got.
func echo(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Server", "echo")
		if r.URL.Query().Get("fail") != "" {
			w.WriteHeader(http.StatusBadRequest)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"method": r.Method, "path": r.URL.Path, "query": r.URL.RawQuery, "body": string(body),
			"agent": r.UserAgent(), "custom": r.Header.Get("X-Custom"), "mapped": r.Header.Get("X-Mapped"),
			"api": r.Header.Get("x-amzn-apigateway-api-id"),
		})
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// backed deploys an API with an HTTP backend at /pets/{id}.
func backed(t *testing.T, kind, uri string) api {
	t.Helper()
	f := start(t, config{})
	a := f.imported(openAPI(`"/pets/{id}":{"post":{"parameters":[{"name":"X-Custom","in":"header"}],`+
		`"x-amazon-apigateway-integration":{"type":"`+kind+`","httpMethod":"PUT","uri":"`+uri+`","requestParameters":`+
		`{"integration.request.path.pet":"method.request.path.id","integration.request.header.X-Mapped":"'static'",`+
		`"integration.request.querystring.stage":"context.stage"},`+
		`"responses":{"default":{"statusCode":"200"}}}}}`, ""))
	a.deploy("test")
	return a
}

// Source: test_http_integration_with_lambda, test_http_integration_method, test_http_integration_invoke_status_code_passthrough
// and test_http_proxy_integration_request_data_mappings (recorded April to August 2024).
func TestHTTPBackends(t *testing.T) {
	for _, row := range []struct {
		kind                string
		query, agent        string
		custom              string
		failing             int
		remapped            string
		withoutRequestQuery bool
	}{
		{kind: "http_proxy", query: "q=1&stage=test", agent: "testing", custom: "custom", failing: 400, remapped: "echo"},
		{kind: "http", query: "stage=test", agent: "AmazonAPIGateway_", failing: 200},
	} {
		t.Run(row.kind, func(t *testing.T) {
			a := backed(t, row.kind, echo(t)+"/{pet}")
			got := a.request("POST", "/test/pets/1?q=1", `{"a":1}`, "X-Custom: custom", "User-Agent: testing",
				"Content-Type: application/json")
			equal(t, got.status, 200)
			var seen map[string]string
			if err := json.Unmarshal([]byte(got.body), &seen); err != nil {
				t.Fatal(err)
			}
			seen["agent"] = strings.TrimSuffix(seen["agent"], *a.id)
			equal(t, seen, map[string]string{
				"method": "PUT", "path": "/1", "query": row.query, "body": `{"a":1}`, "agent": row.agent,
				"custom": row.custom, "mapped": "static", "api": *a.id,
			})
			equal(t, got.header.Get("x-amzn-Remapped-Server"), row.remapped)
			if row.kind == "http_proxy" {
				equal(t, a.request("POST", "/test/pets/1?fail=1", "").status, row.failing)
			}
		})
	}
}

// Source: developer guide, gateway response type INTEGRATION_FAILURE.
func TestABackendThatIsDown(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	uri := "http://" + listener.Addr().String()
	listener.Close()
	got := backed(t, "http_proxy", uri).request("POST", "/test/pets/1", "")
	equal(t, got.status, 504)
	equal(t, got.body, `{"message":"Network error communicating with endpoint"}`)
}

// Source: developer guide, gateway response type INTEGRATION_TIMEOUT.
func TestABackendThatIsSlow(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	f := start(t, config{})
	a := f.imported(openAPI(`"/":{"get":{"x-amazon-apigateway-integration":{"type":"http_proxy","httpMethod":"GET",`+
		`"timeoutInMillis":50,"uri":"`+server.URL+`"}}}`, ""))
	a.deploy("test")
	got := a.request("GET", "/test", "")
	equal(t, got.status, 504)
	equal(t, got.body, `{"message":"Endpoint request timed out"}`)
}

// Source: test_import_with_stage_variables, 2025-09-29.
func TestAnAddressFromStageVariables(t *testing.T) {
	f := start(t, config{})
	a := f.imported(openAPI(`"/path1":{"get":{"x-amazon-apigateway-integration":{"type":"HTTP_PROXY","httpMethod":"POST",`+
		`"uri":"http://${stageVariables.host}/${stageVariables.path}"}}}`, ""))
	id := a.deploy("v2")
	must(f.sdk.CreateStage(f.Context(), &sdk.CreateStageInput{
		RestApiId: a.id, StageName: aws.String("v1"), DeploymentId: id,
		Variables: map[string]string{"host": strings.TrimPrefix(echo(t), "http://"), "path": "test-path"},
	}))
	got := a.request("GET", "/v1/path1", "")
	equal(t, got.status, 200)
	if !strings.Contains(got.body, `"path":"/test-path"`) {
		t.Errorf("body %s", got.body)
	}
	got = a.request("GET", "/v2/path1", "") // a stage without the variables
	equal(t, got.status, 500)
	equal(t, got.body, `{"message":"Internal server error"}`)
}
