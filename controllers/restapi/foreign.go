package restapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// foreignAuthorizer begins the names of authorizers that are not ours. An overwrite of the API takes them away; until then a
// stage from before goes by them.
const foreignAuthorizer = "authorizer/"

// others lists what an API from before holds and this object did not make: stages, and authorizers that take other tokens than
// the pool's.
func (g *Gateway) others(ctx context.Context, p *engine.Pass, id string) ([]v1alpha1.ForeignResource, error) {
	all, err := g.stages(ctx, id)
	if err != nil {
		return nil, err
	}
	found := otherStages(p, all)
	if p.ID(poolName) == "" {
		// The pool is gone, and nobody knows whose tokens an authorizer was to take. It lets nobody in.
		return found, nil
	}
	pool, err := g.pool(p)
	if err != nil {
		return nil, err
	}
	authorizers, err := g.authorizers(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range authorizers {
		if a := &authorizers[i]; !guards(a, pool.String(), p.Object.Spec.TokenHeader()) {
			found = append(found, v1alpha1.ForeignResource{Name: foreignAuthorizer + aws.ToString(a.Name), ID: aws.ToString(a.Id)})
		}
	}
	return found, nil
}

// stages lists the stages of an API: one call, as for one stage, that also shows those of others.
func (g *Gateway) stages(ctx context.Context, api string) ([]types.Stage, error) {
	out, err := g.API.GetStages(ctx, &apigateway.GetStagesInput{RestApiId: &api})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

// otherStages are those that neither the spec nor a record has.
func otherStages(p *engine.Pass, all []types.Stage) []v1alpha1.ForeignResource {
	var found []v1alpha1.ForeignResource
	for i := range all {
		name := aws.ToString(all[i].StageName)
		if name != p.Object.Spec.Stage && p.Known(PrefixStage+name) == nil {
			found = append(found, v1alpha1.ForeignResource{Name: PrefixStage + name, ID: aws.ToString(all[i].DeploymentId)})
		}
	}
	return found
}
