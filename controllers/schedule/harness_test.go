package schedule

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
)

const interval = 10 * time.Minute

var start = time.Unix(1_000_000, 0)

// Outcomes of a phase.
var (
	failed    = outcome.Outcome{Reason: v1alpha1.ReasonAWSUnavailable}
	stalled   = outcome.Outcome{Reason: v1alpha1.ReasonRejectedByAWS, Stalled: true, After: outcome.RetryStalled}
	throttled = outcome.Outcome{Reason: v1alpha1.ReasonWaitingForQuota, After: outcome.RetryThrottle}
	queued    = outcome.Outcome{Reason: v1alpha1.ReasonWaitingForQuota, After: time.Hour, Exact: true}
)

// timeline is one object under a schedule, on a clock of its own.
type timeline struct {
	*Schedule
	t      *testing.T
	object *v1alpha1.SecuredAPI
	now    time.Time
}

// newTimeline starts with an object that is Ready, of generation 1, and that the operator does not know yet.
func newTimeline(t *testing.T) *timeline {
	t.Helper()
	return &timeline{Schedule: &Schedule{Interval: interval}, t: t, object: ready("u"), now: start}
}

func ready(uid types.UID) *v1alpha1.SecuredAPI {
	return &v1alpha1.SecuredAPI{
		ObjectMeta: metav1.ObjectMeta{UID: uid, Generation: 1, Namespace: "a"},
		Status:     v1alpha1.SecuredAPIStatus{ObservedGeneration: 1, UserPool: &v1alpha1.UserPoolStatus{ID: "pool"}},
	}
}

func (l *timeline) edit() { l.object.Generation++ }

func (l *timeline) ask() {
	l.object.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: l.now.String()}
}

// begins fails unless a pass of that kind is due.
func (l *timeline) begins(reason string, want Kind) Pass {
	l.t.Helper()
	pass, wait := l.Next(l.object, l.now)
	if wait != 0 || pass.Kind != want {
		l.t.Fatalf("%s: got a pass of kind %s in %s, want %s now", reason, pass.Kind, wait, want)
	}
	return pass
}

// waits fails unless no pass is due before a wait, to which at most a tenth is added.
func (l *timeline) waits(reason string, want time.Duration) {
	l.t.Helper()
	if _, got := l.Next(l.object, l.now); !within(got, want) {
		l.t.Fatalf("%s: got a wait of %s, want %s and up to a tenth more", reason, got, want)
	}
}

// within says whether a wait is as wanted, but for jitter.
func within(got, want time.Duration) bool { return want <= got && got <= want+want/10 }

// ends brings a pass to its end and returns when the next one is.
func (l *timeline) ends(pass Pass, r Result) (time.Duration, bool) {
	l.object.Status.LastHandledReconcileAt = l.object.Annotations[v1alpha1.ReconcileAtAnnotation]
	l.object.Status.ObservedGeneration = l.object.Generation
	return l.Done(l.object, pass, r, l.now)
}

// makes carries out the pass that is due now, of the kind that is wanted, and waits for the next one.
func (l *timeline) makes(reason string, want Kind, r Result) Pass {
	l.t.Helper()
	pass := l.begins(reason, want)
	after, _ := l.ends(pass, r)
	l.now = l.now.Add(after)
	return pass
}

// converge makes the first pass over a new object, which creates everything, and waits for the first drift check.
func (l *timeline) converge() {
	l.t.Helper()
	l.object.Status.ObservedGeneration = -1
	l.makes("a new object", Edit, Result{Wrote: true})
}

// beforeCheck sets the clock to a moment before the next drift check is due.
func (l *timeline) beforeCheck() { l.now = l.entries[l.object.UID].check.Add(-time.Minute) }
