package awslocal

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

func TestPagesOfOtherOrigins(t *testing.T) {
	const (
		// answered is what a page on localhost got to SignUp, InitiateAuth and GetUser of Amplify.
		answered = "a recording of Amplify 5.0.4 in a browser, cognito-idp.us-east-1.amazonaws.com, August 2023"
		asked    = "AllanZhengYP/cors-test, output.md: what AWS's JSON services answer to OPTIONS; cognito-identity answers alike"
	)
	s := Start(t)
	for _, tt := range []struct {
		name, source   string
		method, origin string
		headers, want  map[string]string
		status         int
	}{
		{
			name: "a browser asks before it calls", source: asked, method: http.MethodOptions, origin: "http://localhost:3000",
			headers: map[string]string{
				"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "cache-control,content-type,x-amz-target,x-amz-user-agent",
			},
			status: http.StatusOK,
			want: map[string]string{
				"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "POST", "Access-Control-Max-Age": "172800",
				"Access-Control-Allow-Headers": "cache-control,content-type,x-amz-target,x-amz-user-agent", "Access-Control-Expose-Headers": exposed,
			},
		},
		{
			name: "a page reads an answer, a refusal too", source: answered, method: http.MethodPost, origin: "http://localhost:3000",
			headers: map[string]string{"X-Amz-Target": cognitoTarget + ".GetUser"},
			status:  http.StatusBadRequest,
			want:    map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": exposed},
		},
		{
			name: "a program is no page", source: "Fetch, 3.3.1: requests of CORS have an Origin", method: http.MethodPost,
			headers: map[string]string{"X-Amz-Target": cognitoTarget + ".GetUser"},
			status:  http.StatusBadRequest,
		},
		{
			name: "an API answers for itself", source: "API Gateway's CORS is the API's own: how-to-cors.html", method: http.MethodOptions,
			origin: "http://localhost:3000", status: http.StatusForbidden,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wiretest.Source(t, tt.source)
			r, err := http.NewRequestWithContext(t.Context(), tt.method, s.URL+"/", strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range tt.headers {
				r.Header.Set(name, value)
			}
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			answer, err := s.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if answer.StatusCode != tt.status {
				t.Errorf("got %d, want %d", answer.StatusCode, tt.status)
			}
			var got map[string]string
			for name := range answer.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					if got == nil {
						got = map[string]string{}
					}
					got[name] = answer.Header.Get(name)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}
