package meddling_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	gwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// root is whose tags count for what is in it.
type root string

const (
	noRoot  root = ""
	apiRoot root = "API"
	pooled  root = "user pool"
)

// meddler is what somebody else does in one moment.
type meddler struct {
	name string
	// applies says that there is what it meddles with.
	applies func(*world) bool
	do      func(*world)
	// untags is the root whose tags it takes.
	untags root
}

var meddlers = []meddler{
	{name: "method opened", applies: (*world).hasGuarded, do: func(w *world) { w.opens() }},
	{name: "method opened until our next call", applies: (*world).hasGuarded, do: func(w *world) {
		closes := w.opens()
		w.aws.Hook(awslocal.Hook{Times: 1, After: func(call awslocal.Call) {
			w.notef("closed after our %s", call.Operation)
			closes()
		}})
	}},
	{name: "authorizer's pool changed", applies: func(w *world) bool { return w.hasAPI() && len(w.authorizers(w.api())) > 0 }, do: func(w *world) {
		api := w.api()
		for _, a := range w.authorizers(api) {
			patch := []gwtypes.PatchOperation{{Op: gwtypes.OpAdd, Path: aws.String("/providerARNs"), Value: aws.String(poolARN(w.foreign))}}
			for _, provider := range a.ProviderARNs {
				patch = append(patch, gwtypes.PatchOperation{Op: gwtypes.OpRemove, Path: aws.String("/providerARNs"), Value: aws.String(provider)})
			}
			must(w.sideGateway.UpdateAuthorizer(context.Background(), &apigateway.UpdateAuthorizerInput{
				RestApiId: &api, AuthorizerId: a.Id, PatchOperations: patch,
			}))
		}
	}},
	{name: "backend changed", applies: func(w *world) bool { return w.has("/guest") }, do: func(w *world) {
		api := w.api()
		resource, _ := w.method(api, "/guest", "GET")
		must(w.sideGateway.UpdateIntegration(context.Background(), &apigateway.UpdateIntegrationInput{
			RestApiId: &api, ResourceId: &resource, HttpMethod: aws.String("GET"),
			PatchOperations: []gwtypes.PatchOperation{replace("/uri", "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"+
				"arn:aws:lambda:us-east-1:111111111111:function:other/invocations")},
		}))
	}},
	{name: "stage moved", applies: (*world).hasStage, do: func(w *world) {
		id := w.openDeployment()
		w.patchStage(replace("/deploymentId", id))
	}},
	{name: "canary", applies: (*world).hasStage, do: func(w *world) {
		id := w.openDeployment()
		w.patchStage(replace("/canarySettings/deploymentId", id), replace("/canarySettings/percentTraffic", "100"))
	}},
	{name: "API's tags taken", untags: apiRoot, applies: (*world).hasAPI, do: func(w *world) {
		must(w.sideGateway.UntagResource(context.Background(), &apigateway.UntagResourceInput{
			ResourceArn: aws.String("arn:aws:apigateway:us-east-1::/restapis/" + w.api()), TagKeys: tagKeys,
		}))
	}},
	{name: "pool's tags taken", untags: pooled, applies: (*world).hasPool, do: func(w *world) {
		must(w.sideCIP.UntagResource(context.Background(), &cip.UntagResourceInput{
			ResourceArn: aws.String(poolARN(w.pool())), TagKeys: tagKeys,
		}))
	}},
	{name: "API deleted", applies: (*world).hasAPI, do: func(w *world) {
		must(w.sideGateway.DeleteRestApi(context.Background(), &apigateway.DeleteRestApiInput{RestApiId: aws.String(w.api())}))
	}},
	{name: "pool deleted", applies: (*world).hasPool, do: func(w *world) {
		ctx, id := context.Background(), w.pool()
		pool := must(w.sideCIP.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &id})).UserPool
		if domain := aws.ToString(pool.Domain); domain != "" {
			must(w.sideCIP.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: &id, Domain: &domain}))
		}
		must(w.sideCIP.DeleteUserPool(ctx, &cip.DeleteUserPoolInput{UserPoolId: &id}))
	}},
}

var tagKeys = []string{engine.TagCluster, engine.TagNamespace, engine.TagName, engine.TagUID, engine.TagNamespaceUID}

func (w *world) hasAPI() bool { return w.api() != "" }

func (w *world) hasPool() bool { return w.pool() != "" }

func (w *world) has(path string) bool {
	if !w.hasAPI() {
		return false
	}
	_, found := w.method(w.api(), path, "GET")
	return found != nil
}

func (w *world) hasGuarded() bool { return w.has("/registered") }

func (w *world) hasStage() bool { return w.hasGuarded() && len(w.stages(w.api())) > 0 }

func replace(path, value string) gwtypes.PatchOperation {
	return gwtypes.PatchOperation{Op: gwtypes.OpReplace, Path: &path, Value: &value}
}

// opens takes the authorizer off the guarded method of the working copy. What it returns puts it back where that is possible:
// the API may be gone then, or have been overwritten.
func (w *world) opens() (closes func()) {
	api := w.api()
	resource, before := w.method(api, "/registered", "GET")
	patch := func(operations ...gwtypes.PatchOperation) error {
		_, err := w.sideGateway.UpdateMethod(context.Background(), &apigateway.UpdateMethodInput{
			RestApiId: &api, ResourceId: &resource, HttpMethod: aws.String("GET"), PatchOperations: operations,
		})
		return err
	}
	must(0, patch(replace("/authorizationType", "NONE")))
	return func() {
		err := patch(replace("/authorizationType", *before.AuthorizationType), replace("/authorizerId", aws.ToString(before.AuthorizerId)))
		if err != nil && !notFound(err) && !awserr.Is(err, awserr.Rejected) {
			panic(err)
		}
	}
}

// openDeployment makes a deployment that lets everybody in, and leaves the working copy as it was.
func (w *world) openDeployment() string {
	closes := w.opens()
	defer closes()
	id := *must(w.sideGateway.CreateDeployment(context.Background(), &apigateway.CreateDeploymentInput{RestApiId: aws.String(w.api())})).Id
	w.theirs = append(w.theirs, id)
	return id
}

// patchStage changes the stages of the API.
func (w *world) patchStage(patch ...gwtypes.PatchOperation) {
	api := w.api()
	for _, stage := range w.stages(api) {
		must(w.sideGateway.UpdateStage(context.Background(), &apigateway.UpdateStageInput{
			RestApiId: &api, StageName: stage.StageName, PatchOperations: patch,
		}))
	}
}
