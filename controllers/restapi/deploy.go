package restapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// deployment is an immutable snapshot of the API, made of the model with that digest.
type deployment struct{ id, digest string }

// description is what a deployment carries: the model's digest, and the token of its creation.
func description(digest, token string) string { return digest + " " + token }

// deploy snapshots the working copy, which was seen to be the model, and makes the stage serve it, in one call.
func (p *Phase) deploy(ctx context.Context, seen seen, stage string) error {
	digest := seen.model.Digest()
	_, _, err := p.creatingDeployment(nil, func(ctx context.Context, token string) (deployment, error) {
		out, err := p.APIGateway.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{
			RestApiId: &p.Status.API.ID, StageName: &stage, Description: aws.String(description(digest, token)),
		})
		if err != nil {
			return deployment{}, err
		}
		return deployment{id: *out.Id, digest: digest}, nil
	}).Run(ctx, p.Journal)
	return err
}

// resolveDeployment settles a deployment whose reply was lost, before anything is made of the working copy.
func (p *Phase) resolveDeployment(ctx context.Context) error {
	begun := p.Status.Creation(partDeployment)
	if begun == nil || begun.Refused {
		return nil
	}
	token := begun.Token
	find := func(ctx context.Context) ([]deployment, error) { return p.findDeployments(ctx, token) }
	_, found, err := p.creatingDeployment(find, nil).Locate(ctx, p.Journal)
	if err == nil && !found {
		p.Status.ForgetCreation(partDeployment)
	}
	return err
}

func (p *Phase) creatingDeployment(find func(context.Context) ([]deployment, error),
	create func(context.Context, string) (deployment, error),
) ownership.Creating[deployment] {
	return ownership.Creating[deployment]{
		Resource: partDeployment, Find: find, Create: create,
		Keep: func(d deployment) { p.Status.API.DeploymentID, p.Status.API.Digest = d.id, d.digest },
	}
}

// findDeployments returns the deployments that carry the token.
func (p *Phase) findDeployments(ctx context.Context, token string) ([]deployment, error) {
	var found []deployment
	pages := apigateway.NewGetDeploymentsPaginator(p.APIGateway, &apigateway.GetDeploymentsInput{
		RestApiId: &p.Status.API.ID, Limit: aws.Int32(500),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("get deployments: %w", err)
		}
		for _, d := range page.Items {
			if digest, ok := strings.CutSuffix(aws.ToString(d.Description), " "+token); ok {
				found = append(found, deployment{id: *d.Id, digest: digest})
			}
		}
	}
	return found, nil
}

// noteStage notes a stage that is about to be made. They carry no tags of ours.
func (p *Phase) noteStage(stage string) {
	if !slices.Contains(p.Status.API.Stages, stage) {
		p.Status.API.Stages = append(p.Status.API.Stages, stage)
	}
}

// retireStages deletes the stages that served before, under other names.
func (p *Phase) retireStages(ctx context.Context) error {
	for _, old := range slices.Clone(p.Status.API.Stages) {
		if old == p.Status.API.Stage {
			continue
		}
		_, err := p.APIGateway.DeleteStage(ctx, &apigateway.DeleteStageInput{RestApiId: &p.Status.API.ID, StageName: &old})
		if err != nil && !awserr.Is(err, awserr.NotFound) {
			return fmt.Errorf("delete stage %s: %w", old, err)
		}
		p.Status.API.Stages = slices.DeleteFunc(p.Status.API.Stages, func(s string) bool { return s == old })
	}
	return nil
}
