package restapi

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// maxResources is how many places an API's paths may have (developer guide, "Quotas for configuring and running a REST API").
// Whether the root counts is not said; if it does, AWS says so.
const maxResources = 300

// maxMethods bounds the methods of an API: with more, its definition and what is read back of it would no longer be small.
const maxMethods = 1000

// Check refuses what the schema cannot tell of the routes and the API of a spec, in a Region: InvalidSpec with all
// violations, each with its field. It makes no call.
func Check(spec *v1alpha1.SecuredAPISpec, region string) error {
	violations := slices.Concat(checkAdoption(spec), checkMethods(spec.Routes), checkPaths(spec.Routes), checkWritings(spec.Routes))
	for i := range spec.Routes {
		violations = append(violations, checkBackend(i, &spec.Routes[i], region)...)
	}
	if len(violations) == 0 {
		return nil
	}
	return invalidSpec(errors.Join(violations...))
}

func invalidSpec(err error) error { return awserr.Because(v1alpha1.ReasonInvalidSpec, err) }

// field is a field of a route.
func field(route int, name string) string { return fmt.Sprintf("spec.routes[%d].%s", route, name) }

func checkAdoption(spec *v1alpha1.SecuredAPISpec) []error {
	if spec.AdoptedAPI() == nil || wantsAPI(spec) {
		return nil
	}
	return []error{fmt.Errorf("%s: an API is adopted for its routes, and spec.routes has none", adoptField)}
}

// checkMethods refuses a method that two routes have on one path, and too many methods.
func checkMethods(routes []v1alpha1.Route) []error {
	var violations []error
	count := 0
	for i := range routes {
		count += len(routes[i].Methods)
	}
	if count > maxMethods {
		violations = append(violations, fmt.Errorf("spec.routes: the routes have %d methods, and a SecuredAPI may have %d; "+
			"move some routes to another SecuredAPI", count, maxMethods))
	}
	first := map[string]int{}
	for i := range routes {
		for _, method := range routes[i].Methods {
			name := string(method) + " " + routes[i].Path
			other, taken := first[name]
			if !taken {
				first[name] = i
				continue
			}
			violations = append(violations, fmt.Errorf("%s and %s: both have %s", field(other, "methods"), field(i, "methods"), name))
		}
	}
	return violations
}

// checkPaths refuses what API Gateway's tree of resources cannot hold: two variables in one place, a variable that a path
// names twice, and too many places.
func checkPaths(routes []v1alpha1.Route) []error {
	type place struct {
		variable string
		route    int
	}
	var violations []error
	taken := map[string]place{}
	places := map[string]bool{}
	for i := range routes {
		seen := map[string]bool{}
		parent := ""
		for segment := range strings.SplitSeq(strings.TrimPrefix(routes[i].Path, "/"), "/") {
			if strings.HasPrefix(segment, "{") {
				other, ok := taken[parent]
				if ok && other.variable != segment {
					violations = append(violations, fmt.Errorf(
						"%s and %s: %s and %s have different variables, %s and %s, in the same place; API Gateway takes one",
						field(other.route, "path"), field(i, "path"), routes[other.route].Path, routes[i].Path, other.variable, segment))
				} else if !ok {
					taken[parent] = place{segment, i}
				}
				name := strings.Trim(segment, "{+}")
				if seen[name] {
					violations = append(violations, fmt.Errorf("%s: %s has the variable {%s} twice", field(i, "path"), routes[i].Path, name))
				}
				seen[name] = true
			}
			if segment != "" {
				parent += "/" + segment
				places[parent] = true
			}
		}
	}
	if len(places) > maxResources {
		violations = append(violations, fmt.Errorf("spec.routes: the paths have %d places, and an API takes %d; "+
			"move some routes to another SecuredAPI", len(places), maxResources))
	}
	return violations
}

func checkBackend(i int, route *v1alpha1.Route, region string) []error {
	var violations []error
	if backend := route.Backend.HTTP; backend != nil {
		if err := checkHost(backend.URL); err != nil {
			violations = append(violations, fmt.Errorf("%s: %q %w", field(i, "backend.http.url"), backend.URL, err))
		}
		known := variables(route.Path)
		for _, name := range variables(backend.URL) {
			if !slices.Contains(known, name) {
				violations = append(violations, fmt.Errorf("%s: %q uses {%s}, which the path %s does not have",
					field(i, "backend.http.url"), backend.URL, name, route.Path))
			}
		}
	}
	if backend := route.Backend.Lambda; backend != nil {
		if function, err := arn.Parse(backend.Function); err == nil && function.Region != region {
			violations = append(violations, fmt.Errorf(
				"%s: %q is in Region %s, but the API is in %s, and an API calls functions of its own Region only",
				field(i, "backend.lambda.function"), backend.Function, function.Region, region))
		}
	}
	return violations
}
