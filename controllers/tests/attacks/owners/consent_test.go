package owners_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// A person agreed to take a pool over with what the plan lists. Somebody adds a client after the operator has compared the plan's hash,
// and before it takes the pool.
func TestConsentToAnAdoptionCoversWhatThePlanLists(t *testing.T) {
	t.Parallel()
	report.Attack(t, "what a person did not see is taken over with their consent", "a client that comes between the check of the hash and the adoption")
	w := harness.NewWorld(t, harness.ResyncNever)
	made := w.MakeLegacy(nil)
	object := w.Create(w.Adopting(made))
	w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
	w.AskNow(object)
	hash := object.Status.Plan.Hash
	console := awslocal.Aside(w.AWS.Config())
	w.AWS.Hook(awslocal.Hook{Operation: "ListUserPoolClients", Times: 1, After: func(awslocal.Call) {
		_, err := cip.NewFromConfig(console).CreateUserPoolClient(t.Context(), &cip.CreateUserPoolClientInput{
			UserPoolId: &made.Pool, ClientName: aws.String("evil"),
		})
		if err != nil {
			t.Error(err)
		}
	}})
	w.AWS.ResetCalls()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = hash })
	w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
	if words := strings.Join(harness.PlanWords(object), "\n"); !strings.Contains(words, "= client/evil") {
		t.Errorf("got the plan\n%s\nwant the new client in it", words)
	}
	if owner := w.DescribePool().UserPoolTags[engine.TagName]; owner != "" {
		t.Errorf("the pool has the tags of %s, want none before a person agreed to the client", owner)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
	w.AwaitReady(object)
}
