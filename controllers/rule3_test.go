package controllers_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
	fakegateway "github.com/securedapi/securedapi/hack/awslocal/apigateway"
)

func TestRule3NothingUnguardedIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 300*time.Millisecond)
	object := w.create(w.recipe())
	w.awaitReady(object)
	if got := w.call(object.Status.Endpoint + "/registered"); got != http.StatusUnauthorized {
		t.Fatalf("a registered route without a token: %d", got)
	}
	if got := w.call(object.Status.Endpoint + "/guest"); got != http.StatusOK {
		t.Fatalf("a guest route: %d", got)
	}
	// Somebody opens the method in the console and deploys it.
	w.openByHand(object, "/registered")
	w.deployByHand(object)
	w.eventually("the route to be closed again", func(context.Context) (bool, string) {
		return w.call(object.Status.Endpoint+"/registered") == http.StatusUnauthorized, "open"
	})
	w.awaitReady(object)
}

func TestRule3WhatReadsBackDifferentlyIsNotDeployed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	served := object.Status.API.DeploymentID
	// Between the import and the look at it, somebody opens a method.
	w.aws.ResetCalls()
	w.aws.Inject(awslocal.Fault{Operation: "GetResources", Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Methods = []v1alpha1.Method{"GET", "POST"} })
	w.eventually("the look to wait", func(context.Context) (bool, string) { return w.aws.Delayed() == 1, "no call is being delayed" })
	w.openByHand(object, "/registered")
	w.aws.ClearFaults()
	message := w.awaitStalled(object, v1alpha1.ReasonRejectedByAWS)
	if !strings.Contains(message, "~ GET /registered access: guest -> registered") {
		t.Errorf("a person reads what differs: %s", message)
	}
	if slices.Contains(w.mutating(), "UpdateStage") || object.Status.API.DeploymentID != served {
		t.Errorf("no stage is given what was not proven: got the calls %v", w.mutating())
	}
	if got := w.call(object.Status.Endpoint + "/registered"); got != http.StatusUnauthorized {
		t.Errorf("the stage serves the last good model: %d", got)
	}
}

func TestRule3AnAuthorizerThatAnImportLeavesIsHarmless(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 200*time.Millisecond, awslocal.WithAPIGateway(fakegateway.WithFacts(fakegateway.Facts{KeepsAuthorizerOnPut: true})))
	object := w.create(w.recipe())
	w.awaitReady(object)
	lost := object.Status.UserPool.ARN
	w.deletePool(object)
	w.await(object, "a new pool", func(o *v1alpha1.SecuredAPI) bool { return o.Status.UserPool != nil && o.Status.UserPool.ARN != lost })
	w.awaitReady(object)
	authorizers := must[*apigateway.GetAuthorizersOutput](w)(w.gateway().GetAuthorizers(t.Context(), &apigateway.GetAuthorizersInput{RestApiId: &object.Status.API.ID})).Items
	if len(authorizers) != 1 || !slices.Equal(authorizers[0].ProviderARNs, []string{object.Status.UserPool.ARN}) {
		t.Errorf("the authorizer takes the new pool's tokens only: %+v", authorizers)
	}
}

// deployByHand makes the stage serve the working copy.
func (w *world) deployByHand(object *v1alpha1.SecuredAPI) {
	w.t.Helper()
	must[*apigateway.CreateDeploymentOutput](w)(w.gateway().CreateDeployment(w.t.Context(), &apigateway.CreateDeploymentInput{
		RestApiId: &object.Status.API.ID, StageName: &object.Status.API.Stage,
	}))
}

// openByHand takes the authorizer off a method of the working copy.
func (w *world) openByHand(object *v1alpha1.SecuredAPI, path string) {
	w.t.Helper()
	resources := must[*apigateway.GetResourcesOutput](w)(w.gateway().GetResources(w.t.Context(), &apigateway.GetResourcesInput{RestApiId: &object.Status.API.ID}))
	for _, resource := range resources.Items {
		if *resource.Path == path {
			must[*apigateway.UpdateMethodOutput](w)(w.gateway().UpdateMethod(w.t.Context(), &apigateway.UpdateMethodInput{
				RestApiId: &object.Status.API.ID, ResourceId: resource.Id, HttpMethod: aws.String("GET"),
				PatchOperations: []apigwtypes.PatchOperation{{Op: apigwtypes.OpReplace, Path: aws.String("/authorizationType"), Value: aws.String("NONE")}},
			}))
			return
		}
	}
	w.t.Fatalf("no resource %s", path)
}

func TestRule3WhatIsNotOursIsNotCalledGuarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.openByHand(object, "/registered")
	w.deployByHand(object)
	w.aws.Inject(awslocal.Fault{Operation: "UpdateStage", Kind: awslocal.RefuseBefore, Code: "AccessDeniedException", Message: "no", Status: http.StatusForbidden})
	w.askNow(object)
	w.await(object, "the conditions to say so", func(o *v1alpha1.SecuredAPI) bool {
		guarded := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionAllRoutesGuarded)
		return guarded.Status == metav1.ConditionUnknown && meta.IsStatusConditionFalse(o.Status.Conditions, v1alpha1.ConditionDeployed) &&
			!meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionReady)
	})
}

func TestRule3ASpecThatGoesBackDuringADeployment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.aws.Inject(awslocal.Fault{Operation: "CreateDeployment", Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Access = v1alpha1.AccessGuest })
	w.eventually("the deployment to wait", func(context.Context) (bool, string) { return w.aws.Delayed() == 1, "no call is being delayed" })
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Access = v1alpha1.AccessRegistered })
	w.aws.ClearFaults()
	w.awaitReady(object)
	if got := w.call(object.Status.Endpoint + "/registered"); got != http.StatusUnauthorized {
		t.Errorf("the route is guarded when Ready says so: %d", got)
	}
}

// The two phases need each other's ids, not each other's success.
func TestRule3TheAPIIsRepairedWhileCognitoFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.aws.Inject(awslocal.Fault{Operation: "DescribeUserPool", Kind: awslocal.RefuseBefore})
	w.openByHand(object, "/registered")
	must[*apigateway.CreateDeploymentOutput](w)(w.gateway().CreateDeployment(t.Context(), &apigateway.CreateDeploymentInput{
		RestApiId: &object.Status.API.ID, StageName: aws.String("beta"),
	}))
	// A look at everything begins with the user pool.
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: "now"} })
	w.eventually("the route to be closed again", func(context.Context) (bool, string) {
		return w.call(object.Status.Endpoint+"/registered") == http.StatusUnauthorized, "open"
	})
}
