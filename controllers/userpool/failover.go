package userpool

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// failover is which health check has a custom domain served by the replica, and where that is.
type failover struct{ HealthCheckID, Region string }

// failover is what the spec asks for, once the replica has been made: Cognito has nowhere to go before, and a replica that moves to another
// Region is in neither for a while.
func (r customDomain) failover() *failover {
	spec, replica := r.p.Object.Spec.CustomDomain(), r.p.Object.Spec.UserPool.Replica
	if spec.FailoverHealthCheckID == "" || replica == nil {
		return nil
	}
	known := r.p.Known(PrefixReplica + replica.Region)
	if known == nil || known.ID == "" {
		return nil
	}
	switch types.ReplicaStatusType(known.Kept[KeptReplicaState]) {
	case types.ReplicaStatusTypeCreating, types.ReplicaStatusTypeDeleting:
		return nil
	case types.ReplicaStatusTypeActive, types.ReplicaStatusTypeInactive:
	}
	return &failover{spec.FailoverHealthCheckID, replica.Region}
}

// routing is what Cognito is sent, nil where there is no failover.
func (f *failover) routing() *types.RoutingType {
	if f == nil {
		return nil
	}
	return &types.RoutingType{Failover: &types.FailoverType{PrimaryRoute53HealthCheckId: &f.HealthCheckID, SecondaryRegion: &f.Region}}
}

// failoverOf is what Cognito answers.
func failoverOf(routing *types.RoutingType) *failover {
	if routing == nil || routing.Failover == nil {
		return nil
	}
	return &failover{aws.ToString(routing.Failover.PrimaryRoute53HealthCheckId), aws.ToString(routing.Failover.SecondaryRegion)}
}

var failoverField = engine.Field[customSettings, customHeld]{
	Name: "failoverHealthCheckID", Class: plan.InPlace,
	Words: func(have *customHeld) string {
		if have.Failover == nil {
			return ""
		}
		return have.Failover.HealthCheckID + ", to " + have.Failover.Region
	},
	Set: func(have *customHeld, want *customSettings) { have.Failover = want.Failover },
}
