package restapi

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// Model is what the API should be, in API Gateway's words.
type Model struct {
	Name        string
	Description string
	// Authorizer says whose tokens open the guarded methods.
	Authorizer
	// Methods are sorted by path, then HTTP method.
	Methods []Method
}

// Method is one HTTP method on one path.
type Method struct {
	Path       string
	HTTPMethod v1alpha1.Method
	// Guarded methods carry the authorizer.
	Guarded bool
	// Scopes ask for an access token with one of them; none ask for an ID token.
	Scopes      []string
	Integration Integration
}

// Implied says that no route names the method: API Gateway itself answers it, a preflight or a refusal.
func (m *Method) Implied() bool { return m.Integration.Type == typeMock }

// Preflight says that the method answers browsers' CORS preflights.
func (m *Method) Preflight() bool { return m.Implied() && !m.Guarded }

// Access is who may call the method, in the spec's words.
func (m *Method) Access() v1alpha1.Access {
	if m.Guarded {
		return v1alpha1.AccessRegistered
	}
	return v1alpha1.AccessGuest
}

// String names the method as people do: GET /orders.
func (m *Method) String() string { return string(m.HTTPMethod) + " " + m.Path }

// BuildModel says what the API should be, of routes that Check finds nothing wrong with.
func BuildModel(routes []v1alpha1.Route, owner engine.Owner, pool arn.ARN) *Model {
	m := &Model{
		Name: owner.ResourceName(), Description: description(owner),
		Authorizer: Authorizer{PoolARN: pool.String(), Header: v1alpha1.DefaultTokenHeader, TTL: authorizerTTL},
	}
	for i := range routes {
		route := &routes[i]
		integration := newIntegration(&route.Backend, pool)
		for _, method := range route.Methods {
			m.Methods = append(m.Methods, Method{
				Path: route.Path, HTTPMethod: method, Guarded: route.Access != v1alpha1.AccessGuest,
				Scopes: slices.Sorted(slices.Values(route.Scopes)), Integration: integration,
			})
		}
	}
	m.Methods = append(m.Methods, implied(m.Methods)...)
	slices.SortFunc(m.Methods, func(a, b Method) int {
		if byPath := strings.Compare(a.Path, b.Path); byPath != 0 {
			return byPath
		}
		return strings.Compare(string(a.HTTPMethod), string(b.HTTPMethod))
	})
	return m
}

// implied are the methods that come with those of the routes.
func implied(methods []Method) []Method {
	answered := preflights(methods)
	return append(answered, refusals(slices.Concat(methods, answered))...)
}

// preflights answer OPTIONS for browsers, on each path whose methods have none of their own. They ask for no token: a
// preflight never carries one.
func preflights(methods []Method) []Method {
	allowed := map[string][]string{}
	own := map[string]bool{}
	var paths []string
	for i := range methods {
		m := &methods[i]
		if allowed[m.Path] == nil {
			allowed[m.Path] = []string{string(v1alpha1.MethodOptions)}
			paths = append(paths, m.Path)
		}
		allowed[m.Path] = append(allowed[m.Path], string(m.HTTPMethod))
		own[m.Path] = own[m.Path] || m.HTTPMethod == v1alpha1.MethodOptions
	}
	var missing []Method
	for _, path := range paths {
		if own[path] {
			continue
		}
		allow := allowed[path]
		if slices.Contains(allow, string(v1alpha1.MethodAny)) {
			allow = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
		}
		slices.Sort(allow)
		missing = append(missing, Method{
			Path: path, HTTPMethod: v1alpha1.MethodOptions,
			Integration: Integration{Type: typeMock, AllowMethods: strings.Join(allow, ",")},
		})
	}
	return missing
}

// Served are the model's methods as status lists them, without those that come with them.
func (m *Model) Served() []v1alpha1.ServedRoute {
	var routes []v1alpha1.ServedRoute
	for i := range m.Methods {
		if method := &m.Methods[i]; !method.Implied() {
			routes = append(routes, v1alpha1.ServedRoute{
				Path: method.Path, Method: method.HTTPMethod,
				Access: method.Access(), Scopes: method.Scopes, Backend: method.Integration.Backend,
			})
		}
	}
	return routes
}
