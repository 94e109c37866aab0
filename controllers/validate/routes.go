package validate

import (
	"fmt"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi/routepath"
)

// maxResources is how many places an API's paths may have (developer guide, "Quotas for configuring and running a REST API").
// Whether the root counts is not said; if it does, AWS says so.
const maxResources = 300

// maxMethods bounds the methods of an API: with more, its definition and what is read back of it would no longer be small.
const maxMethods = 1000

func adoptionWithoutRoutes(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	adopted := spec.AdoptedAPI()
	if adopted == nil || len(spec.Routes) > 0 {
		return nil
	}
	return []Finding{{
		"spec.api.adopt.id", quote(adopted.ID), "is adopted for its routes, and spec.routes has none",
		"name its routes, or leave out spec.api.adopt",
	}}
}

// methods refuses a method that two routes have on one path.
func methods(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	first := map[string]int{}
	for i := range spec.Routes {
		for j, method := range spec.Routes[i].Methods {
			name := string(method) + " " + spec.Routes[i].Path
			other, taken := first[name]
			if !taken {
				first[name] = i
				continue
			}
			findings = append(findings, Finding{
				field(i, fmt.Sprintf("methods[%d]", j)), string(method),
				fmt.Sprintf("of path %s is in spec.routes[%d] already, and a method is answered by one route", spec.Routes[i].Path, other),
				"take it off one of them",
			})
		}
	}
	return findings
}

func methodCount(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	count := 0
	for i := range spec.Routes {
		count += len(spec.Routes[i].Methods)
	}
	if count <= maxMethods {
		return nil
	}
	return []Finding{{
		"spec.routes", "", fmt.Sprintf("the routes have %d methods, and a SecuredAPI may have %d", count, maxMethods), moveRoutes,
	}}
}

// variables refuses two variables in one place of API Gateway's tree of resources.
func variables(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	type place struct {
		variable string
		route    int
	}
	var findings []Finding
	taken := map[string]place{}
	for i := range spec.Routes {
		path := spec.Routes[i].Path
		eachPlace(path, func(parent, segment string) {
			if !routepath.IsVariable(segment) {
				return
			}
			other, ok := taken[parent]
			if !ok {
				taken[parent] = place{segment, i}
				return
			}
			if other.variable != segment {
				findings = append(findings, Finding{
					field(i, "path"), quote(path), fmt.Sprintf(
						"has the variable %s where %s, %q, has %s, and API Gateway allows one name of a variable at each place of a path",
						segment, field(other.route, "path"), spec.Routes[other.route].Path, other.variable),
					"give them one name",
				})
			}
		})
	}
	return findings
}

// variableTwice refuses a variable that a path names twice.
func variableTwice(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	for i := range spec.Routes {
		seen := map[string]bool{}
		for _, name := range routepath.Variables(spec.Routes[i].Path) {
			if seen[name] {
				findings = append(findings, Finding{
					field(i, "path"), quote(spec.Routes[i].Path), fmt.Sprintf("has the variable {%s} twice, and a variable has one value", name),
					"give one of them another name",
				})
			}
			seen[name] = true
		}
	}
	return findings
}

// places refuses more resources than an API can have.
func places(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	all := map[string]bool{}
	for i := range spec.Routes {
		eachPlace(spec.Routes[i].Path, func(parent, segment string) { all[parent+"/"+segment] = true })
	}
	if len(all) <= maxResources {
		return nil
	}
	return []Finding{{
		"spec.routes", "", fmt.Sprintf("the paths have %d places, and an API takes %d", len(all), maxResources), moveRoutes,
	}}
}

// eachPlace goes through the places of a path in API Gateway's tree of resources.
func eachPlace(path string, visit func(parent, segment string)) {
	parent := ""
	for _, segment := range routepath.Segments(path) {
		visit(parent, segment)
		parent += "/" + segment
	}
}
