package userpool

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// PrefixReplica is the prefix of the name in status of the pool's replica. Its key, which is the id as well, is the Region.
const PrefixReplica = "replica/"

// What the record of a replica keeps: its ARN, and what Cognito said last of it.
const (
	KeptReplicaARN   = "arn"
	KeptReplicaState = "state"
)

// replica is a copy of the pool in another Region, of which a pool has one. It is made, activated and deleted by calls in the pool's own
// Region; its tags are its own, in its Region (CreateUserPoolReplicaInput).
type replica struct {
	*Cognito
	p      *engine.Pass
	region string
}

// replicaSettings is what is wanted of a replica.
type replicaSettings struct {
	Region string
	State  types.UpdateReplicaStatusType
}

// replicaHeld is what Cognito holds.
type replicaHeld struct {
	Status types.ReplicaStatusType
	ARN    string
	Tags   map[string]string
}

// replicaStates are the spec's states in Cognito's words.
var replicaStates = map[v1alpha1.ReplicaState]types.UpdateReplicaStatusType{
	"":                       types.UpdateReplicaStatusTypeInactive,
	v1alpha1.ReplicaInactive: types.UpdateReplicaStatusTypeInactive,
	v1alpha1.ReplicaActive:   types.UpdateReplicaStatusTypeActive,
}

func replicaKeys(p *engine.Pass) []string {
	if spec := p.Object.Spec.UserPool.Replica; spec != nil {
		return []string{spec.Region}
	}
	return nil
}

func (c *Cognito) replica(p *engine.Pass, region string) engine.Resource {
	r := replica{c, p, region}
	return &engine.Of[replicaSettings, replicaHeld]{
		Meta: engine.Meta{
			In: NamePool, After: []string{NamePool}, GoesWith: true, Check: engine.Rotating, Removal: plan.Replace,
			Leaves: append([]string{prefixReplicaPermission}, settingsOf(region)...),
		},
		Desired: r.desired,
		ID:      func(want *replicaSettings) string { return want.Region },
		Tags:    func(have *replicaHeld) map[string]string { return have.Tags },
		Read:    r.read,
		Effect:  r.effect,
		Diff: func(want *replicaSettings, have *replicaHeld) plan.Plan {
			return compare(PrefixReplica+region, replicaFields, want, have, stateWords(string(want.State)))
		},
		Grow:   r.grow,
		Create: r.create,
		Exists: func(err error) bool { return errors.Is(err, errReplicaExists) },
		Update: r.update,
		Tag:    r.tag,
		Untag:  r.untag,
		Delete: func(ctx context.Context, id, pool string) error {
			return c.deleteReplica(ctx, p, PrefixReplica+region, id, pool)
		},
		Guard: r.guard,
	}
}

func (r replica) desired() (*replicaSettings, error) {
	spec := wantedReplica(r.p, r.region)
	if spec == nil {
		return nil, nil
	}
	return &replicaSettings{spec.Region, replicaStates[spec.State]}, nil
}

var replicaFields = []engine.Field[replicaSettings, replicaHeld]{{
	Name: "state", Class: plan.InPlace,
	Words: func(have *replicaHeld) string { return stateWords(string(have.Status)) },
	Set:   func(have *replicaHeld, want *replicaSettings) { have.Status = types.ReplicaStatusType(want.State) },
}}

// stateWords puts Cognito's word into the spec's: ACTIVE is Active.
func stateWords(status string) string {
	if status == "" {
		return ""
	}
	return status[:1] + strings.ToLower(status[1:])
}

// effect says why a replica cannot be changed yet.
func (r replica) effect(have *replicaHeld) string {
	switch have.Status {
	case types.ReplicaStatusTypeCreating:
		return fmt.Sprintf("the replica in %s is CREATING; its state is set once Cognito has made it", r.region)
	case types.ReplicaStatusTypeDeleting:
		return fmt.Sprintf("the replica in %s is DELETING; what the spec asks for is made after that", r.region)
	case types.ReplicaStatusTypeActive, types.ReplicaStatusTypeInactive:
	}
	return ""
}

// read asks the replica's Region for its tags. Of one that is being made or deleted that Region may know nothing yet, or any more.
func (r replica) read(ctx context.Context, region string, _ []string) (*replicaHeld, error) {
	pool := r.p.ID(NamePool)
	found, err := r.replicaIn(ctx, pool, region)
	if err != nil || found == nil {
		return nil, err
	}
	have := &replicaHeld{Status: found.Status, ARN: aws.ToString(found.UserPoolArn), Tags: r.p.Carried(PrefixReplica + r.region)}
	r.keep(have)
	if r.effect(have) != "" {
		return have, nil
	}
	there, err := r.poolIn(ctx, r.p, r.region)
	if err != nil || there == nil {
		return have, err
	}
	have.Tags = there.UserPoolTags
	return have, nil
}

// grow keeps a replica inactive until its settings are as wanted: it would let users in without the functions that judge them. One
// without our tags is another one than the settings were set of.
func (r replica) grow(want *replicaSettings, have *replicaHeld) *replicaSettings {
	grown := *want
	if have.Status == types.ReplicaStatusTypeInactive {
		grown.State = types.UpdateReplicaStatusTypeInactive
	}
	if have.Status == types.ReplicaStatusTypeInactive || !engine.Owned(have.Tags) {
		r.doubtSettings()
	}
	return &grown
}

func (r replica) keep(have *replicaHeld) {
	r.p.Record(PrefixReplica + r.region).Kept = map[string]string{KeptReplicaARN: have.ARN, KeptReplicaState: string(have.Status)}
}

// replicaIn is a pool's replica in a Region, nil if there is none. The list has the pool itself, too.
func (c *Cognito) replicaIn(ctx context.Context, pool, region string) (*types.UserPoolReplicaType, error) {
	all, err := c.replicas(ctx, pool)
	for i := range all {
		if aws.ToString(all[i].RegionName) == region {
			return &all[i], err
		}
	}
	return nil, err
}

// replicas are those of a pool in other Regions.
func (c *Cognito) replicas(ctx context.Context, pool string) ([]types.UserPoolReplicaType, error) {
	var all []types.UserPoolReplicaType
	in := &cip.ListUserPoolReplicasInput{UserPoolId: &pool}
	for {
		out, err := c.API.ListUserPoolReplicas(ctx, in)
		if err != nil {
			return nil, unlessGone(err)
		}
		for _, one := range out.UserPoolReplicas {
			if one.Role == types.ReplicaRoleTypeSecondary {
				all = append(all, one)
			}
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return all, nil
		}
	}
}

// guard keeps a replica from users that lacks what policies do not allow, and has the one in another Region go first: a pool has one at
// most.
func (r replica) guard(ctx context.Context, operation v1alpha1.Operation, want *replicaSettings, have *replicaHeld) error {
	if operation != v1alpha1.OperationCreate {
		if have != nil && have.Status == types.ReplicaStatusTypeInactive && want.State == types.UpdateReplicaStatusTypeActive && r.withheld() {
			return awserr.Because(v1alpha1.ReasonPolicyDenied, fmt.Errorf(
				"the replica in %s stays INACTIVE: it does not have all that the spec asks for, which the policies do not allow", r.region))
		}
		return nil
	}
	r.doubtSettings()
	all, err := r.replicas(ctx, r.p.ID(NamePool))
	if err != nil {
		return err
	}
	for i := range all {
		other := aws.ToString(all[i].RegionName)
		switch {
		case other == r.region:
			if why := r.effect(&replicaHeld{Status: all[i].Status}); why != "" {
				return r.p.Await(PrefixReplica+r.region, why)
			}
		case r.p.Known(PrefixReplica+other) != nil || all[i].Status == types.ReplicaStatusTypeDeleting:
			return r.p.Await(PrefixReplica+r.region, fmt.Sprintf("the replica in %s waits until the one in %s is deleted", r.region, other))
		default:
			return invalid("spec.userPool.replica.region", "the user pool has a replica in %s, which this object did not make, and it can have "+
				"one only; name that Region, or delete the replica", other)
		}
	}
	return nil
}

// errReplicaExists says that somebody made the replica that the spec asks for. How Cognito says so is not documented.
var errReplicaExists = errors.New("the replica exists already")

// create makes the replica. Cognito makes it inactive, whatever is wanted: the next look activates it.
func (r replica) create(ctx context.Context, want *replicaSettings, region string) (engine.Found[replicaHeld], error) {
	pool, tags := r.p.ID(NamePool), r.p.Tags("")
	there, err := r.replicaIn(ctx, pool, region)
	if err == nil && there != nil {
		err = errReplicaExists
	}
	if err != nil {
		return engine.Found[replicaHeld]{}, err
	}
	out, err := r.API.CreateUserPoolReplica(ctx, &cip.CreateUserPoolReplicaInput{
		UserPoolId: &pool, RegionName: &want.Region, UserPoolTags: tags,
	})
	if err != nil {
		return engine.Found[replicaHeld]{}, err
	}
	made := &replicaHeld{Status: types.ReplicaStatusTypeCreating, Tags: tags}
	if answer := out.UserPoolReplica; answer != nil {
		made.ARN = aws.ToString(answer.UserPoolArn)
		if string(answer.Status) == string(want.State) {
			made.Status = answer.Status
		}
	}
	r.keep(made)
	return engine.Found[replicaHeld]{ID: region, Value: made}, nil
}

// update activates or deactivates the replica, which takes Cognito a while.
func (r replica) update(ctx context.Context, region string, want *replicaSettings, _ *replicaHeld) (*replicaHeld, error) {
	took, err := r.setReplica(ctx, r.p.ID(NamePool), region, want.State)
	if err == nil && !took {
		err = r.p.Await(PrefixReplica+r.region, fmt.Sprintf("the replica in %s becomes %s", r.region, want.State))
	}
	return nil, err
}

// setReplica says whether the replica has the state at once.
func (c *Cognito) setReplica(ctx context.Context, pool, region string, state types.UpdateReplicaStatusType) (took bool, err error) {
	out, err := c.API.UpdateUserPoolReplica(ctx, &cip.UpdateUserPoolReplicaInput{UserPoolId: &pool, RegionName: &region, Status: state})
	if err != nil {
		return false, err
	}
	return out.UserPoolReplica != nil && string(out.UserPoolReplica.Status) == string(state), nil
}

func (r replica) tag(ctx context.Context, region string, have *replicaHeld, tags map[string]string) error {
	there, err := r.Elsewhere(region)
	if err != nil {
		return err
	}
	if _, err := there.API.TagResource(ctx, &cip.TagResourceInput{ResourceArn: &have.ARN, Tags: tags}); err != nil {
		return fmt.Errorf("tag it: %w", err)
	}
	return nil
}

func (r replica) untag(ctx context.Context, region string, have *replicaHeld, keys []string) error {
	there, err := r.Elsewhere(region)
	if err != nil {
		return err
	}
	if _, err := there.API.UntagResource(ctx, &cip.UntagResourceInput{ResourceArn: &have.ARN, TagKeys: keys}); err != nil {
		return fmt.Errorf("take tags off it: %w", err)
	}
	return nil
}
