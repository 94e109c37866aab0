package userpool

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// Delete takes down the user pool, with its domain and clients, and returns nil when AWS was seen without it. This is the one
// place that deletes a user pool. Owner, protection, policy and users are asked right before, and of those what may have
// changed while the domain went is asked once more.
func (p *Phase) Delete(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	pool, err := p.deletable(ctx, object)
	if err != nil {
		return err
	}
	if pool == nil {
		return p.gone(ctx, object)
	}
	if domain := aws.ToString(pool.Domain); domain != "" {
		if err := p.deleteDomain(ctx, domain); err != nil {
			return err
		}
	}
	if err := p.Unchanged(ctx); err != nil {
		return err
	}
	if err := p.checkUsers(ctx, object.EffectiveDeletionPolicy()); err != nil {
		return err
	}
	_, err = p.Cognito.DeleteUserPool(ctx, &cip.DeleteUserPoolInput{UserPoolId: pool.Id})
	if err != nil && !awserr.Is(err, awserr.NotFound) {
		return fmt.Errorf("delete user pool %s: %w", *pool.Id, err)
	}
	_, err = p.describePool(ctx, *pool.Id)
	if awserr.Is(err, awserr.NotFound) {
		return p.gone(ctx, object)
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("user pool %s is still there after its deletion", *pool.Id)
}

// deletable returns the pool if there is one of ours, and fails if it may not be deleted: its users would be lost against
// the policy, or Cognito protects it.
func (p *Phase) deletable(ctx context.Context, object *v1alpha1.SecuredAPI) (*types.UserPoolType, error) {
	if found, err := p.locate(ctx, object); err != nil || !found {
		return nil, err
	}
	pool, err := p.describePool(ctx, p.Status.UserPool.ID)
	if awserr.Is(err, awserr.NotFound) {
		// One answer may trail, and a pool that is left behind now is left for good: the list has to agree.
		pool, err = p.listedPool(ctx, p.Status.UserPool.ID)
	}
	if err != nil || pool == nil {
		return nil, err
	}
	if !p.Owner.Owns(pool.UserPoolTags) {
		// Somebody took our tags off: it is theirs now, and nothing of ours remains.
		return nil, nil
	}
	if pool.DeletionProtection == types.DeletionProtectionTypeActive {
		return nil, awserr.Because(v1alpha1.ReasonUsersWouldBeLost,
			fmt.Errorf("somebody turned on Cognito's deletion protection of user pool %s; turn it off to delete it, "+
				"or set deletionPolicy to Retain to keep it", *pool.Id))
	}
	return pool, p.checkUsers(ctx, object.EffectiveDeletionPolicy())
}

// checkUsers fails if the policy protects users and the pool has any. Users are asked of ListUsers:
// EstimatedNumberOfUsers lags.
func (p *Phase) checkUsers(ctx context.Context, policy v1alpha1.DeletionPolicy) error {
	if policy != v1alpha1.DeletionProtect {
		return nil
	}
	id := p.Status.UserPool.ID
	out, err := p.Cognito.ListUsers(ctx, &cip.ListUsersInput{UserPoolId: &id, Limit: new(int32(1))})
	if err != nil {
		return fmt.Errorf("list users: %w", err)
	}
	if len(out.Users) > 0 {
		return awserr.Because(v1alpha1.ReasonUsersWouldBeLost,
			fmt.Errorf("user pool %s has users, whose passwords nobody can recreate; "+
				"set deletionPolicy to Delete to lose them, or to Retain to keep the pool", id))
	}
	return nil
}

// gone forgets the pool and removes the Secrets of its clients, also of those whose creation was interrupted: a Secret
// is there before its client is.
func (p *Phase) gone(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	var names []string
	for i := range object.Spec.Clients {
		names = append(names, object.Spec.Clients[i].Name)
	}
	for _, client := range p.Status.Clients {
		names = append(names, client.Name)
	}
	for _, begun := range p.Status.Creating {
		if name, isClient := strings.CutPrefix(begun.Resource, PartClient("")); isClient {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if err := p.Secrets.Remove(ctx, name); err != nil {
			return err
		}
	}
	p.Status.UserPool, p.Status.Clients = nil, nil
	return nil
}
