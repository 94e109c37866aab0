package controllers_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// awaitPlanned waits until the plan of the present spec is shown, and returns its words and classes.
func (w *world) awaitPlanned(object *v1alpha1.SecuredAPI) []string {
	w.t.Helper()
	w.await(object, "the plan", func(o *v1alpha1.SecuredAPI) bool {
		ready := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReady)
		return o.Status.Plan != nil && ready.Reason == v1alpha1.ReasonPlanned && ready.ObservedGeneration == o.Generation
	})
	return planWords(object)
}

func planWords(object *v1alpha1.SecuredAPI) []string {
	var words []string
	for _, change := range object.Status.Plan.Changes {
		words = append(words, change.Change+" ("+change.Class+")")
	}
	return words
}

func TestPlanOfANewObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.recipe()
	object.Spec.Mode = v1alpha1.ModePlan
	w.create(object)
	const function = "permission/arn:aws:lambda:us-east-1:111111111111:function:"
	want := []string{
		"+ userPool " + w.namespaced("notes") + " (inPlace)",
		"+ client/web implicit (inPlace)",
		"+ domain notes-beta (inPlace)",
		"+ api " + w.namespaced("notes") + " (redeploy)",
		"+ " + function + "GuestHandler (inPlace)",
		"+ " + function + "RegisteredHandler (inPlace)",
		"+ GET /guest guest (redeploy)",
		"+ GET /registered registered (redeploy)",
		"+ stage beta (redeploy)",
	}
	if diff := cmp.Diff(want, w.awaitPlanned(object)); diff != "" {
		t.Errorf("the plan in words (-want +got):\n%s", diff)
	}
	if calls := w.mutating(); len(calls) != 0 || object.Status.UserPool != nil || object.Status.API != nil {
		t.Errorf("nothing is made: %v, %+v", calls, object.Status)
	}
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.awaitReady(object)
	if object.Status.Plan != nil {
		t.Errorf("what was carried out is no plan any more: %+v", object.Status.Plan)
	}
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan })
	w.awaitReady(object)
	if shown := object.Status.Plan; shown == nil || len(shown.Changes) != 0 {
		t.Errorf("an empty plan says that AWS agrees: %+v", shown)
	}
}

func (w *world) namespaced(name string) string { return w.namespace + "-" + name }

func TestPlanOfAnEditIsWhatApplyDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	before := w.inventory()
	w.aws.ResetCalls()
	w.update(object, func(o *v1alpha1.SecuredAPI) {
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
	planned := w.awaitPlanned(object)
	if diff := cmp.Diff(want, planned); diff != "" {
		t.Errorf("the plan in words (-want +got):\n%s", diff)
	}
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("nothing is written: %v", calls)
	}
	if diff := cmp.Diff(before, w.inventory()); diff != "" {
		t.Errorf("AWS is as it was (-before +after):\n%s", diff)
	}
	hash := object.Status.Plan.Hash
	w.askNow(object)
	if object.Status.Plan.Hash != hash {
		t.Errorf("the same changes have the same hash: %s, then %s", hash, object.Status.Plan.Hash)
	}
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.awaitReady(object)
	w.eventually("events in the plan's words", func(context.Context) (bool, string) {
		notes := w.eventNotes()
		return !slices.ContainsFunc(want, func(line string) bool {
			words, _, _ := strings.Cut(line, " (")
			return !strings.Contains(notes, words)
		}), notes
	})
}

// askNow asks for a look at everything by the annotation, and waits until it was made.
func (w *world) askNow(object *v1alpha1.SecuredAPI) {
	w.t.Helper()
	at := metav1.NowMicro().String()
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: at} })
	w.await(object, "the pass that was asked for", func(o *v1alpha1.SecuredAPI) bool { return o.Status.LastHandledReconcileAt == at })
}

func TestPlanShowsDriftAndRepairsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan })
	w.awaitReady(object)
	w.openByHand(object, "/registered")
	w.askNow(object)
	if diff := cmp.Diff([]string{"~ GET /registered access: guest -> registered (redeploy)"}, w.awaitPlanned(object)); diff != "" {
		t.Error(diff)
	}
	if !meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionAllRoutesGuarded) {
		t.Error("nobody deployed it, so what is served is guarded")
	}
	w.deployByHand(object)
	w.askNow(object)
	w.awaitPlanned(object)
	if meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionAllRoutesGuarded) {
		t.Errorf("what somebody else deployed is not known to be guarded: %+v", object.Status.Conditions)
	}
}

func TestPlanHoldsADeletion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan })
	w.awaitReady(object)
	before := w.inventory()
	if err := w.client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	planned := w.awaitPlanned(object)
	for _, want := range []string{"- api " + object.Status.API.ID + " (replace)", "- userPool " + object.Status.UserPool.ID + " (losesUsers)"} {
		if !slices.Contains(planned, want) {
			t.Errorf("%s is in the plan: %v", want, planned)
		}
	}
	if diff := cmp.Diff(before, w.inventory()); diff != "" {
		t.Errorf("AWS is as it was (-before +after):\n%s", diff)
	}
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
	w.awaitGone(object)
	if diff := cmp.Diff(inventory{}, w.inventory()); diff != "" {
		t.Errorf("then it goes on (-want +got):\n%s", diff)
	}
}

func TestANewPoolForALostOneNeedsItsHash(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
	w.create(object)
	w.awaitReady(object)
	lost := object.Status.UserPool.ID
	w.deletePool(object)
	w.askNow(object)
	w.awaitStalled(object, v1alpha1.ReasonUserPoolDeleted)
	if want := "+ userPool " + w.namespaced("notes") + " in the place of " + lost + ", without its users (losesUsers)"; planWords(object)[0] != want {
		t.Errorf("the loss comes first: %v, want %s", planWords(object), want)
	}
	w.aws.ResetCalls()
	for _, hash := range []string{"sha256:0000000000000000", ""} {
		w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge, o.Spec.Mode = hash, v1alpha1.ModePlan })
		w.awaitPlanned(object)
		w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
		w.awaitStalled(object, v1alpha1.ReasonUserPoolDeleted)
	}
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("another hash, or a look in mode Plan, is no consent: %v", calls)
	}
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
	w.awaitReady(object)
	if object.Status.UserPool.ID == lost || object.Status.Plan != nil {
		t.Errorf("a new pool, and no plan left: %+v", object.Status)
	}
}

func TestSuspendStopsEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = true })
	suspended := func(o *v1alpha1.SecuredAPI) bool {
		c := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionSuspended)
		return c != nil && c.ObservedGeneration == o.Generation
	}
	w.await(object, "Suspended", suspended)
	w.aws.ResetCalls()
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" })
	w.await(object, "Suspended", suspended)
	if err := w.client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	w.await(object, "Suspended", suspended)
	if calls := w.calls(); len(calls) != 0 {
		t.Errorf("no call is made, also not for a deletion: %v", calls)
	}
	if !meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionReady) {
		t.Error("the other conditions stay")
	}
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = false })
	w.awaitGone(object)
	if diff := cmp.Diff(inventory{}, w.inventory()); diff != "" {
		t.Errorf("then it goes on (-want +got):\n%s", diff)
	}
}

func TestReconcileAtLooksAtEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	before := w.inventory()
	w.openByHand(object, "/registered")
	w.revokeByHand(object, "GuestHandler")
	w.askNow(object)
	w.awaitReady(object)
	after := w.inventory()
	after.APIs[0].Deployments = before.APIs[0].Deployments
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("all of it is repaired at once (-before +after):\n%s", diff)
	}
	w.aws.ResetCalls()
	w.askNow(object)
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("a look that finds nothing changes nothing: %v", calls)
	}
	// What waits for a person is tried at once.
	w.takeDomain("taken")
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "taken" })
	w.awaitStalled(object, v1alpha1.ReasonDomainTaken)
	w.giveDomainBack("taken")
	w.askNow(object)
	w.awaitReady(object)
}
