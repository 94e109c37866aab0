package features_test

import (
	"slices"
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// BenchmarkApplyToReady measures from apply to Ready, as somebody who watches sees it, on a local AWS without added
// latency, and reports the median: `make bench`.
func BenchmarkApplyToReady(b *testing.B) {
	w := harness.NewWorld(b, harness.ResyncNever)
	var took []time.Duration
	// The first waits for the operator to start.
	first := w.Create(w.Recipe())
	w.AwaitReady(first)
	w.Delete(first)
	for b.Loop() {
		object := w.Recipe()
		start := time.Now()
		w.Create(object)
		w.AwaitReady(object)
		took = append(took, time.Since(start))
		b.StopTimer()
		w.Delete(object)
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "ms-median")
}

// BenchmarkNothingToDo measures a pass over an object that is fresh, and what the queue asks before it: they read the cache
// and the schedule. It reports what 99 of 100 passes take at most.
func BenchmarkNothingToDo(b *testing.B) {
	w := harness.NewWorld(b, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.AWS.ResetCalls()
	request := ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}
	b.ReportAllocs()
	took := make([]time.Duration, 0, 1<<20)
	for b.Loop() {
		start := time.Now()
		w.Operator.Workplace(request)
		reconcile(w, object)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e6, "ms-p99")
	b.ReportMetric(float64(len(w.AWS.Calls())), "aws-calls")
}

// reconcile runs one pass, as the queue does.
func reconcile(w *harness.World, object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	if _, err := w.Operator.Reconcile(w.T.Context(), ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}); err != nil {
		w.T.Fatal(err)
	}
}
