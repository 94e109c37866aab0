package features_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// The message asks for the plan's hash, and names a wrong hash in spec.acknowledge.
func TestTheAcknowledgementMessageNamesTheHash(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Adopting(w.MakeLegacy(nil)))
	message := w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
	hash := object.Status.Plan.Hash
	if want := "once spec.acknowledge is " + hash + ", the hash of status.plan"; !strings.Contains(message, want) {
		t.Errorf("got the message %q, want %q in it", message, want)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = "sha256:0123456789abcdef" })
	message = w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
	for _, want := range []string{hash, `it is "sha256:0123456789abcdef", which is another plan's`} {
		if !strings.Contains(message, want) {
			t.Errorf("got the message %q after a wrong hash, want %q in it", message, want)
		}
	}
}

// value is a metric of the operator with such a label; 0 if there is none.
func value(w *harness.World, name, label string) float64 {
	w.T.Helper()
	sum := 0.0
	for _, metric := range w.Metrics(name) {
		var labels []string
		for _, pair := range metric.GetLabel() {
			labels = append(labels, pair.GetName()+"="+pair.GetValue())
		}
		if slices.Contains(labels, "namespace="+w.Namespace) && strings.Contains(strings.Join(labels, ","), label) {
			sum += metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
		}
	}
	return sum
}

// Drift is reported once, when it is found, also while its repair fails. A requested check is handled when the repair is done.
func TestDriftIsReportedOnceWhenFound(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.DeployByHand(object)
	w.AWS.Inject(awslocal.Fault{Operation: "UpdateStage", Kind: awslocal.RefuseBefore, Status: http.StatusServiceUnavailable})
	const at = "now"
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: at} })
	w.Eventually("three failed repairs", func(context.Context) (bool, string) {
		n := w.CountCalls(func(c awslocal.Call) bool { return c.Operation == "UpdateStage" })
		return n > 2, ""
	})
	w.Get(object)
	if object.Status.LastHandledReconcileAt == at {
		t.Error("got lastHandledReconcileAt before the repair, want it after")
	}
	w.AWS.ClearFaults()
	w.Await(object, "the pass that was asked for", func(o *v1alpha1.SecuredAPI) bool { return o.Status.LastHandledReconcileAt == at })
	if !harness.IsReady(object) {
		t.Errorf("got conditions %+v when the pass was handled, want Ready", object.Status.Conditions)
	}
	const words = "AWS is not as it was left; the operator restores it: ~ stage beta deployment: "
	w.Eventually("the event of the drift", func(context.Context) (bool, string) {
		notes := w.EventNotes()
		return strings.Contains(notes, words), notes
	})
	if got := strings.Count(w.EventNotes(), words); got != 1 {
		t.Errorf("got %d events of the drift, want one:\n%s", got, w.EventNotes())
	}
	if got := value(w, "securedapi_drift_detected_total", "kind=stage"); got != 1 {
		t.Errorf("got %v stages that drifted, want 1", got)
	}
	if got := value(w, "securedapi_status_condition", "reason=Succeeded,status=True,type=Ready"); got != 1 {
		t.Errorf("got %v objects that are Ready, want 1", got)
	}
}

// While a plan is shown, AWS does not agree with the spec, so observedGeneration stays.
func TestAShownPlanKeepsObservedGeneration(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	agreed := object.Generation
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode, o.Spec.Stage = v1alpha1.ModePlan, "later" })
	w.AwaitPlanned(object)
	if got := object.Status.ObservedGeneration; got != agreed {
		t.Errorf("got observedGeneration %d of a plan, want %d, the generation that AWS agreed with", got, agreed)
	}
	if ready := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionReady); ready.Status != metav1.ConditionFalse {
		t.Errorf("got Ready %s, want False", ready.Status)
	}
	// A restart looks at nothing.
	w.Stop()
	w.AWS.ResetCalls()
	w.StartOperator()
	w.AwaitPlanned(object)
	if calls := w.CountCalls(func(awslocal.Call) bool { return true }); calls != 0 {
		t.Errorf("got %d calls after a restart with a plan that is shown, want none", calls)
	}
}

// Each event that docs/events.md lists is written, with its type.
func TestEveryEventOfTheReferenceIsWritten(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(harness.File("docs/events.md"))
	if err != nil {
		t.Fatal(err)
	}
	// What is said of the two other events is below the table.
	want := map[string]string{v1alpha1.ReasonUsersWouldBeLost: "Warning", v1alpha1.ReasonDoubtfulSpec: "Warning"}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\w+) \\|").FindAllStringSubmatch(string(text), -1) {
		want[row[1]] = row[2]
	}

	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe()) // its URLs of localhost are doubtful
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength++ })
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength-- })
	w.AwaitReady(object)
	w.DeployByHand(object)
	harness.Must[*apigateway.CreateStageOutput](w)(w.Gateway().CreateStage(t.Context(), &apigateway.CreateStageInput{
		RestApiId: &object.Status.API.ID, StageName: aws.String("copy"), DeploymentId: &object.Status.API.DeploymentID,
	}))
	w.AskNow(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionProtect })
	harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{
		UserPoolId: &object.Status.UserPool.ID, Username: aws.String("ann@example.com"),
	}))
	if err := w.Client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	w.AwaitStalled(object, v1alpha1.ReasonUsersWouldBeLost)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionDelete })
	w.AwaitGone(object)
	other := w.Recipe()
	other.Spec.DeletionPolicy = v1alpha1.DeletionRetain
	w.Create(other)
	w.AwaitReady(other)
	w.Delete(other)

	w.Eventually("the events of docs/events.md", func(context.Context) (bool, string) {
		diff := cmp.Diff(want, w.EventTypes())
		return diff == "", "-want +got:\n" + diff
	})
}
