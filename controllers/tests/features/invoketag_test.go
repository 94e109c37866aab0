package features_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// A function opts in by its tag. With another value than true the operator takes its own permission off and gives no other one; without
// the tag it can do neither.
func TestAFunctionThatOptsOut(t *testing.T) {
	t.Parallel()
	calling := func(function string) func(*v1alpha1.SecuredAPI) {
		return func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Backend.Lambda.Function = function }
	}
	tagged := func(value string) func(*harness.World) {
		return func(w *harness.World) { w.AWS.Lambda.Tag("RegisteredHandler", map[string]string{iam.InvokeTag: value}) }
	}
	untagged := func(w *harness.World) {
		harness.Must[*lambda.UntagResourceOutput](w)(w.Lambda().UntagResource(w.T.Context(), &lambda.UntagResourceInput{
			Resource: aws.String("arn:aws:lambda:us-east-1:111111111111:function:RegisteredHandler"), TagKeys: []string{iam.InvokeTag},
		}))
	}
	for _, tc := range []struct {
		reason string
		tag    func(*harness.World)
		// adds and removes say what the operator may do.
		adds, removes bool
	}{
		{"true", tagged("true"), true, true},
		{"false", tagged("false"), false, true},
		{"True, which is another value", tagged("True"), false, true},
		{"no tag", untagged, false, false},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			tc.tag(w)
			has := func(what string, want bool) {
				t.Helper()
				if got := slices.Contains(w.Granted(), "RegisteredHandler"); got != want {
					t.Errorf("%s: the operator's permission is there: %t, want %t", what, got, want)
				}
			}
			edit := func(function, call string, may bool) {
				t.Helper()
				w.Update(object, calling(function))
				if may {
					w.AwaitReady(object)
				} else if message := w.AwaitStalled(object, v1alpha1.ReasonAccessDenied); !strings.Contains(message, call) {
					t.Errorf("got the message %q, want the call %s in it", message, call)
				}
			}
			has("before", true)
			edit("GuestHandler", "RemovePermission", tc.removes)
			has("the route calls another function", !tc.removes)
			if !tc.removes {
				w.Revoke("RegisteredHandler")
			}
			edit("RegisteredHandler", "AddPermission", tc.adds)
			has("the route calls the function again", tc.adds)
			tagged("true")(w)
			w.AskNow(object)
			w.AwaitReady(object)
			has("with the tag", true)
		})
	}
}
