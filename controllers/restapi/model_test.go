package restapi

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

func build(t *testing.T, routes ...v1alpha1.Route) *Model {
	t.Helper()
	pool, err := arn.Parse(poolPrefix + poolID)
	return BuildModel(routes, owner, must(t, pool, err))
}

func TestBuildModel(t *testing.T) {
	scoped := route("/a", server("https://b.example.com/"), "ANY")
	scoped.Scopes = []string{"notes/write", "notes/read"}
	m := build(t,
		guest("/guest", function("arn:aws:lambda:us-east-1:222222222222:function:g:live"), "GET", "OPTIONS"),
		route("/y", function("f:$LATEST")), route("/z", function("f"), "POST", "GET"), scoped,
		route("/shared", function("f"), "POST"), guest("/shared", function("g"), "GET"),
		route("/split", function("f"), "GET"), guest("/split", function("g"), "OPTIONS"))

	var got []string
	for i := range m.Methods {
		method := &m.Methods[i]
		got = append(got, method.String()+" "+string(method.Access())+" "+strings.Join(method.Scopes, ",")+" "+
			method.Integration.Backend+method.Integration.AllowMethods)
	}
	want := []string{
		"ANY /a Registered notes/read,notes/write https://b.example.com/",
		"OPTIONS /a Guest  DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
		"GET /guest Guest  arn:aws:lambda:us-east-1:222222222222:function:g:live",
		"OPTIONS /guest Guest  arn:aws:lambda:us-east-1:222222222222:function:g:live",
		"GET /shared Guest  arn:aws:lambda:us-east-1:111111111111:function:g",
		"OPTIONS /shared Guest  GET,OPTIONS,POST",
		"POST /shared Registered  arn:aws:lambda:us-east-1:111111111111:function:f",
		"GET /split Registered  arn:aws:lambda:us-east-1:111111111111:function:f",
		"OPTIONS /split Guest  arn:aws:lambda:us-east-1:111111111111:function:g",
		"GET /y Registered  arn:aws:lambda:us-east-1:111111111111:function:f",
		"OPTIONS /y Guest  GET,OPTIONS",
		"GET /z Registered  arn:aws:lambda:us-east-1:111111111111:function:f",
		"OPTIONS /z Guest  GET,OPTIONS,POST",
		"POST /z Registered  arn:aws:lambda:us-east-1:111111111111:function:f",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("each method once, and one preflight for each path without an OPTIONS of its own (-want +got):\n%s", diff)
	}
	if m.Name != "default-notes" || m.Description != "Managed by SecuredAPI default/notes" || m.Authorizer.Name() != "cognito-us-east-1_AbCdEf" {
		t.Errorf("got name %q, description %q, authorizer %q", m.Name, m.Description, m.Authorizer.Name())
	}
}

func TestServedLeavesOutPreflights(t *testing.T) {
	scoped := route("/a", function("f"))
	scoped.Scopes = []string{"b", "a"}
	want := []v1alpha1.ServedRoute{
		{Path: "/a", Method: "GET", Access: "Registered", Scopes: []string{"a", "b"}, Backend: functions + "f"},
		{Path: "/b", Method: "OPTIONS", Access: "Guest", Backend: "https://b.example.com/{proxy}"},
	}
	got := build(t, scoped, guest("/b", server("https://b.example.com/{proxy+}"), "OPTIONS")).Served()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("served routes (-want +got):\n%s", diff)
	}
}

// The API server fills in who may call a route. Whoever builds a model without it gets the safe answer.
func TestARouteIsGuardedUnlessItSaysOtherwise(t *testing.T) {
	for access, guarded := range map[v1alpha1.Access]bool{"": true, v1alpha1.AccessRegistered: true, v1alpha1.AccessGuest: false} {
		r := route("/a", function("f"))
		r.Access = access
		if got := build(t, r).Methods[0].Guarded; got != guarded {
			t.Errorf("access %q: got guarded %v, want %v", access, got, guarded)
		}
	}
}
