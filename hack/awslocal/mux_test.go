package awslocal

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestSignature(t *testing.T) {
	signed := func(scope string) string {
		return "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host, Signature=0"
	}
	tests := []struct {
		reason, authorization, target string
		want                          signature
		control                       bool
	}{
		{
			"a signature says key, service and Region", signed("KEY/20260101/eu-west-1/cognito-idp/aws4_request"), "",
			signature{"KEY", "cognito-idp", "eu-west-1"},
			true,
		},
		{
			"a session's access key", signed("ASIA1234/20260101/us-east-1/apigateway/aws4_request"), "",
			signature{"ASIA1234", "apigateway", "us-east-1"},
			true,
		},
		{
			"a signed request to a stage is traffic", signed("KEY/20260101/us-east-1/execute-api/aws4_request"), "",
			signature{"KEY", "execute-api", "us-east-1"},
			false,
		},
		{"a bearer token is traffic", "Bearer abc", "", signature{}, false},
		{"nothing at all", "", "", signature{}, false},
		{
			"what users call for themselves isn't signed", "", cognitoTarget + ".InitiateAuth",
			signature{"", "cognito-idp", DefaultRegion},
			true,
		},
		{
			"nor is what they call with a token or a session", "", cognitoTarget + ".AssociateSoftwareToken",
			signature{"", "cognito-idp", DefaultRegion},
			true,
		},
		{"what administrators call for them is", "", cognitoTarget + ".AdminSetUserMFAPreference", signature{}, false},
		{"what operators call must be", "", cognitoTarget + ".CreateUserPool", signature{}, false},
		{"a scope that isn't one", signed("KEY/us-east-1"), "", signature{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			r.Header.Set("Authorization", tt.authorization)
			r.Header.Set("X-Amz-Target", tt.target)
			got, control := signatureOf(r)
			if got != tt.want || control != tt.control {
				t.Errorf("got %+v, %v, want %+v, %v", got, control, tt.want, tt.control)
			}
		})
	}
}

func TestBelow(t *testing.T) {
	tests := []struct {
		reason, url, below, path, escaped string
	}{
		{"the root", "/execute-api/abc", "", "/", "/"},
		{"a path", "/execute-api/abc/prod/notes?x=1", "/prod/notes", "/prod/notes", "/prod/notes"},
		{"an escaped slash stays one", "/execute-api/abc/prod/a%2Fb", "/prod/a%2Fb", "/prod/a/b", "/prod/a%2Fb"},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, tt.url, nil)
			got := below(r, tt.below).URL
			if got.Path != tt.path || got.EscapedPath() != tt.escaped || got.RawQuery != r.URL.RawQuery {
				t.Errorf("got %q, %q, %q", got.Path, got.EscapedPath(), got.RawQuery)
			}
		})
	}
}

func TestDrainNamesHangingCalls(t *testing.T) {
	var tr tracker
	tr.begin(1, "GET /slow")
	tr.begin(2, "GET /fast")
	tr.end(2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tr.drain(ctx); err == nil || err.Error() != "still running: GET /slow" {
		t.Errorf("got %v", err)
	}
	if tr.begin(3, "GET /late") {
		t.Error("something began after the end")
	}
	tr.end(1)
	if err := tr.drain(t.Context()); err != nil {
		t.Errorf("when all is done: %v", err)
	}
}

func TestUnsignedIsRefused(t *testing.T) {
	s := Start(t)
	tests := []struct {
		reason, path, target, want string
	}{
		{"as API Gateway does", "/restapis", "", `{"message":"Missing Authentication Token"}`},
		{
			"as Cognito does", "/", cognitoTarget + ".ListUserPools",
			`{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			r, err := http.NewRequest(http.MethodPost, s.URL+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.target != "" {
				r.Header.Set("X-Amz-Target", tt.target)
			}
			status, body := do(t, s, r)
			if status != http.StatusForbidden || body != tt.want {
				t.Errorf("got %d %s, want 403 %s", status, body, tt.want)
			}
		})
	}
}

// The public side is told apart by path or by host; that a service answers at all, and not the mux, is enough here.
func TestPublicSide(t *testing.T) {
	s := Start(t)
	tests := []struct {
		reason, path, host string
	}{
		{"a login domain by its path", "/auth/us-east-1/nobody/login", ""},
		{"a login domain by its host", "/login", "nobody.auth.us-east-1.amazoncognito.com"},
		{"an issuer", "/us-east-1_Nobody/.well-known/jwks.json", ""},
		{"a stage by its path", "/execute-api/nobody/prod/notes", ""},
		{"a stage by its host", "/prod/notes", "nobody.execute-api.us-east-1.amazonaws.com"},
		{"the mailbox", "/mailbox", ""},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			r, err := http.NewRequest(http.MethodGet, s.URL+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = tt.host
			if status, body := do(t, s, r); body == `{"message":"Missing Authentication Token"}` {
				t.Errorf("nobody answered: %d", status)
			}
		})
	}
	if calls := s.Calls(); len(calls) != 0 {
		t.Errorf("traffic is in the control plane's log: %v", calls)
	}
}
