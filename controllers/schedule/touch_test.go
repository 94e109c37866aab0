package schedule

import (
	"testing"
	"time"

	"github.com/securedapi/securedapi/controllers/outcome"
)

// A touch makes a pass that looks at nothing in AWS, whoever is Ready or waits for a person.
func TestTouch(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	l.ends(l.begins("a check", Check), Result{})
	l.waits("an object that nothing touched waits", interval)
	l.Touch(l.object.UID)
	if pass := l.begins("a touch makes a pass at once", Retry); !pass.Asked() {
		t.Error("whoever touches asks for the pass, and their namespace's bound counts it")
	}
	pass := l.begins("also when a pass was lost to a write conflict", Retry)
	l.Touch(l.object.UID)
	l.ends(pass, Result{})
	l.ends(l.begins("a touch during a pass is for the next", Retry), Result{})
	l.waits("then it waits again, for the same check", interval)

	l.edit()
	l.ends(l.begins("an edit that cannot be", Edit), Result{API: Attempt{Outcome: stalled}})
	l.Touch(l.object.UID)
	pass = l.begins("a touch of what waits for a person", Retry)
	if !pass.API().Skip(l.now) {
		t.Error("it tries again, and each try is a call")
	}
	l.ends(pass, Result{API: Attempt{Outcome: stalled, Skipped: true}})
	l.Touch(l.object.UID)
	l.Forget(l.object.UID)
	if len(l.touches) != 0 {
		t.Errorf("got %v, want nothing kept", l.touches)
	}
}

// What could not be written to Kubernetes is tried again, and neither phase for it.
func TestOutputsAreTriedAgain(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	l.beforeCheck()
	l.edit()
	if after, backoff := l.ends(l.begins("an edit", Edit), Result{Outputs: Attempt{Outcome: failed}}); !backoff {
		t.Errorf("got a pass in %s, want the queue's backoff", after)
	}
	pass := l.begins("the next try", Retry)
	refused := outcome.Outcome{Reason: "OwnershipConflict", Stalled: true, After: time.Second}
	if after, backoff := l.ends(pass, Result{Outputs: Attempt{Outcome: refused}}); backoff || !within(after, time.Second) {
		t.Errorf("got a pass in %s, want one in a second: a person has to act", after)
	}
	for _, tc := range []struct {
		reason string
		result Result
		want   bool
	}{
		{"all is done", Result{}, true},
		{"a person has to act", Result{Outputs: Attempt{Outcome: refused}}, true},
		{"it is tried again", Result{Outputs: Attempt{Outcome: failed}}, false},
	} {
		if got := tc.result.Ended(); got != tc.want {
			t.Errorf("%s: got ended %v, want %v", tc.reason, got, tc.want)
		}
	}
}
