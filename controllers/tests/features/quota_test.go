package features_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// An object that waits for the account's quota reports its place, and delays no other account.
func TestObjectsWaitingForQuotaReportTheirPlace(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t)
	// A deployment in 250 s: whoever comes second waits for longer than the test.
	w.Resync, w.Quotas = harness.ResyncNever, quota.Options{Share: 1, Speed: 0.02, Clock: clock.RealClock{}}
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
	first := w.Create(w.Recipe())
	w.AwaitReady(first)
	waits := func(object *v1alpha1.SecuredAPI, place string) {
		words := regexp.MustCompile(`^CreateDeployment waits for the account's quota: place ` + place + ` in line, expected at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)
		w.Await(object, "its place in line", func(o *v1alpha1.SecuredAPI) bool {
			reconciling := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReconciling)
			return reconciling != nil && reconciling.Reason == v1alpha1.ReasonWaitingForQuota && words.MatchString(reconciling.Message)
		})
	}
	w.AWS.ResetCalls()
	w.Update(first, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Methods = []v1alpha1.Method{"GET", "POST"} })
	waits(first, "1")
	if calls := w.TakeCalls(); len(calls) != 0 {
		t.Errorf("what leads up to the call waits, too: %v", calls)
	}
	if !meta.IsStatusConditionTrue(first.Status.Conditions, v1alpha1.ConditionReady) {
		t.Error("a wait does not flip Ready")
	}
	second := w.Recipe()
	second.Name, second.Spec.Domain.Prefix = "second", "notes-second"
	w.Create(second)
	waits(second, "2")
	if second.Status.UserPool == nil || second.Status.API != nil {
		t.Errorf("got user pool %v, API %v, want what needs not wait, and no API before it can be deployed", second.Status.UserPool, second.Status.API)
	}
	w.Delete(first)
	w.Delete(second)
	if diff := cmp.Diff(harness.Inventory{}, w.Inventory()); diff != "" {
		t.Errorf("a deletion goes before (-want +got):\n%s", diff)
	}
}
