package restapi

import (
	"cmp"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/plan"
)

// Phase makes API Gateway agree with one SecuredAPI, in one pass.
type Phase struct {
	APIGateway API
	Lambda     Functions
	Owner      ownership.Owner
	Journal    *ownership.Journal
	// Reserve gets a place for a call of API Gateway's that AWS allows seldom, before the calls that lead up to it.
	Reserve func(ctx context.Context, operation string) error
	// Status is the object's status, where ids are read from and written to.
	Status *v1alpha1.SecuredAPIStatus
}

// Reconcile makes what is missing and changes what differs, for the user pool that status names. It returns what it
// did, also beside an error. Until the new model is deployed, the stage serves the last one.
func (p *Phase) Reconcile(ctx context.Context, spec *v1alpha1.SecuredAPISpec) (plan.Plan, error) {
	model, err := BuildModel(spec, p.Owner, p.Status.UserPool.ARN)
	if err != nil {
		return nil, err
	}
	fresh, err := p.ensureAPI(ctx, spec.AdoptedAPI(), model)
	if err != nil {
		return nil, err
	}
	var applied plan.Plan
	if fresh {
		applied = append(applied, create(PartAPI, p.Status.API.ID))
	}
	granted, err := p.grant(ctx, model)
	applied = append(applied, granted...)
	if err != nil {
		return applied, err
	}
	changed, err := p.agree(ctx, model, spec.Stage, fresh)
	applied = append(applied, changed...)
	if err != nil {
		return applied, p.ifLost(ctx, err)
	}
	revoked, err := p.revoke(ctx, model)
	return append(applied, revoked...), err
}

// ensureAPI makes the REST API, takes over the one that the spec names, or finds the one that an earlier attempt made.
func (p *Phase) ensureAPI(ctx context.Context, adopt *v1alpha1.AdoptAPISpec, m *Model) (made bool, err error) {
	switch {
	case p.Status.API != nil:
		return false, cmp.Or(p.checkAdopted(adopt), p.Journal.Claimed(PartAPI))
	case adopt != nil:
		return false, cmp.Or(p.adopt(ctx, adopt.ID), p.Journal.Claimed(PartAPI))
	default:
		if err := p.Reserve(ctx, "CreateRestApi"); err != nil {
			return false, err
		}
		_, made, err = p.creatingAPI(m).Run(ctx, p.Journal)
		return made, err
	}
}

// agree makes the working copy and the stage agree with the model, if they are due.
func (p *Phase) agree(ctx context.Context, m *Model, stage string, fresh bool) (plan.Plan, error) {
	if err := p.resolveDeployment(ctx); err != nil {
		return nil, err
	}
	want := m.Digest() + "@" + stage
	if !p.Journal.Due(PartAPI, want) && p.Status.API.Digest == m.Digest() {
		return nil, nil
	}
	todo, err := p.difference(ctx, m, stage)
	if err != nil {
		return nil, err
	}
	if err := p.regrant(ctx, m, todo); err != nil {
		return nil, err
	}
	if todo.Touches(PartAPI) {
		if err := p.Reserve(ctx, "CreateDeployment"); err != nil {
			return nil, err
		}
		p.noteStage(stage)
		if err := p.change(ctx, m, stage, fresh); err != nil {
			return nil, err
		}
	}
	p.Status.API.Stage = stage
	if err := p.retireStages(ctx); err != nil {
		return nil, err
	}
	p.Status.API.Routes = Served(m)
	p.Journal.Verified(PartAPI, want)
	return todo, nil
}

// difference says what has to change: against the routes that are served if the model is new, else against AWS: the
// stage, and what the pass checks of all that does not show until somebody deploys.
func (p *Phase) difference(ctx context.Context, m *Model, stage string) (plan.Plan, error) {
	api := p.Status.API
	if digest := m.Digest(); api.Digest != digest {
		todo, err := p.changes(ctx, m)
		if err != nil {
			return nil, err
		}
		if todo.Empty() {
			// Something that routes don't show: the user pool, or the operator's own idea of the document.
			todo = plan.Diff(PartAPI, plan.Redeploy, plan.Field{Subject: "api.digest", Observed: api.Digest, Desired: digest})
		}
		if api.Stage != stage {
			todo = append(todo, create("stage "+stage, ""))
		}
		return todo, nil
	}
	deployment, err := p.servedDeployment(ctx, stage)
	if err != nil {
		return nil, err
	}
	todo := plan.Diff(PartAPI, plan.Redeploy,
		plan.Field{Subject: "stage " + stage + " deployment", Observed: deployment, Desired: api.DeploymentID})
	if !todo.Empty() {
		if stage == api.Stage {
			// Whatever becomes of the change: ours is not what is served.
			api.DeploymentID, api.Digest = "", ""
		}
		return todo, nil
	}
	// After a change that was interrupted the working copy may be anything.
	interrupted := p.Status.VerifiedDigest(PartAPI) == ""
	var seen WorkingCopy
	if interrupted || p.Journal.Checks(PartMethods) {
		if seen.Methods, err = p.getMethods(ctx); err != nil {
			return nil, err
		}
	}
	if interrupted || p.Journal.Checks(PartAuthorizers) {
		if seen.Authorizers, err = p.getAuthorizers(ctx); err != nil {
			return nil, err
		}
	}
	var checked []string
	for _, function := range m.Functions {
		if part := PartPermission(function); p.Journal.Checks(part) && p.Status.VerifiedDigest(part) != "" {
			checked = append(checked, function)
		}
	}
	missing, err := p.missingGrants(ctx, checked...)
	return append(missing, Calculate(m, seen)...), err
}

// changes says what a new model changes: of the routes that are served, or of what an API had that was taken over.
func (p *Phase) changes(ctx context.Context, m *Model) (plan.Plan, error) {
	if api := p.Status.API; !api.Adopted || len(api.Routes) > 0 {
		return Compare(api.Routes, m), nil
	}
	seen, err := p.observe(ctx)
	return Calculate(m, seen), err
}

// change puts the model in, reads it back and deploys it. The deployment is begun before: whoever finds it begun waits until
// the definition that was sent for it can no longer come between what is read back and what is deployed.
func (p *Phase) change(ctx context.Context, m *Model, stage string, fresh bool) error {
	if !fresh {
		if err := p.checkOwner(ctx); err != nil {
			return err
		}
	}
	p.Status.ForgetVerified(PartAPI)
	begun, err := p.Journal.Begin(ctx, partDeployment, ownership.NewToken())
	if err != nil {
		return err
	}
	if err := p.put(ctx, m); err != nil {
		p.Journal.Failed(begun, err)
		return err
	}
	seen, err := p.readBack(ctx, m)
	if err != nil {
		p.Status.ForgetCreation(partDeployment)
		return err
	}
	return p.deploy(ctx, seen, stage)
}

// ifLost turns the absence of the API into its recreation: an API holds nothing that the spec does not say.
func (p *Phase) ifLost(ctx context.Context, cause error) error {
	// Of an API that is gone, some calls say that it is being changed.
	if awserr.Explained(cause) || !awserr.Is(cause, awserr.NotFound) && !awserr.Is(cause, awserr.Conflict) {
		return cause
	}
	lost := &ownership.Lost{Resource: PartAPI, ID: p.Status.API.ID}
	if _, err := p.APIGateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &lost.ID}); !awserr.Is(err, awserr.NotFound) {
		return cause
	}
	if err := p.revokeAll(ctx); err != nil {
		return fmt.Errorf("%w: %w", lost, err)
	}
	p.Status.API = nil
	p.Status.ForgetVerified(PartAPI)
	p.Status.ForgetCreation(partDeployment)
	return lost
}
