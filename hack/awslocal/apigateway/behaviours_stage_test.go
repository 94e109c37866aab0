package apigateway_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
)

func TestStages(t *testing.T) {
	creates := func(change func(*sdk.CreateStageInput)) func(*fixture) {
		return func(f *fixture) {
			a := f.deployable()
			in := &sdk.CreateStageInput{RestApiId: a.id, StageName: aws.String("s1"), DeploymentId: a.deploy("s0")}
			change(in)
			try(f.sdk.CreateStage(f.Context(), in))
		}
	}
	updates := func(ops ...string) func(*fixture) {
		return func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			try(f.sdk.UpdateStage(f.Context(), &sdk.UpdateStageInput{
				RestApiId: a.id, StageName: aws.String("s1"), PatchOperations: patch(ops...),
			}))
		}
	}
	const (
		setting = `"cacheDataEncrypted":false,"cacheTtlInSeconds":300,"dataTraceEnabled":false,"metricsEnabled":false,` +
			`"requireAuthorizationForCacheControl":true,"throttlingRateLimit":10000,` +
			`"unauthorizedCacheControlHeaderStrategy":"SUCCEED_WITH_RESPONSE_HEADER"`
		stage = `"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":"*",` +
			`"deploymentId":"*","lastUpdatedDate":"*","stageName":"s1","tracingEnabled":false`
		wrongLog = `400 BadRequestException: Invalid accessLogSettings path. Must be one of : ` +
			`[/accessLogSettings/destinationArn, /accessLogSettings/format]`
	)
	check(t, []behavior{{
		name: "a stage", source: "test_create_update_stages, 2024-03-05",
		do:   creates(func(in *sdk.CreateStageInput) { in.Description = aws.String("my stage") }),
		want: `201 {` + plainStage + `,"description":"my stage"}`,
	}, {
		name: "two of a name", source: "threads on \"Stage already exists\"",
		do:   creates(func(in *sdk.CreateStageInput) { in.StageName = aws.String("s0") }),
		want: `409 ConflictException: Stage already exists`,
	}, {
		name: "a name with a dollar", source: "cdk-preflight (text seen 2016-2023)",
		do:   creates(func(in *sdk.CreateStageInput) { in.StageName = aws.String("$default") }),
		want: `400 BadRequestException: Stage name only allows a-zA-Z0-9_`,
	}, {
		name: "a name with a hyphen", source: "serverless/serverless#5693; API reference of CreateStage",
		do: creates(func(in *sdk.CreateStageInput) { in.StageName = aws.String("beta-1") }),
		want: `201 {"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":"*","deploymentId":"*",` +
			`"lastUpdatedDate":"*","methodSettings":{},"stageName":"beta-1","tracingEnabled":false}`,
	}, {
		name: "a missing stage", source: "awslabs/aws-api-gateway-developer-portal#310",
		do: func(f *fixture) {
			try(f.sdk.GetStage(f.Context(), &sdk.GetStageInput{RestApiId: f.api().id, StageName: aws.String("s1")}))
		},
		want: `404 NotFoundException: Invalid stage identifier specified`,
	}, {
		name: "stages of one deployment", source: "test_get_stages_filters_by_deployment_id, 2026-02-25",
		do: func(f *fixture) {
			a := f.deployable()
			id := a.deploy("s1")
			a.deploy("s2")
			try(f.sdk.GetStages(f.Context(), &sdk.GetStagesInput{RestApiId: a.id, DeploymentId: id}))
		},
		want: `200 {"item":[{` + plainStage + `}]}`,
	}, {
		name: "a deletion", source: "API reference of DeleteStage",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			try(f.sdk.DeleteStage(f.Context(), &sdk.DeleteStageInput{RestApiId: a.id, StageName: aws.String("s1")}))
		},
		want: `202`,
	}, {
		name: "settings for one method start from those for all", source: "test_create_update_stages, 2024-03-05",
		do: updates("replace /*/*/throttling/burstLimit 123", "replace /*/*/caching/enabled true",
			"replace /test/GET/throttling/burstLimit 124", "replace /*/*/throttling/burstLimit 100"),
		want: `200 {` + stage + `,"methodSettings":{"*/*":{` + setting + `,"cachingEnabled":true,"throttlingBurstLimit":100},` +
			`"test/GET":{` + setting + `,"cachingEnabled":true,"throttlingBurstLimit":124}}}`,
	}, {
		name: "settings for all methods can be removed", source: "test_update_stage_remove_wildcard, 2024-03-05",
		do:   updates("replace /*/*/caching/enabled true", "remove /*/*"),
		want: `200 {` + plainStage + `}`,
	}, {
		name: "if they are there", source: "test_update_stage_remove_wildcard, 2024-03-05",
		do:   updates("remove /*/*"),
		want: `400 BadRequestException: Cannot remove method setting */* because there is no method setting for this method `,
	}, {
		name: "description, variables and tracing", source: "test_create_update_stages, 2024-03-05",
		do: updates("replace /description new", "replace /variables/var1 test", "replace /tracingEnabled true"),
		want: `200 {"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":"*","deploymentId":"*",` +
			`"description":"new","lastUpdatedDate":"*","methodSettings":{},"stageName":"s1","tracingEnabled":true,` +
			`"variables":{"var1":"test"}}`,
	}, {
		name: "tags aren't patched", source: "test_create_update_stages, 2024-03-05",
		do: updates("replace /tags/tag1 value1"),
		want: `400 BadRequestException: Invalid method setting path: /tags/tag1. Must be one of: [/deploymentId, ` +
			`/description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, ` +
			`/accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, ` +
			`/{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, ` +
			`/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit` +
			`/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, ` +
			`/{resourcePath}/{httpMethod}/caching/dataEncrypted, ` +
			`/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, ` +
			`/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, ` +
			`/*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit ` +
			`/*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, ` +
			`/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, ` +
			`/variables/{variable_name}, /tracingEnabled]`,
	}, {
		name: "access logs", source: "test_stage_access_log_settings, 2026-02-25",
		do:   updates("add /accessLogSettings/destinationArn arn", "add /accessLogSettings/format $context.requestId"),
		want: `200 {` + plainStage + `,"accessLogSettings":{"destinationArn":"arn","format":"$context.requestId"}}`,
	}, {
		name: "access logs are removed as a whole", source: "test_stage_access_log_settings, 2026-02-25",
		do:   updates("add /accessLogSettings/destinationArn arn", "remove /accessLogSettings"),
		want: `200 {` + plainStage + `}`,
	}, {
		name: "and only so", source: "test_stage_access_log_settings_validation, 2026-02-25",
		do: updates("add /accessLogSettings/destinationArn arn", "remove /accessLogSettings/destinationArn"),
		want: `400 BadRequestException: Cannot remove method setting accessLogSettings/destinationArn because there is no ` +
			`method setting for this method `,
	}, {
		name: "access logs are set one by one", source: "test_stage_access_log_settings_validation, 2026-02-25",
		do:   updates("add /accessLogSettings arn"),
		want: wrongLog,
	}, {
		name: "access logs know two settings", source: "test_stage_access_log_settings_validation, 2026-02-25",
		do:   updates("replace /accessLogSettings/* arn"),
		want: wrongLog,
	}, {
		name: "access logs go somewhere", source: "test_stage_access_log_settings_validation, 2026-02-25",
		do:   updates("replace /accessLogSettings/format "),
		want: `400 BadRequestException: Access Log value must not be empty`,
	}, {
		name: "a stage moves to another deployment", source: "patch operations of UpdateStage: replace /deploymentId",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			id := a.snapshot()
			a.patchStage("s1", "replace /deploymentId "+*id)
			try(f.sdk.GetStages(f.Context(), &sdk.GetStagesInput{RestApiId: a.id, DeploymentId: id}))
		},
		want: `200 {"item":[{` + plainStage + `}]}`,
	}, {
		name: "to one that there is", source: "test_update_stage_canary_deployment_validation, 2025-05-30, of a canary",
		do:   updates("replace /deploymentId abc"),
		want: `400 BadRequestException: Deployment id does not exist`,
	}})
}

func TestTags(t *testing.T) {
	arn := func(a api) *string { return aws.String("arn:aws:apigateway:us-east-1::/restapis/" + *a.id) }
	tag := func(a api) {
		must(a.f.sdk.TagResource(a.f.Context(), &sdk.TagResourceInput{
			ResourceArn: arn(a), Tags: map[string]string{"owner": "me", "uid": "1"},
		}))
	}
	check(t, []behavior{{
		name: "tagging answers 204", source: "API reference of TagResource",
		do:   func(f *fixture) { tag(f.api()) },
		want: `204`,
	}, {
		name: "tags show in lists of APIs", source: "test_create_rest_api_with_tags, 2025-07-02",
		do: func(f *fixture) {
			tag(f.api())
			try(f.sdk.GetRestApis(f.Context(), &sdk.GetRestApisInput{}))
		},
		want: `200 {"item":[{` + plainAPI + `,"tags":{"owner":"me","uid":"1"}}]}`,
	}, {
		name: "a tag can be taken away", source: "API reference of UntagResource",
		do: func(f *fixture) {
			a := f.api()
			tag(a)
			must(f.sdk.UntagResource(f.Context(), &sdk.UntagResourceInput{ResourceArn: arn(a), TagKeys: []string{"uid"}}))
			try(f.sdk.GetTags(f.Context(), &sdk.GetTagsInput{ResourceArn: arn(a)}))
		},
		want: `200 {"tags":{"owner":"me"}}`,
	}})
}

func TestTagsOfStages(t *testing.T) {
	arn := func(a api) *string {
		return aws.String("arn:aws:apigateway:us-east-1::/restapis/" + *a.id + "/stages/s1")
	}
	tagged := func(f *fixture) api {
		a := f.deployable()
		must(f.sdk.CreateStage(f.Context(), &sdk.CreateStageInput{
			RestApiId: a.id, StageName: aws.String("s1"), DeploymentId: a.snapshot(),
			Tags: map[string]string{"owner": "me"},
		}))
		return a
	}
	tag := func(a api) {
		must(a.f.sdk.TagResource(a.f.Context(), &sdk.TagResourceInput{
			ResourceArn: arn(a), Tags: map[string]string{"owner": "you", "uid": "1"},
		}))
	}
	const source = "developer guide, apigateway-tagging-supported-resources; "
	check(t, []behavior{{
		name: "a stage is made with tags", source: source + "API reference of CreateStage",
		do: func(f *fixture) {
			try(f.sdk.GetStage(f.Context(), &sdk.GetStageInput{RestApiId: tagged(f).id, StageName: aws.String("s1")}))
		},
		want: `200 {` + plainStage + `,"tags":{"owner":"me"}}`,
	}, {
		name: "and they can be read by its ARN", source: source + "API reference of GetTags",
		do: func(f *fixture) {
			try(f.sdk.GetTags(f.Context(), &sdk.GetTagsInput{ResourceArn: arn(tagged(f))}))
		},
		want: `200 {"tags":{"owner":"me"}}`,
	}, {
		name: "tagging adds and replaces", source: source + "API reference of TagResource",
		do: func(f *fixture) {
			a := tagged(f)
			tag(a)
			try(f.sdk.GetStage(f.Context(), &sdk.GetStageInput{RestApiId: a.id, StageName: aws.String("s1")}))
		},
		want: `200 {` + plainStage + `,"tags":{"owner":"you","uid":"1"}}`,
	}, {
		name: "a tag can be taken away", source: source + "API reference of UntagResource",
		do: func(f *fixture) {
			a := tagged(f)
			tag(a)
			must(f.sdk.UntagResource(f.Context(), &sdk.UntagResourceInput{ResourceArn: arn(a), TagKeys: []string{"owner"}}))
			try(f.sdk.GetTags(f.Context(), &sdk.GetTagsInput{ResourceArn: arn(a)}))
		},
		want: `200 {"tags":{"uid":"1"}}`,
	}, {
		name: "tags stay when the stage moves", source: "patch operations of UpdateStage: tags aren't among them",
		do: func(f *fixture) {
			a := tagged(f)
			a.deploy("s1")
			a.patchStage("s1", "replace /description new")
			try(f.sdk.GetTags(f.Context(), &sdk.GetTagsInput{ResourceArn: arn(a)}))
		},
		want: `200 {"tags":{"owner":"me"}}`,
	}, {
		name: "the API has tags of its own", source: source + "test_create_rest_api_with_tags, 2025-07-02",
		do: func(f *fixture) {
			try(f.sdk.GetRestApi(f.Context(), &sdk.GetRestApiInput{RestApiId: tagged(f).id}))
		},
		want: `200 {` + plainAPI + `,"tags":{}}`,
	}, {
		name: "a stage that isn't there", source: "awslabs/aws-api-gateway-developer-portal#310: the message",
		do: func(f *fixture) {
			try(f.sdk.GetTags(f.Context(), &sdk.GetTagsInput{ResourceArn: arn(f.api())}))
		},
		want: `404 NotFoundException: Invalid stage identifier specified`,
	}})
}

func TestANewAPIIsListedLate(t *testing.T) {
	f := start(t, config{listLag: time.Minute})
	a := f.api()
	listed := func() int { return len(must(f.sdk.GetRestApis(f.Context(), &sdk.GetRestApisInput{})).Items) }
	equal(t, listed(), 0)
	must(f.sdk.GetRestApi(f.Context(), &sdk.GetRestApiInput{RestApiId: a.id})) // but it is there
	f.clock.Step(time.Minute)
	equal(t, listed(), 1)
}
