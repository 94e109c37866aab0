package restapi_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/restapi"
)

const poolARN = "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_AbCdEf"

var owner = ownership.Owner{Cluster: "c", Namespace: "default", Name: "notes", UID: "u"}

func lambda(function string) v1alpha1.Backend {
	return v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: function}}
}

func server(url string) v1alpha1.Backend {
	return v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: url}}
}

func route(path string, backend v1alpha1.Backend, methods ...v1alpha1.Method) v1alpha1.Route {
	if len(methods) == 0 {
		methods = []v1alpha1.Method{"GET"}
	}
	return v1alpha1.Route{Path: path, Methods: methods, Access: v1alpha1.AccessRegistered, Backend: backend}
}

// guest is a route for everybody.
func guest(path string, methods ...v1alpha1.Method) v1alpha1.Route {
	r := route(path, lambda("g"), methods...)
	r.Access = v1alpha1.AccessGuest
	return r
}

// many are routes with n methods together.
func many(n int) []v1alpha1.Route {
	var routes []v1alpha1.Route
	for i := range n {
		path := "/" + strconv.Itoa(i/5)
		if i%5 == 0 {
			routes = append(routes, route(path, lambda("f")))
			continue
		}
		last := &routes[len(routes)-1]
		last.Methods = append(last.Methods, []v1alpha1.Method{"POST", "PUT", "PATCH", "DELETE"}[i%5-1])
	}
	return routes
}

func build(t *testing.T, routes ...v1alpha1.Route) *restapi.Model {
	t.Helper()
	m, err := restapi.BuildModel(&v1alpha1.SecuredAPISpec{Routes: routes}, owner, poolARN)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBuildModelRefuses(t *testing.T) {
	for _, tc := range []struct {
		reason string
		routes []v1alpha1.Route
		want   string
	}{
		{
			"API Gateway takes one variable in a place",
			[]v1alpha1.Route{route("/a/{id}", lambda("f")), route("/a/{name}/b", lambda("f"))},
			"/a/{id} and /a/{name}/b have different variables, {id} and {name}, in the same place",
		},
		{
			"a greedy variable is a variable",
			[]v1alpha1.Route{route("/{id}", lambda("f")), route("/{proxy+}", lambda("f"))},
			"different variables, {id} and {proxy+}",
		},
		{"a variable has one value", []v1alpha1.Route{route("/{id}/b/{id}", lambda("f"))}, "/{id}/b/{id} has the variable {id} twice"},
		{
			"an API calls functions of its own Region",
			[]v1alpha1.Route{route("/a", lambda("arn:aws:lambda:eu-west-1:111111111111:function:f"))},
			"is in Region eu-west-1, but the API is in us-east-1",
		},
		{
			"a URL can use the path's variables only",
			[]v1alpha1.Route{route("/a/{id}", server("https://b.example.com/{name}"))},
			"uses {name}, which the path /a/{id} does not have",
		},
		{"an API has a route", nil, "spec.routes: there is no route"},
		{
			"a path has a method once, whoever may call it",
			[]v1alpha1.Route{route("/a", lambda("f")), route("/b", lambda("f")), route("/c", lambda("f")), guest("/a", "POST", "GET")},
			"spec.routes[0] and spec.routes[3] both have GET /a",
		},
		{
			"so it has ANY",
			[]v1alpha1.Route{route("/a", lambda("f"), "ANY"), guest("/a", "ANY")},
			"spec.routes[0] and spec.routes[1] both have ANY /a",
		},
		{"status lists 1000 methods", many(1001), "there are 1001 methods on all paths together, and 1000 is the most"},
	} {
		_, err := restapi.BuildModel(&v1alpha1.SecuredAPISpec{Routes: tc.routes}, owner, poolARN)
		failure, ok := errors.AsType[*awserr.Failure](err)
		if !ok || failure.Reason != v1alpha1.ReasonInvalidSpec || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want InvalidSpec with %q", tc.reason, err, tc.want)
		}
	}
}

func TestBuildModelTakes(t *testing.T) {
	for _, tc := range []struct {
		reason string
		routes []v1alpha1.Route
	}{
		{"the same variable in the same place", []v1alpha1.Route{route("/a/{id}", lambda("f")), route("/a/{id}/b", lambda("f"))}},
		{"a literal beside a variable", []v1alpha1.Route{route("/a/{id}", lambda("f")), route("/a/new", lambda("f"))}},
		{"other variables elsewhere", []v1alpha1.Route{route("/a/{id}", lambda("f")), route("/b/{name}", lambda("f"))}},
		{"a greedy variable beside a literal", []v1alpha1.Route{route("/a", lambda("f")), route("/{proxy+}", lambda("f"))}},
		{"the root", []v1alpha1.Route{route("/", lambda("f"))}},
		{"one path in two routes", []v1alpha1.Route{route("/a/{id}", lambda("f"), "POST"), guest("/a/{id}", "GET")}},
		{"ANY beside another method", []v1alpha1.Route{route("/a", lambda("f"), "ANY"), guest("/a", "GET")}},
		{"a method on two paths", []v1alpha1.Route{route("/a", lambda("f")), guest("/b", "GET")}},
		{"as many methods as status lists", many(1000)},
		{"a function of another account", []v1alpha1.Route{route("/a", lambda("arn:aws:lambda:us-east-1:222222222222:function:f:live"))}},
	} {
		if _, err := restapi.BuildModel(&v1alpha1.SecuredAPISpec{Routes: tc.routes}, owner, poolARN); err != nil {
			t.Errorf("%s: %v", tc.reason, err)
		}
	}
}

func TestBuildModelMethods(t *testing.T) {
	visitors := guest("/guest", "GET", "OPTIONS")
	visitors.Backend = lambda("arn:aws:lambda:us-east-1:222222222222:function:g:live")
	scoped := route("/a", server("https://b.example.com/"), "ANY")
	scoped.Scopes = []string{"notes/write", "notes/read"}
	m := build(t, visitors, route("/y", lambda("f:$LATEST")), route("/z", lambda("f"), "POST", "GET"), scoped)

	var got []string
	for _, method := range m.Methods {
		got = append(got, method.String()+" "+string(method.Access())+" "+strings.Join(method.Scopes, ",")+" "+
			method.Integration.Backend+method.Integration.AllowMethods)
	}
	want := []string{
		"ANY /a Registered notes/read,notes/write https://b.example.com/",
		"OPTIONS /a Guest  DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
		"GET /guest Guest  arn:aws:lambda:us-east-1:222222222222:function:g:live",
		"OPTIONS /guest Guest  arn:aws:lambda:us-east-1:222222222222:function:g:live",
		"GET /y Registered  arn:aws:lambda:us-east-1:111111111111:function:f",
		"OPTIONS /y Guest  GET,OPTIONS",
		"GET /z Registered  arn:aws:lambda:us-east-1:111111111111:function:f",
		"OPTIONS /z Guest  GET,OPTIONS,POST",
		"POST /z Registered  arn:aws:lambda:us-east-1:111111111111:function:f",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("each method once, a preflight where OPTIONS is not the user's own (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"arn:aws:lambda:us-east-1:111111111111:function:f", "arn:aws:lambda:us-east-1:222222222222:function:g:live"}, m.Functions); diff != "" {
		t.Errorf("each function once, whatever its names (-want +got):\n%s", diff)
	}
}

// The routes of one path share a preflight, which allows what they have together.
func TestBuildModelPreflight(t *testing.T) {
	const all = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"
	for _, tc := range []struct {
		reason string
		routes []v1alpha1.Route
		want   []string // the path's methods: who may call them, and for a preflight what it allows
	}{
		{
			"two routes",
			[]v1alpha1.Route{route("/a", lambda("f"), "POST"), guest("/a", "GET")},
			[]string{"GET Guest ", "OPTIONS Guest GET,OPTIONS,POST", "POST Registered "},
		},
		{
			"ANY in one of two routes",
			[]v1alpha1.Route{guest("/a", "GET"), route("/a", lambda("f"), "ANY")},
			[]string{"ANY Registered ", "GET Guest ", "OPTIONS Guest " + all},
		},
		{
			"one of two routes names OPTIONS, so there is no preflight",
			[]v1alpha1.Route{guest("/a", "GET"), route("/a", lambda("f"), "OPTIONS")},
			[]string{"GET Guest ", "OPTIONS Registered "},
		},
	} {
		var got []string
		for _, method := range build(t, tc.routes...).Methods {
			got = append(got, string(method.HTTPMethod)+" "+string(method.Access())+" "+method.Integration.AllowMethods)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestGreedyVariableOfAURL(t *testing.T) {
	m := build(t, route("/files/{proxy+}", server("https://b.example.com/{proxy+}")))
	if got := m.Methods[0].Integration; got.URI != "https://b.example.com/{proxy}" || !slices.Equal(got.Variables, []string{"proxy"}) {
		t.Errorf("an integration names the variable without the plus, as it is read back: %+v", got)
	}
}

func TestDigest(t *testing.T) {
	base := build(t, route("/a", lambda("f")), route("/b", lambda("f")))
	if base.Digest() != build(t, route("/b", lambda("f")), route("/a", lambda("f"))).Digest() {
		t.Error("the order of routes changes nothing")
	}
	guest := route("/b", lambda("f"))
	guest.Access = v1alpha1.AccessGuest
	for reason, other := range map[string]*restapi.Model{
		"another access":   build(t, route("/a", lambda("f")), guest),
		"another function": build(t, route("/a", lambda("f")), route("/b", lambda("g"))),
		"another method":   build(t, route("/a", lambda("f")), route("/b", lambda("f"), "PUT")),
		"one route less":   build(t, route("/a", lambda("f"))),
	} {
		if base.Digest() == other.Digest() {
			t.Errorf("%s makes another digest", reason)
		}
	}
}

// The API server fills in who may call a route. Whoever builds a model without it gets the safe answer.
func TestARouteIsGuardedUnlessItSaysOtherwise(t *testing.T) {
	for access, guarded := range map[v1alpha1.Access]bool{"": true, v1alpha1.AccessRegistered: true, v1alpha1.AccessGuest: false} {
		r := route("/a", lambda("f"))
		r.Access = access
		if got := build(t, r).Methods[0].Guarded; got != guarded {
			t.Errorf("access %q: guarded is %v", access, got)
		}
	}
}
