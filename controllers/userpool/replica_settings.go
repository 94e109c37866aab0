package userpool

import (
	"context"
	"slices"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const (
	prefixReplicaSettings   = "replicaSettings/"
	prefixReplicaPermission = "replicaPermission/"
)

// regional are the settings of a replica that are its own: how it reaches users, and which functions it calls. They are changed by
// UpdateUserPool in its Region, with "both global and regional settings" of which the global ones "match existing values" (its model).
type regional struct {
	*Cognito
	p      *engine.Pass
	region string
}

// regionalFields are those of a pool that differ by Region. All of them belong to the block replica, which is owned whole.
var (
	regionalFields = slices.Concat(senderFields, triggerFields())
	regionalBlocks = engine.Blocks{Named: []string{blockEmail, blockSenderKey, blockSMS, blockTriggers}}
)

func (c *Cognito) replicaSettings(p *engine.Pass, region string) engine.Resource {
	r := regional{c, p, region}
	return &engine.Of[poolSettings, types.UserPoolType]{
		Meta: engine.Meta{
			In: NamePool, Needs: []string{PrefixReplica + region}, After: []string{PrefixReplica + region, prefixReplicaPermission},
			GoesWith: true, Setting: true, Check: engine.Rotating,
		},
		Desired: r.desired,
		ID:      func(*poolSettings) string { return region },
		Read:    r.read,
		Diff: func(want *poolSettings, have *types.UserPoolType) plan.Plan {
			return compare(prefixReplicaSettings+region, regionalFields, want, have, "")
		},
		Create: func(ctx context.Context, want *poolSettings, id string) (engine.Found[types.UserPoolType], error) {
			have, err := r.read(ctx, id, nil)
			if err == nil && have != nil && !compare("", regionalFields, want, have, "").Empty() {
				if _, err = r.update(ctx, id, want, have); err == nil {
					have, err = r.describeIn(ctx, p, region)
				}
			}
			return engine.Found[types.UserPoolType]{ID: id, Value: have}, err
		},
		Update: r.update,
		// They go with the replica.
		Delete: func(context.Context, string, string) error { return nil },
	}
}

func (r regional) desired() (*poolSettings, error) {
	spec := wantedReplica(r.p, r.region)
	if spec == nil {
		return nil, nil
	}
	triggers, err := r.replicaCaller(r.p).triggers()
	if err != nil {
		return nil, err
	}
	return &poolSettings{
		Blocks: regionalBlocks, Email: emailOf(spec.Email), SMS: smsOf(spec.SMS, spec.Region), Triggers: triggers, SenderKey: spec.SenderKeyARN,
	}, nil
}

// read shares the answer with the replica itself.
func (r regional) read(ctx context.Context, _ string, _ []string) (*types.UserPoolType, error) {
	return r.poolIn(ctx, r.p, r.region)
}

// update returns nothing: the answer of UpdateUserPool is empty, so the engine reads the settings back.
func (r regional) update(ctx context.Context, _ string, want *poolSettings, have *types.UserPoolType) (*types.UserPoolType, error) {
	there, err := r.Elsewhere(r.region)
	if err != nil {
		return nil, err
	}
	laid := engine.Overlay(regionalFields, want, have)
	_, err = there.API.UpdateUserPool(ctx, updatePoolInput(laid, have.UserPoolTags))
	return nil, err
}

// poolIn is the pool as another Region describes it, nil if that knows none. The pass shares the answer.
func (c *Cognito) poolIn(ctx context.Context, p *engine.Pass, region string) (*types.UserPoolType, error) {
	return engine.Share(p, PrefixReplica+region, func() (*types.UserPoolType, error) { return c.describeIn(ctx, p, region) })
}

func (c *Cognito) describeIn(ctx context.Context, p *engine.Pass, region string) (*types.UserPoolType, error) {
	there, err := c.Elsewhere(region)
	if err != nil {
		return nil, err
	}
	out, err := there.API.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: new(p.ID(NamePool))})
	if err != nil {
		return nil, unlessGone(err)
	}
	return out.UserPool, nil
}

// replicaCaller is the replica that the spec asks for: it has the pool's id.
func (c *Cognito) replicaCaller(p *engine.Pass) caller {
	spec := p.Object.Spec.UserPool.Replica
	if spec == nil {
		spec = &v1alpha1.Replica{}
	}
	return caller{"spec.userPool.replica", spec.Triggers, func() string {
		return c.replicaARN(p.ID(NamePool), spec.Region)
	}}
}
