package restapi

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestCovers(t *testing.T) {
	for _, tc := range []struct {
		wide, narrow string
		want         bool
	}{
		{"/{proxy+}", "/guarded", true},
		{"/{proxy+}", "/orders/{id}", true},
		{"/{proxy+}", "/admin/{proxy+}", true},
		{"/orders/{proxy+}", "/orders/{id}/lines", true},
		{"/orders/{id}", "/orders/mine", true},
		{"/{a}/x", "/b/{c}", true},
		{"/{a}/x", "/b/{proxy+}", true},
		{"/{a}/x/y", "/b/{proxy+}", true},
		{"/{a}/{b}", "/c/d", true},

		{"/{proxy+}", "/", false},
		{"/{proxy+}", "/{proxy+}", false},
		{"/orders/{proxy+}", "/orders", false},
		{"/orders/{id}", "/orders", false},
		{"/orders/{id}", "/orders/{id}", false},
		{"/orders/{id}", "/orders/{id}/lines", false},
		{"/orders/{id}", "/products/mine", false},
		{"/orders/new", "/orders/{id}", false},
		{"/b/{c}", "/{a}/x", false},
		{"/orders", "/{proxy+}", false},
		{"/{a}", "/b/{proxy+}", false},
		{"/guarded", "/guarded", false},
	} {
		if got := covers(tc.wide, tc.narrow); got != tc.want {
			t.Errorf("%s over %s: got %t, want %t", tc.wide, tc.narrow, got, tc.want)
		}
	}
}

// refused are the paths that answer 405, with what they allow and the scopes that they ask for.
func refused(m *Model) []string {
	var all []string
	for i := range m.Methods {
		if method := &m.Methods[i]; method.Implied() && !method.Preflight() {
			all = append(all, fmt.Sprint(method, " ", method.Integration.AllowMethods, " ", method.Access(), method.Scopes))
		}
	}
	return all
}

func TestMethodsThatAGuardedPathLacks(t *testing.T) {
	scoped := route("/a", function("f"))
	scoped.Scopes = []string{"notes/read"}
	for _, tc := range []struct {
		reason string
		routes []v1alpha1.Route
		want   []string
	}{
		{"a guest's greedy path over it", []v1alpha1.Route{route("/a", function("f")), guest("/{proxy+}", function("g"), "ANY")}, []string{"ANY /a GET,OPTIONS Registered[]"}},
		{"a guest's variable over it", []v1alpha1.Route{route("/a", function("f")), guest("/{id}", function("g"), "POST")}, []string{"ANY /a GET,OPTIONS Registered[]"}},
		{"each path once", []v1alpha1.Route{route("/a", function("f"), "PUT", "GET"), guest("/{proxy+}", function("g"), "POST", "DELETE")}, []string{"ANY /a GET,OPTIONS,PUT Registered[]"}},
		{"callers have the tokens of the guarded method", []v1alpha1.Route{scoped, guest("/{proxy+}", function("g"), "ANY")}, []string{"ANY /a GET,OPTIONS Registered[notes/read]"}},
		{"a path for guests and others", []v1alpha1.Route{guest("/a", function("g")), route("/a", function("f"), "POST"), guest("/{proxy+}", function("g"), "PUT")}, []string{"ANY /a GET,OPTIONS,POST Registered[]"}},
		{"all methods by name are not any", []v1alpha1.Route{route("/a", function("f"), "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"), guest("/{proxy+}", function("g"), "ANY")}, []string{"ANY /a DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT Registered[]"}},
		{"it serves what guests may call elsewhere", []v1alpha1.Route{route("/a", function("f")), guest("/{proxy+}", function("g"))}, nil},
		{"it serves any", []v1alpha1.Route{route("/a", function("f"), "ANY"), guest("/{proxy+}", function("g"), "ANY")}, nil},
		{"the wide path is guarded, too", []v1alpha1.Route{route("/a", function("f")), route("/{proxy+}", function("g"), "ANY")}, nil},
		{"the narrow path is for guests", []v1alpha1.Route{guest("/a", function("f")), guest("/{proxy+}", function("g"), "ANY")}, nil},
		{"a preflight lets nobody in", []v1alpha1.Route{route("/a", function("f"), "GET", "OPTIONS"), route("/{proxy+}", function("g"), "ANY")}, nil},
		{"it is elsewhere", recipe(), nil},
	} {
		if diff := cmp.Diff(tc.want, refused(build(t, tc.routes...))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

// call is the answer of the stage to a call without a token.
func (w *world) call(method, path string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	w.aws.APIGateway.ServeStage(w.id(NameAPI), answer, httptest.NewRequestWithContext(w.t.Context(), method, "/prod"+path, nil))
	return answer
}

func TestAGuestsPathLetsNoMethodOfAGuardedPathThrough(t *testing.T) {
	w := newWorld(t, route("/guarded", function("f")), route("/orders/{id}", function("f"), "GET", "POST"), guest("/{proxy+}", function("g"), "ANY"))
	w.converge()
	for _, path := range []string{"/guarded", "/orders/1"} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE"} {
			if got := w.call(method, path); got.Code != http.StatusUnauthorized {
				t.Errorf("%s %s without a token: got %d, want 401", method, path, got.Code)
			}
		}
	}
	if got := w.call("POST", "/elsewhere"); got.Code != http.StatusOK {
		t.Errorf("POST /elsewhere: got %d, want 200 of the guests' function", got.Code)
	}
	if got := w.converge(whole); got != "" {
		t.Errorf("a look at everything: got %s done, want nothing", got)
	}
	if routes := w.object.Status.API.Routes; len(routes) != 4 {
		t.Errorf("status: got routes %+v, want those of the spec", routes)
	}
}

// Callers with a token are told what they may call. The guard is taken off by hand to see the answer behind it.
func TestWhatAGuardedPathAnswersToOtherMethods(t *testing.T) {
	w := newWorld(t, route("/guarded", function("f")), guest("/{proxy+}", function("g"), "ANY"))
	w.converge()
	if err := w.opensMethod("/guarded", "ANY", true); err != nil {
		t.Fatal(err)
	}
	w.patchStage("prod", replace("/deploymentId", w.snapshot()))
	got := w.call("POST", "/guarded")
	if allow := got.Header().Get("Allow"); got.Code != http.StatusMethodNotAllowed || allow != "GET,OPTIONS" || got.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("POST /guarded: got %d, Allow %q, want 405, GET,OPTIONS, for browsers too", got.Code, allow)
	}
	if got, want := w.converge(whole), "ANY /guarded access: guest -> registered"; !strings.Contains(got, want) {
		t.Errorf("got %s done, want %s", got, want)
	}
	if got := w.call("POST", "/guarded"); got.Code != http.StatusUnauthorized {
		t.Errorf("POST /guarded: got %d, want 401", got.Code)
	}
}

func TestAPlanTellsOfRefusals(t *testing.T) {
	w := newWorld(t, route("/guarded", function("f")))
	w.converge()
	w.edit(func(spec *v1alpha1.SecuredAPISpec) {
		spec.Routes = append(spec.Routes, guest("/{proxy+}", function("g"), "ANY"))
	})
	plan := must2(t)(w.planned())
	if done := w.converge(); !strings.Contains(plan, "+ ANY /guarded registered") || !strings.Contains(done, "+ ANY /guarded registered") {
		t.Errorf("got %s planned and %s done, want + ANY /guarded registered in both", plan, done)
	}
	w.edit(func(spec *v1alpha1.SecuredAPISpec) { spec.Routes = slices.Delete(spec.Routes, 1, 2) })
	if done := w.converge(); !strings.Contains(done, "- ANY /guarded") {
		t.Errorf("got %s done, want - ANY /guarded", done)
	}
}
