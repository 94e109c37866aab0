package userpool

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/plan"
)

// Preview returns what Reconcile would do. It writes nothing to AWS; the status that it works on is a draft, which it
// leaves without a pool if there is none.
func (p *Phase) Preview(ctx context.Context, object *v1alpha1.SecuredAPI) (plan.Plan, error) {
	desired := BuildDesired(&object.Spec, p.Owner)
	pool, lost, err := p.present(ctx, object, desired)
	if err != nil {
		return nil, err
	}
	if pool == nil {
		p.Status.UserPool, p.Status.Clients = nil, nil
		return Calculate(desired, nothing(desired, lost)), nil
	}
	observed, err := p.observe(ctx, desired, pool)
	if err != nil {
		return nil, err
	}
	return Calculate(desired, observed), nil
}

// nothing is what is observed where there is no pool.
func nothing(desired Desired, lost string) Observed {
	o := Observed{
		Absent: true, Lost: lost,
		ResourceServers: map[string]types.ResourceServerType{}, Clients: map[string]*types.UserPoolClientType{},
	}
	for i := range desired.Clients {
		o.Clients[desired.Clients[i].Name] = nil
	}
	return o
}

// present returns the pool that Reconcile would work on, or nil and the id of the one that is lost.
func (p *Phase) present(ctx context.Context, object *v1alpha1.SecuredAPI, desired Desired,
) (pool *types.UserPoolType, lost string, err error) {
	adopt := object.Spec.UserPool.Adopt
	if p.Status.UserPool != nil {
		if err := p.checkAdopted(adopt); err != nil {
			return nil, "", err
		}
		pool, err = p.ownPool(ctx)
		if awserr.Is(err, awserr.NotFound) {
			if object.EffectiveDeletionPolicy() != v1alpha1.DeletionDelete {
				lost = p.Status.UserPool.ID
			}
			return nil, lost, nil
		}
		return pool, "", err
	}
	if adopt != nil {
		if pool, err = p.adoptable(ctx, desired, adopt.ID); err != nil {
			return nil, "", err
		}
		if tags := pool.UserPoolTags; ownership.Owned(tags) && !p.Owner.Owns(tags) {
			return nil, "", ownership.Conflict("user pool "+adopt.ID, tags)
		}
		p.keep(pool)
	} else {
		var found bool
		if pool, found, err = p.creatingPool(desired).Locate(ctx, p.Journal); err != nil || !found {
			return nil, "", err
		}
	}
	return pool, "", p.recognize(ctx, desired)
}

// recognize notes the clients that a pool from before status has under the names of the spec.
func (p *Phase) recognize(ctx context.Context, desired Desired) error {
	for i := range desired.Clients {
		name := desired.Clients[i].Name
		found, err := p.findClients(ctx, name)
		if err != nil {
			return err
		}
		if len(found) > 1 {
			return awserr.Because(v1alpha1.ReasonDuplicateFound,
				fmt.Errorf("the pool has %d clients named %s; rename all but one", len(found), name))
		}
		for _, client := range found {
			p.keepClient(&desired.Clients[i], client)
		}
	}
	return nil
}

// PreviewDelete returns what a deletion would take away.
func (p *Phase) PreviewDelete(ctx context.Context, object *v1alpha1.SecuredAPI) (plan.Plan, error) {
	if found, err := p.locate(ctx, object); err != nil || !found {
		return nil, err
	}
	gone := func(part, id string, class plan.Class) plan.Change {
		return plan.Change{Part: part, Action: plan.Delete, Subject: part, To: id, Class: class}
	}
	var todo plan.Plan
	pool := p.Status.UserPool
	if pool.DomainPrefix != "" {
		todo = append(todo, gone(PartDomain, pool.DomainPrefix, plan.InPlace))
	}
	for _, client := range p.Status.Clients {
		todo = append(todo, gone(PartClient(client.Name), client.ID, plan.InPlace))
	}
	return append(todo, gone(PartPool, pool.ID, plan.LosesUsers)), nil
}
