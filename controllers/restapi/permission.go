package restapi

import (
	"fmt"
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/engine"
)

// permission is the permission to call one function from one stage; both are the key, as <function ARN>/<stage>. Another stage, or a
// test invocation in the console, needs a permission of its own. A stage that is renamed gets its permissions before it is made, and
// the former one keeps its own until it is gone.
func (g *Gateway) permission(p *engine.Pass, key string) engine.Resource {
	return invoke.Grant{
		Lambda: g.Lambda, Name: permissionPrefix + key, Key: key,
		Meta: engine.Meta{
			In: NameAPI, Version: 3, Check: engine.Rotating,
			// What is served may call the function until something else is served.
			Leaves: []string{NameAPI, deploymentName, PrefixStage},
		},
		Wanted: func() (*invoke.Permission, error) { return g.wantedPermission(p, key) },
		Field:  func(function string) string { return g.fieldOf(p, function) },
	}.Resource(p)
}

// wantedPermissions are the keys of the permissions that the spec's routes need. None are known as long as the user pool's ARN
// is not, with the account; that fails in Desired, which nobody takes for a spec without functions.
func (g *Gateway) wantedPermissions(p *engine.Pass) []string {
	pool, err := g.pool(p)
	if err != nil || pool.AccountID == "" {
		return nil
	}
	var keys []string
	for i := range p.Object.Spec.Routes {
		if backend := p.Object.Spec.Routes[i].Backend.Lambda; backend != nil {
			keys = append(keys, invoke.ARN(backend.Function, pool)+"/"+p.Object.Spec.Stage)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (g *Gateway) wantedPermission(p *engine.Pass, key string) (*invoke.Permission, error) {
	api, err := g.pool(p)
	if err != nil || !slices.Contains(g.wantedPermissions(p), key) {
		return nil, err
	}
	function, stage := invoke.SplitKey(key)
	api.Service, api.Resource = "execute-api", p.ID(NameAPI)+"/"+stage+"/*"
	return &invoke.Permission{
		Function: function, Statement: invoke.StatementID(p.Owner, p.ID(NameAPI), stage), Action: invoke.Action,
		Principal: "apigateway.amazonaws.com", SourceARN: api.String(),
	}, nil
}

// fieldOf is the first field of the spec that names a function.
func (g *Gateway) fieldOf(p *engine.Pass, function string) string {
	// It was parsed to know the function.
	pool, _ := g.pool(p)
	i := slices.IndexFunc(p.Object.Spec.Routes, func(route v1alpha1.Route) bool {
		return route.Backend.Lambda != nil && invoke.ARN(route.Backend.Lambda.Function, pool) == function
	})
	return fmt.Sprintf("spec.routes[%d].backend.lambda.function", i)
}
