package userpool

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/invoke"
)

// permission is the permission to call one function from the pool, whichever of its events that is for. It is there before the pool
// names the function, and after the pool does not name it any more: a sign-in in between would fail.
func (c *Cognito) permission(p *engine.Pass, function string) engine.Resource {
	return invoke.Grant{
		Lambda: c.Lambda, Name: prefixPermission + function, Key: function,
		Meta:   engine.Meta{In: NamePool, Ahead: true, Check: engine.Rotating, Leaves: []string{NamePool}},
		Wanted: func() (*invoke.Permission, error) { return c.wantedPermission(p, function) },
		Field:  func(function string) string { return c.fieldOf(p, function) },
	}.Resource(p)
}

// wantedPermissions are the functions that the spec's triggers name. None are known as long as the account is not; that fails in
// the pool's own Desired, which nobody takes for a spec without functions.
func (c *Cognito) wantedPermissions(p *engine.Pass) []string {
	triggers, err := c.triggers(p)
	if err != nil {
		return nil
	}
	var keys []string
	for _, t := range triggers {
		keys = append(keys, t.Function)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (c *Cognito) wantedPermission(p *engine.Pass, function string) (*invoke.Permission, error) {
	triggers, err := c.triggers(p)
	if err != nil || !slices.ContainsFunc(triggers, func(t trigger) bool { return t.Function == function }) {
		return nil, err
	}
	source := c.PoolARN(p.ID(NamePool))
	// It was parsed to know the functions.
	pool, _ := arn.Parse(source)
	return &invoke.Permission{
		Function: function, Statement: invoke.StatementID(p.Owner, p.ID(NamePool), ""), Action: invoke.Action,
		Principal: "cognito-idp.amazonaws.com", SourceARN: source, SourceAccount: pool.AccountID,
	}, nil
}

// fieldOf is the first field of the spec that names a function.
func (c *Cognito) fieldOf(p *engine.Pass, function string) string {
	// It was parsed to know the functions.
	pool, _ := arn.Parse(c.PoolARN(p.ID(NamePool)))
	i := slices.IndexFunc(p.Object.Spec.UserPool.Triggers, func(t v1alpha1.Trigger) bool { return invoke.ARN(t.Function, pool) == function })
	return fmt.Sprintf("spec.userPool.triggers[%d].function", i)
}
