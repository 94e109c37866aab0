package owners_test

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
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// A resource that somebody else creates in the pool or the API is reported within a few drift checks, and is not changed.
func TestForeignResourcesAreReported(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how  string
		make func(w *harness.World, object *v1alpha1.SecuredAPI) v1alpha1.ForeignResource
		undo func(w *harness.World, object *v1alpha1.SecuredAPI, made v1alpha1.ForeignResource) error
	}{
		{"a stage that serves a guarded route open", openCopy, func(w *harness.World, o *v1alpha1.SecuredAPI, _ v1alpha1.ForeignResource) error {
			_, err := w.Gateway().DeleteStage(w.T.Context(), &apigateway.DeleteStageInput{RestApiId: &o.Status.API.ID, StageName: aws.String("copy")})
			return err
		}},
		{"an app client", func(w *harness.World, o *v1alpha1.SecuredAPI) v1alpha1.ForeignResource {
			return v1alpha1.ForeignResource{Name: "client/evil", ID: addClient(w, o.Status.UserPool.ID), In: "userPool"}
		}, func(w *harness.World, o *v1alpha1.SecuredAPI, made v1alpha1.ForeignResource) error {
			_, err := w.Cognito().DeleteUserPoolClient(w.T.Context(), &cip.DeleteUserPoolClientInput{UserPoolId: &o.Status.UserPool.ID, ClientId: &made.ID})
			return err
		}},
		{"an identity provider", func(w *harness.World, o *v1alpha1.SecuredAPI) v1alpha1.ForeignResource {
			addProvider(w, o.Status.UserPool.ID)
			return v1alpha1.ForeignResource{Name: "identityProvider/Evil", In: "userPool"}
		}, func(w *harness.World, o *v1alpha1.SecuredAPI, _ v1alpha1.ForeignResource) error {
			_, err := w.Cognito().DeleteIdentityProvider(w.T.Context(), &cip.DeleteIdentityProviderInput{
				UserPoolId: &o.Status.UserPool.ID, ProviderName: aws.String("Evil"),
			})
			return err
		}},
		{"a trigger that changes tokens", func(w *harness.World, o *v1alpha1.SecuredAPI) v1alpha1.ForeignResource {
			trigger(w, o, &ciptypes.LambdaConfigType{PreTokenGeneration: aws.String(evil)})
			return v1alpha1.ForeignResource{Name: "trigger/preTokenGeneration", ID: evil, In: "userPool"}
		}, func(w *harness.World, o *v1alpha1.SecuredAPI, _ v1alpha1.ForeignResource) error {
			trigger(w, o, &ciptypes.LambdaConfigType{})
			return nil
		}},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "what somebody made in ours goes unnoticed", tc.how)
			w := harness.NewWorld(t, 300*time.Millisecond)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			made := tc.make(w, object)
			w.Await(object, "it in status.foreignResources", func(o *v1alpha1.SecuredAPI) bool {
				return slices.Equal(o.Status.ForeignResources, []v1alpha1.ForeignResource{made})
			})
			w.Eventually("an event of it", func(context.Context) (bool, string) {
				notes := w.EventNotes()
				return strings.Contains(notes, made.Name+" "+made.ID) || made.ID == "" && strings.Contains(notes, made.Name), notes
			})
			if err := tc.undo(w, object, made); err != nil {
				t.Fatal(err)
			}
			w.Await(object, "status.foreignResources to be empty", func(o *v1alpha1.SecuredAPI) bool { return len(o.Status.ForeignResources) == 0 })
		})
	}
}

// openCopy opens the guarded method, and serves it on a stage of its own; then it closes the method.
func openCopy(w *harness.World, object *v1alpha1.SecuredAPI) v1alpha1.ForeignResource {
	w.T.Helper()
	w.OpenByHand(object, "/registered")
	deployment := harness.Must[*apigateway.CreateDeploymentOutput](w)(w.Gateway().CreateDeployment(w.T.Context(), &apigateway.CreateDeploymentInput{
		RestApiId: &object.Status.API.ID, StageName: aws.String("copy"),
	}))
	return v1alpha1.ForeignResource{Name: "stage/copy", ID: *deployment.Id, In: "api"}
}

// trigger sets the triggers of an object's pool.
func trigger(w *harness.World, object *v1alpha1.SecuredAPI, config *ciptypes.LambdaConfigType) {
	w.T.Helper()
	pool := w.DescribePool()
	harness.Must[*cip.UpdateUserPoolOutput](w)(w.Cognito().UpdateUserPool(w.T.Context(), &cip.UpdateUserPoolInput{
		UserPoolId: &object.Status.UserPool.ID, LambdaConfig: config, AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
		Policies: pool.Policies, UserPoolTags: pool.UserPoolTags, AccountRecoverySetting: pool.AccountRecoverySetting,
	}))
}

// A foreign stage serves a guarded route without an authorizer. It cannot invoke the function, because the permission is for the
// object's stage alone; and AllRoutesGuarded reports the foreign stage.
func TestAnUnguardedForeignStageCannotInvokeTheFunction(t *testing.T) {
	t.Parallel()
	report.Attack(t, "an open copy of a guarded route is served", "another stage of the API, by hand")
	w := harness.NewWorld(t, 300*time.Millisecond)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	openCopy(w, object)
	open := strings.TrimSuffix(object.Status.Endpoint, "beta") + "copy/registered"
	if got := w.StatusCode(open); got == http.StatusOK {
		t.Errorf("GET %s without a token: got %d", open, got)
	}
	w.Await(object, "AllRoutesGuarded to name the other stage", func(o *v1alpha1.SecuredAPI) bool {
		guarded := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionAllRoutesGuarded)
		return guarded != nil && strings.Contains(guarded.Message, "stage/copy")
	})
}

// People who read a plan may have no right to read the resources in it.
func TestAPlanShowsNoSecretOfForeignResources(t *testing.T) {
	t.Parallel()
	report.Attack(t, "a plan shows secrets of what is adopted", "a backend's credentials and query, a fixed header, a stage's variables")
	w := harness.NewWorld(t, harness.ResyncNever)
	api := w.MakeAPI("legacy", "beta", nil)
	resource := harness.Must[*apigateway.GetResourcesOutput](w)(w.Gateway().GetResources(t.Context(), &apigateway.GetResourcesInput{RestApiId: &api})).Items[0]
	guest := harness.Must[*apigateway.CreateResourceOutput](w)(w.Gateway().CreateResource(t.Context(), &apigateway.CreateResourceInput{
		RestApiId: &api, ParentId: resource.Id, PathPart: aws.String("guest"),
	}))
	harness.Must[*apigateway.PutMethodOutput](w)(w.Gateway().PutMethod(t.Context(), &apigateway.PutMethodInput{
		RestApiId: &api, ResourceId: guest.Id, HttpMethod: aws.String("GET"), AuthorizationType: aws.String("NONE"),
	}))
	harness.Must[*apigateway.PutIntegrationOutput](w)(w.Gateway().PutIntegration(t.Context(), &apigateway.PutIntegrationInput{
		RestApiId: &api, ResourceId: guest.Id, HttpMethod: aws.String("GET"), Type: apigwtypes.IntegrationTypeHttpProxy, IntegrationHttpMethod: aws.String("GET"),
		Uri:               aws.String("https://user:topsecret1@legacy.example.com/a?key=topsecret2"),
		RequestParameters: map[string]string{"integration.request.header.X-Key": "'topsecret3 and more'"},
	}))
	harness.Must[*apigateway.UpdateStageOutput](w)(w.Gateway().UpdateStage(t.Context(), &apigateway.UpdateStageInput{
		RestApiId: &api, StageName: aws.String("beta"), PatchOperations: []apigwtypes.PatchOperation{
			{Op: apigwtypes.OpReplace, Path: aws.String("/variables/key"), Value: aws.String("topsecret4")},
		},
	}))
	object := w.Recipe()
	object.Spec.Mode, object.Spec.API = v1alpha1.ModePlan, &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: api}}
	w.Create(object)
	plan := strings.Join(w.AwaitPlanned(object), "\n")
	if !strings.Contains(plan, "https://…@legacy.example.com/a?…") || !strings.Contains(plan, "variables: key") {
		t.Errorf("the plan does not say what is lost:\n%s", plan)
	}
	if text := w.TextOf(object); strings.Contains(text, "topsecret") || strings.Contains(text, "and more") {
		t.Errorf("a secret is in the object or an event:\n%s", text)
	}
}
