package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/hack/awslocal/lambda"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

const (
	api    = "arn:aws:execute-api:us-east-1:111111111111:"
	method = api + "abc/prod/GET/notes/7"
)

func TestInvokeNeedsAPermissionThatMatches(t *testing.T) {
	tests := []struct {
		reason   string
		function string // that the permission is for
		change   func(*sdk.AddPermissionInput)
		invoke   string
		allowed  bool
	}{
		{"the method's own ARN", "Fn", source(method), arn, true},
		{"any stage, method and path", "Fn", source(api + "abc/*"), arn, true},
		{"a star in the middle", "Fn", source(api + "abc/*/GET/notes/*"), arn, true},
		{"a star stands for slashes too", "Fn", source(api + "abc/*/7"), arn, true},
		{"a question mark stands for one character", "Fn", source(api + "abc/prod/GET/notes/?"), arn, true},
		{"another method", "Fn", source(api + "abc/*/POST/notes/*"), arn, false},
		{"another stage", "Fn", source(api + "abc/beta/*"), arn, false},
		{"another API", "Fn", source(api + "abd/*"), arn, false},
		{"another Region", "Fn", source("arn:aws:execute-api:eu-west-1:111111111111:abc/*"), arn, false},
		{"a dot is a dot", "Fn", source(api + "a.c/*"), arn, false},
		{"no source at all", "Fn", func(in *sdk.AddPermissionInput) { in.SourceArn = nil }, arn, true},
		{"any method of our account", "Fn", func(in *sdk.AddPermissionInput) {
			in.SourceArn, in.SourceAccount = nil, ptr("111111111111")
		}, arn, true},
		{"our account and our method", "Fn", func(in *sdk.AddPermissionInput) {
			in.SourceArn, in.SourceAccount = ptr(method), ptr("111111111111")
		}, arn, true},
		{"another account", "Fn", func(in *sdk.AddPermissionInput) {
			in.SourceArn, in.SourceAccount = nil, ptr("222222222222")
		}, arn, false},
		{"another service", "Fn", func(in *sdk.AddPermissionInput) {
			in.SourceArn, in.Principal = ptr(method), ptr("events.amazonaws.com")
		}, arn, false},
		{"everybody", "Fn", func(in *sdk.AddPermissionInput) { in.SourceArn, in.Principal = nil, ptr("*") }, arn, true},
		{"everybody in an organization isn't a service", "Fn", func(in *sdk.AddPermissionInput) {
			in.SourceArn, in.Principal, in.PrincipalOrgID = nil, ptr("*"), ptr("o-1234567890")
		}, arn, false},
		{"another action", "Fn", func(in *sdk.AddPermissionInput) {
			in.SourceArn, in.Action = ptr(method), ptr("lambda:GetFunction")
		}, arn, false},
		{"every action", "Fn", func(in *sdk.AddPermissionInput) {
			in.SourceArn, in.Action = ptr(method), ptr("lambda:*")
		}, arn, true},
		{"an alias has its own policy", "Fn", source(method), arn + ":live", false},
		{"and the function not its alias's", "Fn:live", source(method), arn, false},
		{"the alias that is permitted", "Fn:live", source(method), arn + ":live", true},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			aws := newCaller(t)
			aws.must(aws.add(tt.function, "s1", tt.change))
			payload, err := aws.lambda.Invoke(t.Context(), tt.invoke, method, []byte(`{"path": "/notes/7"}`))
			if tt.allowed {
				name := strings.TrimPrefix(tt.invoke, strings.TrimSuffix(arn, "Fn"))
				want := `{"event":{"path":"/notes/7"},"function":"` + name + `"}`
				if err != nil || string(payload) != want {
					t.Errorf("got %s, %v, want %s", payload, err, want)
				}
				return
			}
			if e, ok := errors.AsType[*wire.Error](err); !ok || e.Code != "AccessDeniedException" {
				t.Errorf("got %s, %v, want AccessDeniedException", payload, err)
			}
		})
	}
}

// A permission is for a service: what lets an API call a function lets no user pool, and the other way around.
func TestATriggerNeedsAPermissionForCognito(t *testing.T) {
	const pool = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_AbC"
	for _, tt := range []struct {
		reason  string
		change  func(*sdk.AddPermissionInput)
		source  string
		allowed bool
	}{
		{"for the pool", func(in *sdk.AddPermissionInput) {
			in.Principal, in.SourceArn, in.SourceAccount = ptr("cognito-idp.amazonaws.com"), ptr(pool), ptr("111111111111")
		}, pool, true},
		{"for another pool", func(in *sdk.AddPermissionInput) {
			in.Principal, in.SourceArn = ptr("cognito-idp.amazonaws.com"), ptr(pool+"d")
		}, pool, false},
		{"for API Gateway, whatever calls", func(in *sdk.AddPermissionInput) { in.SourceArn = nil }, pool, false},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			aws := newCaller(t)
			aws.must(aws.add("Fn", "s1", tt.change))
			payload, failed, err := aws.lambda.Trigger(t.Context(), arn, tt.source, []byte(`{}`))
			if e, _ := errors.AsType[*wire.Error](err); tt.allowed != (err == nil) || failed || !tt.allowed && e.Code != "AccessDeniedException" {
				t.Errorf("got %s, %v, want allowed: %t", payload, err, tt.allowed)
			}
		})
	}
}

func source(sourceARN string) func(*sdk.AddPermissionInput) {
	return func(in *sdk.AddPermissionInput) { in.SourceArn = &sourceARN }
}

func TestInvokeOfAMissingFunction(t *testing.T) {
	_, err := newCaller(t).lambda.Invoke(t.Context(), arn+"Gone", method, nil)
	if e, ok := errors.AsType[*wire.Error](err); !ok || e.Code != "ResourceNotFoundException" {
		t.Errorf("got %v, want ResourceNotFoundException", err)
	}
}

func TestRemoveForgetsTheFunctionAndItsPolicies(t *testing.T) {
	aws := newCaller(t)
	aws.must(aws.add("Fn", "s1"))
	aws.lambda.Remove("Fn")
	if _, err := aws.function("Fn"); err == nil {
		t.Error("the function is still there")
	}
	aws.lambda.Handle("Fn", nil)
	if sids, err := aws.sids("Fn"); err == nil {
		t.Errorf("a function of the same name has the old policy: %s", sids)
	}
}

func TestHandlers(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/echo":
			_, _ = w.Write(append(append([]byte(`{"got": `), body...), '}'))
		case "/text":
			_, _ = io.WriteString(w, "no JSON")
		default:
			http.Error(w, "broken", http.StatusBadGateway)
		}
	}))
	t.Cleanup(backend.Close)

	tests := []struct {
		reason  string
		handler lambda.Handler
		want    string
	}{
		{
			reason:  "an error is the function's answer, as the runtimes report it",
			handler: func(context.Context, json.RawMessage) (any, error) { return nil, errors.New("no luck") },
			want:    `{"errorMessage":"no luck","errorType":"errorString"}`,
		},
		{
			reason:  "a URL gets the event and gives the answer",
			handler: lambda.HTTP(backend.Client(), backend.URL+"/echo"),
			want:    `{"got":{"n":1}}`,
		},
		{
			reason:  "a URL that fails",
			handler: lambda.HTTP(backend.Client(), backend.URL+"/broken"),
			want:    `{"errorMessage":"` + backend.URL + `/broken answered 502 Bad Gateway","errorType":"errorString"}`,
		},
		{
			reason:  "a URL that doesn't speak JSON",
			handler: lambda.HTTP(backend.Client(), backend.URL+"/text"),
			want:    `{"errorMessage":"` + backend.URL + `/text answered what is not JSON","errorType":"errorString"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			aws := newCaller(t)
			aws.lambda.Handle("Fn", tt.handler)
			aws.must(aws.add("Fn", "s1", source(method)))
			got, err := aws.lambda.Invoke(t.Context(), arn, method, []byte(`{"n":1}`))
			if err != nil || string(got) != tt.want {
				t.Errorf("got %s, %v, want %s", got, err, tt.want)
			}
		})
	}
}
