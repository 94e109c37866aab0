package restapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestCheckRefuses(t *testing.T) {
	deep := func(count int) []v1alpha1.Route {
		var routes []v1alpha1.Route
		for i := range count {
			routes = append(routes, route(fmt.Sprintf("/a/%d", i), function("f")))
		}
		return routes
	}
	broad := func(count int) []v1alpha1.Route {
		var routes []v1alpha1.Route
		for i := range count {
			routes = append(routes, route(fmt.Sprintf("/%d", i), function("f"), "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"))
		}
		return routes
	}
	for _, tc := range []struct {
		reason string
		routes []v1alpha1.Route
		want   string
	}{
		{
			"API Gateway takes one variable in a place",
			[]v1alpha1.Route{route("/a/{id}", function("f")), route("/a/{name}/b", function("f"))},
			"spec.routes[0].path and spec.routes[1].path: /a/{id} and /a/{name}/b have different variables, {id} and {name}, in the same place; API Gateway takes one",
		},
		{
			"the first of three is named in both",
			[]v1alpha1.Route{route("/{a}", function("f")), route("/{b}", function("f")), route("/{a}/x", function("f"), "PUT")},
			"spec.routes[0].path and spec.routes[1].path: /{a} and /{b} have different variables, {a} and {b}, in the same place; API Gateway takes one",
		},
		{
			"a greedy variable is a variable",
			[]v1alpha1.Route{route("/{id}", function("f")), route("/{proxy+}", function("f"))},
			"spec.routes[0].path and spec.routes[1].path: /{id} and /{proxy+} have different variables, {id} and {proxy+}, in the same place; API Gateway takes one",
		},
		{
			"a variable has one value",
			[]v1alpha1.Route{route("/{id}/b/{id}", function("f"))},
			"spec.routes[0].path: /{id}/b/{id} has the variable {id} twice",
		},
		{
			"a greedy variable's name has no plus",
			[]v1alpha1.Route{route("/{id}/{id+}", function("f"))},
			"spec.routes[0].path: /{id}/{id+} has the variable {id} twice",
		},
		{
			"a method is answered by one route",
			[]v1alpha1.Route{route("/a", function("f"), "GET", "PUT"), route("/b", function("f")), guest("/a", function("g"), "POST", "GET")},
			"spec.routes[0].methods and spec.routes[2].methods: both have GET /a",
		},
		{
			"an API calls functions of its own Region",
			[]v1alpha1.Route{route("/b", function("f")), route("/a", function("arn:aws:lambda:eu-west-1:111111111111:function:f"))},
			`spec.routes[1].backend.lambda.function: "arn:aws:lambda:eu-west-1:111111111111:function:f" is in Region eu-west-1, ` +
				"but the API is in us-east-1, and an API calls functions of its own Region only",
		},
		{
			"a URL can use the path's variables only",
			[]v1alpha1.Route{route("/a/{id}", server("https://b.example.com/{id}/{name}"))},
			`spec.routes[0].backend.http.url: "https://b.example.com/{id}/{name}" uses {name}, which the path /a/{id} does not have`,
		},
		{"an API takes 300 places, and /a is one", deep(300), "spec.routes: the paths have 301 places, and an API takes 300; move some routes to another SecuredAPI"},
		{"a SecuredAPI has 1,000 methods at most", broad(143), "spec.routes: the routes have 1001 methods, and a SecuredAPI may have 1000; move some routes to another SecuredAPI"},
		{
			"all violations are told at once",
			[]v1alpha1.Route{route("/{a}/{a}", server("https://b.example.com/{b}"), "GET"), route("/{a}/{a}", function("f"), "GET")},
			"spec.routes[0].methods and spec.routes[1].methods: both have GET /{a}/{a}\n" +
				"spec.routes[0].path: /{a}/{a} has the variable {a} twice\n" +
				"spec.routes[1].path: /{a}/{a} has the variable {a} twice\n" +
				`spec.routes[0].backend.http.url: "https://b.example.com/{b}" uses {b}, which the path /{a}/{a} does not have`,
		},
	} {
		err := Check(&v1alpha1.SecuredAPISpec{Routes: tc.routes}, "us-east-1")
		if reason(err) != v1alpha1.ReasonInvalidSpec {
			t.Errorf("%s: got %v, want InvalidSpec", tc.reason, err)
			continue
		}
		if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestCheckTakes(t *testing.T) {
	places := make([]v1alpha1.Route, 0, 299)
	for i := range 299 {
		places = append(places, route(fmt.Sprintf("/a/%d", i), function("f")))
	}
	for _, tc := range []struct {
		reason string
		routes []v1alpha1.Route
	}{
		{"no routes", nil},
		{"the same variable in the same place", []v1alpha1.Route{route("/a/{id}", function("f")), route("/a/{id}/b", function("f"))}},
		{"a literal beside a variable", []v1alpha1.Route{route("/a/{id}", function("f")), route("/a/new", function("f"))}},
		{"other variables elsewhere", []v1alpha1.Route{route("/a/{id}", function("f")), route("/b/{name}", function("f"))}},
		{"a greedy variable beside a literal", []v1alpha1.Route{route("/a", function("f")), route("/{proxy+}", function("f"))}},
		{"the root", []v1alpha1.Route{route("/", function("f"))}},
		{"other methods on one path", []v1alpha1.Route{route("/a", function("f"), "POST"), guest("/a", function("f"), "GET")}},
		{"what no route names beside what one does", []v1alpha1.Route{route("/a", function("f"), "ANY"), guest("/a", function("f"), "GET")}},
		{"a function of another account", []v1alpha1.Route{route("/a", function("arn:aws:lambda:us-east-1:222222222222:function:f:live"))}},
		{"a greedy variable in a URL", []v1alpha1.Route{route("/{proxy+}", server("https://b.example.com/{proxy}"))}},
		{"as many places as an API takes", places},
	} {
		if err := Check(&v1alpha1.SecuredAPISpec{Routes: tc.routes}, "us-east-1"); err != nil {
			t.Errorf("%s: got %v, want none", tc.reason, err)
		}
	}
}

func TestCheckRefusesAnAdoptionWithoutRoutes(t *testing.T) {
	spec := &v1alpha1.SecuredAPISpec{API: &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: "abc"}}}
	if err := Check(spec, "us-east-1"); reason(err) != v1alpha1.ReasonInvalidSpec || !strings.HasPrefix(err.Error(), "spec.api.adopt.id: ") {
		t.Errorf("got %v, want InvalidSpec of spec.api.adopt.id", err)
	}
	spec.Routes = recipe()
	if err := Check(spec, "us-east-1"); err != nil {
		t.Errorf("with routes: got %v, want none", err)
	}
}
