package userpool

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// userPool is the user pool, which carries the owner's tags. Everything else in Cognito is in it.
type userPool struct {
	*Cognito
	p *engine.Pass
}

func (c *Cognito) userPool(p *engine.Pass, _ string) engine.Resource {
	r := userPool{c, p}
	return &engine.Of[poolSettings, types.UserPoolType]{
		Meta: engine.Meta{
			Check: engine.BySweep, Removal: plan.LosesUsers, After: []string{prefixPermission},
			Leaves:  []string{NameMFA, NameRisk, NameLogs, prefixReplicaLogs, PrefixReplica, PrefixClient, prefixPermission},
			Watches: []string{PrefixClient, PrefixProvider},
		},
		Desired: r.desired,
		Tags:    func(have *types.UserPoolType) map[string]string { return have.UserPoolTags },
		Adopts:  r.adopts,
		Find:    r.find,
		Read:    r.read,
		Diff:    r.diff,
		Grow:    r.grow,
		Create:  r.create,
		Update:  r.update,
		Tag:     r.tag,
		Untag:   r.untag,
		Delete:  r.delete,
		Guard:   r.guard,
		Lose:    r.lose,
		Others:  r.others,
		Held:    func(*poolSettings) { r.publishIssuer(r.pool) },
	}
}

func (r userPool) diff(want *poolSettings, have *types.UserPoolType) plan.Plan {
	return compare(NamePool, poolFields, want, have, want.Name)
}

// grow keeps what others need until they converged.
func (r userPool) grow(want *poolSettings, have *types.UserPoolType) *poolSettings {
	grown := r.growKey(r.growTriggers(growTier(growThreats(growSenders(growSignIn(*want, have), have), have), have), have), have)
	return &grown
}

const fieldAdopt = "spec.userPool.adopt.id"

func (r userPool) adopts() (id, field string) {
	if adopt := r.p.Object.Spec.UserPool.Adopt; adopt != nil {
		return adopt.ID, fieldAdopt
	}
	return "", fieldAdopt
}

// find returns the pools that carry our tags, and notes whether the account has foreign ones. A list has names only, so those of
// our name are described.
func (r userPool) find(ctx context.Context, _ string) ([]engine.Found[types.UserPoolType], error) {
	listed, err := engine.Share(r.p, "userPools", func() (*[]types.UserPoolDescriptionType, error) { return r.list(ctx) })
	if err != nil {
		return nil, err
	}
	var found []engine.Found[types.UserPoolType]
	for _, one := range *listed {
		if *one.Name != r.p.Owner.ResourceName() {
			r.foreignPools = r.foreignPools || !r.Made(*one.Id)
			continue
		}
		if r.isReplica(*one.Id) {
			continue
		}
		pool, err := r.describe(ctx, *one.Id)
		switch {
		case err != nil:
			return nil, err
		case pool == nil:
		case r.p.Owner.Owns(pool.UserPoolTags):
			r.saw(pool)
			found = append(found, engine.Found[types.UserPoolType]{ID: *pool.Id, Value: pool})
		default:
			r.foreignPools = true
		}
	}
	return found, nil
}

// isReplica says that a pool that this Region lists is the replica of one in another: a pool's id begins with its own Region.
func (c *Cognito) isReplica(id string) bool {
	here, err := arn.Parse(c.PoolARN(id))
	return err == nil && !strings.HasPrefix(id, here.Region+"_")
}

func (r userPool) list(ctx context.Context) (*[]types.UserPoolDescriptionType, error) {
	var all []types.UserPoolDescriptionType
	pages := cip.NewListUserPoolsPaginator(r.API, &cip.ListUserPoolsInput{MaxResults: new(int32(60))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, page.UserPools...)
	}
	return &all, nil
}

// read returns the pool, nil if there is none. The pass shares the answer.
func (r userPool) read(ctx context.Context, id string, _ []string) (*types.UserPoolType, error) {
	return engine.Share(r.p, NamePool+" "+id, func() (*types.UserPoolType, error) {
		pool, err := r.describe(ctx, id)
		if pool != nil {
			r.saw(pool)
		}
		if pool != nil && id == r.p.ID(NamePool) {
			r.p.Report(NamePool, foreignTrigger, r.otherTriggers(pool.LambdaConfig))
			r.publishIssuer(pool)
		}
		return pool, err
	})
}

// describe returns a pool, ours or not; nil if there is none.
func (c *Cognito) describe(ctx context.Context, id string) (*types.UserPoolType, error) {
	out, err := c.API.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &id})
	if err != nil {
		return nil, unlessGone(err)
	}
	return out.UserPool, nil
}

// saw notes what is read of the pool, and the account that everything is in.
func (r userPool) saw(pool *types.UserPoolType) {
	r.pool, r.Modified = pool, aws.ToTime(pool.LastModifiedDate)
	// Whatever the status said: it says in which account functions are that the spec calls by name.
	if parsed, err := arn.Parse(aws.ToString(pool.Arn)); err == nil {
		r.p.Object.Status.Account = parsed.AccountID
	}
}

func (r userPool) create(ctx context.Context, want *poolSettings, token string) (engine.Found[types.UserPoolType], error) {
	out, err := r.API.CreateUserPool(ctx, createPoolInput(want, r.p.Tags(token)))
	if err != nil {
		return engine.Found[types.UserPoolType]{}, err
	}
	r.saw(out.UserPool)
	r.made = true
	return engine.Found[types.UserPoolType]{ID: *out.UserPool.Id, Value: out.UserPool}, nil
}

// update returns nothing: the answer of UpdateUserPool is empty, so the engine reads the pool back.
// Custom attributes have a call of their own, which the engine sees from what is left then.
func (r userPool) update(ctx context.Context, _ string, want *poolSettings, have *types.UserPoolType) (*types.UserPoolType, error) {
	laid := engine.Overlay(poolFields, want, have)
	if added := toAdd(have, laid); len(added) > 0 {
		return nil, r.add(ctx, have, added)
	}
	_, err := r.API.UpdateUserPool(ctx, updatePoolInput(laid, r.p.Overlay(NamePool, have.UserPoolTags)))
	return nil, err
}

func (r userPool) tag(ctx context.Context, _ string, have *types.UserPoolType, tags map[string]string) error {
	if _, err := r.API.TagResource(ctx, &cip.TagResourceInput{ResourceArn: have.Arn, Tags: tags}); err != nil {
		return fmt.Errorf("tag it: %w", err)
	}
	return nil
}

func (r userPool) untag(ctx context.Context, _ string, have *types.UserPoolType, keys []string) error {
	if _, err := r.API.UntagResource(ctx, &cip.UntagResourceInput{ResourceArn: have.Arn, TagKeys: keys}); err != nil {
		return fmt.Errorf("take tags off it: %w", err)
	}
	return nil
}

// guard refuses what Cognito cannot do, and what would lose users.
func (r userPool) guard(ctx context.Context, operation v1alpha1.Operation, _ *poolSettings, have *types.UserPoolType) error {
	switch operation {
	case v1alpha1.OperationCreate:
		if !r.foreignPools {
			return nil
		}
		// One of them may have the domain: then nothing is made at all.
		if prefix := r.p.Object.Spec.DomainPrefix(); prefix != "" {
			if err := r.free(ctx, r.p, NamePool, prefixes, prefix); err != nil {
				return err
			}
		}
		if domain := r.p.Object.Spec.CustomDomain(); domain != nil {
			return r.free(ctx, r.p, NamePool, customs, domain.Name)
		}
		return nil
	case v1alpha1.OperationDelete:
		return r.mayDelete(ctx, have)
	default:
		return r.sameForGood(have)
	}
}

// lose decides what becomes of a pool that somebody deleted. Its users are gone either way; only an object whose policy
// does not protect users gets a new pool by itself, another one after a person agreed.
func (r userPool) lose(id string) error {
	if r.p.Object.EffectiveDeletionPolicy() == v1alpha1.DeletionDelete || r.p.Consent.Of(NamePool).Has(plan.LosesUsers) {
		return nil
	}
	return awserr.Because(v1alpha1.ReasonUserPoolDeleted, &engine.ConsentError{
		What: fmt.Sprintf("%v, and its users with it: AWS Support can restore it within 14 days; a new one, without them, is made",
			&engine.LostError{Resource: NamePool, ID: id}),
	})
}

// invalid refuses a value of the spec.
func invalid(field, format string, args ...any) error {
	return awserr.Because(v1alpha1.ReasonInvalidSpec, fmt.Errorf(field+": "+format, args...))
}
