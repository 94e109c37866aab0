package validate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func TestRoutesThatAreRefused(t *testing.T) {
	deep := func(count int) []v1alpha1.Route {
		var routes []v1alpha1.Route
		for i := range count {
			routes = append(routes, route(fmt.Sprintf("/a/%d", i), lambda("f")))
		}
		return routes
	}
	broad := func(count int) []v1alpha1.Route {
		var routes []v1alpha1.Route
		for i := range count {
			routes = append(routes, route(fmt.Sprintf("/%d", i), lambda("f"), "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"))
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
			[]v1alpha1.Route{route("/a/{id}", lambda("f")), route("/a/{name}/b", lambda("f"))},
			`spec.routes[1].path: "/a/{name}/b" has the variable {name} where spec.routes[0].path, "/a/{id}", has {id}, and API Gateway allows one name of a variable at each place of a path; give them one name`,
		},
		{
			"the first of three is named in both",
			[]v1alpha1.Route{route("/{a}", lambda("f")), route("/{b}", lambda("f")), route("/{a}/x", lambda("f"), "PUT")},
			`spec.routes[1].path: "/{b}" has the variable {b} where spec.routes[0].path, "/{a}", has {a}, and API Gateway allows one name of a variable at each place of a path; give them one name`,
		},
		{
			"a greedy variable is a variable",
			[]v1alpha1.Route{route("/{id}", lambda("f")), route("/{proxy+}", lambda("f"))},
			`spec.routes[1].path: "/{proxy+}" has the variable {proxy+} where spec.routes[0].path, "/{id}", has {id}, and API Gateway allows one name of a variable at each place of a path; give them one name`,
		},
		{
			"a variable has one value",
			[]v1alpha1.Route{route("/{id}/b/{id}", lambda("f"))},
			`spec.routes[0].path: "/{id}/b/{id}" has the variable {id} twice, and a variable has one value; give one of them another name`,
		},
		{
			"a greedy variable's name has no plus",
			[]v1alpha1.Route{route("/{id}/{id+}", lambda("f"))},
			`spec.routes[0].path: "/{id}/{id+}" has the variable {id} twice, and a variable has one value; give one of them another name`,
		},
		{
			"a method is answered by one route",
			[]v1alpha1.Route{route("/a", lambda("f"), "GET", "PUT"), route("/b", lambda("f")), guest("/a", lambda("g"), "POST", "GET")},
			"spec.routes[2].methods[1]: GET of path /a is in spec.routes[0] already, and a method is answered by one route; take it off one of them",
		},
		{
			"an API calls functions of its own Region",
			[]v1alpha1.Route{route("/b", lambda("f")), route("/a", lambda("arn:aws:lambda:eu-west-1:111111111111:function:f"))},
			`spec.routes[1].backend.lambda.function: "arn:aws:lambda:eu-west-1:111111111111:function:f" is in Region eu-west-1, ` +
				"but the API is in us-east-1, and calls functions of its own Region only; name a function of us-east-1",
		},
		{
			"a URL can use the path's variables only",
			[]v1alpha1.Route{route("/a/{id}", server("https://b.example.com/{id}/{name}"))},
			`spec.routes[0].backend.http.url: "https://b.example.com/{id}/{name}" uses {name}, which the path /a/{id} does not have; name a variable of the path`,
		},
		{
			"an API calls functions of its own account",
			[]v1alpha1.Route{route("/a", lambda("arn:aws:lambda:us-east-1:222222222222:function:f"))},
			`spec.routes[0].backend.lambda.function: "arn:aws:lambda:us-east-1:222222222222:function:f" is of account 222222222222, but the API is of ` +
				"account 111111111111, and only account 222222222222 can allow the call, in the function's policy; name a function of account 111111111111",
		},
		{
			"an API calls functions of its own partition",
			[]v1alpha1.Route{route("/a", lambda("arn:aws-cn:lambda:cn-north-1:111111111111:function:f"))},
			`spec.routes[0].backend.lambda.function: "arn:aws-cn:lambda:cn-north-1:111111111111:function:f" is in the partition aws-cn, but the API is in ` +
				"us-east-1, in the partition aws, and partitions do not know each other; name a function of us-east-1",
		},
		{"an API takes 300 places, and /a is one", deep(300), "spec.routes: the paths have 301 places, and an API takes 300; move some routes to another SecuredAPI"},
		{"a SecuredAPI has 1,000 methods at most", broad(143), "spec.routes: the routes have 1001 methods, and a SecuredAPI may have 1000; move some routes to another SecuredAPI"},
		{
			"all violations are told at once",
			[]v1alpha1.Route{route("/{a}/{a}", server("https://b.example.com/{b}"), "GET"), route("/{a}/{a}", lambda("f"), "GET")},
			"spec.routes[1].methods[0]: GET of path /{a}/{a} is in spec.routes[0] already, and a method is answered by one route; take it off one of them\n" +
				`spec.routes[0].path: "/{a}/{a}" has the variable {a} twice, and a variable has one value; give one of them another name` + "\n" +
				`spec.routes[1].path: "/{a}/{a}" has the variable {a} twice, and a variable has one value; give one of them another name` + "\n" +
				`spec.routes[0].backend.http.url: "https://b.example.com/{b}" uses {b}, which the path /{a}/{a} does not have; name a variable of the path`,
		},
	} {
		err := Spec(of(tc.routes...), here)
		if reason(err) != v1alpha1.ReasonInvalidSpec {
			t.Errorf("%s: got %v, want InvalidSpec", tc.reason, err)
			continue
		}
		if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
	}
}

func TestRoutesThatAreAccepted(t *testing.T) {
	places := make([]v1alpha1.Route, 0, 299)
	for i := range 299 {
		places = append(places, route(fmt.Sprintf("/a/%d", i), lambda("f")))
	}
	for _, tc := range []struct {
		reason string
		routes []v1alpha1.Route
	}{
		{"no routes", nil},
		{"the same variable in the same place", []v1alpha1.Route{route("/a/{id}", lambda("f")), route("/a/{id}/b", lambda("f"))}},
		{"a literal beside a variable", []v1alpha1.Route{route("/a/{id}", lambda("f")), route("/a/new", lambda("f"))}},
		{"other variables elsewhere", []v1alpha1.Route{route("/a/{id}", lambda("f")), route("/b/{name}", lambda("f"))}},
		{"a greedy variable beside a literal", []v1alpha1.Route{route("/a", lambda("f")), route("/{proxy+}", lambda("f"))}},
		{"the root", []v1alpha1.Route{route("/", lambda("f"))}},
		{"other methods on one path", []v1alpha1.Route{route("/a", lambda("f"), "POST"), guest("/a", lambda("f"), "GET")}},
		{"what no route names beside what one does", []v1alpha1.Route{route("/a", lambda("f"), "ANY"), guest("/a", lambda("f"), "GET")}},
		{"a function of this account by its ARN", []v1alpha1.Route{route("/a", lambda(functions+"f:live"))}},
		{"a greedy variable in a URL", []v1alpha1.Route{route("/{proxy+}", server("https://b.example.com/{proxy}"))}},
		{"as many places as an API takes", places},
	} {
		if err := Spec(of(tc.routes...), here); err != nil {
			t.Errorf("%s: got %v, want none", tc.reason, err)
		}
	}
}

func TestAnAdoptionWithoutRoutesIsRefused(t *testing.T) {
	spec := &v1alpha1.SecuredAPISpec{API: &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: "abc"}}}
	if err := Spec(spec, here); reason(err) != v1alpha1.ReasonInvalidSpec || !strings.HasPrefix(err.Error(), "spec.api.adopt.id: ") {
		t.Errorf("got %v, want InvalidSpec of spec.api.adopt.id", err)
	}
	spec.Routes = []v1alpha1.Route{route("/registered", lambda("f"))}
	if err := Spec(spec, here); err != nil {
		t.Errorf("with routes: got %v, want none", err)
	}
}
