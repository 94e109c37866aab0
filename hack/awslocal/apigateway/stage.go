package apigateway

import (
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// newStage is a stage with AWS's defaults.
func newStage(name string, now time.Time) *types.Stage {
	return &types.Stage{
		StageName:          &name,
		CreatedDate:        aws.Time(now),
		LastUpdatedDate:    aws.Time(now),
		CacheClusterStatus: types.CacheClusterStatusNotAvailable,
		MethodSettings:     map[string]types.MethodSetting{},
	}
}

func setCache(s *types.Stage, enabled bool, size types.CacheClusterSize) {
	s.CacheClusterEnabled, s.CacheClusterSize = enabled, size
	s.CacheClusterStatus = types.CacheClusterStatusNotAvailable
	if enabled {
		s.CacheClusterStatus = types.CacheClusterStatusAvailable
		if size == "" {
			s.CacheClusterSize = types.CacheClusterSizeSize0Point5Gb
		}
	}
}

// stageName: hyphens are accepted since about 2019, though AWS's message never said so.
var stageName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

func (t *tenant) roomForStage(a *restAPI, name string) error {
	if !stageName.MatchString(name) {
		return badRequest("Stage name only allows a-zA-Z0-9_")
	}
	if len(a.stages) >= t.limits.Stages {
		return limitExceeded("stages")
	}
	return nil
}

// variableValue is what CreateStage's documentation allows.
var variableValue = regexp.MustCompile(`^[A-Za-z0-9-._~:/?#&=,]+$`)

func checkVariables(variables map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(variables)) {
		if !variableValue.MatchString(variables[key]) {
			return badRequest("Invalid stage variable value of key %s.  Please use values with alphanumeric characters "+
				"and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.", key)
		}
	}
	return nil
}

func (t *tenant) createStage(r wire.Request, in *sdk.CreateStageInput) (*sdk.CreateStageOutput, error) {
	if err := constrain(r).notNull("stageName", in.StageName).notNull("deploymentId", in.DeploymentId).err(); err != nil {
		return nil, err
	}
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	if err := checkVariables(in.Variables); err != nil {
		return nil, err
	}
	if a.stage(in.StageName) != nil {
		return nil, conflict("Stage already exists")
	}
	if err := t.roomForStage(a, *in.StageName); err != nil {
		return nil, err
	}
	deployments := []*string{in.DeploymentId}
	if in.CanarySettings != nil {
		deployments = append(deployments, in.CanarySettings.DeploymentId)
	}
	if slices.ContainsFunc(deployments, func(id *string) bool { return a.deployment(id) == nil }) {
		return nil, badRequest("Deployment id does not exist")
	}
	s := newStage(*in.StageName, r.Now.Truncate(time.Second))
	s.DeploymentId = in.DeploymentId
	s.Description = filled(in.Description)
	s.DocumentationVersion = filled(in.DocumentationVersion)
	s.Variables = in.Variables
	s.TracingEnabled = in.TracingEnabled
	s.CanarySettings = in.CanarySettings
	if len(in.Tags) > 0 {
		s.Tags = in.Tags
	}
	setCache(s, in.CacheClusterEnabled, in.CacheClusterSize)
	a.stages = append(a.stages, s)
	return as[sdk.CreateStageOutput](*s), nil
}

func (a *restAPI) stage(name *string) *types.Stage {
	return find(a.stages, func(s *types.Stage) bool { return same(s.StageName, text(name)) })
}

func (t *tenant) getStage(_ wire.Request, in *sdk.GetStageInput) (*sdk.GetStageOutput, error) {
	_, s, err := t.stage(in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	return as[sdk.GetStageOutput](*s), nil
}

func (t *tenant) getStages(_ wire.Request, in *sdk.GetStagesInput) (*sdk.GetStagesOutput, error) {
	a, err := t.api(in.RestApiId)
	if err != nil {
		return nil, err
	}
	items := []types.Stage{}
	for _, s := range a.stages {
		if in.DeploymentId == nil || same(s.DeploymentId, *in.DeploymentId) {
			items = append(items, *s)
		}
	}
	return &sdk.GetStagesOutput{Item: items}, nil
}

func (t *tenant) deleteStage(_ wire.Request, in *sdk.DeleteStageInput) (*sdk.DeleteStageOutput, error) {
	a, s, err := t.stage(in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	remove(&a.stages, func(other *types.Stage) bool { return other == s })
	delete(a.canaryDue, *s.StageName)
	t.forget(*a.RestAPI.Id, *s.StageName)
	return &sdk.DeleteStageOutput{}, nil
}

func (t *tenant) flushStageAuthorizersCache(
	_ wire.Request, in *sdk.FlushStageAuthorizersCacheInput,
) (*sdk.FlushStageAuthorizersCacheOutput, error) {
	a, s, err := t.stage(in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	t.forget(*a.RestAPI.Id, *s.StageName)
	return &sdk.FlushStageAuthorizersCacheOutput{}, nil
}
