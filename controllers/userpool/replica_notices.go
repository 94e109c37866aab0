package userpool

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// notices is who sends a replica's notices about risks. In its Region, "only the SourceARN and From attributes of NotifyConfiguration
// can be modified", and "all other risk configuration settings must match the existing values" (SetRiskConfiguration): the pool has them.
type notices struct{ risk }

func (c *Cognito) replicaNotices(p *engine.Pass, region string) engine.Resource {
	r := notices{risk{c, p, region}}
	meta := ofReplica(region)
	meta.After = append(meta.After, NameRisk)
	return &engine.Of[riskSettings, riskConfig]{
		Meta:    *meta,
		Desired: r.desired,
		ID:      func(*riskSettings) string { return region },
		Read:    r.read,
		Diff: func(want *riskSettings, have *riskConfig) plan.Plan {
			return compare(prefixReplicaNotices+region, senderOfNotices, want, have, want.Notify.IdentityARN)
		},
		Create: func(ctx context.Context, want *riskSettings, id string) (engine.Found[riskConfig], error) {
			made, err := r.update(ctx, id, want, nil)
			return engine.Found[riskConfig]{ID: id, Value: made}, err
		},
		Update: r.update,
		// It goes with the pool's own notices, which need it.
		Delete: goesWithIt,
		Guard:  r.guard,
	}
}

// desired is the pool's, with the replica's sender.
func (r notices) desired() (*riskSettings, error) {
	spec := wantedReplica(r.p, r.region)
	want, err := r.risk.desired()
	if err != nil || want == nil || want.Notify == nil || spec == nil || spec.Notifications == nil {
		return nil, err
	}
	want.Notify.IdentityARN, want.Notify.From = spec.Notifications.IdentityARN, spec.Notifications.From
	return want, nil
}

// senderOfNotices are the properties that are the replica's own. The first sets all that is sent.
var senderOfNotices = []riskField{
	{
		Name: "identityARN", Class: plan.InPlace,
		Words: func(have *riskConfig) string { return aws.ToString(notifyOf(have).SourceArn) },
		Set:   func(have *riskConfig, want *riskSettings) { *have = *want.config() },
	},
	{
		Name: "from", Class: plan.InPlace, Words: func(have *riskConfig) string { return aws.ToString(notifyOf(have).From) }, Set: setNothing,
	},
}

// guard waits until Cognito has copied what the pool has: "this process is eventually consistent" (developer guide, "Multi-Region
// replication for user pools").
func (r notices) guard(ctx context.Context, operation v1alpha1.Operation, want *riskSettings, have *riskConfig) error {
	if operation == v1alpha1.OperationDelete {
		return nil
	}
	if have == nil {
		var err error
		if have, err = r.read(ctx, "", nil); err != nil {
			return err
		}
	}
	if left := compare(NameRisk, copied(have), want, have, ""); !left.Empty() {
		return r.p.Await(prefixReplicaNotices+r.region,
			fmt.Sprintf("the replica in %s does not have the user pool's answers to risks yet: %s", r.region, left))
	}
	return nil
}

// copied are the properties that a replica has from its pool. No source says whether one without a sender shows the texts.
func copied(have *riskConfig) []riskField {
	const notifications = "notifications."
	return slices.DeleteFunc(slices.Clone(riskFields), func(field riskField) bool {
		name, ours := strings.CutPrefix(field.Name, notifications)
		return ours && (name == "identityARN" || name == "from" || notifyOf(have).SourceArn == nil)
	})
}
