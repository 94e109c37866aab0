package userpool

import (
	"context"
	"fmt"
	"strings"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// adopt takes over the pool that the spec names. Its tags come first: from then on it is ours, whatever happens to us.
func (p *Phase) adopt(ctx context.Context, desired Desired, id string) (*types.UserPoolType, error) {
	if p.Status.Creation(PartPool) != nil {
		// The spec named no pool before, so one of our own was begun. It may be there.
		if pool, found, err := p.creatingPool(desired).Locate(ctx, p.Journal); err != nil || found {
			return pool, err
		}
		p.Status.ForgetCreation(PartPool)
	}
	pool, err := p.adoptable(ctx, desired, id)
	if err != nil {
		return nil, err
	}
	err = p.Journal.Adopt(ctx, p.Owner, PartPool, "user pool "+id, pool.UserPoolTags, func() (map[string]string, error) {
		tags := p.Owner.Tags(ownership.NewToken())
		if _, err := p.Cognito.TagResource(ctx, &cip.TagResourceInput{ResourceArn: pool.Arn, Tags: tags}); err != nil {
			return nil, fmt.Errorf("tag user pool %s: %w", id, err)
		}
		pool, err = p.describePool(ctx, id)
		if err != nil {
			return nil, err
		}
		return pool.UserPoolTags, nil
	})
	if err != nil {
		return nil, err
	}
	p.keep(pool)
	p.Status.UserPool.Adopted = true
	p.suspectClients(desired)
	return pool, nil
}

// adoptable reads the pool that the spec names, and refuses one that cannot become as the spec asks.
func (p *Phase) adoptable(ctx context.Context, desired Desired, id string) (*types.UserPoolType, error) {
	if region, _, _ := strings.Cut(id, "_"); region != p.Status.Region {
		return nil, invalidAdoption("%q is of Region %s, and this object of %s", id, region, p.Status.Region)
	}
	pool, err := p.describePool(ctx, id)
	if awserr.Is(err, awserr.NotFound) {
		return nil, invalidAdoption("there is no user pool %q in the operator's account", id)
	}
	if err != nil {
		return nil, err
	}
	if have, want := join(pool.UsernameAttributes), join(desired.Pool.UsernameAttributes); have != want {
		return nil, awserr.Because(v1alpha1.ReasonInvalidSpec,
			fmt.Errorf("userPool.signInWith: user pool %s has %q and the spec asks for %q; Cognito cannot change it", id, have, want))
	}
	return pool, nil
}

// checkAdopted refuses a spec that names another pool than the one that there is: its users would be lost.
func (p *Phase) checkAdopted(adopt *v1alpha1.AdoptUserPoolSpec) error {
	if have := p.Status.UserPool.ID; adopt != nil && adopt.ID != have {
		return invalidAdoption("%q cannot be taken over, for this object has user pool %s already", adopt.ID, have)
	}
	return nil
}

func invalidAdoption(format string, args ...any) error {
	return awserr.Because(v1alpha1.ReasonInvalidSpec, fmt.Errorf("userPool.adopt.id: "+format, args...))
}

// locate finds the pool of an object that may have lost its status, without changing anything: by the id that the spec
// names, or by the owner's tags.
func (p *Phase) locate(ctx context.Context, object *v1alpha1.SecuredAPI) (found bool, err error) {
	if p.Status.UserPool != nil {
		return true, p.Journal.Claimed(PartPool)
	}
	adopt := object.Spec.UserPool.Adopt
	if adopt == nil || p.Status.Creation(PartPool) != nil {
		_, found, err = p.creatingPool(Desired{}).Locate(ctx, p.Journal)
		return found, err
	}
	pool, err := p.describePool(ctx, adopt.ID)
	if awserr.Is(err, awserr.NotFound) {
		return false, nil
	}
	if err != nil || !p.Owner.Owns(pool.UserPoolTags) {
		return false, err
	}
	p.keep(pool)
	p.Status.UserPool.Adopted = true
	return true, nil
}
