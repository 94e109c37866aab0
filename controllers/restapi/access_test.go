package restapi

import (
	"slices"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

func TestWeaker(t *testing.T) {
	for _, tc := range []struct {
		reason, from, to string
		want             bool
	}{
		{"guests", "registered", "guest", true},
		{"guests, in the place of an authorizer of somebody's", "authorization AWS_IAM", "guest", true},
		{"users of the pool, in the place of another authorizer", "authorization CUSTOM", "registered", false},
		{"users only", "guest", "registered", false},
		{"the same", "registered with a or b", "registered with a or b", false},
		{"fewer scopes close it", "registered with a or b", "registered with a", false},
		{"a scope more opens it", "registered with a", "registered with a or b", true},
		{"another scope opens it", "registered with a", "registered with b", true},
		{"no scope", "registered with a", "registered", true},
		{"a scope", "registered", "registered with a", false},
		{"guests, where a scope was asked for", "registered with a", "guest", true},
		{"any client", "registered at its own clients", "registered", true},
		{"any client, in the place of some", "registered at other clients", "registered", true},
		{"its own clients, in the place of some", "registered at other clients", "registered at its own clients", false},
		{"its own clients", "registered", "registered at its own clients", false},
		{"guests, in the place of its own clients", "registered at its own clients", "guest", true},
		{"without the API key", "registered and an API key", "registered", true},
		{"without the API key, by a scope", "registered with a and an API key", "registered with a", true},
	} {
		if got := weaker(tc.from, tc.to); got != tc.want {
			t.Errorf("%s: %q -> %q is weaker: got %v, want %v", tc.reason, tc.from, tc.to, got, tc.want)
		}
	}
}

// What lets guests in where nobody was let in without a token is told of, whichever route brings it about.
func TestWhatOpensARouteIsToldOf(t *testing.T) {
	for _, tc := range []struct {
		reason        string
		before, after []v1alpha1.Route
		want          []string
	}{
		{
			"a route is for guests",
			[]v1alpha1.Route{route("/a", function("f"))},
			[]v1alpha1.Route{guest("/a", function("f"))},
			[]string{"~ GET /a access: registered -> guest"},
		},
		{
			"a route for guests comes where none was",
			[]v1alpha1.Route{route("/a", function("f"))},
			[]v1alpha1.Route{route("/a", function("f")), guest("/b", function("f"))},
			nil,
		},
		{
			"a route for guests comes under a variable",
			[]v1alpha1.Route{route("/{any+}", function("f"))},
			[]v1alpha1.Route{route("/{any+}", function("f")), guest("/b", function("f"))},
			[]string{"+ GET /b guest"},
		},
		{
			"a method for guests comes beside ANY",
			[]v1alpha1.Route{route("/a", function("f"), "ANY")},
			[]v1alpha1.Route{route("/a", function("f"), "ANY"), guest("/a", function("f"), "GET")},
			[]string{"+ GET /a guest"},
		},
		{
			"a method for guests comes under a variable of other methods",
			[]v1alpha1.Route{route("/{any+}", function("f"), "POST")},
			[]v1alpha1.Route{route("/{any+}", function("f"), "POST"), guest("/b", function("f"), "GET")},
			nil,
		},
		{
			"a guarded route goes from under a variable for guests",
			[]v1alpha1.Route{route("/a", function("f")), guest("/{any}", function("f"))},
			[]v1alpha1.Route{guest("/{any}", function("f"))},
			[]string{"- GET /a"},
		},
		{
			"a guarded method goes, and ANY for guests comes",
			[]v1alpha1.Route{route("/a", function("f"))},
			[]v1alpha1.Route{guest("/a", function("f"), "ANY")},
			[]string{"- GET /a"},
		},
		{
			"a guarded route goes, and nothing is over it",
			[]v1alpha1.Route{route("/a", function("f")), guest("/b/{any}", function("f"))},
			[]v1alpha1.Route{guest("/b/{any}", function("f"))},
			nil,
		},
		{
			"a route for guests goes",
			[]v1alpha1.Route{guest("/a", function("f")), guest("/{any}", function("f"))},
			[]v1alpha1.Route{guest("/{any}", function("f"))},
			nil,
		},
		{
			"a route is guarded", []v1alpha1.Route{guest("/a", function("f"))}, []v1alpha1.Route{route("/a", function("f"))}, nil,
		},
	} {
		todo := build(t, tc.after...).difference(recall(&v1alpha1.APIStatus{Routes: build(t, tc.before...).Served()}))
		var got []string
		for _, change := range todo.Class(plan.Weakens) {
			got = append(got, change.String())
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q of %q that weakens, want %q", tc.reason, got, todo.String(), tc.want)
		}
	}
}
