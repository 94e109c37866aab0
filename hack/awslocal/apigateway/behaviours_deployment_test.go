package apigateway_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// deployable is an API with a mock at the root.
func (f *fixture) deployable() api {
	a := f.api()
	a.mock(a.root, "GET", `{"path": "/"}`)
	return a
}

const plainStage = `"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":"*",` +
	`"deploymentId":"*","lastUpdatedDate":"*","methodSettings":{},"stageName":"s1","tracingEnabled":false`

func TestDeployments(t *testing.T) {
	creates := func(prepare func(f *fixture) api, change func(*sdk.CreateDeploymentInput)) func(*fixture) {
		return func(f *fixture) {
			in := &sdk.CreateDeploymentInput{RestApiId: prepare(f).id}
			change(in)
			try(f.sdk.CreateDeployment(f.Context(), in))
		}
	}
	nothing := func(*sdk.CreateDeploymentInput) {}
	deletes := func(a api, id *string) {
		try(a.f.sdk.DeleteDeployment(a.f.Context(), &sdk.DeleteDeploymentInput{RestApiId: a.id, DeploymentId: id}))
	}
	const active = `400 BadRequestException: Active stages pointing to this deployment must be moved or deleted`
	check(t, []behavior{{
		name: "a deployment", source: "test_create_delete_deployments, 2023-09-07",
		do:   creates((*fixture).deployable, nothing),
		want: `201 {"createdDate":"*","id":"*"}`,
	}, {
		name: "its description", source: "test_update_rest_api_deployment, 2024-04-12",
		do: creates((*fixture).deployable, func(in *sdk.CreateDeploymentInput) {
			in.Description = aws.String("sha256:0")
		}),
		want: `201 {"createdDate":"*","description":"sha256:0","id":"*"}`,
	}, {
		name: "an API without methods", source: "many threads",
		do:   creates((*fixture).api, nothing),
		want: `400 BadRequestException: The REST API doesn't contain any methods`,
	}, {
		name: "a method without an integration", source: "many threads",
		do: creates(func(f *fixture) api {
			a := f.deployable()
			a.method(a.root, "POST")
			return a
		}, nothing),
		want: `400 BadRequestException: No integration defined for method`,
	}, {
		name: "a private API without a policy", source: "serverless/serverless and terraform threads quote it",
		do: creates(func(f *fixture) api {
			a := f.deployable()
			must(f.sdk.UpdateRestApi(f.Context(), &sdk.UpdateRestApiInput{
				RestApiId: a.id, PatchOperations: patch("replace /endpointConfiguration/types/EDGE PRIVATE"),
			}))
			return a
		}, nothing),
		want: `400 BadRequestException: Private REST API doesn't have a resource policy attached to it`,
	}, {
		name: "a stage name makes the stage", source: "test_create_delete_deployments[False], 2023-09-07",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			try(f.sdk.GetStages(f.Context(), &sdk.GetStagesInput{RestApiId: a.id}))
		},
		want: `200 {"item":[{` + plainStage + `}]}`,
	}, {
		name: "a stage's deployment stays", source: "test_create_delete_deployments, 2023-09-07",
		do: func(f *fixture) {
			a := f.deployable()
			deletes(a, a.deploy("s1"))
		},
		want: active,
	}, {
		name: "until the stage moves on", source: "test_create_update_deployments, 2023-09-11",
		do: func(f *fixture) {
			a := f.deployable()
			first := a.deploy("s1")
			a.deploy("s1")
			deletes(a, first)
		},
		want: `202`,
	}, {
		name: "the one that it moved to stays then", source: "test_create_update_deployments, 2023-09-11",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			deletes(a, a.deploy("s1"))
		},
		want: active,
	}, {
		name: "a missing deployment", source: "threads on \"Invalid Deployment identifier specified\"",
		do: func(f *fixture) {
			try(f.sdk.GetDeployment(f.Context(), &sdk.GetDeploymentInput{
				RestApiId: f.api().id, DeploymentId: aws.String("fake"),
			}))
		},
		want: `404 NotFoundException: Invalid Deployment identifier specified`,
	}, {
		name: "a description can be replaced", source: "test_update_rest_api_deployment, 2024-04-12",
		do: func(f *fixture) {
			a := f.deployable()
			try(f.sdk.UpdateDeployment(f.Context(), &sdk.UpdateDeploymentInput{
				RestApiId: a.id, DeploymentId: a.deploy("s1"), PatchOperations: patch("replace /description new"),
			}))
		},
		want: `200 {"createdDate":"*","description":"new","id":"*"}`,
	}, {
		name: "what a deployment holds", source: "API reference of GetDeployment (embed=apisummary)",
		do: func(f *fixture) {
			a := f.deployable()
			try(f.sdk.GetDeployment(f.Context(), &sdk.GetDeploymentInput{
				RestApiId: a.id, DeploymentId: a.deploy("s1"), Embed: []string{"apisummary"},
			}))
		},
		want: `200 {"apiSummary":{"/":{"GET":{"apiKeyRequired":false,"authorizationType":"NONE"}}},"createdDate":"*","id":"*"}`,
	}, {
		name: "a canary needs a stage", source: "test_create_canary_deployment_validation, 2025-05-30",
		do: creates((*fixture).deployable, func(in *sdk.CreateDeploymentInput) {
			in.CanarySettings = &types.DeploymentCanarySettings{PercentTraffic: 50}
		}),
		want: `400 BadRequestException: Invalid deployment content specified.Non null and non empty stageName must be ` +
			`provided for canary deployment. Provided value is null`,
	}})
}
