package userpool

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/engine"
)

// permission is the permission to call one function from the pool, whichever of its events that is for. It is there before the pool
// names the function, and after the pool does not name it any more: a sign-in in between would fail.
func (c *Cognito) permission(p *engine.Pass, function string) engine.Resource {
	return c.poolCaller(p).grant(p, c.Lambda, prefixPermission, function, NamePool)
}

func (c *Cognito) wantedPermissions(p *engine.Pass) []string { return c.poolCaller(p).functions() }

// replicaPermission is the same for the replica, in its Region. A record may name a function in no Region: the call fails then.
func (c *Cognito) replicaPermission(p *engine.Pass, function string) engine.Resource {
	client := c.Lambda
	if named, err := arn.Parse(function); err == nil {
		if there, err := c.Elsewhere(named.Region); err == nil {
			client = there.Lambda
		}
	}
	return c.replicaCaller(p).grant(p, client, prefixReplicaPermission, function, prefixReplicaSettings)
}

func (c *Cognito) wantedReplicaPermissions(p *engine.Pass) []string {
	return c.replicaCaller(p).functions()
}

// grant is the permission that stays until what leaves has converged.
func (from caller) grant(p *engine.Pass, client *lambda.Client, prefix, function, leaves string) engine.Resource {
	return invoke.Grant{
		Lambda: client, Name: prefix + function, Key: function,
		Meta:   engine.Meta{In: NamePool, Ahead: true, Check: engine.Rotating, Leaves: []string{leaves}},
		Wanted: func() (*invoke.Permission, error) { return from.wanted(p, function) },
		Field:  from.fieldOf,
	}.Resource(p)
}

// functions are those that the spec's triggers name. None are known as long as the account is not; that fails in the caller's own
// Desired, which nobody takes for a spec without functions.
func (from caller) functions() []string {
	triggers, err := from.triggers()
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

func (from caller) wanted(p *engine.Pass, function string) (*invoke.Permission, error) {
	triggers, err := from.triggers()
	if err != nil || !slices.ContainsFunc(triggers, func(t trigger) bool { return t.Function == function }) {
		return nil, err
	}
	// It was parsed to know the functions.
	pool, _ := arn.Parse(from.arn())
	return &invoke.Permission{
		Function: function, Statement: invoke.StatementID(p.Owner, p.ID(NamePool), ""), Action: invoke.Action,
		Principal: "cognito-idp.amazonaws.com", SourceARN: pool.String(), SourceAccount: pool.AccountID,
	}, nil
}

// fieldOf is the first field of the spec that names a function.
func (from caller) fieldOf(function string) string {
	// It was parsed to know the functions.
	pool, _ := arn.Parse(from.arn())
	i := slices.IndexFunc(from.spec, func(t v1alpha1.Trigger) bool { return invoke.ARN(t.Function, pool) == function })
	return fmt.Sprintf("%s.triggers[%d].function", from.field, i)
}
