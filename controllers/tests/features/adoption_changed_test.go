package features_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// Somebody changes what is adopted after its plan was shown. Nobody agreed to the plan of what is there now.
func TestAnAdoptionWaitsAgainWhenItsPlanChanged(t *testing.T) {
	t.Parallel()
	// The plan is shown by way of each mode. What was agreed to is its hash, or in mode Plan that it was shown, or both.
	consents := []struct {
		name        string
		shown       v1alpha1.Mode
		acknowledge bool
	}{
		{"its hash is acknowledged", v1alpha1.ModeApply, true},
		{"mode Plan showed it", v1alpha1.ModePlan, false},
		{"mode Plan showed it, and its hash is acknowledged", v1alpha1.ModePlan, true},
	}
	for _, tc := range []struct {
		change string
		make   func(w *harness.World, made harness.Legacy)
		// line is in the plan of what is there now.
		line string
	}{
		{"another callback of the client", func(w *harness.World, made harness.Legacy) {
			harness.Must[*cip.UpdateUserPoolClientOutput](w)(w.Cognito().UpdateUserPoolClient(w.T.Context(), &cip.UpdateUserPoolClientInput{
				UserPoolId: &made.Pool, ClientId: &made.Client, CallbackURLs: []string{"https://late.example.com/"},
			}))
		}, "~ client/web.callbackURLs: https://late.example.com/ -> "},
		{"a trigger that changes tokens", func(w *harness.World, made harness.Legacy) {
			harness.Must[*cip.UpdateUserPoolOutput](w)(w.Cognito().UpdateUserPool(w.T.Context(), &cip.UpdateUserPoolInput{
				UserPoolId: &made.Pool, LambdaConfig: &ciptypes.LambdaConfigType{PreTokenGeneration: aws.String("arn:aws:lambda:us-east-1:111111111111:function:OtherHandler")},
			}))
		}, "= trigger/preTokenGeneration "},
		{"one more client", func(w *harness.World, made harness.Legacy) {
			harness.Must[*cip.CreateUserPoolClientOutput](w)(w.Cognito().CreateUserPoolClient(w.T.Context(), &cip.CreateUserPoolClientInput{
				UserPoolId: &made.Pool, ClientName: aws.String("late"),
			}))
		}, "= client/late "},
		{"one more stage of the API", func(w *harness.World, made harness.Legacy) {
			deployment := harness.Must[*apigateway.CreateDeploymentOutput](w)(w.Gateway().CreateDeployment(w.T.Context(), &apigateway.CreateDeploymentInput{RestApiId: &made.API}))
			harness.Must[*apigateway.CreateStageOutput](w)(w.Gateway().CreateStage(w.T.Context(), &apigateway.CreateStageInput{
				RestApiId: &made.API, StageName: aws.String("late"), DeploymentId: deployment.Id,
			}))
		}, "= stage/late"},
		{"a method that is lost by the adoption", func(w *harness.World, made harness.Legacy) {
			root := harness.Must[*apigateway.GetResourcesOutput](w)(w.Gateway().GetResources(w.T.Context(), &apigateway.GetResourcesInput{RestApiId: &made.API})).Items[0]
			harness.Must[*apigateway.PutMethodOutput](w)(w.Gateway().PutMethod(w.T.Context(), &apigateway.PutMethodInput{
				RestApiId: &made.API, ResourceId: root.Id, HttpMethod: aws.String("POST"), AuthorizationType: aws.String("NONE"),
			}))
			harness.Must[*apigateway.PutIntegrationOutput](w)(w.Gateway().PutIntegration(w.T.Context(), &apigateway.PutIntegrationInput{
				RestApiId: &made.API, ResourceId: root.Id, HttpMethod: aws.String("POST"), Type: apigwtypes.IntegrationTypeMock,
			}))
		}, "- POST /"},
	} {
		for _, consent := range consents {
			t.Run(tc.change+", after "+consent.name, func(t *testing.T) {
				t.Parallel()
				w := harness.NewWorld(t, harness.ResyncNever)
				made := w.MakeLegacy(nil)
				asked := w.Adopting(made)
				// The pool's own policy: a plan that weakens has to be acknowledged anyway.
				asked.Spec.UserPool.PasswordPolicy = nil
				asked.Spec.Mode = consent.shown
				object := w.Create(asked)
				if consent.shown == v1alpha1.ModePlan {
					w.AwaitPlanned(object)
				} else {
					w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
				}
				hash := object.Status.Plan.Hash
				tc.make(w, made)
				before := w.Inventory()
				w.AWS.ResetCalls()
				w.Update(object, func(o *v1alpha1.SecuredAPI) {
					o.Spec.Mode = v1alpha1.ModeApply
					if consent.acknowledge {
						o.Spec.Acknowledge = hash
					}
				})
				w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
				// A pass more is no consent either.
				w.AskNow(object)
				if calls := w.Writes(); len(calls) != 0 {
					t.Fatalf("got %v written, want nothing: nobody agreed to this plan", calls)
				}
				if diff := cmp.Diff(before, w.Inventory()); diff != "" {
					t.Errorf("AWS is as it was (-before +after):\n%s", diff)
				}
				plan := object.Status.Plan
				if plan.Hash == hash || !slices.ContainsFunc(harness.PlanWords(object), func(words string) bool { return strings.HasPrefix(words, tc.line) }) {
					t.Errorf("got the hash %s, want another than %s, and %q in the plan:\n%s", plan.Hash, hash, tc.line, strings.Join(harness.PlanWords(object), "\n"))
				}
				w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = plan.Hash })
				w.AwaitReady(object)
				if object.Status.UserPool.ID != made.Pool || object.Status.API.ID != made.API {
					t.Errorf("once agreed to: got the pool %s and the API %s, want %+v", object.Status.UserPool.ID, object.Status.API.ID, made)
				}
			})
		}
	}
}
