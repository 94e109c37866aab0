package apigateway

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// everyMethod is the key of the settings for all methods of a stage.
const everyMethod = "*/*"

// defaultSetting is what a method setting starts from (test_update_stage_remove_wildcard, 2024-03-05).
var defaultSetting = types.MethodSetting{
	CacheTtlInSeconds:                      300,
	RequireAuthorizationForCacheControl:    true,
	ThrottlingBurstLimit:                   5000,
	ThrottlingRateLimit:                    10000,
	UnauthorizedCacheControlHeaderStrategy: types.UnauthorizedCacheControlHeaderStrategySucceedWithResponseHeader,
}

// setMethodSetting sets one value for one method, or for all. A method's first setting starts from the one for all
// methods as it is then; a later change of that one doesn't reach it (test_create_update_stages, 2024-03-05).
func setMethodSetting(s *types.Stage, c change) error {
	raw := strings.Split(strings.Trim(c.path, "/"), "/")
	if len(raw) != 4 {
		return unknownSetting(c)
	}
	key := methodKey(raw[:2])
	setting, ok := s.MethodSettings[key]
	if !ok {
		if setting, ok = s.MethodSettings[everyMethod]; !ok {
			setting = defaultSetting
		}
	}
	if !assignSetting(&setting, raw[2]+"/"+raw[3], text(c.value)) {
		return unknownSetting(c)
	}
	s.MethodSettings[key] = setting
	return nil
}

// assignSetting tells whether there is such a setting and the value fits.
func assignSetting(s *types.MethodSetting, name, value string) bool {
	yes := strings.EqualFold(value, "true")
	var err error
	switch name {
	case "metrics/enabled":
		s.MetricsEnabled = yes
	case "logging/dataTrace":
		s.DataTraceEnabled = yes
	case "logging/loglevel":
		s.LoggingLevel = aws.String(value)
	case "throttling/burstLimit":
		s.ThrottlingBurstLimit, err = number(value)
	case "throttling/rateLimit":
		s.ThrottlingRateLimit, err = strconv.ParseFloat(value, 64)
	case "caching/ttlInSeconds":
		s.CacheTtlInSeconds, err = number(value)
	case "caching/enabled":
		s.CachingEnabled = yes
	case "caching/dataEncrypted":
		s.CacheDataEncrypted = yes
	case "caching/requireAuthorizationForCacheControl":
		s.RequireAuthorizationForCacheControl = yes
	case "caching/unauthorizedCacheControlHeaderStrategy":
		s.UnauthorizedCacheControlHeaderStrategy = types.UnauthorizedCacheControlHeaderStrategy(value)
		return slices.Contains(s.UnauthorizedCacheControlHeaderStrategy.Values(), s.UnauthorizedCacheControlHeaderStrategy)
	default:
		return false
	}
	return err == nil
}

func number(value string) (int32, error) {
	n, err := strconv.ParseInt(value, 10, 32)
	return int32(n), err
}

// setInCanary changes the canary of a stage; the first change makes one of the stage's own deployment
// (test_create_canary_deployment_by_stage_update, 2025-05-30).
func (a *restAPI) setInCanary(s *types.Stage, c change) error {
	if c.op == types.OpAdd {
		return badRequest("Invalid add operation with path: %s", c.path)
	}
	canary := s.CanarySettings
	if canary == nil {
		canary = &types.CanarySettings{DeploymentId: s.DeploymentId}
	}
	switch {
	case c.path == "/canarySettings/deploymentId":
		if a.deployment(c.value) == nil {
			return badRequest("Deployment id does not exist")
		}
		canary.DeploymentId = c.value
	case c.path == "/canarySettings/percentTraffic":
		percent, err := strconv.ParseFloat(text(c.value), 64)
		if err != nil || percent < 0 || percent > 100 {
			return badRequest("Invalid percentTraffic specified")
		}
		canary.PercentTraffic = percent
	case c.path == "/canarySettings/useStageCache":
		canary.UseStageCache = truth(c.value)
	case len(c.parts) == 3 && c.parts[1] == "stageVariableOverrides":
		put(&canary.StageVariableOverrides, c.parts[2], text(c.value))
	default:
		return unknownSetting(c)
	}
	s.CanarySettings = canary
	return nil
}
