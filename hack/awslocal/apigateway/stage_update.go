package apigateway

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (t *tenant) updateStage(r wire.Request, in *sdk.UpdateStageInput) (*sdk.UpdateStageOutput, error) {
	if err := constrain(r).patch(in.PatchOperations).err(); err != nil {
		return nil, err
	}
	a, stage, err := t.stage(in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	patched := wire.Clone(*stage)
	for i, c := range changes(in.PatchOperations) {
		var err error
		switch c.op {
		case types.OpAdd, types.OpReplace:
			err = a.setInStage(&patched, c)
		case types.OpRemove:
			err = removeFromStage(&patched, c)
		case types.OpCopy:
			err = copyFromCanary(&patched, text(in.PatchOperations[i].From), c)
		default:
			err = c.only(types.OpAdd, types.OpRemove, types.OpReplace, types.OpCopy)
		}
		if err != nil {
			return nil, err
		}
	}
	patched.LastUpdatedDate = aws.Time(r.Now.Truncate(time.Second))
	*stage = patched
	delete(a.canaryDue, *stage.StageName)
	return as[sdk.UpdateStageOutput](patched), nil
}

func (a *restAPI) setInStage(s *types.Stage, c change) error {
	switch c.root() {
	case "variables":
		key, ok := c.key()
		if !ok {
			return unknownSetting(c)
		}
		put(&s.Variables, key, text(c.value))
		return checkVariables(map[string]string{key: text(c.value)})
	case "accessLogSettings":
		return setAccessLog(s, c)
	case "canarySettings":
		return a.setInCanary(s, c)
	}
	if !c.whole() {
		return setMethodSetting(s, c)
	}
	switch c.root() {
	case "deploymentId":
		if a.deployment(c.value) == nil {
			return badRequest("Deployment id does not exist")
		}
		s.DeploymentId = c.value
	case "description":
		s.Description = filled(c.value)
	case "cacheClusterEnabled":
		setCache(s, truth(c.value), s.CacheClusterSize)
	case "cacheClusterSize":
		setCache(s, s.CacheClusterEnabled, types.CacheClusterSize(text(c.value)))
	case "clientCertificateId":
		s.ClientCertificateId = filled(c.value)
	case "documentationVersion":
		s.DocumentationVersion = filled(c.value)
	case "webAclArn":
		s.WebAclArn = filled(c.value)
	case "tracingEnabled":
		s.TracingEnabled = truth(c.value)
	default:
		return unknownSetting(c)
	}
	return nil
}

// setAccessLog has refusals of its own (test_stage_access_log_settings_validation, 2026-02-25).
func setAccessLog(s *types.Stage, c change) error {
	member, _ := c.key()
	if member != "destinationArn" && member != "format" {
		return badRequest("Invalid accessLogSettings path. Must be one of : " +
			"[/accessLogSettings/destinationArn, /accessLogSettings/format]")
	}
	if text(c.value) == "" {
		return badRequest("Access Log value must not be empty")
	}
	if s.AccessLogSettings == nil {
		s.AccessLogSettings = &types.AccessLogSettings{}
	}
	if member == "format" {
		s.AccessLogSettings.Format = c.value
	} else {
		s.AccessLogSettings.DestinationArn = c.value
	}
	return nil
}

// removeFromStage: for everything that can't be removed AWS says that a method setting isn't there.
func removeFromStage(s *types.Stage, c change) error {
	switch c.path {
	case "/accessLogSettings":
		s.AccessLogSettings = nil
		return nil
	case "/canarySettings":
		s.CanarySettings = nil
		return nil
	}
	if key, ok := c.key(); ok && c.root() == "variables" {
		drop(&s.Variables, key)
		return nil
	}
	key := methodKey(strings.Split(strings.Trim(c.path, "/"), "/"))
	if _, ok := s.MethodSettings[key]; !ok {
		return badRequest("Cannot remove method setting %s because there is no method setting for this method ", key)
	}
	delete(s.MethodSettings, key)
	return nil
}

// copyFromCanary promotes a canary: its deployment or its variables become the stage's, and the canary stays. Nothing
// else can be copied (test_update_stage_with_copy_ops, 2025-05-30).
func copyFromCanary(s *types.Stage, from string, c change) error {
	deployment := c.path == "/deploymentId" && from == "/canarySettings/deploymentId"
	variables := c.path == "/variables" && from == "/canarySettings/stageVariableOverrides"
	if !deployment && !variables {
		return badRequest("Invalid copy operation with path: %s and from %s. Valid copy:path are [/deploymentId, /variables] "+
			"and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]", c.path, from)
	}
	if s.CanarySettings == nil {
		return badRequest("Promotion not available. Canary does not exist.")
	}
	if deployment {
		s.DeploymentId = s.CanarySettings.DeploymentId
		return nil
	}
	for key, value := range s.CanarySettings.StageVariableOverrides {
		put(&s.Variables, key, value)
	}
	return nil
}

// settingPaths is the list in AWS's refusal, with its slips (test_create_update_stages, 2024-03-05).
var settingPaths = []string{
	"/deploymentId", "/description", "/cacheClusterEnabled", "/cacheClusterSize", "/clientCertificateId",
	"/accessLogSettings", "/accessLogSettings/destinationArn", "/accessLogSettings/format",
	"/{resourcePath}/{httpMethod}/metrics/enabled",
	"/{resourcePath}/{httpMethod}/logging/dataTrace",
	"/{resourcePath}/{httpMethod}/logging/loglevel",
	"/{resourcePath}/{httpMethod}/throttling/burstLimit" +
		"/{resourcePath}/{httpMethod}/throttling/rateLimit" +
		"/{resourcePath}/{httpMethod}/caching/ttlInSeconds",
	"/{resourcePath}/{httpMethod}/caching/enabled",
	"/{resourcePath}/{httpMethod}/caching/dataEncrypted",
	"/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl",
	"/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy",
	"/*/*/metrics/enabled",
	"/*/*/logging/dataTrace",
	"/*/*/logging/loglevel",
	"/*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds",
	"/*/*/caching/enabled",
	"/*/*/caching/dataEncrypted",
	"/*/*/caching/requireAuthorizationForCacheControl",
	"/*/*/caching/unauthorizedCacheControlHeaderStrategy",
	"/variables/{variable_name}", "/tracingEnabled",
}

func unknownSetting(c change) error {
	return badRequest("Invalid method setting path: %s. Must be one of: [%s]", c.path, strings.Join(settingPaths, ", "))
}

// methodKey is how a stage names a method: the resource's path without its slash, and the HTTP method.
func methodKey(parts []string) string {
	return strings.TrimPrefix(strings.Join(slices.Clone(parts), "/"), "~1")
}
