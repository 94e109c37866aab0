package userpool

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/plan"
)

// Phase makes Cognito agree with one SecuredAPI, in one pass.
type Phase struct {
	Cognito API
	Owner   ownership.Owner
	Secrets Secrets
	Journal *ownership.Journal
	// Unchanged fails if the object was edited since the pass began.
	Unchanged func(context.Context) error
	// Status is the object's status, where ids are read from and written to.
	Status *v1alpha1.SecuredAPIStatus
	// SecretOverlap is how long a client's former secret stays good beside the new one.
	SecretOverlap time.Duration
	// Modified is the user pool's LastModifiedDate when the pass last saw it as a whole; zero if it did not look.
	Modified time.Time
}

// Reconcile makes what is missing and changes what differs. It returns what it did, also beside an error: parts
// that do not need each other go on when one of them fails.
func (p *Phase) Reconcile(ctx context.Context, object *v1alpha1.SecuredAPI) (plan.Plan, error) {
	desired := BuildDesired(&object.Spec, p.Owner)
	var applied plan.Plan
	pool, made, err := p.ensurePool(ctx, object, desired)
	if err != nil {
		return nil, err
	}
	if made {
		applied = plan.Plan{{Part: PartPool, Action: plan.Create, Subject: PartPool, To: *pool.Id, Class: plan.InPlace}}
	}
	err = p.settleClients(ctx, desired)
	var observed Observed
	if err == nil {
		observed, err = p.observe(ctx, desired, pool)
	}
	if err == nil {
		var done plan.Plan
		done, err = p.apply(ctx, desired, observed)
		applied = append(applied, done...)
	}
	return applied, p.ifLost(ctx, object.EffectiveDeletionPolicy(), err)
}

// ensurePool makes the user pool, takes over the one that the spec names, or finds the one that an earlier attempt made.
// It returns nil when the pool is known.
func (p *Phase) ensurePool(ctx context.Context, object *v1alpha1.SecuredAPI, desired Desired,
) (pool *types.UserPoolType, made bool, err error) {
	adopt := object.Spec.UserPool.Adopt
	switch {
	case p.Status.UserPool != nil:
		return nil, false, cmp.Or(p.checkAdopted(adopt), p.Journal.Claimed(PartPool))
	case adopt != nil:
		if pool, err = p.adopt(ctx, desired, adopt.ID); err == nil {
			err = p.Journal.Save(ctx)
		}
		return pool, false, cmp.Or(err, p.Journal.Claimed(PartPool))
	default:
		return p.creatingPool(desired).Run(ctx, p.Journal)
	}
}

// suspectClients notes, to be saved with a pool from before, that it may have its clients, too.
func (p *Phase) suspectClients(desired Desired) {
	for i := range desired.Clients {
		p.Journal.Suspect(PartClient(desired.Clients[i].Name))
	}
}

func (p *Phase) creatingPool(desired Desired) ownership.Creating[*types.UserPoolType] {
	return ownership.Creating[*types.UserPoolType]{
		Resource: PartPool,
		Find: func(ctx context.Context) ([]*types.UserPoolType, error) {
			found, others, err := p.findPools(ctx)
			if len(found) == 1 {
				p.suspectClients(desired)
			}
			if err == nil && len(found) == 0 && others && desired.Domain != "" {
				// Another SecuredAPI of this account may have the domain: then nothing is made at all.
				err = p.checkFree(ctx, desired.Domain)
			}
			return found, err
		},
		Create: func(ctx context.Context, token string) (*types.UserPoolType, error) {
			out, err := p.Cognito.CreateUserPool(ctx, createPoolInput(desired.Pool, p.Owner.Tags(token)))
			if err != nil {
				return nil, err
			}
			return out.UserPool, nil
		},
		Keep: p.keep,
	}
}

// keep writes the pool down, and with it the account that everything is in.
func (p *Phase) keep(pool *types.UserPoolType) {
	p.Status.UserPool = &v1alpha1.UserPoolStatus{ID: *pool.Id, ARN: *pool.Arn}
	if parsed, err := arn.Parse(*pool.Arn); err == nil {
		p.Status.Account = parsed.AccountID
	}
}

// ifLost decides what becomes of a pool that somebody deleted. Its users are gone either way; only an object whose
// policy holds users cheap gets a new pool by itself, another after a person agreed.
func (p *Phase) ifLost(ctx context.Context, policy v1alpha1.DeletionPolicy, cause error) error {
	if awserr.Explained(cause) || !awserr.Is(cause, awserr.NotFound) {
		return cause
	}
	lost := &ownership.Lost{Resource: PartPool, ID: p.Status.UserPool.ID}
	if _, err := p.describePool(ctx, lost.ID); !awserr.Is(err, awserr.NotFound) {
		return cause
	}
	if policy != v1alpha1.DeletionDelete && !p.Journal.Consent {
		return awserr.Because(v1alpha1.ReasonUserPoolDeleted, &ownership.Pending{
			What: fmt.Sprintf("%v, and its users with it: AWS Support can restore it within 14 days; a new one, without them, is made", lost),
		})
	}
	for _, client := range p.Status.Clients {
		if err := p.Secrets.Remove(ctx, client.Name); err != nil {
			return fmt.Errorf("%w: %w", lost, err)
		}
	}
	p.Status.UserPool, p.Status.Clients, p.Status.Verified = nil, nil, nil
	return lost
}
