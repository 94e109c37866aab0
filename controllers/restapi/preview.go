package restapi

import (
	"context"
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/plan"
)

// Preview returns what Reconcile would do. It writes nothing to AWS; the status that it works on is a draft, whose user
// pool need not exist yet.
func (p *Phase) Preview(ctx context.Context, spec *v1alpha1.SecuredAPISpec) (plan.Plan, error) {
	model, err := BuildModel(spec, p.Owner, p.Status.UserPool.ARN)
	if err != nil {
		return nil, err
	}
	there, err := p.present(ctx, spec.AdoptedAPI())
	if err != nil {
		return nil, err
	}
	if !there {
		todo := plan.Plan{create(PartAPI, model.Name)}
		for _, function := range model.Functions {
			todo = append(todo, permissionChange(plan.Create, function))
		}
		return append(append(todo, Compare(nil, model)...), create("stage "+spec.Stage, "")), nil
	}
	var todo plan.Plan
	for _, function := range model.Functions {
		if p.Status.VerifiedDigest(PartPermission(function)) == "" {
			todo = append(todo, permissionChange(plan.Create, function))
		}
	}
	changes, err := p.difference(ctx, model, spec.Stage)
	if err != nil {
		return nil, err
	}
	todo = append(todo, changes...)
	for _, function := range p.Status.API.Functions {
		if !slices.Contains(model.Functions, function) {
			todo = append(todo, permissionChange(plan.Delete, function))
		}
	}
	for _, stage := range p.Status.API.Stages {
		if stage != spec.Stage {
			todo = append(todo, plan.Change{Part: PartAPI, Action: plan.Delete, Subject: "stage " + stage, Class: plan.Replace})
		}
	}
	return todo, nil
}

// present says whether there is an API that Reconcile would work on.
func (p *Phase) present(ctx context.Context, adopt *v1alpha1.AdoptAPISpec) (bool, error) {
	switch {
	case p.Status.API != nil:
		if err := p.checkAdopted(adopt); err != nil {
			return false, err
		}
		err := p.checkOwner(ctx)
		if awserr.Is(err, awserr.NotFound) {
			return false, nil
		}
		return err == nil, err
	case adopt != nil:
		tags, err := p.adoptable(ctx, adopt.ID)
		if err == nil && ownership.Owned(tags) && !p.Owner.Owns(tags) {
			err = ownership.Conflict("REST API "+adopt.ID, tags)
		}
		p.Status.API = &v1alpha1.APIStatus{ID: adopt.ID, Adopted: true}
		return err == nil, err
	default:
		_, found, err := p.creatingAPI(&Model{}).Locate(ctx, p.Journal)
		return found, err
	}
}

// PreviewDelete returns what a deletion would take away.
func (p *Phase) PreviewDelete(ctx context.Context, adopt *v1alpha1.AdoptAPISpec) (plan.Plan, error) {
	if found, err := p.locate(ctx, adopt); err != nil || !found {
		return nil, err
	}
	todo := plan.Plan{{Part: PartAPI, Action: plan.Delete, Subject: PartAPI, To: p.Status.API.ID, Class: plan.Replace}}
	for _, function := range p.Status.API.Functions {
		todo = append(todo, permissionChange(plan.Delete, function))
	}
	return todo, nil
}
