package userpool

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/webacl"
	"github.com/securedapi/securedapi/controllers/engine"
)

// Regional are the clients for another Region, with the same credentials.
type Regional struct {
	API    *cip.Client
	Lambda *lambda.Client
	WAF    *wafv2.Client
}

// What else a replica has of its own (developer guide, "Multi-Region replication for user pools", "Regional configurations"): its logs, its
// web ACL, and who sends its notices about risks. Each is a resource only where the spec names it, as it is at the pool.
const (
	prefixReplicaLogs    = "replicaLogs/"
	prefixReplicaWebACL  = "replicaWebACL/"
	prefixReplicaNotices = "replicaNotifications/"
)

// settingsOf are the resources that a replica has before it serves users.
func settingsOf(region string) []string {
	return []string{
		prefixReplicaSettings + region, prefixReplicaLogs + region, prefixReplicaWebACL + region, prefixReplicaNotices + region,
	}
}

// wantedReplica is what the spec asks for in a Region; nil if it asks for no replica there.
func wantedReplica(p *engine.Pass, region string) *v1alpha1.Replica {
	if spec := p.Object.Spec.UserPool.Replica; spec != nil && spec.Region == region {
		return spec
	}
	return nil
}

// doubtSettings has the settings looked at in this pass: they are those of a new replica if this is another one than they were set of.
func (r replica) doubtSettings() {
	for _, name := range settingsOf(r.region) {
		if known := r.p.Known(name); known != nil {
			known.Verified = nil
		}
	}
}

// withheld says that a setting that the spec asks for was not made, for policies do not allow the spec.
func (r replica) withheld() bool {
	spec := wantedReplica(r.p, r.region)
	if !r.p.Denied || spec == nil {
		return false
	}
	for prefix, asked := range map[string]bool{
		prefixReplicaSettings: true, prefixReplicaLogs: len(spec.Logs) > 0, prefixReplicaWebACL: spec.WebACLARN != "",
		prefixReplicaNotices: spec.Notifications != nil,
	} {
		if known := r.p.Known(prefix + r.region); asked && (known == nil || known.Verified == nil) {
			return true
		}
	}
	return false
}

// in are the clients of a replica's Region, or of the pool's own if that is empty.
func (c *Cognito) in(region string) (*Regional, error) {
	if region == "" {
		return &Regional{c.API, c.Lambda, c.WAF}, nil
	}
	return c.Elsewhere(region)
}

// replicaARN is the ARN of a pool's replica, which has the pool's id.
func (c *Cognito) replicaARN(pool, region string) string {
	of, err := arn.Parse(c.PoolARN(pool))
	if err != nil {
		return ""
	}
	of.Region = region
	return of.String()
}

// ofReplica is for what is set at a replica: it comes once the replica has been made, and goes with it.
func ofReplica(region string) *engine.Meta {
	needs := []string{PrefixReplica + region}
	return &engine.Meta{
		In: NamePool, Needs: needs, After: needs, Leaves: needs, GoesWith: true, Setting: true, Check: engine.Rotating,
	}
}

// goesWithIt is the deletion of what something else takes along.
func goesWithIt(context.Context, string, string) error { return nil }

func (c *Cognito) replicaLogs(p *engine.Pass, region string) engine.Resource {
	r := logs{c, p, prefixReplicaLogs + region, nil, region}
	spec := wantedReplica(p, region)
	if spec != nil {
		r.asked = spec.Logs
	}
	of := r.resource(region, ofReplica(region))
	if spec == nil {
		of.Delete = goesWithIt
	}
	return of
}

func (c *Cognito) replicaWebACL(p *engine.Pass, region string) engine.Resource {
	target := &webacl.Target{
		Name: prefixReplicaWebACL + region, ID: region, In: NamePool, Needs: []string{PrefixReplica + region}, Goes: true,
		ARN: func(pool string) string { return c.replicaARN(pool, region) },
		API: func() (*wafv2.Client, error) {
			there, err := c.Elsewhere(region)
			if err != nil {
				return nil, err
			}
			return there.WAF, nil
		},
	}
	if spec := wantedReplica(p, region); spec != nil {
		target.WebACL, target.Goes = spec.WebACLARN, false
	}
	return webacl.Resource(p, target)
}
