package features_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestPlanOfANewObject(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.Mode = v1alpha1.ModePlan
	w.Create(object)
	const function = "permission/arn:aws:lambda:us-east-1:111111111111:function:"
	want := []string{
		"+ userPool " + namespaced(w, "notes") + " (inPlace)",
		"+ client/web implicit (inPlace)",
		"+ domain notes-beta (inPlace)",
		"+ api " + namespaced(w, "notes") + " (redeploy)",
		"+ " + function + "GuestHandler/beta (inPlace)",
		"+ " + function + "RegisteredHandler/beta (inPlace)",
		"+ GET /guest guest (redeploy)",
		"+ GET /registered registered (redeploy)",
		"+ stage beta (redeploy)",
	}
	if diff := cmp.Diff(want, w.AwaitPlanned(object)); diff != "" {
		t.Errorf("the plan in words (-want +got):\n%s", diff)
	}
	if calls := w.Writes(); len(calls) != 0 || object.Status.UserPool != nil || object.Status.API != nil {
		t.Errorf("nothing is made: %v, %+v", calls, object.Status)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.AwaitReady(object)
	if object.Status.Plan != nil {
		t.Errorf("what was carried out is no plan any more: %+v", object.Status.Plan)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan })
	w.AwaitReady(object)
	if shown := object.Status.Plan; shown == nil || len(shown.Changes) != 0 {
		t.Errorf("an empty plan says that AWS agrees: %+v", shown)
	}
}

// A plan in status has 500 changes at most, and says how many it leaves out.
func TestALongPlanIsCut(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.Mode, object.Spec.Routes = v1alpha1.ModePlan, nil
	w.Create(object)
	others := len(w.AwaitPlanned(object))
	short := object.Status.Plan.Hash
	const paths = 100
	methods := []v1alpha1.Method{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		for i := range paths {
			o.Spec.Routes = append(o.Spec.Routes, v1alpha1.Route{
				Path: "/" + strconv.Itoa(i), Methods: methods, Backend: v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "GuestHandler"}},
			})
		}
	})
	w.AwaitPlanned(object)
	// Beside the methods there are the API, the permission of the function, and the stage.
	shown, want := object.Status.Plan, others+paths*len(methods)+3
	if len(shown.Changes) != 500 || int(shown.Omitted) != want-500 || shown.Hash == short {
		t.Errorf("got %d changes, %d omitted and the hash %s, want 500 of %d, and another hash", len(shown.Changes), shown.Omitted, shown.Hash, want)
	}
	// docs/ownership.md: a prefix tells who asks for it.
	found := &v1alpha1.SecuredAPIList{}
	for prefix, want := range map[string]int{object.Spec.Domain.Prefix: 1, "no-such-prefix": 0} {
		err := w.Client.List(t.Context(), found, client.InNamespace(w.Namespace), client.MatchingFields{"spec.domain.prefix": prefix})
		if err != nil || len(found.Items) != want {
			t.Errorf("got %d objects with the prefix %s (%v), want %d", len(found.Items), prefix, err, want)
		}
	}
}

func namespaced(w *harness.World, name string) string { return w.Namespace + "-" + name }

func TestPlanOfAnEditEqualsWhatApplyChanges(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	before := w.Inventory()
	w.AWS.ResetCalls()
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.Mode = v1alpha1.ModePlan
		o.Spec.UserPool.PasswordPolicy.MinimumLength = 8
		o.Spec.Domain.Prefix = "notes-live"
		o.Spec.Clients[0].CallbackURLs = []v1alpha1.URL{"http://localhost:3001/callback"}
		o.Spec.Routes[1].Access = v1alpha1.AccessRegistered
		orders := *o.Spec.Routes[0].DeepCopy()
		orders.Path = "/orders"
		o.Spec.Routes = append(o.Spec.Routes, orders)
	})
	want := []string{
		"~ userPool.passwordPolicy.minimumLength: 6 -> 8 (inPlace)",
		"~ client/web.callbackURLs: http://localhost:3000/callback -> http://localhost:3001/callback (inPlace)",
		"~ domain: notes-beta -> notes-live (replace)",
		"~ GET /guest access: guest -> registered (redeploy)",
		"+ GET /orders registered (redeploy)",
	}
	planned := w.AwaitPlanned(object)
	if diff := cmp.Diff(want, planned); diff != "" {
		t.Errorf("the plan in words (-want +got):\n%s", diff)
	}
	if calls := w.Writes(); len(calls) != 0 {
		t.Errorf("nothing is written: %v", calls)
	}
	if diff := cmp.Diff(before, w.Inventory()); diff != "" {
		t.Errorf("AWS is as it was (-before +after):\n%s", diff)
	}
	hash := object.Status.Plan.Hash
	w.AskNow(object)
	if object.Status.Plan.Hash != hash {
		t.Errorf("the same changes have the same hash: %s, then %s", hash, object.Status.Plan.Hash)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.AwaitReady(object)
	w.Eventually("events in the plan's words", func(context.Context) (bool, string) {
		notes := w.EventNotes()
		return !slices.ContainsFunc(want, func(line string) bool {
			words, _, _ := strings.Cut(line, " (")
			return !strings.Contains(notes, words)
		}), notes
	})
}

func TestPlanShowsDriftAndRepairsNothing(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan })
	w.AwaitReady(object)
	w.OpenByHand(object, "/registered")
	w.AskNow(object)
	if diff := cmp.Diff([]string{"~ GET /registered access: guest -> registered (redeploy)"}, w.AwaitPlanned(object)); diff != "" {
		t.Error(diff)
	}
	if !meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionAllRoutesGuarded) {
		t.Error("nobody deployed it, so what is served is guarded")
	}
	w.DeployByHand(object)
	w.AskNow(object)
	w.AwaitPlanned(object)
	if meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionAllRoutesGuarded) {
		t.Errorf("what somebody else deployed is not known to be guarded: %+v", object.Status.Conditions)
	}
}

func TestPlanHoldsADeletion(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan })
	w.AwaitReady(object)
	before := w.Inventory()
	if err := w.Client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	planned := w.AwaitPlanned(object)
	for _, want := range []string{"- api " + object.Status.API.ID + " (replace)", "- userPool " + object.Status.UserPool.ID + " (losesUsers)"} {
		if !slices.Contains(planned, want) {
			t.Errorf("%s is in the plan: %v", want, planned)
		}
	}
	if diff := cmp.Diff(before, w.Inventory()); diff != "" {
		t.Errorf("AWS is as it was (-before +after):\n%s", diff)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.AwaitGone(object)
	if diff := cmp.Diff(harness.Inventory{}, w.Inventory()); diff != "" {
		t.Errorf("then it goes on (-want +got):\n%s", diff)
	}
}

func TestAPoolThatReplacesALostOneNeedsTheHash(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
	w.Create(object)
	w.AwaitReady(object)
	lost := object.Status.UserPool.ID
	w.DeletePool(object)
	w.AskNow(object)
	w.AwaitStalled(object, v1alpha1.ReasonUserPoolDeleted)
	if want := "+ userPool " + namespaced(w, "notes") + " in the place of " + lost + ", without its users (losesUsers)"; harness.PlanWords(object)[0] != want {
		t.Errorf("the loss comes first: %v, want %s", harness.PlanWords(object), want)
	}
	w.AWS.ResetCalls()
	for _, hash := range []string{"sha256:0000000000000000", ""} {
		w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge, o.Spec.Mode = hash, v1alpha1.ModePlan })
		w.AwaitPlanned(object)
		w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
		w.AwaitStalled(object, v1alpha1.ReasonUserPoolDeleted)
	}
	if calls := w.Writes(); len(calls) != 0 {
		t.Errorf("another hash, or a look in mode Plan, is no consent: %v", calls)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
	w.AwaitReady(object)
	if object.Status.UserPool.ID == lost || object.Status.Plan != nil {
		t.Errorf("a new pool, and no plan left: %+v", object.Status)
	}
}

func TestSuspendStopsEverything(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = true })
	w.Await(object, "Suspended", isSuspended)
	w.AWS.ResetCalls()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" })
	w.Await(object, "Suspended", isSuspended)
	if err := w.Client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	w.Await(object, "Suspended", isSuspended)
	if calls := w.TakeCalls(); len(calls) != 0 {
		t.Errorf("no call is made, also not for a deletion: %v", calls)
	}
	if !meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionReady) {
		t.Error("the other conditions stay")
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = false })
	w.AwaitGone(object)
	if diff := cmp.Diff(harness.Inventory{}, w.Inventory()); diff != "" {
		t.Errorf("then it goes on (-want +got):\n%s", diff)
	}
}

func TestReconcileAtStartsAFullCheck(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	before := w.Inventory()
	w.OpenByHand(object, "/registered")
	w.Revoke("GuestHandler")
	w.AskNow(object)
	w.AwaitReady(object)
	after := w.Inventory()
	after.APIs[0].Deployments = before.APIs[0].Deployments
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("all of it is repaired at once (-before +after):\n%s", diff)
	}
	w.AWS.ResetCalls()
	w.AskNow(object)
	if calls := w.Writes(); len(calls) != 0 {
		t.Errorf("a look that finds nothing changes nothing: %v", calls)
	}
	// What waits for a person is tried at once.
	w.TakeDomain("taken")
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "taken" })
	w.AwaitStalled(object, v1alpha1.ReasonDomainTaken)
	giveDomainBack(w, "taken")
	w.AskNow(object)
	w.AwaitReady(object)
}

// giveDomainBack takes a prefix that was taken from the other pool again.
func giveDomainBack(w *harness.World, prefix string) {
	w.T.Helper()
	domain := harness.Must[*cip.DescribeUserPoolDomainOutput](w)(w.Cognito().DescribeUserPoolDomain(w.T.Context(), &cip.DescribeUserPoolDomainInput{Domain: &prefix})).DomainDescription
	harness.Must[*cip.DeleteUserPoolDomainOutput](w)(w.Cognito().DeleteUserPoolDomain(w.T.Context(), &cip.DeleteUserPoolDomainInput{Domain: &prefix, UserPoolId: domain.UserPoolId}))
}
