// Package webacl associates what an object makes with a web ACL of AWS WAF. Both phases have something that a web ACL can protect, so
// each of them lists the same resource under its own parent.
package webacl

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/securedapi/securedapi/api/v1alpha1"
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
	// Name is the resource's in status, and ID its id.
	Name, ID string
	// In is the resource's parent, and Needs what has to be there beside it.
	In    string
	Needs []string
	// ARN is the target's, of a parent's id.
	ARN func(parent string) string
	// WebACL is the ARN that the spec asks for; empty if it asks for none.
	WebACL string
	// Goes says that the target is deleted, and the association with it.
	Goes bool
	// API is the client of the target's Region.
	API func() (*wafv2.Client, error)
}

// settings is what is sent.
type settings struct{ WebACL string }

// version is that of what is sent.
const version = 0

// association is what AWS has: the web ACL of a target, if there is one.
type association struct{ webACL string }

// resource is a setting that each target has: it is without a web ACL, or with one.
type resource struct {
	*Target
	p *engine.Pass
}

// Resource associates a target.
func Resource(p *engine.Pass, target *Target) engine.Resource {
	r := resource{target, p}
	needed := append([]string{target.In}, target.Needs...)
	of := &engine.Of[settings, association]{
		Meta: engine.Meta{
			In: target.In, Needs: target.Needs, After: needed, Leaves: target.Needs, GoesWith: true, Setting: true, Version: version,
			Check: engine.EverySecondCheck, Removal: plan.Weakens,
		},
		Desired: r.desired,
		ID:      func(*settings) string { return target.ID },
		Read:    r.read,
		Diff:    r.diff,
		Create: func(ctx context.Context, want *settings, id string) (engine.Found[association], error) {
			made, err := r.update(ctx, id, want, nil)
			return engine.Found[association]{ID: id, Value: made}, err
		},
		Update: r.update,
		Delete: func(ctx context.Context, _, _ string) error { return r.takeOff(ctx) },
		Guard:  r.guard,
		Held:   func(*settings) { p.Record(target.Name).Kept = nil },
	}
	if target.Goes {
		of.Removal, of.Delete = plan.InPlace, func(context.Context, string, string) error { return nil }
	}
	return of
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

func (r resource) diff(want *settings, have *association) plan.Plan {
	if have == nil {
		return plan.Plan{{Part: r.Name, Action: plan.Create, Subject: r.Name, To: want.WebACL, Class: plan.InPlace}}
	}
	return engine.Compare(r.Name, fields, want, have)
}

func (r resource) read(ctx context.Context, _ string, _ []string) (*association, error) {
	api, err := r.API()
	if err != nil {
		return nil, err
	}
	out, err := api.GetWebACLForResource(ctx, &wafv2.GetWebACLForResourceInput{ResourceArn: r.arn()})
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
	api, err := r.API()
	if err != nil {
		return nil, err
	}
	if _, err := api.AssociateWebACL(ctx, &wafv2.AssociateWebACLInput{ResourceArn: r.arn(), WebACLArn: &want.WebACL}); err != nil {
		return nil, err
	}
	return &association{want.WebACL}, nil
}

func (r resource) arn() *string { return new(r.ARN(r.p.ID(r.In))) }

// keptSent has the web ACLs that were sent since AWS was last seen to hold what is wanted: each of them may have been associated.
const keptSent = "sent"

// maxSent bounds them. An older one stays on, which protects more.
const maxSent = 5

// guard has what is sent saved together with the intention to send it.
func (r resource) guard(_ context.Context, operation v1alpha1.Operation, want *settings, _ *association) error {
	if operation == v1alpha1.OperationDelete || slices.Contains(r.sent(), want.WebACL) {
		return nil
	}
	sent := append(r.sent(), want.WebACL)
	r.p.Record(r.Name).Kept = map[string]string{keptSent: strings.Join(sent[max(0, len(sent)-maxSent):], " ")}
	return nil
}

func (r resource) sent() []string { return strings.Fields(r.p.Record(r.Name).Kept[keptSent]) }

// takeOff leaves a web ACL that somebody else associated since. Where a look finds none, it may trail.
func (r resource) takeOff(ctx context.Context) error {
	have, err := r.read(ctx, "", nil)
	if err != nil {
		return err
	}
	if have.webACL != "" && !r.ours(have.webACL) {
		return nil
	}
	api, err := r.API()
	if err != nil {
		return err
	}
	_, err = api.DisassociateWebACL(ctx, &wafv2.DisassociateWebACLInput{ResourceArn: r.arn()})
	return err
}

// ours says that the operator associated a web ACL, or may have: the record's digest is of the last that AWS was seen to hold.
func (r resource) ours(webACL string) bool {
	return r.p.Record(r.Name).Digest == engine.DigestOf(version, settings{webACL}) || slices.Contains(r.sent(), webACL)
}
