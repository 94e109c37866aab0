package restapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// option is the SDK's per-call option.
type option = func(*apigateway.Options)

// API is every call to API Gateway that the operator may make.
type API interface {
	CreateRestApi(context.Context, *apigateway.CreateRestApiInput, ...option) (*apigateway.CreateRestApiOutput, error)
	GetRestApi(context.Context, *apigateway.GetRestApiInput, ...option) (*apigateway.GetRestApiOutput, error)
	GetRestApis(context.Context, *apigateway.GetRestApisInput, ...option) (*apigateway.GetRestApisOutput, error)
	PutRestApi(context.Context, *apigateway.PutRestApiInput, ...option) (*apigateway.PutRestApiOutput, error)
	DeleteRestApi(context.Context, *apigateway.DeleteRestApiInput, ...option) (*apigateway.DeleteRestApiOutput, error)
	TagResource(context.Context, *apigateway.TagResourceInput, ...option) (*apigateway.TagResourceOutput, error)

	GetResources(context.Context, *apigateway.GetResourcesInput, ...option) (*apigateway.GetResourcesOutput, error)
	GetAuthorizers(context.Context, *apigateway.GetAuthorizersInput, ...option) (*apigateway.GetAuthorizersOutput, error)

	CreateDeployment(context.Context, *apigateway.CreateDeploymentInput, ...option) (*apigateway.CreateDeploymentOutput, error)
	GetDeployment(context.Context, *apigateway.GetDeploymentInput, ...option) (*apigateway.GetDeploymentOutput, error)
	GetDeployments(context.Context, *apigateway.GetDeploymentsInput, ...option) (*apigateway.GetDeploymentsOutput, error)
	DeleteDeployment(context.Context, *apigateway.DeleteDeploymentInput, ...option) (*apigateway.DeleteDeploymentOutput, error)

	CreateStage(context.Context, *apigateway.CreateStageInput, ...option) (*apigateway.CreateStageOutput, error)
	GetStage(context.Context, *apigateway.GetStageInput, ...option) (*apigateway.GetStageOutput, error)
	UpdateStage(context.Context, *apigateway.UpdateStageInput, ...option) (*apigateway.UpdateStageOutput, error)
	DeleteStage(context.Context, *apigateway.DeleteStageInput, ...option) (*apigateway.DeleteStageOutput, error)
}

// Functions is every call to Lambda that the operator may make.
type Functions interface {
	AddPermission(context.Context, *lambda.AddPermissionInput, ...func(*lambda.Options)) (*lambda.AddPermissionOutput, error)
	RemovePermission(context.Context, *lambda.RemovePermissionInput, ...func(*lambda.Options)) (*lambda.RemovePermissionOutput, error)
	GetPolicy(context.Context, *lambda.GetPolicyInput, ...func(*lambda.Options)) (*lambda.GetPolicyOutput, error)
}

var (
	_ API       = (*apigateway.Client)(nil)
	_ Functions = (*lambda.Client)(nil)
)
