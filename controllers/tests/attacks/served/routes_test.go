package served_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/validate"
	"github.com/securedapi/securedapi/hack/awslocal"
	local "github.com/securedapi/securedapi/hack/awslocal/apigateway"
)

// methods are those that a caller tries. The last is none that a route can name.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"}

// unknown are the ways in which AWS may read a path, of which no source tells.
var unknown = []local.Facts{{}, {DecodesPaths: true}, {KeepsEmptyParts: true}, {DecodesPaths: true, KeepsEmptyParts: true}}

// chance makes the routes of a spec. Few words make paths meet.
func chance(r *rand.Rand) []v1alpha1.Route {
	routes := make([]v1alpha1.Route, 0, 6)
	for range 2 + r.IntN(4) {
		path := ""
		for depth := range 1 + r.IntN(3) {
			path += "/" + []string{"a", "b", "a", fmt.Sprintf("{v%d}", depth), "{rest+}"}[r.IntN(5)]
			if strings.HasSuffix(path, "+}") {
				break
			}
		}
		route := v1alpha1.Route{Path: path, Access: v1alpha1.AccessRegistered}
		if r.IntN(2) == 0 {
			route.Access = v1alpha1.AccessGuest
		}
		for _, i := range r.Perm(8)[:1+r.IntN(3)] {
			route.Methods = append(route.Methods, []v1alpha1.Method{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"}[i])
		}
		route.Backend.Lambda = &v1alpha1.LambdaBackend{Function: backends[r.IntN(len(backends))]}
		routes = append(routes, route)
	}
	return routes
}

// instance is a path that a route's path holds.
func instance(r *rand.Rand, path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = []string{"a", "b", "c"}[r.IntN(3)]
		}
		if strings.HasSuffix(segment, "+}") && r.IntN(2) == 0 {
			segments[i] += "/a"
		}
	}
	return strings.Join(segments, "/")
}

// attempt tries one spec, and returns how many requests it made; none if the operator refuses the spec.
func attempt(t *testing.T, g *gateway, seed uint64) (requests int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	routes := chance(r)
	if validate.Spec(&v1alpha1.SecuredAPISpec{Routes: routes}, validate.Facts{Region: awslocal.DefaultRegion, Partition: "aws"}) != nil {
		return 0
	}
	g.serve(t, routes)
	for i := range routes {
		if routes[i].Access != v1alpha1.AccessRegistered {
			continue
		}
		path := instance(r, routes[i].Path)
		for _, writing := range writings {
			for _, method := range methods {
				requests++
				written := writing.write(path)
				status := g.call(method, written)
				if g.invoked == "" {
					continue
				}
				read := understood(g.seen)
				route := meant(routes, method, read)
				byRight := route != nil && route.Access == v1alpha1.AccessGuest
				if route != nil && !byRight && route.Backend.Lambda.Function == g.invoked {
					t.Errorf("seed %d: %s %s (%s): got %d of %s, which %s %s guards: %s", seed, method, written, writing.name, status, g.invoked, route.Methods, route.Path, tale(routes))
				}
				if closest, guarded := narrowest(routes, path); written == path && guarded && (route == nil || route.Path != closest) {
					t.Errorf("seed %d: %s %s: got %d of %s for a method that a guarded path does not serve: %s", seed, method, path, status, g.invoked, tale(routes))
				}
			}
		}
	}
	return requests
}

func tale(routes []v1alpha1.Route) string {
	var all []string
	for i := range routes {
		all = append(all, fmt.Sprint(routes[i].Access, " ", routes[i].Methods, " ", routes[i].Path, " ", routes[i].Backend.Lambda.Function))
	}
	return strings.Join(all, "; ")
}

// FuzzGuardedMethods looks for a spec of which a guarded method answers without a token.
func FuzzGuardedMethods(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	var gateways []*gateway
	for _, facts := range unknown {
		gateways = append(gateways, newGateway(f, facts))
	}
	f.Fuzz(func(t *testing.T, seed uint64) { attempt(t, gateways[seed%uint64(len(gateways))], seed) })
}

func TestNoGuardedMethodAnswersWithoutAToken(t *testing.T) {
	specs, refused, requests := 0, 0, 0
	var gateways []*gateway
	for _, facts := range unknown {
		gateways = append(gateways, newGateway(t, facts))
	}
	for begun := time.Now(); time.Since(begun) < *lasting && !t.Failed(); specs++ {
		made := attempt(t, gateways[specs%len(gateways)], uint64(specs))
		if requests += made; made == 0 {
			refused++
		}
	}
	if specs-refused < 10 {
		t.Errorf("got %d specs that the operator takes of %d, want more to attack", specs-refused, specs)
	}
	report.Attack(t, "a guarded method is called without a token", fmt.Sprintf(
		"by chance: %d specs, %d writings of the path, %d methods, %d requests", specs-refused, len(writings), len(methods), requests))
}

// The test itself has to work: the same attack succeeds on routes that the operator refuses.
func TestTheAttackReachesRoutesThatValidationRefuses(t *testing.T) {
	route := func(path string, access v1alpha1.Access) v1alpha1.Route {
		return v1alpha1.Route{Path: path, Methods: []v1alpha1.Method{"GET"}, Access: access, Backend: v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "f"}}}
	}
	routes := []v1alpha1.Route{route("/a/b", v1alpha1.AccessRegistered), route("/{rest+}", v1alpha1.AccessGuest)}
	if validate.Spec(&v1alpha1.SecuredAPISpec{Routes: routes}, validate.Facts{Region: awslocal.DefaultRegion, Partition: "aws"}) == nil {
		t.Error("got no refusal, want one: both have one backend")
	}
	g := newGateway(t, local.Facts{})
	g.serve(t, routes)
	var through []string
	for _, writing := range writings {
		if status := g.call("GET", writing.write("/a/b")); status == http.StatusOK && understood(g.seen) == "/a/b" {
			through = append(through, writing.name)
		}
	}
	if len(through) < 10 {
		t.Errorf("got %v through, want ten writings at least", through)
	}
	report.Attack(t, "another writing of a guarded path reaches a guest's path of one backend", fmt.Sprintf("%d writings that would get through", len(through)))
}
