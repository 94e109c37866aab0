package controllers_test

import (
	"slices"
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// BenchmarkApplyToReady measures from apply to Ready, as somebody who watches sees it, on a local AWS without added
// latency, and reports the median: `make bench`.
func BenchmarkApplyToReady(b *testing.B) {
	w := newWorld(b, resyncNever)
	var took []time.Duration
	// The first waits for the operator to start.
	first := w.create(w.recipe())
	w.awaitReady(first)
	w.delete(first)
	for b.Loop() {
		object := w.recipe()
		start := time.Now()
		w.create(object)
		w.awaitReady(object)
		took = append(took, time.Since(start))
		b.StopTimer()
		w.delete(object)
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "ms-median")
}

// BenchmarkNothingToDo measures a pass over an object that is fresh, and what the queue asks before it: they read the cache
// and the schedule. It reports what 99 of 100 passes take at most.
func BenchmarkNothingToDo(b *testing.B) {
	w := newWorld(b, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.aws.ResetCalls()
	request := ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}
	b.ReportAllocs()
	took := make([]time.Duration, 0, 1<<20)
	for b.Loop() {
		start := time.Now()
		w.operator.Workplace(request)
		w.reconcile(object)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e6, "ms-p99")
	b.ReportMetric(float64(len(w.aws.Calls())), "aws-calls")
}
