package apigateway

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// definition is what an API consists of: the working copy that calls change and imports replace, or the frozen one
// that a deployment serves. Its members are exported for wire.Clone.
type definition struct {
	RestAPI          types.RestApi
	Resources        map[string]*types.Resource // by id
	Authorizers      []*types.Authorizer
	Models           []*types.Model
	Validators       []*types.RequestValidator
	GatewayResponses map[types.GatewayResponseType]types.GatewayResponse // those that were set
}

// restAPI is an API with its life around the definition.
type restAPI struct {
	definition
	deployments []*deployment
	stages      []*types.Stage
	// canaryDue is, by the stage's name, what its canary is owed of a request, in percent: see canaryServes.
	canaryDue map[string]float64
}

// deployment is a frozen definition, never changed after it was made.
type deployment struct {
	types.Deployment
	frozen *definition
}

func (d *definition) clone() *definition { return wire.Clone(d) }

// root is the resource at "/".
func (d *definition) root() *types.Resource { return d.Resources[text(d.RestAPI.RootResourceId)] }

// byPath lists the resources in the order of their paths.
func (d *definition) byPath() []*types.Resource {
	return slices.SortedFunc(maps.Values(d.Resources), func(a, b *types.Resource) int {
		return cmp.Compare(*a.Path, *b.Path)
	})
}

// at finds a resource by its path.
func (d *definition) at(path string) *types.Resource {
	for _, res := range d.Resources {
		if same(res.Path, path) {
			return res
		}
	}
	return nil
}

func (d *definition) authorizer(id *string) *types.Authorizer {
	return find(d.Authorizers, func(a *types.Authorizer) bool { return same(a.Id, text(id)) })
}

func (d *definition) model(name *string) *types.Model {
	return find(d.Models, func(m *types.Model) bool { return same(m.Name, text(name)) })
}

func (d *definition) validator(id *string) *types.RequestValidator {
	return find(d.Validators, func(v *types.RequestValidator) bool { return same(v.Id, text(id)) })
}

// find returns the first element for which match holds, or nil.
func find[E any](list []*E, match func(*E) bool) *E {
	if i := slices.IndexFunc(list, match); i >= 0 {
		return list[i]
	}
	return nil
}

// values dereferences a list.
func values[E any](list []*E) []E {
	out := make([]E, len(list))
	for i, e := range list {
		out[i] = *e
	}
	return out
}

// user is a method that refers to something.
type user struct {
	path, httpMethod string
	method           types.Method
}

// users lists the methods for which refers holds, the deepest path first: of several, AWS names that one
// (test_put_method_model, 2024-04-15).
func (d *definition) users(refers func(types.Method) bool) []user {
	var list []user
	resources := d.byPath()
	slices.Reverse(resources)
	for _, res := range resources {
		for _, name := range slices.Sorted(maps.Keys(res.ResourceMethods)) {
			if m := res.ResourceMethods[name]; refers(m) {
				list = append(list, user{*res.Path, name, m})
			}
		}
	}
	return list
}

// isVariable tells a path part such as {id} or {proxy+}.
func isVariable(part string) bool {
	return strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}")
}

// isGreedy tells a path part such as {proxy+}, which stands for the whole rest of a path.
func isGreedy(part string) bool { return isVariable(part) && strings.HasSuffix(part, "+}") }

// variableName is the name in a variable path part.
func variableName(part string) string { return strings.Trim(part, "{+}") }
