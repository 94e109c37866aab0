// Package webacl associates what an object makes with a web ACL of AWS WAF. Both phases have something that a web ACL can protect, so
// each of them lists the same resource under its own parent.
package webacl

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Name is the resource's in status.
const Name = "webACL"

// Operations are all calls to AWS that the resource makes.
func Operations() []string {
	return []string{"wafv2:AssociateWebACL", "wafv2:DisassociateWebACL", "wafv2:GetWebACLForResource"}
}

// Target is what a web ACL protects.
type Target struct {
	// In is the resource's parent.
	In string
	// ARN is the target's, of a parent's id.
	ARN func(parent string) string
	// WebACL is the ARN that the spec asks for; empty if it asks for none.
	WebACL string
}

// settings is what is sent.
type settings struct{ WebACL string }

// association is what AWS has: the web ACL of a target, if there is one.
type association struct{ webACL string }

// resource is a setting that each target has: it is without a web ACL, or with one.
type resource struct {
	*Target
	api *wafv2.Client
	p   *engine.Pass
}

// Resource associates a target.
func Resource(api *wafv2.Client, p *engine.Pass, target *Target) engine.Resource {
	r := resource{target, api, p}
	return &engine.Of[settings, association]{
		Meta: engine.Meta{
			In: target.In, After: []string{target.In}, GoesWith: true, Setting: true, Check: engine.EverySecondCheck, Removal: plan.Weakens,
		},
		Desired: r.desired,
		ID:      func(*settings) string { return Name },
		Read:    r.read,
		Diff:    diff,
		Create: func(ctx context.Context, want *settings, id string) (engine.Found[association], error) {
			made, err := r.update(ctx, id, want, nil)
			return engine.Found[association]{ID: id, Value: made}, err
		},
		Update: r.update,
		Delete: func(ctx context.Context, _, parent string) error {
			_, err := r.api.DisassociateWebACL(ctx, &wafv2.DisassociateWebACLInput{ResourceArn: new(r.ARN(parent))})
			return err
		},
	}
}

func (r resource) desired() (*settings, error) {
	if r.WebACL == "" {
		return nil, nil
	}
	return &settings{r.WebACL}, nil
}

var fields = []engine.Field[settings, association]{{
	Name: "arn", Class: plan.InPlace,
	Words: func(have *association) string { return have.webACL },
	Set:   func(have *association, want *settings) { have.webACL = want.WebACL },
}}

func diff(want *settings, have *association) plan.Plan {
	if have == nil {
		return plan.Plan{{Part: Name, Action: plan.Create, Subject: Name, To: want.WebACL, Class: plan.InPlace}}
	}
	return engine.Compare(Name, fields, want, have)
}

func (r resource) read(ctx context.Context, _ string, _ []string) (*association, error) {
	out, err := r.api.GetWebACLForResource(ctx, &wafv2.GetWebACLForResourceInput{ResourceArn: new(r.ARN(r.p.ID(r.In)))})
	if err != nil {
		return nil, err
	}
	if out.WebACL == nil {
		return &association{}, nil
	}
	return &association{aws.ToString(out.WebACL.ARN)}, nil
}

// update takes the place of another web ACL: a target has one at most.
func (r resource) update(ctx context.Context, _ string, want *settings, _ *association) (*association, error) {
	if _, err := r.api.AssociateWebACL(ctx, &wafv2.AssociateWebACLInput{
		ResourceArn: new(r.ARN(r.p.ID(r.In))), WebACLArn: &want.WebACL,
	}); err != nil {
		return nil, err
	}
	return &association{want.WebACL}, nil
}
