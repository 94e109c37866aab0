package apigateway_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
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
		name: "and nothing of it without being asked", source: "test_create_delete_deployments, 2023-09-07: get-deployment",
		do: func(f *fixture) {
			a := f.deployable()
			try(f.sdk.GetDeployment(f.Context(), &sdk.GetDeploymentInput{RestApiId: a.id, DeploymentId: a.deploy("s1")}))
		},
		want: `200 {"createdDate":"*","id":"*"}`,
	}, {
		name: "a deployment holds what was there when it was made", source: "developer guide, how-to-deploy-api: a snapshot",
		do: func(f *fixture) {
			a := f.deployable()
			id := a.snapshot()
			a.mock(a.root, "POST", `{}`)
			a.mock(a.resource(a.root, "notes"), "GET", `{}`)
			must(f.sdk.UpdateMethod(f.Context(), &sdk.UpdateMethodInput{
				RestApiId: a.id, ResourceId: a.root, HttpMethod: aws.String("GET"),
				PatchOperations: patch("replace /apiKeyRequired true"),
			}))
			try(f.sdk.GetDeployment(f.Context(), &sdk.GetDeploymentInput{
				RestApiId: a.id, DeploymentId: id, Embed: []string{"apisummary"},
			}))
		},
		want: `200 {"apiSummary":{"/":{"GET":{"apiKeyRequired":false,"authorizationType":"NONE"}}},"createdDate":"*","id":"*"}`,
	}, {
		name: "with who is asked at each method", source: "API reference of MethodSnapshot",
		do: func(f *fixture) {
			a := f.deployable()
			pets := a.resource(a.root, "{pet}")
			a.mock(pets, "ANY", `{}`)
			must(f.sdk.UpdateMethod(f.Context(), &sdk.UpdateMethodInput{
				RestApiId: a.id, ResourceId: pets, HttpMethod: aws.String("ANY"), PatchOperations: patch(
					"replace /authorizationType COGNITO_USER_POOLS", "replace /authorizerId "+*a.authorizer("pool", pool("p")),
					"replace /apiKeyRequired true"),
			}))
			try(f.sdk.GetDeployment(f.Context(), &sdk.GetDeploymentInput{
				RestApiId: a.id, DeploymentId: a.snapshot(), Embed: []string{"apisummary"},
			}))
		},
		want: `200 {"apiSummary":{"/":{"GET":{"apiKeyRequired":false,"authorizationType":"NONE"}},` +
			`"/{pet}":{"ANY":{"apiKeyRequired":true,"authorizationType":"COGNITO_USER_POOLS"}}},"createdDate":"*","id":"*"}`,
	}, {
		name: "without a stage name no stage comes of it", source: "test_create_delete_deployments[True], 2023-09-07",
		do: func(f *fixture) {
			a := f.deployable()
			a.snapshot()
			try(f.sdk.GetStages(f.Context(), &sdk.GetStagesInput{RestApiId: a.id}))
		},
		want: `200 {"item":[]}`,
	}, {
		name: "deployments are listed", source: "test_create_delete_deployments, 2023-09-07: get-deployments",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			must(f.sdk.CreateDeployment(f.Context(), &sdk.CreateDeploymentInput{
				RestApiId: a.id, Description: aws.String("sha256:0"),
			}))
			try(f.sdk.GetDeployments(f.Context(), &sdk.GetDeploymentsInput{RestApiId: a.id}))
		},
		want: `200 {"item":[{"createdDate":"*","id":"*"},{"createdDate":"*","description":"sha256:0","id":"*"}]}`,
	}, {
		name: "a deployment of no stage can go", source: "test_create_update_deployments, 2023-09-11: delete-deployment-1",
		do: func(f *fixture) {
			a := f.deployable()
			deletes(a, a.snapshot())
		},
		want: `202`,
	}, {
		name: "so can a stage's once the stage is gone", source: "test_create_delete_deployments, 2023-09-07: the message",
		do: func(f *fixture) {
			a := f.deployable()
			id := a.deploy("s1")
			must(f.sdk.DeleteStage(f.Context(), &sdk.DeleteStageInput{RestApiId: a.id, StageName: aws.String("s1")}))
			deletes(a, id)
		},
		want: `202`,
	}, {
		name: "a canary's deployment stays, too", source: "Canary in the API reference of Stage: the stage points to it",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			deletes(a, a.canary("s1", 10))
		},
		want: active,
	}, {
		name: "until the canary is taken off", source: "test_create_update_stages of test_apigateway_canary.py, 2025-05-30",
		do: func(f *fixture) {
			a := f.deployable()
			a.deploy("s1")
			id := a.canary("s1", 10)
			a.patchStage("s1", "remove /canarySettings")
			deletes(a, id)
		},
		want: `202`,
	}})
}
