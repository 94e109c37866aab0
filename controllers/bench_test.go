package controllers_test

import (
	"slices"
	"testing"
	"time"
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

// BenchmarkNothingToDo measures a pass over an object that is fresh: it reads the cache and the schedule.
func BenchmarkNothingToDo(b *testing.B) {
	w := newWorld(b, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.aws.ResetCalls()
	b.ReportAllocs()
	for b.Loop() {
		w.reconcile(object)
	}
	b.ReportMetric(float64(len(w.aws.Calls())), "aws-calls")
}
