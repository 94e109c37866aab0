package features_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// Two routes have one path: each method has the access of its own route, and one preflight allows both.
func TestTwoRoutesWithOnePath(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	harness.WithGuestsReading(object)
	w.Create(object)
	w.AwaitReady(object)
	for _, tc := range []struct {
		method string
		want   int
	}{
		{http.MethodGet, http.StatusOK},
		{http.MethodPost, http.StatusUnauthorized},
		{http.MethodOptions, http.StatusOK},
	} {
		got, header := w.Request(tc.method, object.Status.Endpoint+"/registered")
		if got != tc.want {
			t.Errorf("%s /registered without a token: got %d, want %d", tc.method, got, tc.want)
		}
		if allow := header.Get("Access-Control-Allow-Methods"); tc.method == http.MethodOptions && allow != "GET,OPTIONS,POST" {
			t.Errorf("the preflight allows %q, want the methods of both routes", allow)
		}
	}
	var served []string
	for _, route := range object.Status.API.Routes {
		served = append(served, string(route.Method)+" "+route.Path+" "+string(route.Access))
	}
	want := []string{"GET /guest Guest", "GET /registered Guest", "POST /registered Registered"}
	if diff := cmp.Diff(want, served); diff != "" {
		t.Errorf("status.api.routes (-want +got):\n%s", diff)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Access = v1alpha1.AccessRegistered })
	w.AwaitReady(object)
	if got := w.StatusCode(object.Status.Endpoint + "/registered"); got != http.StatusUnauthorized {
		t.Errorf("GET /registered without a token, after the edit of its route: got %d, want %d", got, http.StatusUnauthorized)
	}
}

// A spec with invalid routes makes no call to API Gateway.
func TestInvalidRoutesMakeNoCall(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, want string
		edit       func(*v1alpha1.SecuredAPI)
	}{
		{"a method twice on a path", "spec.routes[2].methods[0]: GET of path /registered is in spec.routes[0] already", func(o *v1alpha1.SecuredAPI) {
			again := *o.Spec.Routes[0].DeepCopy()
			again.Access = v1alpha1.AccessGuest
			o.Spec.Routes = append(o.Spec.Routes, again)
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Recipe()
			tc.edit(object)
			w.Create(object)
			if message := w.AwaitStalled(object, v1alpha1.ReasonInvalidSpec); !strings.Contains(message, tc.want) {
				t.Errorf("got message %q, want in it %q", message, tc.want)
			}
			for _, call := range w.AWS.Calls() {
				if call.Service == "apigateway" || call.Service == "lambda" {
					t.Errorf("got call %s of %s, want none", call.Operation, call.Service)
				}
			}
		})
	}
}
