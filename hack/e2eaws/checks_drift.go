package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// deploy makes a deployment of the recipe's working copy by hand.
func (w *world) deploy(
	ctx context.Context, o *v1alpha1.SecuredAPI, stage *string, canary *types.DeploymentCanarySettings,
) (id string, err error) {
	out, err := w.gateway.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{
		RestApiId: &o.Status.API.ID, StageName: stage, CanarySettings: canary,
	})
	if err != nil {
		return "", err
	}
	return *out.Id, nil
}

// stage reads the recipe's stage.
func (w *world) stage(ctx context.Context, o *v1alpha1.SecuredAPI) (*apigateway.GetStageOutput, error) {
	return w.gateway.GetStage(ctx, &apigateway.GetStageInput{RestApiId: &o.Status.API.ID, StageName: &o.Status.API.Stage})
}

// canaryShown puts a canary on the stage that gets all calls, and looks at what the stage says.
func (w *world) canaryShown(ctx context.Context) (finding, error) {
	o, err := w.ready(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	if _, err := w.deploy(ctx, o, &o.Status.API.Stage, &types.DeploymentCanarySettings{PercentTraffic: 100}); err != nil {
		return finding{}, err
	}
	stage, err := w.stage(ctx, o)
	if err != nil {
		return finding{}, err
	}
	kept := aws.ToString(stage.DeploymentId) == o.Status.API.DeploymentID
	return found(kept && stage.CanarySettings != nil, "the stage's own deployment is the same: %t; a canary is shown: %t",
		kept, stage.CanarySettings != nil)
}

// canaryBlocks deploys to the stage with the canary.
func (w *world) canaryBlocks(ctx context.Context) (finding, error) {
	o, err := w.get(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	_, err = w.deploy(ctx, o, &o.Status.API.Stage, nil)
	refusal, refused := errors.AsType[smithy.APIError](err)
	if !refused {
		return found(false, "not refused: %v", err)
	}
	blocked := refusal.ErrorCode() == "BadRequestException" && strings.Contains(refusal.ErrorMessage(), "Canary")
	return found(blocked, "%s: %s", refusal.ErrorCode(), refusal.ErrorMessage())
}

// repaired has the operator look again, and says what the stage serves then.
func (w *world) repaired(ctx context.Context) (finding, error) {
	o, err := w.lookAgain(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	stage, err := w.stage(ctx, o)
	if err != nil {
		return finding{}, err
	}
	ours := aws.ToString(stage.DeploymentId) == o.Status.API.DeploymentID
	if !ours || stage.CanarySettings != nil {
		return finding{}, fmt.Errorf("the stage serves deployment %s, canary %v, and status says %s",
			aws.ToString(stage.DeploymentId), stage.CanarySettings, o.Status.API.DeploymentID)
	}
	return finding{true, "found, and the stage serves the operator's deployment alone"}, nil
}

// stageMoved moves the stage to a deployment made by hand.
func (w *world) stageMoved(ctx context.Context) (finding, error) {
	o, err := w.ready(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	other, err := w.deploy(ctx, o, nil, nil)
	if err != nil {
		return finding{}, err
	}
	if _, err := w.gateway.UpdateStage(ctx, &apigateway.UpdateStageInput{
		RestApiId: &o.Status.API.ID, StageName: &o.Status.API.Stage,
		PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/deploymentId"), Value: &other}},
	}); err != nil {
		return finding{}, err
	}
	return w.repaired(ctx)
}

// methodOpened takes the authorizer off a method and deploys that to the stage.
func (w *world) methodOpened(ctx context.Context) (finding, error) {
	o, err := w.ready(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	resources, err := w.gateway.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: &o.Status.API.ID, Limit: aws.Int32(500)})
	if err != nil {
		return finding{}, err
	}
	for _, resource := range resources.Items {
		if aws.ToString(resource.Path) != "/registered" {
			continue
		}
		if _, err := w.gateway.UpdateMethod(ctx, &apigateway.UpdateMethodInput{
			RestApiId: &o.Status.API.ID, ResourceId: resource.Id, HttpMethod: aws.String(http.MethodGet),
			PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/authorizationType"), Value: aws.String("NONE")}},
		}); err != nil {
			return finding{}, err
		}
	}
	if _, err := w.deploy(ctx, o, &o.Status.API.Stage, nil); err != nil {
		return finding{}, err
	}
	if _, err := w.answers(ctx, request{http.MethodGet, "/registered", "", http.StatusOK}); err != nil {
		return finding{}, fmt.Errorf("the method was not opened: %w", err)
	}
	f, err := w.repaired(ctx)
	if err != nil {
		return f, err
	}
	_, err = w.answers(ctx, request{http.MethodGet, "/registered", "", http.StatusUnauthorized})
	return f, err
}

// events changes a client by hand and waits for the operator to hear of it.
func (w *world) events(ctx context.Context) (finding, error) {
	if w.queue == "" {
		return finding{}, &errUndecided{"E2E_QUEUE_URL names no queue of events"}
	}
	o, err := w.ready(ctx, "notes")
	if err != nil {
		return finding{}, err
	}
	pool, id := o.Status.UserPool.ID, o.Status.Client("web").ID
	if _, err := w.cognito.UpdateUserPoolClient(ctx, &cip.UpdateUserPoolClientInput{
		UserPoolId: &pool, ClientId: &id, ClientName: aws.String("web"), CallbackURLs: []string{home + "/elsewhere"},
	}); err != nil {
		return finding{}, err
	}
	err = w.await(ctx, func() (bool, string) {
		out, err := w.cognito.DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{UserPoolId: &pool, ClientId: &id})
		if err != nil {
			return false, err.Error()
		}
		urls := out.UserPoolClient.CallbackURLs
		return len(urls) == 1 && urls[0] == home+"/callback", fmt.Sprintf("the client still has %v", urls)
	})
	return found(err == nil, "a client that was changed by hand is repaired%s", because(err))
}
