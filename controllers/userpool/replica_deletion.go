package userpool

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// deleteReplica deletes a pool's replica, which has to be inactive for that (DeleteUserPoolReplica). What Cognito is busy with is waited
// for, in the record of that name, until the list has no replica any more: a call that does not find one that was listed does not decide.
func (c *Cognito) deleteReplica(ctx context.Context, p *engine.Pass, name, region, pool string) error {
	have, err := c.replicaIn(ctx, pool, region)
	if err != nil || have == nil {
		return err
	}
	switch have.Status {
	case types.ReplicaStatusTypeCreating:
		return p.Await(name, fmt.Sprintf("the replica in %s is CREATING; it is deleted once Cognito has made it", region))
	case types.ReplicaStatusTypeDeleting:
		return p.Await(name, fmt.Sprintf("the replica in %s is DELETING", region))
	case types.ReplicaStatusTypeActive:
		took, err := c.setReplica(ctx, pool, region, types.UpdateReplicaStatusTypeInactive)
		if err != nil {
			return err
		}
		if !took {
			return p.Await(name, fmt.Sprintf("the replica in %s becomes INACTIVE; it is deleted then", region))
		}
	case types.ReplicaStatusTypeInactive:
	}
	if _, err := c.API.DeleteUserPoolReplica(ctx, &cip.DeleteUserPoolReplicaInput{UserPoolId: &pool, RegionName: &region}); err != nil {
		return err
	}
	if have, err = c.replicaIn(ctx, pool, region); err != nil || have == nil {
		return err
	}
	return p.Await(name, fmt.Sprintf("the replica in %s is %s", region, have.Status))
}

// deleteReplicas deletes all replicas of a pool that is about to be deleted, whoever made them, and says whether there were any.
func (r userPool) deleteReplicas(ctx context.Context, pool string) (found bool, err error) {
	all, err := r.replicas(ctx, pool)
	if err != nil {
		return false, err
	}
	for i := range all {
		region := aws.ToString(all[i].RegionName)
		if err := r.deleteReplica(ctx, r.p, NamePool, region, pool); err != nil {
			return true, fmt.Errorf("delete the replica in %s: %w", region, err)
		}
	}
	return len(all) > 0, nil
}

// deletePool deletes the pool after its replica. One that this object did not make is looked for only if Cognito refuses: nothing that is
// read of a pool tells of it.
func (r userPool) deletePool(ctx context.Context, id string) error {
	if r.hasReplica() {
		if _, err := r.deleteReplicas(ctx, id); err != nil {
			return err
		}
	}
	_, err := r.API.DeleteUserPool(ctx, &cip.DeleteUserPoolInput{UserPoolId: &id})
	if !awserr.Is(err, awserr.Rejected) || says(err, domainKeepsPool) {
		return err
	}
	if found, failed := r.deleteReplicas(ctx, id); failed != nil || !found {
		return cmp.Or(failed, err)
	}
	_, err = r.API.DeleteUserPool(ctx, &cip.DeleteUserPoolInput{UserPoolId: &id})
	return err
}

// hasReplica says that the object has made a replica, or may have.
func (r userPool) hasReplica() bool {
	for i := range r.p.Object.Status.Resources {
		if strings.HasPrefix(r.p.Object.Status.Resources[i].Name, PrefixReplica) {
			return true
		}
	}
	return false
}
