package apigateway_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// Answers recorded in test_apigateway_canary.py are named by their test and the day.
func TestCanaries(t *testing.T) {
	deploys := func(change func(*sdk.CreateDeploymentInput)) func(*fixture) {
		return func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			in := &sdk.CreateDeploymentInput{
				RestApiId: a.id, CanarySettings: &types.DeploymentCanarySettings{PercentTraffic: 50},
			}
			change(in)
			try(f.sdk.CreateDeployment(f.Context(), in))
		}
	}
	// updates ends with an update of a stage; with canary it has one, whose deployment isn't the stage's.
	updates := func(canary bool, ops ...string) func(*fixture) {
		return func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			a.patchStage("s1", "replace /variables/a base", "replace /variables/b base")
			if canary {
				a.canary("s1", 50)
				a.patchStage("s1", "replace /canarySettings/stageVariableOverrides/a canary")
			}
			try(f.sdk.UpdateStage(f.Context(), &sdk.UpdateStageInput{
				RestApiId: a.id, StageName: aws.String("s1"), PatchOperations: patch(ops...),
			}))
		}
	}
	get := func(a api) {
		try(a.f.sdk.GetStage(a.f.Context(), &sdk.GetStageInput{RestApiId: a.id, StageName: aws.String("s1")}))
	}
	creates := func(change func(api, *sdk.CreateStageInput)) func(*fixture) {
		return func(f *fixture) {
			a := f.deployable()
			in := &sdk.CreateStageInput{RestApiId: a.id, StageName: aws.String("s1"), DeploymentId: a.snapshot()}
			change(a, in)
			try(f.sdk.CreateStage(f.Context(), in))
		}
	}
	const (
		plain      = plainStage + `,"variables":{"a":"base","b":"base"}`
		validation = "test_create_canary_deployment_validation, 2025-05-30"
		badUpdate  = "test_update_stage_canary_deployment_validation, 2025-05-30"
		copied     = "test_update_stage_with_copy_ops, 2025-05-30"
		invalid    = `400 BadRequestException: Invalid deployment content specified.`
	)
	check(t, []behavior{{
		name: "a canary needs a stage", source: validation,
		do:   deploys(func(*sdk.CreateDeploymentInput) {}),
		want: invalid + `Non null and non empty stageName must be provided for canary deployment. Provided value is null`,
	}, {
		name: "with a name", source: validation,
		do:   deploys(func(in *sdk.CreateDeploymentInput) { in.StageName = aws.String("") }),
		want: invalid + `Non null and non empty stageName must be provided for canary deployment. Provided value is `,
	}, {
		name: "that is there", source: validation,
		do:   deploys(func(in *sdk.CreateDeploymentInput) { in.StageName = aws.String("s2") }),
		want: invalid + `Stage s2 must already be created before making a canary release deployment`,
	}, {
		name: "a stage is made with a canary", source: "test_create_update_stages, 2025-05-30",
		do: creates(func(a api, in *sdk.CreateStageInput) {
			in.CanarySettings = &types.CanarySettings{
				DeploymentId: a.snapshot(), PercentTraffic: 50, StageVariableOverrides: map[string]string{"v": "canary"},
			}
		}),
		want: `201 {` + plainStage + `,"canarySettings":{"deploymentId":"*","percentTraffic":50,"useStageCache":false,` +
			`"stageVariableOverrides":{"v":"canary"}}}`,
	}, {
		name: "of a deployment that is there", source: "test_create_canary_deployment, 2025-05-30: bad-canary-deployment-id",
		do: creates(func(_ api, in *sdk.CreateStageInput) {
			in.CanarySettings = &types.CanarySettings{DeploymentId: aws.String("deploy")}
		}),
		want: `400 BadRequestException: Deployment id does not exist`,
	}, {
		name: "a canary deployment leaves the stage's deployment", source: "test_create_canary_deployment_with_stage, 2025-05-30",
		do: func(f *fixture) {
			a := f.deployable()
			base := a.deploy("s1")
			id := a.canary("s1", 50)
			get(a)
			f.body = []byte(strings.NewReplacer(*base, "base", *id, "canary").Replace(string(f.body)))
		},
		want: `200 {` + strings.Replace(plainStage, `"deploymentId":"*"`, `"deploymentId":"base"`, 1) +
			`,"canarySettings":{"deploymentId":"canary","percentTraffic":50,"useStageCache":false}}`,
	}, {
		name: "another replaces the first", source: "test_create_canary_deployment, 2025-05-30",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			a.canary("s1", 40)
			id := a.canary("s1", 50)
			get(a)
			f.body = []byte(strings.ReplaceAll(string(f.body), *id, "second"))
		},
		want: `200 {` + plainStage + `,"canarySettings":{"deploymentId":"second","percentTraffic":50,"useStageCache":false}}`,
	}, {
		name: "a stage with a canary takes no other deployment", source: "serverless/serverless#11518",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			a.canary("s1", 0)
			try(f.sdk.CreateDeployment(f.Context(), &sdk.CreateDeploymentInput{RestApiId: a.id, StageName: aws.String("s1")}))
		},
		want: invalid + `Non canary deployment not supported on stage s1 because Canary is enabled. ` +
			`Provide CanarySettings in deploymentInput.`,
	}, {
		name: "and nothing is deployed then", source: "serverless/serverless#11518: the deployment fails",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			a.canary("s1", 0)
			_, err := f.sdk.CreateDeployment(f.Context(), &sdk.CreateDeploymentInput{RestApiId: a.id, StageName: aws.String("s1")})
			equal(f.T, err != nil, true)
			try(f.sdk.GetDeployments(f.Context(), &sdk.GetDeploymentsInput{RestApiId: a.id}))
		},
		want: `200 {"item":[{"createdDate":"*","id":"*"},{"createdDate":"*","id":"*"}]}`,
	}, {
		name: "once the canary is off it does", source: "developer guide, delete-canary-deployment",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			a.canary("s1", 0)
			a.patchStage("s1", "remove /canarySettings")
			try(f.sdk.CreateDeployment(f.Context(), &sdk.CreateDeploymentInput{RestApiId: a.id, StageName: aws.String("s1")}))
		},
		want: `201 {"createdDate":"*","id":"*"}`,
	}, {
		name: "a canary is taken off as a whole", source: "test_create_update_stages, 2025-05-30",
		do:   updates(true, "remove /canarySettings"),
		want: `200 {` + plain + `}`,
	}, {
		name: "and only so", source: badUpdate,
		do: updates(true, "remove /canarySettings/stageVariableOverrides"),
		want: `400 BadRequestException: Cannot remove method setting canarySettings/stageVariableOverrides because there is no ` +
			`method setting for this method `,
	}, {
		name: "a canary starts as the stage's own deployment", source: "test_create_canary_deployment_by_stage_update, 2025-05-30",
		do:   updates(false, "replace /canarySettings/percentTraffic 50"),
		want: `200 {` + plain + `,"canarySettings":{"deploymentId":"*","percentTraffic":50,"useStageCache":false}}`,
	}, {
		name: "and without traffic", source: "test_create_canary_deployment_by_stage_update, 2025-05-30",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			a.patchStage("s1", "replace /canarySettings/deploymentId "+*a.snapshot())
			get(a)
		},
		want: `200 {` + plainStage + `,"canarySettings":{"deploymentId":"*","percentTraffic":0,"useStageCache":false}}`,
	}, {
		name: "its variables are set one by one", source: "test_create_update_stages, 2025-05-30",
		do: updates(true, "replace /canarySettings/stageVariableOverrides/a updated"),
		want: `200 {` + plain + `,"canarySettings":{"deploymentId":"*","percentTraffic":50,"useStageCache":false,` +
			`"stageVariableOverrides":{"a":"updated"}}}`,
	}, {
		name: "a canary's deployment isn't added", source: badUpdate,
		do:   updates(false, "add /canarySettings/deploymentId abc"),
		want: `400 BadRequestException: Invalid add operation with path: /canarySettings/deploymentId`,
	}, {
		name: "and has to be there", source: badUpdate,
		do:   updates(false, "replace /canarySettings/deploymentId deploy"),
		want: `400 BadRequestException: Deployment id does not exist`,
	}, {
		name: "the stage's deployment isn't copied to the canary", source: copied,
		do: updates(true, "copy /canarySettings/deploymentId /deploymentId"),
		want: `400 BadRequestException: Invalid copy operation with path: /canarySettings/deploymentId and from ` +
			`/deploymentId. Valid copy:path are [/deploymentId, /variables] and valid copy:from are ` +
			`[/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]`,
	}, {
		name: "there is nothing to promote without a canary", source: copied,
		do:   updates(false, "copy /variables /canarySettings/stageVariableOverrides"),
		want: `400 BadRequestException: Promotion not available. Canary does not exist.`,
	}, {
		name: "a promoted canary stays beside the stage", source: copied,
		do: updates(true, "replace /canarySettings/percentTraffic 0.0", "copy /deploymentId /canarySettings/deploymentId",
			"copy /variables /canarySettings/stageVariableOverrides"),
		want: `200 {` + plainStage + `,"variables":{"a":"canary","b":"base"},"canarySettings":{"deploymentId":"*",` +
			`"percentTraffic":0,"useStageCache":false,"stageVariableOverrides":{"a":"canary"}}}`,
	}})
}

// Source: test_invoking_canary_deployment, 2025-05-30, for none and all of the traffic. In between AWS chooses at random
// (developer guide, canary-release), and the local API Gateway counts.
func TestShareOfRequestsThatACanaryServes(t *testing.T) {
	f := start(t, config{})
	a := f.api()
	a.mock(a.root, "GET", `$context.isCanaryRequest`)
	a.deploy("s1")
	a.canary("s1", 0)
	const base, canary = "false ", "true "
	for _, row := range []struct{ percent, want string }{
		{"0", strings.Repeat(base, 10)},
		{"100", strings.Repeat(canary, 10)},
		{"50", strings.Repeat(base+canary, 5)},
		{"30", strings.Repeat(base, 3) + canary + strings.Repeat(base+base+canary, 2)},
		{"0.5", strings.Repeat(base, 10)},
		{"50", strings.Repeat(base+canary, 5)},
	} {
		a.patchStage("s1", "replace /canarySettings/percentTraffic "+row.percent)
		var got strings.Builder
		for range 10 {
			got.WriteString(a.request("GET", "/s1", "").body + " ")
		}
		if got.String() != row.want {
			t.Errorf("at %s %%: got %s, want %s", row.percent, got.String(), row.want)
		}
	}
}
