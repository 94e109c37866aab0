package apigateway

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// createDeployment freezes the working copy. With a stage name it creates the stage, or moves it there.
func (t *tenant) createDeployment(r wire.Request, in *sdk.CreateDeploymentInput) (*sdk.CreateDeploymentOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	if err := a.deployable(); err != nil {
		return nil, err
	}
	move, err := t.stageMove(a, in)
	if err != nil {
		return nil, err
	}
	now := r.Now.Truncate(time.Second)
	d := &deployment{
		Deployment: types.Deployment{
			Id:          newID(shortID),
			CreatedDate: aws.Time(now),
			Description: filled(in.Description),
		},
		frozen: a.clone(),
	}
	a.deployments = append(a.deployments, d)
	move(d, now)
	return as[sdk.CreateDeploymentOutput](d.Deployment), nil
}

// deployable: AWS deploys only an API that has methods, all of them with an integration, and a private one only with a
// policy.
func (d *definition) deployable() error {
	if len(d.users(func(types.Method) bool { return true })) == 0 {
		return badRequest("The REST API doesn't contain any methods")
	}
	if len(d.users(func(m types.Method) bool { return m.MethodIntegration == nil })) > 0 {
		return badRequest("No integration defined for method")
	}
	if d.RestAPI.EndpointConfiguration.Types[0] == types.EndpointTypePrivate && d.RestAPI.Policy == nil {
		return badRequest("Private REST API doesn't have a resource policy attached to it")
	}
	return nil
}

// stageMove checks what the deployment is to do with a stage and returns how it is done, so that nothing is deployed
// if it can't be.
func (t *tenant) stageMove(
	a *restAPI, in *sdk.CreateDeploymentInput,
) (func(*deployment, time.Time), error) {
	name := text(in.StageName)
	if in.CanarySettings != nil {
		return a.canaryMove(in)
	}
	if name == "" {
		return func(*deployment, time.Time) {}, nil
	}
	if err := checkVariables(in.Variables); err != nil {
		return nil, err
	}
	stage := a.stage(&name)
	if stage == nil {
		if err := t.roomForStage(a, name); err != nil {
			return nil, err
		}
	} else if stage.CanarySettings != nil {
		// serverless/serverless#11518
		return nil, badRequest(invalidDeployment+"Non canary deployment not supported on stage %s because Canary is "+
			"enabled. Provide CanarySettings in deploymentInput.", name)
	}
	return func(d *deployment, now time.Time) {
		if stage == nil {
			stage = newStage(name, now)
			a.stages = append(a.stages, stage)
		}
		stage.DeploymentId = d.Id
		stage.LastUpdatedDate = aws.Time(now)
		overlayStage(stage, in)
	}, nil
}

// overlayStage sets what the call says about the stage and leaves the rest.
func overlayStage(stage *types.Stage, in *sdk.CreateDeploymentInput) {
	if in.StageDescription != nil {
		stage.Description = filled(in.StageDescription)
	}
	if in.Variables != nil {
		stage.Variables = in.Variables
	}
	if in.TracingEnabled != nil {
		stage.TracingEnabled = *in.TracingEnabled
	}
	if in.CacheClusterEnabled != nil {
		setCache(stage, *in.CacheClusterEnabled, in.CacheClusterSize)
	}
}

// invalidDeployment begins what AWS says of a deployment that doesn't fit its stage; there is no space after it.
const invalidDeployment = "Invalid deployment content specified."

// canaryMove puts the deployment beside the one that the stage serves (test_create_canary_deployment_validation,
// 2025-05-30). A canary that is there already gets the new deployment and the new settings
// (test_create_canary_deployment, 2025-05-30). How much of the traffic it gets: see canaryServes.
func (a *restAPI) canaryMove(in *sdk.CreateDeploymentInput) (func(*deployment, time.Time), error) {
	if text(in.StageName) == "" {
		provided := "null"
		if in.StageName != nil {
			provided = ""
		}
		return nil, badRequest(invalidDeployment+"Non null and non empty stageName must be provided for canary deployment. "+
			"Provided value is %s", provided)
	}
	stage := a.stage(in.StageName)
	if stage == nil {
		return nil, badRequest(invalidDeployment+"Stage %s must already be created before making a canary release deployment",
			*in.StageName)
	}
	return func(d *deployment, now time.Time) {
		stage.CanarySettings = as[types.CanarySettings](*in.CanarySettings)
		stage.CanarySettings.DeploymentId = d.Id
		delete(a.canaryDue, *stage.StageName)
		stage.LastUpdatedDate = aws.Time(now)
	}, nil
}

func (a *restAPI) deployment(id *string) *deployment {
	return find(a.deployments, func(d *deployment) bool { return same(d.Id, text(id)) })
}

func (t *tenant) getDeployment(_ wire.Request, in *sdk.GetDeploymentInput) (*sdk.GetDeploymentOutput, error) {
	_, d, err := t.deployment(in.RestApiId, in.DeploymentId)
	if err != nil {
		return nil, err
	}
	out := as[sdk.GetDeploymentOutput](d.Deployment)
	if slices.Contains(in.Embed, "apisummary") {
		out.ApiSummary = d.frozen.summary()
	}
	return out, nil
}

// summary is what a deployment tells of its methods.
func (d *definition) summary() map[string]map[string]types.MethodSnapshot {
	all := map[string]map[string]types.MethodSnapshot{}
	for _, u := range d.users(func(types.Method) bool { return true }) {
		if all[u.path] == nil {
			all[u.path] = map[string]types.MethodSnapshot{}
		}
		all[u.path][u.httpMethod] = types.MethodSnapshot{
			ApiKeyRequired:    aws.ToBool(u.method.ApiKeyRequired),
			AuthorizationType: u.method.AuthorizationType,
		}
	}
	return all
}

func (t *tenant) getDeployments(_ wire.Request, in *sdk.GetDeploymentsInput) (*sdk.GetDeploymentsOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	var all []types.Deployment
	for _, d := range a.deployments {
		all = append(all, d.Deployment)
	}
	items, next := page(all, in.Limit, in.Position)
	return &sdk.GetDeploymentsOutput{Items: items, Position: next}, nil
}

func (t *tenant) deleteDeployment(
	_ wire.Request, in *sdk.DeleteDeploymentInput,
) (*sdk.DeleteDeploymentOutput, error) {
	a, d, err := t.deployment(in.RestApiId, in.DeploymentId)
	if err != nil {
		return nil, err
	}
	for _, s := range a.stages {
		if same(s.DeploymentId, *d.Id) || s.CanarySettings != nil && same(s.CanarySettings.DeploymentId, *d.Id) {
			return nil, badRequest("Active stages pointing to this deployment must be moved or deleted")
		}
	}
	remove(&a.deployments, func(other *deployment) bool { return other == d })
	return &sdk.DeleteDeploymentOutput{}, nil
}

func (t *tenant) updateDeployment(
	r wire.Request, in *sdk.UpdateDeploymentInput,
) (*sdk.UpdateDeploymentOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).err(); err != nil {
		return nil, err
	}
	_, d, err := t.deployment(in.RestApiId, in.DeploymentId)
	if err != nil {
		return nil, err
	}
	list := changes(in.PatchOperations)
	if err := replaceOnly(list, "/description"); err != nil {
		return nil, err
	}
	for _, c := range list {
		d.Description = filled(c.value)
	}
	return as[sdk.UpdateDeploymentOutput](d.Deployment), nil
}
