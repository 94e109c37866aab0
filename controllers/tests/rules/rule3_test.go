package rules_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	fakegateway "github.com/securedapi/securedapi/hack/awslocal/apigateway"
)

func TestRule3NoUnguardedMethodIsDeployed(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 300*time.Millisecond)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	if got := w.StatusCode(object.Status.Endpoint + "/registered"); got != http.StatusUnauthorized {
		t.Fatalf("a registered route without a token: %d", got)
	}
	if got := w.StatusCode(object.Status.Endpoint + "/guest"); got != http.StatusOK {
		t.Fatalf("a guest route: %d", got)
	}
	// Somebody opens the method in the console and deploys it.
	w.OpenByHand(object, "/registered")
	w.DeployByHand(object)
	w.Eventually("the route to be closed again", func(context.Context) (bool, string) {
		return w.StatusCode(object.Status.Endpoint+"/registered") == http.StatusUnauthorized, "open"
	})
	w.AwaitReady(object)
}

func TestRule3AWorkingCopyThatReadsBackDifferentlyIsNotDeployed(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	served := object.Status.API.DeploymentID
	// Between the import and the look at it, somebody opens a method.
	w.AWS.ResetCalls()
	w.AWS.Inject(awslocal.Fault{Operation: "GetResources", Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Methods = []v1alpha1.Method{"GET", "POST"} })
	w.Eventually("the look to wait", func(context.Context) (bool, string) { return w.AWS.Delayed() == 1, "no call is being delayed" })
	w.OpenByHand(object, "/registered")
	w.AWS.ClearFaults()
	message := w.AwaitStalled(object, v1alpha1.ReasonRejectedByAWS)
	if !strings.Contains(message, "~ GET /registered access: guest -> registered") {
		t.Errorf("a person reads what differs: %s", message)
	}
	if slices.Contains(w.Writes(), "UpdateStage") || object.Status.API.DeploymentID != served {
		t.Errorf("no stage is given what was not proven: got the calls %v", w.Writes())
	}
	if got := w.StatusCode(object.Status.Endpoint + "/registered"); got != http.StatusUnauthorized {
		t.Errorf("the stage serves the last good model: %d", got)
	}
}

func TestRule3AnAuthorizerLeftByAnImportIsReplaced(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 200*time.Millisecond, awslocal.WithAPIGateway(fakegateway.WithFacts(fakegateway.Facts{KeepsAuthorizerOnPut: true})))
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	lost := object.Status.UserPool.ARN
	w.DeletePool(object)
	w.Await(object, "a new pool", func(o *v1alpha1.SecuredAPI) bool { return o.Status.UserPool != nil && o.Status.UserPool.ARN != lost })
	w.AwaitReady(object)
	authorizers := harness.Must[*apigateway.GetAuthorizersOutput](w)(w.Gateway().GetAuthorizers(t.Context(), &apigateway.GetAuthorizersInput{RestApiId: &object.Status.API.ID})).Items
	if len(authorizers) != 1 || !slices.Equal(authorizers[0].ProviderARNs, []string{object.Status.UserPool.ARN}) {
		t.Errorf("the authorizer takes the new pool's tokens only: %+v", authorizers)
	}
}

func TestRule3AForeignDeploymentIsNotReportedAsGuarded(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.OpenByHand(object, "/registered")
	w.DeployByHand(object)
	w.AWS.Inject(awslocal.Fault{Operation: "UpdateStage", Kind: awslocal.RefuseBefore, Code: "AccessDeniedException", Message: "no", Status: http.StatusForbidden})
	w.AskNow(object)
	w.Await(object, "the conditions to say so", func(o *v1alpha1.SecuredAPI) bool {
		guarded := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionAllRoutesGuarded)
		return guarded.Status == metav1.ConditionUnknown && meta.IsStatusConditionFalse(o.Status.Conditions, v1alpha1.ConditionDeployed) &&
			!meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionReady)
	})
}

func TestRule3ASpecRevertedDuringADeployment(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.AWS.Inject(awslocal.Fault{Operation: "CreateDeployment", Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Access = v1alpha1.AccessGuest })
	w.Eventually("the deployment to wait", func(context.Context) (bool, string) { return w.AWS.Delayed() == 1, "no call is being delayed" })
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Access = v1alpha1.AccessRegistered })
	w.AWS.ClearFaults()
	w.AwaitReady(object)
	if got := w.StatusCode(object.Status.Endpoint + "/registered"); got != http.StatusUnauthorized {
		t.Errorf("the route is guarded when Ready says so: %d", got)
	}
}

// The two phases need each other's ids, not each other's success.
func TestRule3TheAPIIsRepairedWhileCognitoFails(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.AWS.Inject(awslocal.Fault{Operation: "DescribeUserPool", Kind: awslocal.RefuseBefore})
	w.OpenByHand(object, "/registered")
	harness.Must[*apigateway.CreateDeploymentOutput](w)(w.Gateway().CreateDeployment(t.Context(), &apigateway.CreateDeploymentInput{
		RestApiId: &object.Status.API.ID, StageName: aws.String("beta"),
	}))
	// A look at everything begins with the user pool.
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: "now"} })
	w.Eventually("the route to be closed again", func(context.Context) (bool, string) {
		return w.StatusCode(object.Status.Endpoint+"/registered") == http.StatusUnauthorized, "open"
	})
}
