package userpool

import (
	"context"
	"fmt"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// mayDelete fails if users would be lost against the policy, or Cognito protects the pool. A plan shows the deletion all the same.
func (r userPool) mayDelete(ctx context.Context, have *types.UserPoolType) error {
	if r.p.Plan {
		return nil
	}
	if protected(have) && !r.unprotects() {
		return awserr.Because(v1alpha1.ReasonUsersWouldBeLost, r.keptBy(*have.Id))
	}
	if r.p.Object.EffectiveDeletionPolicy() != v1alpha1.DeletionProtect {
		return nil
	}
	return r.withoutUsers(ctx, have)
}

// unprotects says that the spec turns off the deletion protection. One that a person turned on in AWS is not the operator's to turn off.
func (r userPool) unprotects() bool {
	spec := &r.p.Object.Spec.UserPool
	return spec.DeletionProtection != v1alpha1.Enabled && r.p.BlocksOf(NamePool, poolBlocks(spec)).Owns(blockDeletionProtection)
}

// keptBy says who protects a pool from its deletion.
func (r userPool) keptBy(id string) error {
	const keep = "or set deletionPolicy to Retain to keep it"
	if r.p.Object.Spec.UserPool.DeletionProtection == v1alpha1.Enabled {
		return fmt.Errorf("spec.userPool.deletionProtection is Enabled, so user pool %s is not deleted; set it to Disabled to delete it, %s",
			id, keep)
	}
	return fmt.Errorf("somebody turned on Cognito's deletion protection of user pool %s; turn it off to delete it, %s", id, keep)
}

// unprotect turns off the deletion protection, and changes nothing else of the pool.
func (r userPool) unprotect(ctx context.Context, pool *types.UserPoolType) error {
	if !protected(pool) || !r.unprotects() {
		return nil
	}
	laid := *pool
	laid.DeletionProtection = types.DeletionProtectionTypeInactive
	return r.send(ctx, pool, &laid)
}

// send changes a pool that is about to be deleted to what is laid over it.
func (r userPool) send(ctx context.Context, pool, laid *types.UserPoolType) error {
	if _, err := r.API.UpdateUserPool(ctx, updatePoolInput(laid, pool.UserPoolTags)); err != nil {
		return err
	}
	*pool = *laid
	return nil
}

// withoutUsers fails if the pool has users, whose sign-up page is then as it was. ListUsers tells:
// EstimatedNumberOfUsers lags.
func (r userPool) withoutUsers(ctx context.Context, pool *types.UserPoolType) error {
	out, err := r.API.ListUsers(ctx, &cip.ListUsersInput{UserPoolId: pool.Id, Limit: new(int32(1))})
	if err != nil {
		return fmt.Errorf("list users: %w", err)
	}
	if len(out.Users) == 0 {
		return nil
	}
	if r.wasOpen() {
		if err := r.selfSignUp(ctx, pool, true); err != nil {
			return fmt.Errorf("open sign-up again: %w", err)
		}
	}
	return awserr.Because(v1alpha1.ReasonUsersWouldBeLost,
		fmt.Errorf("user pool %s has users, whose passwords nobody can recreate; "+
			"set deletionPolicy to Delete to lose them, or to Retain to keep the pool", *pool.Id))
}

// wasOpen says that people could sign up before the deletion began: in this pass, or by the spec. Where neither tells, an adopted
// pool may have been closed by its former owner.
func (r userPool) wasOpen() bool {
	switch r.p.Object.Spec.UserPool.SelfSignUp {
	case v1alpha1.Enabled:
		return true
	case v1alpha1.Disabled:
		return false
	default:
		return r.closed || !r.p.Record(NamePool).Adopted
	}
}

// selfSignUp opens or closes sign-up, and nothing else of the pool.
func (r userPool) selfSignUp(ctx context.Context, pool *types.UserPoolType, open bool) error {
	if selfSignUp(pool) == open {
		return nil
	}
	laid := *pool
	laid.AdminCreateUserConfig = adminConfig(pool)
	laid.AdminCreateUserConfig.AllowAdminCreateUserOnly = !open
	if err := r.send(ctx, pool, &laid); err != nil {
		return err
	}
	r.closed = !open
	return nil
}

// delete deletes the pool's domain, without which Cognito does not delete the pool, its replica, and then the pool. What may have changed
// meanwhile is asked once more, and nobody can sign up between the answer and the deletion.
func (r userPool) delete(ctx context.Context, id, _ string) error {
	pool, err := r.read(ctx, id, nil)
	if err != nil || pool == nil {
		return err
	}
	protected := r.p.Object.EffectiveDeletionPolicy() == v1alpha1.DeletionProtect
	if protected {
		if err := r.selfSignUp(ctx, pool, false); err != nil {
			return fmt.Errorf("close sign-up: %w", err)
		}
		if err := r.withoutUsers(ctx, pool); err != nil {
			return err
		}
	}
	for _, domain := range []*string{pool.Domain, pool.CustomDomain} {
		if domain == nil || *domain == "" {
			continue
		}
		if err := r.deleteDomain(ctx, r.p, NamePool, *domain, id); err != nil {
			return fmt.Errorf("delete domain %s: %w", *domain, err)
		}
	}
	if err := r.p.Unchanged(ctx); err != nil {
		return err
	}
	if err := r.unprotect(ctx, pool); err != nil {
		return fmt.Errorf("turn off its deletion protection: %w", err)
	}
	if protected {
		if err := r.withoutUsers(ctx, pool); err != nil {
			return err
		}
	}
	err = r.deletePool(ctx, id)
	if says(err, domainKeepsPool) {
		return r.p.Await(NamePool, "user pool "+id+" is deleted once the deletion of its domain has ended")
	}
	return unlessGone(err)
}
