package restapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// definition is what PutRestApi is sent.
type definition struct {
	Document json.RawMessage

	model *Model
}

const (
	definitionVersion = 2
	// keptDeployments is how many deployments stay that were replaced, for a person to go back to.
	keptDeployments = 5
)

var deploymentCalls = []string{
	"apigateway:GetRestApi", "apigateway:PutRestApi", "apigateway:UpdateRestApi",
	"apigateway:GetResources", "apigateway:GetAuthorizers", "apigateway:GetModels", "apigateway:GetRequestValidators",
	"apigateway:CreateDeployment", "apigateway:GetDeployment", "apigateway:GetDeployments", "apigateway:DeleteDeployment",
}

// deployments makes the API's definition and the snapshot of it, as one resource that cannot be changed.
type deployments struct {
	*Gateway
	pass *engine.Pass
	// former is what an API from before this object's status held; nil if that is not known.
	former *seen
}

func (g *Gateway) deployment(p *engine.Pass, _ string) engine.Resource {
	d := &deployments{Gateway: g, pass: p}
	return &engine.Of[definition, seen]{
		Meta: engine.Meta{
			In: NameAPI, Needs: append([]string{poolName}, ownClientNames(&p.Object.Spec)...), After: []string{permissionPrefix},
			Version: definitionVersion,
			Check:   engine.Rotating, Aspects: []string{methodsAspect, authorizersAspect},
			GoesWith: true, Immutable: true, Costly: true, Keep: keptDeployments, Leaves: []string{NameAPI, PrefixStage},
		},
		Desired: d.wanted,
		Find:    d.find,
		Read:    d.read,
		Recall:  func() *seen { return recall(p.Object.Status.API) },
		Diff:    d.diff,
		Create:  d.create,
		Prove:   d.prove,
		Delete:  d.delete,
		Rare:    map[v1alpha1.Operation][]string{v1alpha1.OperationCreate: {rareDeployment}},
	}
}

func (d *deployments) wanted() (*definition, error) {
	model, err := d.model()
	if err != nil || model == nil {
		return nil, err
	}
	document, err := Document(model)
	if err != nil {
		return nil, err
	}
	return &definition{Document: document, model: model}, nil
}

// model is nil if the spec has no routes.
func (d *deployments) model() (*Model, error) {
	if !wantsAPI(&d.pass.Object.Spec) {
		return nil, nil
	}
	pool, err := d.pool(d.pass)
	if err != nil {
		return nil, err
	}
	spec := &d.pass.Object.Spec
	m := BuildModel(spec.Routes, d.pass.Owner, pool)
	m.TTL, m.Header = spec.AuthorizerTTL(), spec.TokenHeader()
	if spec.OnlyOwnClients() {
		var ids []string
		for _, name := range ownClientNames(spec) {
			ids = append(ids, d.pass.ID(name))
		}
		m.Audience = audienceOf(ids)
	}
	return m, nil
}

// ownClientNames are the clients whose ids the authorizer names: without one of them, nobody could call by it.
func ownClientNames(spec *v1alpha1.SecuredAPISpec) []string {
	var names []string
	if spec.OnlyOwnClients() {
		for i := range spec.Clients {
			names = append(names, prefixClient+spec.Clients[i].Name)
		}
	}
	return names
}

// find returns the deployments that carry the token. Without one an API from before is looked at, for what a plan says of it.
func (d *deployments) find(ctx context.Context, token string) ([]engine.Found[seen], error) {
	api := d.pass.ID(NameAPI)
	if token == "" {
		if d.pass.ID(deploymentName) != "" {
			return nil, nil
		}
		var err error
		if d.former, err = d.readAspects(ctx, methodsAspect, authorizersAspect); err == nil {
			d.former.unused, err = d.unused(ctx, api)
		}
		return nil, err
	}
	var found []engine.Found[seen]
	pages := apigateway.NewGetDeploymentsPaginator(d.API, &apigateway.GetDeploymentsInput{RestApiId: &api, Limit: aws.Int32(500)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			if strings.HasSuffix(aws.ToString(page.Items[i].Description), " "+token) {
				found = append(found, engine.Found[seen]{ID: *page.Items[i].Id})
			}
		}
	}
	return found, nil
}

// read reads the working copy: what is deployed does not change, and the stage tells which deployment that is. Where all of
// the object is looked at, or the deployment is in doubt, it has to be there, too.
func (d *deployments) read(ctx context.Context, id string, aspects []string) (*seen, error) {
	if d.pass.Whole || d.pass.Record(deploymentName).Verified == nil {
		api := d.pass.ID(NameAPI)
		if _, err := d.API.GetDeployment(ctx, &apigateway.GetDeploymentInput{RestApiId: &api, DeploymentId: &id}); err != nil {
			return nil, unlessGone(err)
		}
	}
	return d.readAspects(ctx, aspects...)
}

func (d *deployments) readAspects(ctx context.Context, aspects ...string) (*seen, error) {
	model, err := d.model()
	if err != nil {
		return nil, err
	}
	return d.readWorkingCopy(ctx, d.pass.ID(NameAPI), model, aspects)
}

func (d *deployments) diff(want *definition, have *seen) plan.Plan {
	if have != nil {
		return want.model.difference(have)
	}
	if d.former == nil {
		return want.model.difference(&seen{methods: map[string]words{}})
	}
	todo := want.model.difference(d.former)
	if todo.Empty() {
		todo = plan.Plan{added(deploymentName, "")}
	}
	return todo
}

// create replaces the working copy, in one call, and makes a snapshot of it, which no stage serves yet. AWS calls the first
// idempotent, but not atomic: what it left is seen by reading back.
func (d *deployments) create(ctx context.Context, want *definition, token string) (engine.Found[seen], error) {
	api := d.pass.ID(NameAPI)
	if err := d.overwrite(ctx, api, want.Document); err != nil {
		return engine.Found[seen]{}, err
	}
	// The import may have taken its time, and others count the grace period from the intention.
	if err := d.pass.Renew(ctx, deploymentName); err != nil {
		return engine.Found[seen]{}, err
	}
	out, err := d.API.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{
		RestApiId: &api, Description: aws.String(engine.DigestOf(definitionVersion, want) + " " + token),
	})
	if err != nil {
		return engine.Found[seen]{}, err
	}
	return engine.Found[seen]{ID: *out.Id}, nil
}

// prove compares first the snapshot, as far as its summary tells, and then the working copy: what somebody changed before the
// snapshot was made shows in one of them. Changed after, it makes the proof fail although the snapshot is good. A working copy
// that is what was served before may be a read that trails behind the import.
func (d *deployments) prove(ctx context.Context, want *definition, id string) (left plan.Plan, former bool, err error) {
	api := d.pass.ID(NameAPI)
	out, err := d.API.GetDeployment(ctx, &apigateway.GetDeploymentInput{
		RestApiId: &api, DeploymentId: &id, Embed: []string{"apisummary"},
	})
	switch {
	case awserr.Is(err, awserr.NotFound):
		// Somebody deleted it. If the whole API is gone, the next call says so.
		left = plan.Plan{added(deploymentName, id)}
	case err != nil:
		return nil, false, err
	default:
		if left := want.model.difference(want.model.summarized(out.ApiSummary)); !left.Empty() {
			return left, false, nil
		}
	}
	copied, err := d.readAspects(ctx, methodsAspect, authorizersAspect)
	if err != nil {
		return nil, false, err
	}
	left = append(left, want.model.difference(copied)...)
	return left, left.Hash() == want.model.difference(d.before()).Hash(), nil
}

// before is what the working copy was last made to hold before the present definition: nothing if that is not known.
func (d *deployments) before() *seen {
	return cmp.Or(recall(d.pass.Object.Status.API), d.former, &seen{methods: map[string]words{}, authorizers: []types.Authorizer{}})
}

// delete deletes a deployment. One that a stage of somebody else serves is theirs from then on, and goes with the API.
func (d *deployments) delete(ctx context.Context, id, api string) error {
	_, err := d.API.DeleteDeployment(ctx, &apigateway.DeleteDeploymentInput{RestApiId: &api, DeploymentId: &id})
	if refused, ok := errors.AsType[*types.BadRequestException](err); ok && strings.Contains(refused.ErrorMessage(), "Active stages") {
		return nil
	}
	return unlessGone(err)
}
