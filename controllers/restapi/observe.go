package restapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// WorkingCopy is what API Gateway holds and would snapshot with a deployment. A map is nil if it was not looked at.
type WorkingCopy struct {
	// Methods by "GET /path".
	Methods map[string]types.Method
	// Authorizers by id.
	Authorizers map[string]types.Authorizer
}

// observe reads the working copy whole: two calls for up to 500 resources.
func (p *Phase) observe(ctx context.Context) (WorkingCopy, error) {
	methods, err := p.getMethods(ctx)
	if err != nil {
		return WorkingCopy{}, err
	}
	authorizers, err := p.getAuthorizers(ctx)
	return WorkingCopy{Methods: methods, Authorizers: authorizers}, err
}

func (p *Phase) getMethods(ctx context.Context) (map[string]types.Method, error) {
	methods := map[string]types.Method{}
	pages := apigateway.NewGetResourcesPaginator(p.APIGateway, &apigateway.GetResourcesInput{
		RestApiId: &p.Status.API.ID, Embed: []string{"methods"}, Limit: aws.Int32(500),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("get resources: %w", err)
		}
		for _, resource := range page.Items {
			for name, method := range resource.ResourceMethods {
				methods[name+" "+*resource.Path] = method
			}
		}
	}
	return methods, nil
}

// getAuthorizers needs one page: an API has at most 10.
func (p *Phase) getAuthorizers(ctx context.Context) (map[string]types.Authorizer, error) {
	out, err := p.APIGateway.GetAuthorizers(ctx, &apigateway.GetAuthorizersInput{RestApiId: &p.Status.API.ID, Limit: aws.Int32(500)})
	if err != nil {
		return nil, fmt.Errorf("get authorizers: %w", err)
	}
	authorizers := map[string]types.Authorizer{}
	for _, authorizer := range out.Items {
		authorizers[*authorizer.Id] = authorizer
	}
	return authorizers, nil
}

// servedDeployment returns the id of the deployment that the stage serves, empty if there is no such stage. A deployment
// cannot be changed, so this one call tells whether what is served is ours.
func (p *Phase) servedDeployment(ctx context.Context, stage string) (string, error) {
	out, err := p.APIGateway.GetStage(ctx, &apigateway.GetStageInput{RestApiId: &p.Status.API.ID, StageName: &stage})
	if awserr.Is(err, awserr.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("get stage %s: %w", stage, err)
	}
	return aws.ToString(out.DeploymentId), nil
}

// checkOwner fails unless the API carries the owner's tags.
func (p *Phase) checkOwner(ctx context.Context) error {
	id := p.Status.API.ID
	tags, err := p.tags(ctx, id)
	if err == nil && !p.Owner.Owns(tags) {
		return ownership.Conflict("REST API "+id, tags)
	}
	return err
}

// tags are those that an API carries.
func (p *Phase) tags(ctx context.Context, id string) (map[string]string, error) {
	api, err := p.APIGateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &id})
	if err != nil {
		return nil, fmt.Errorf("get REST API %s: %w", id, err)
	}
	return api.Tags, nil
}

// findAPIs returns the REST APIs that carry the owner's tags.
func (p *Phase) findAPIs(ctx context.Context) ([]types.RestApi, error) {
	var found []types.RestApi
	pages := apigateway.NewGetRestApisPaginator(p.APIGateway, &apigateway.GetRestApisInput{Limit: aws.Int32(500)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("get REST APIs: %w", err)
		}
		found = append(found, slices.DeleteFunc(page.Items, func(api types.RestApi) bool { return !p.Owner.Owns(api.Tags) })...)
	}
	return found, nil
}

// creatingAPI is how the REST API is created at most once.
func (p *Phase) creatingAPI(m *Model) ownership.Creating[types.RestApi] {
	return ownership.Creating[types.RestApi]{
		Resource: PartAPI,
		Find:     p.findAPIs,
		Create: func(ctx context.Context, token string) (types.RestApi, error) {
			out, err := p.APIGateway.CreateRestApi(ctx, &apigateway.CreateRestApiInput{
				Name: &m.Name, Description: &m.Description, Tags: p.Owner.Tags(token),
				// Edge-optimized APIs may be created once in 30 s only, and the front ends' CDN is not ours to choose.
				EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}},
			})
			if err != nil {
				return types.RestApi{}, err
			}
			return types.RestApi{Id: out.Id, Tags: out.Tags}, nil
		},
		Keep: func(api types.RestApi) { p.Status.API = &v1alpha1.APIStatus{ID: *api.Id} },
	}
}
