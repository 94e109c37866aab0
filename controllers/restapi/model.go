// Package restapi is the second phase: it makes API Gateway agree with a SecuredAPI. The way of the data is BuildModel
// (pure) → Document (pure) → put → observe (reads back) → Calculate (pure) → deploy, only if nothing is left → status.
package restapi

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// Model is what the API should be, in API Gateway's words. It holds all that a deployment's snapshot depends on.
type Model struct {
	Name        string
	Description string
	// PoolARN is the user pool whose tokens open the guarded methods.
	PoolARN string
	// Methods are sorted by path, then HTTP method.
	Methods []Method
	// Functions are the ARNs of the Lambda functions that the API calls, sorted.
	Functions []string
}

// Method is one HTTP method on one path.
type Method struct {
	Path       string
	HTTPMethod v1alpha1.Method
	// Guarded methods carry the authorizer.
	Guarded bool
	// Scopes ask for an access token with one of them; none ask for an ID token.
	Scopes      []string `json:",omitempty"`
	Integration Integration
}

// Integration is what answers: a Lambda function, an HTTP server, or, for a preflight, API Gateway itself.
type Integration struct {
	Type string
	// URI is the invocation URI of a function, or the server's URL.
	URI string `json:",omitempty"`
	// Backend is the function's ARN or the URL, as people know it.
	Backend string `json:",omitempty"`
	// Variables are the path's variables that the URL uses.
	Variables []string `json:",omitempty"`
	// AllowMethods is what a preflight allows.
	AllowMethods string `json:",omitempty"`
}

// Integration types, as API Gateway names them when read.
const (
	typeLambda = "AWS_PROXY"
	typeHTTP   = "HTTP_PROXY"
	typeMock   = "MOCK"
)

// Preflight says that the method answers browsers' CORS preflights.
func (m Method) Preflight() bool { return m.Integration.Type == typeMock }

// Access is who may call the method, in the spec's words.
func (m Method) Access() v1alpha1.Access {
	if m.Guarded {
		return v1alpha1.AccessRegistered
	}
	return v1alpha1.AccessGuest
}

// String names the method as people do: GET /orders.
func (m Method) String() string { return string(m.HTTPMethod) + " " + m.Path }

// calledBy is the HTTP method that calls the backend: a server gets the caller's, a function is always invoked by POST.
func (m Method) calledBy() string {
	if m.Integration.Type == typeLambda {
		return http.MethodPost
	}
	return string(m.HTTPMethod)
}

// parameters hand the path's variables on to the server.
func (i Integration) parameters() map[string]string {
	parameters := map[string]string{}
	for _, name := range i.Variables {
		parameters["integration.request.path."+name] = "method.request.path." + name
	}
	return parameters
}

// AuthorizerName is the name of the one authorizer, which has the user pool's id in it: an import was once seen to leave
// an authorizer of the same name with its old pool (aws/chalice#539), and one of another name cannot be left.
func (m *Model) AuthorizerName() string {
	return "cognito-" + m.PoolARN[strings.LastIndexByte(m.PoolARN, '/')+1:]
}

// Digest identifies the model. A deployment carries it in its description.
func (m *Model) Digest() string {
	// Strings, booleans and slices: it cannot fail.
	text, _ := json.Marshal(m) //nolint:errchkjson // as said above
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// BuildModel says what the API should be. What the schema cannot tell of a spec it refuses here, with InvalidSpec.
func BuildModel(spec *v1alpha1.SecuredAPISpec, owner ownership.Owner, poolARN string) (*Model, error) {
	pool, err := arn.Parse(poolARN)
	if err != nil {
		return nil, fmt.Errorf("user pool ARN %q: %w", poolARN, err)
	}
	if err := cmp.Or(checkMethods(spec.Routes), checkTree(spec.Routes)); err != nil {
		return nil, awserr.Because(v1alpha1.ReasonInvalidSpec, err)
	}
	m := &Model{Name: owner.ResourceName(), Description: "Managed by SecuredAPI " + owner.String(), PoolARN: poolARN}
	onPath := map[string][]v1alpha1.Method{}
	for i := range spec.Routes {
		route := &spec.Routes[i]
		integration, err := buildIntegration(route, pool)
		if err != nil {
			return nil, awserr.Because(v1alpha1.ReasonInvalidSpec, fmt.Errorf("spec.routes[%d].backend: %w", i, err))
		}
		for _, method := range route.Methods {
			m.Methods = append(m.Methods, Method{
				Path: route.Path, HTTPMethod: method, Guarded: route.Access != v1alpha1.AccessGuest,
				Scopes: slices.Sorted(slices.Values(route.Scopes)), Integration: integration,
			})
		}
		onPath[route.Path] = append(onPath[route.Path], route.Methods...)
		if integration.Type == typeLambda {
			m.Functions = append(m.Functions, integration.Backend)
		}
	}
	for path, methods := range onPath {
		if !slices.Contains(methods, v1alpha1.MethodOptions) {
			m.Methods = append(m.Methods, preflight(path, methods))
		}
	}
	slices.SortFunc(m.Methods, func(a, b Method) int {
		if byPath := strings.Compare(a.Path, b.Path); byPath != 0 {
			return byPath
		}
		return strings.Compare(string(a.HTTPMethod), string(b.HTTPMethod))
	})
	slices.Sort(m.Functions)
	m.Functions = slices.Compact(m.Functions)
	return m, nil
}

func buildIntegration(route *v1alpha1.Route, pool arn.ARN) (Integration, error) {
	if route.Backend.HTTP != nil {
		return buildHTTP(route)
	}
	function, err := functionARN(route.Backend.Lambda.Function, pool)
	if err != nil {
		return Integration{}, err
	}
	return Integration{
		Type:    typeLambda,
		URI:     fmt.Sprintf("arn:%s:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations", pool.Partition, pool.Region, function),
		Backend: function,
	}, nil
}

// functionARN completes a function's name with the pool's partition, Region and account. $LATEST is the function itself:
// under two names it would have one policy, and be revoked when only one of them goes.
func functionARN(function string, pool arn.ARN) (string, error) {
	function = strings.TrimSuffix(function, ":$LATEST")
	if !arn.IsARN(function) {
		return fmt.Sprintf("arn:%s:lambda:%s:%s:function:%s", pool.Partition, pool.Region, pool.AccountID, function), nil
	}
	parsed, err := arn.Parse(function)
	if err != nil {
		return "", fmt.Errorf("lambda.function %q: %w", function, err)
	}
	if parsed.Region != pool.Region {
		return "", fmt.Errorf("lambda.function %q is in Region %s, but the API is in %s, and an API calls functions of its own Region only",
			function, parsed.Region, pool.Region)
	}
	return function, nil
}

var variable = regexp.MustCompile(`\{([^}+]+)\+?\}`)

func variables(s string) []string {
	var names []string
	for _, match := range variable.FindAllStringSubmatch(s, -1) {
		names = append(names, match[1])
	}
	return names
}

func buildHTTP(route *v1alpha1.Route) (Integration, error) {
	url := route.Backend.HTTP.URL
	used := variables(url)
	inPath := variables(route.Path)
	for _, name := range used {
		if !slices.Contains(inPath, name) {
			return Integration{}, fmt.Errorf("http.url %q uses {%s}, which the path %s does not have", url, name, route.Path)
		}
	}
	slices.Sort(used)
	// API Gateway writes {proxy}, not {proxy+}, in an integration.
	url = strings.ReplaceAll(url, "+}", "}")
	return Integration{Type: typeHTTP, URI: url, Backend: url, Variables: slices.Compact(used)}, nil
}

// preflight answers OPTIONS for browsers, without a token: a preflight never carries one. It allows the methods that the
// routes of the path have together.
func preflight(path string, methods []v1alpha1.Method) Method {
	allow := []string{"OPTIONS"}
	for _, method := range methods {
		if method == v1alpha1.MethodAny {
			allow = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
			break
		}
		allow = append(allow, string(method))
	}
	slices.Sort(allow)
	return Method{
		Path: path, HTTPMethod: v1alpha1.MethodOptions,
		Integration: Integration{Type: typeMock, AllowMethods: strings.Join(allow, ",")},
	}
}

// maxMethods is how many methods status.api.routes lists.
const maxMethods = 1000

// checkMethods refuses routes that are none, that have a method of a path twice, or that have too many methods.
func checkMethods(routes []v1alpha1.Route) error {
	if len(routes) == 0 {
		return errors.New("spec.routes: there is no route, and this version makes no user pool without an API")
	}
	routeOf := map[string]int{}
	for i := range routes {
		for _, method := range routes[i].Methods {
			name := Method{Path: routes[i].Path, HTTPMethod: method}.String()
			if other, ok := routeOf[name]; ok {
				return fmt.Errorf("spec.routes[%d] and spec.routes[%d] both have %s; leave it in one of them", other, i, name)
			}
			routeOf[name] = i
		}
	}
	if len(routeOf) > maxMethods {
		return fmt.Errorf("spec.routes: there are %d methods on all paths together, and %d is the most", len(routeOf), maxMethods)
	}
	return nil
}

// checkTree refuses what API Gateway's tree of resources cannot hold: two variables in one place, and a variable that
// a path names twice.
func checkTree(routes []v1alpha1.Route) error {
	type place struct{ variable, path string }
	taken := map[string]place{}
	for i := range routes {
		path := routes[i].Path
		seen := map[string]bool{}
		parent := ""
		for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
			if strings.HasPrefix(segment, "{") {
				if other, ok := taken[parent]; ok && other.variable != segment {
					return fmt.Errorf("routes: %s and %s have different variables, %s and %s, in the same place; API Gateway takes one",
						other.path, path, other.variable, segment)
				}
				taken[parent] = place{segment, path}
				name := strings.Trim(segment, "{+}")
				if seen[name] {
					return fmt.Errorf("routes: %s has the variable {%s} twice", path, name)
				}
				seen[name] = true
			}
			parent += "/" + segment
		}
	}
	return nil
}
