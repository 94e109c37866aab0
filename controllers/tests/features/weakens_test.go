package features_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// A change that lowers a protection has an event of its own, a warning.
func TestAnEventReportsALoweredProtection(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	guarded := slices.IndexFunc(object.Spec.Routes, func(r v1alpha1.Route) bool { return r.Access != v1alpha1.AccessGuest })
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Routes[guarded].Access = v1alpha1.AccessGuest
		o.Spec.UserPool.PasswordPolicy = &v1alpha1.PasswordPolicy{MinimumLength: 8}
	})
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[guarded].Access = v1alpha1.AccessRegistered })
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength = 6 })
	w.AwaitReady(object)
	w.Eventually("the event of the last edit", func(context.Context) (bool, string) {
		notes := w.EventNotes()
		return strings.Contains(notes, "lower than it was: ~ userPool.passwordPolicy.minimumLength: 8 -> 6"), notes
	})
	path := object.Spec.Routes[guarded].Path
	if got := strings.Count(w.EventNotes(), "lower"); got != 3 {
		t.Errorf("got %d events of a protection that is lower, want three: of the route, and twice of the password policy; all events:\n%s", got, w.EventNotes())
	}
	for words, want := range map[string]int{
		"A protection is lower than it was: ~ GET " + path + " access: registered -> guest":  1,
		"A protection is lower than it was: ~ GET " + path + " access: guest -> registered":  0,
		"A protection is lower than it was: ~ userPool.passwordPolicy.minimumLength: 6 -> 8": 0,
		"A protection is lower than it was: ~ userPool.passwordPolicy.minimumLength: 8 -> 6": 1,
	} {
		if got := strings.Count(w.EventNotes(), words); got != want {
			t.Errorf("got %d events %q, want %d; all events:\n%s", got, words, want, w.EventNotes())
		}
	}
}

// An endpoint that is disabled is not published. The sweep finds it.
func TestADisabledEndpointIsNotPublished(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 500*time.Millisecond)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	if object.Status.Endpoint == "" {
		t.Fatal("got no endpoint, want the stage's")
	}
	set := func(value string) {
		harness.Must[*apigateway.UpdateRestApiOutput](w)(w.Gateway().UpdateRestApi(t.Context(), &apigateway.UpdateRestApiInput{
			RestApiId: &object.Status.API.ID,
			PatchOperations: []apigwtypes.PatchOperation{
				{Op: apigwtypes.OpReplace, Path: aws.String("/disableExecuteApiEndpoint"), Value: &value},
			},
		}))
	}
	set("true")
	w.Await(object, "no endpoint", func(o *v1alpha1.SecuredAPI) bool { return o.Status.Endpoint == "" })
	set("false")
	w.Await(object, "the endpoint", func(o *v1alpha1.SecuredAPI) bool { return o.Status.Endpoint != "" })
}
