package controllers_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
)

// What has to wait for the account's quota says so, and its place, and holds nobody else up.
func TestObjectsWaitInLine(t *testing.T) {
	t.Parallel()
	w := newAccount(t)
	// A deployment in 250 s: whoever comes second waits for longer than the test.
	w.resync, w.quotas = resyncNever, quota.Options{Share: 1, Speed: 0.02, Clock: clock.RealClock{}}
	w.startOperator()
	t.Cleanup(func() { w.stop() })
	first := w.create(w.recipe())
	w.awaitReady(first)
	waits := func(object *v1alpha1.SecuredAPI, operation string) {
		words := regexp.MustCompile("^" + operation + ` waits for the account's quota: place 1 in line, expected at \d\d:\d\d:\d\d$`)
		w.await(object, "its place in line", func(o *v1alpha1.SecuredAPI) bool {
			reconciling := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReconciling)
			return reconciling != nil && reconciling.Reason == v1alpha1.ReasonWaitingForQuota && words.MatchString(reconciling.Message)
		})
	}
	w.aws.ResetCalls()
	w.update(first, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Methods = []v1alpha1.Method{"GET", "POST"} })
	waits(first, "CreateDeployment")
	if calls := w.calls(); len(calls) != 0 {
		t.Errorf("what leads up to the call waits, too: %v", calls)
	}
	if !meta.IsStatusConditionTrue(first.Status.Conditions, v1alpha1.ConditionReady) {
		t.Error("a wait does not flip Ready")
	}
	second := w.recipe()
	second.Name, second.Spec.Domain.Prefix = "second", "notes-second"
	w.create(second)
	waits(second, "CreateRestApi")
	if second.Status.UserPool == nil {
		t.Error("what needs not wait is made")
	}
	w.delete(first)
	w.delete(second)
	if diff := cmp.Diff(inventory{}, w.inventory()); diff != "" {
		t.Errorf("a deletion goes before (-want +got):\n%s", diff)
	}
}
