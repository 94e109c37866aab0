package restapi

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// restAPI is what CreateRestApi is sent. The deployment's document has the name and the description again.
type restAPI struct {
	Name        string
	Description string
	Endpoint    types.EndpointType
}

var restAPICalls = []string{
	"apigateway:CreateRestApi", "apigateway:GetRestApi", "apigateway:GetRestApis", "apigateway:DeleteRestApi", "apigateway:TagResource",
	"apigateway:UntagResource",
	"apigateway:GetStages", "apigateway:GetAuthorizers",
}

// restAPI is the REST API, the root of everything else here. It needs the user pool, without which nothing can be deployed.
func (g *Gateway) restAPI(p *engine.Pass, _ string) engine.Resource {
	return &engine.Of[restAPI, types.RestApi]{
		Meta: engine.Meta{
			// The stage's checks tell whether it is there.
			Needs: []string{poolName}, Version: 1, Check: engine.Unchecked,
			Leaves: []string{permissionPrefix, deploymentName, PrefixStage}, Removal: plan.Replace,
		},
		Desired: func() (*restAPI, error) { return wantedAPI(p) },
		Tags:    func(have *types.RestApi) map[string]string { return have.Tags },
		Adopts: func() (string, string) {
			if adopted := p.Object.Spec.AdoptedAPI(); adopted != nil && wantsAPI(&p.Object.Spec) {
				return adopted.ID, adoptField
			}
			return "", adoptField
		},
		Find: func(ctx context.Context, _ string) ([]engine.Found[types.RestApi], error) {
			return g.findAPIs(ctx, p.Owner)
		},
		Read: func(ctx context.Context, id string, _ []string) (*types.RestApi, error) {
			have, err := g.readAPI(ctx, id)
			if have != nil && id == p.ID(NameAPI) {
				noteEndpoint(p, have)
			}
			return have, err
		},
		Diff: func(want *restAPI, have *types.RestApi) plan.Plan {
			if have != nil {
				// What it holds is the deployment's.
				return nil
			}
			return plan.Plan{{Part: NameAPI, Action: plan.Create, Subject: NameAPI, To: want.Name, Class: plan.Redeploy}}
		},
		Create: func(ctx context.Context, want *restAPI, token string) (engine.Found[types.RestApi], error) {
			made, err := g.createAPI(ctx, want, p.Tags(token))
			if err == nil {
				noteEndpoint(p, made.Value)
			}
			return made, err
		},
		Tag: func(ctx context.Context, id string, _ *types.RestApi, tags map[string]string) error {
			return g.tag(ctx, p, id, tags)
		},
		Untag: func(ctx context.Context, id string, _ *types.RestApi, keys []string) error {
			return g.untag(ctx, p, id, keys)
		},
		Delete: func(ctx context.Context, id, _ string) error {
			_, err := g.API.DeleteRestApi(ctx, &apigateway.DeleteRestApiInput{RestApiId: &id})
			return unlessGone(err)
		},
		Others: func(ctx context.Context, id string, _ *types.RestApi, _ string) ([]v1alpha1.ForeignResource, error) {
			return g.others(ctx, p, id)
		},
		Rare: map[v1alpha1.Operation][]string{
			v1alpha1.OperationCreate: {rareDeployment, "CreateRestApi"}, v1alpha1.OperationDelete: {"DeleteRestApi"},
		},
		Forget: func(context.Context) error {
			p.Object.Status.API = nil
			return nil
		},
	}
}

// rareDeployment is the call that bounds how many APIs an account gets. A new API waits for it before it is made: a pass that waits in
// between has to see that the API is still ours.
const rareDeployment = "CreateDeployment"

// adoptField is the field that says which API is taken over.
const adoptField = "spec.api.adopt.id"

func wantedAPI(p *engine.Pass) (*restAPI, error) {
	if !wantsAPI(&p.Object.Spec) {
		if known := p.Known(NameAPI); known != nil && known.Adopted {
			return nil, invalidSpec(fmt.Errorf("spec.routes: REST API %s was adopted, and an edit of the spec does not delete what others made; "+
				"keep a route, or delete this object", known.ID))
		}
		return nil, nil
	}
	// Edge-optimized APIs may be created once in 30 s only, and the front ends' CDN is not ours to choose.
	return &restAPI{Name: p.Owner.ResourceName(), Description: description(p.Owner), Endpoint: types.EndpointTypeRegional}, nil
}

// executeAPI is what the API's record keeps of a default endpoint that somebody disabled.
const executeAPI = "executeAPI"

func noteEndpoint(p *engine.Pass, api *types.RestApi) {
	p.Record(NameAPI).Kept = nil
	if api.DisableExecuteApiEndpoint {
		p.Record(NameAPI).Kept = map[string]string{executeAPI: string(v1alpha1.Disabled)}
	}
}

// Answers says whether the API has its default endpoint. Without it only a domain name of somebody's leads to the API.
func Answers(status *v1alpha1.SecuredAPIStatus) bool {
	known := status.Resource(NameAPI)
	return known != nil && known.Kept[executeAPI] != string(v1alpha1.Disabled)
}

func description(owner engine.Owner) string { return "Managed by SecuredAPI " + owner.String() }

// findAPIs returns the REST APIs that carry the owner's tags: a call for 500 APIs.
func (g *Gateway) findAPIs(ctx context.Context, owner engine.Owner) ([]engine.Found[types.RestApi], error) {
	var found []engine.Found[types.RestApi]
	pages := apigateway.NewGetRestApisPaginator(g.API, &apigateway.GetRestApisInput{Limit: aws.Int32(500)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			if owner.Owns(page.Items[i].Tags) {
				found = append(found, engine.Found[types.RestApi]{ID: *page.Items[i].Id, Value: &page.Items[i]})
			}
		}
	}
	return found, nil
}

// readAPI returns nil if there is no such API.
func (g *Gateway) readAPI(ctx context.Context, id string) (*types.RestApi, error) {
	out, err := g.API.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &id})
	if err != nil {
		return nil, unlessGone(err)
	}
	g.api = as[types.RestApi](out)
	return g.api, nil
}

func (g *Gateway) createAPI(ctx context.Context, want *restAPI, tags map[string]string) (engine.Found[types.RestApi], error) {
	out, err := g.API.CreateRestApi(ctx, &apigateway.CreateRestApiInput{
		Name: &want.Name, Description: &want.Description, Tags: tags,
		EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{want.Endpoint}},
	})
	if err != nil {
		return engine.Found[types.RestApi]{}, err
	}
	g.api = as[types.RestApi](out)
	return engine.Found[types.RestApi]{ID: *out.Id, Value: g.api}, nil
}

// tag writes tags on an API, or on what is below it: <api id>/stages/<name>.
func (g *Gateway) tag(ctx context.Context, p *engine.Pass, below string, tags map[string]string) error {
	arn, err := g.arn(p, below)
	if err != nil {
		return err
	}
	_, err = g.API.TagResource(ctx, &apigateway.TagResourceInput{ResourceArn: &arn, Tags: tags})
	return err
}

func (g *Gateway) untag(ctx context.Context, p *engine.Pass, below string, keys []string) error {
	arn, err := g.arn(p, below)
	if err != nil {
		return err
	}
	_, err = g.API.UntagResource(ctx, &apigateway.UntagResourceInput{ResourceArn: &arn, TagKeys: keys})
	return err
}

// arn is the ARN of an API, or of what is below it.
func (g *Gateway) arn(p *engine.Pass, below string) (string, error) {
	pool, err := g.pool(p)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("arn:%s:apigateway:%s::/restapis/%s", pool.Partition, pool.Region, below), nil
}

// unlessGone is err, but nil if it says that there is no such resource.
func unlessGone(err error) error {
	if awserr.Is(err, awserr.NotFound) {
		return nil
	}
	return err
}

func invalidSpec(err error) error { return awserr.Because(v1alpha1.ReasonInvalidSpec, err) }
