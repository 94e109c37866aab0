package schedule

import (
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
)

func TestAStalledPhaseIsRetriedSeldom(t *testing.T) {
	try := func(calls int) Result { return Result{API: Attempt{Outcome: stalled, Calls: calls}} }
	l := newTimeline(t)
	l.Interval = 24 * time.Hour
	l.converge()
	after := func(reason string, kind Kind, r Result, want time.Duration) {
		t.Helper()
		got, _ := l.ends(l.begins(reason, kind), r)
		if !within(got, want) {
			t.Errorf("%s: got the next pass in %s, want it in %s", reason, got, want)
		}
		l.now = l.now.Add(got)
	}
	after("what a check calls is not what a try costs", Check, try(9), outcome.RetryStalled)
	after("a try of one call", Retry, try(1), outcome.RetryStalled)
	after("a try without a call", Retry, try(0), outcome.RetryStalled)
	after("a try of three calls", Retry, try(3), 3*outcome.RetryStalled)
	if got := l.entries["u"].api.cost; got != 3 {
		t.Errorf("got a cost of %d calls, want 3", got)
	}
	l.now = l.entries["u"].check
	after("a check in between leaves the cost as it is", Check, try(9), 3*outcome.RetryStalled)
	after("other failures cost what they cost", Retry, Result{API: Attempt{Outcome: outcome.Outcome{Reason: "x", Stalled: true, After: outcome.RetryUsers}, Calls: 4}}, outcome.RetryUsers)
	l.edit()
	after("an edit is a try from the beginning, and looks at what was amiss", Check, try(5), outcome.RetryStalled)
	l.ask()
	after("so is the annotation", Full, try(5), outcome.RetryStalled)
	after("what is no stall is not multiplied", Retry, Result{API: Attempt{Outcome: outcome.Outcome{Reason: "x", After: outcome.RetryStalled}, Calls: 7}}, outcome.RetryStalled)
}

func TestSkip(t *testing.T) {
	for _, tc := range []struct {
		reason string
		o      outcome.Outcome
		after  time.Duration
		want   bool
	}{
		{"a stalled phase is skipped until its retry is due", stalled, outcome.RetryStalled - time.Second, true},
		{"a stalled phase is tried when its retry is due", stalled, outcome.RetryStalled + outcome.RetryStalled/10, false},
		{"a failed phase is tried in each pass", throttled, 0, false},
		{"a converged phase is tried in each pass", outcome.Outcome{}, 0, false},
	} {
		l := newTimeline(t)
		l.Interval = time.Hour
		l.converge()
		l.ends(l.begins("a check", Check), Result{UserPool: Attempt{Outcome: tc.o}})
		pass, _ := l.Next(l.object, l.now)
		if got := pass.UserPool().Skip(l.now.Add(tc.after)); got != tc.want {
			t.Errorf("%s: got %t, want %t", tc.reason, got, tc.want)
		}
		if pass.UserPool().Outcome != tc.o || !pass.API().Outcome.OK() {
			t.Errorf("%s: got %+v and %+v, want %+v and success", tc.reason, pass.UserPool(), pass.API(), tc.o)
		}
	}
	until := Phase{Outcome: stalled, until: start}
	if until.Skip(start) || !until.Skip(start.Add(-1)) {
		t.Error("got a phase skipped at its time, or tried before")
	}
}

func TestASkippedPhaseKeepsItsOutcome(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	l.makes("a stall", Check, Result{UserPool: Attempt{Outcome: stalled, Calls: 1}})
	before := l.entries["u"].userPool
	l.Wake("u")
	l.now = l.now.Add(-time.Minute)
	l.makes("a wake in between", Full, Result{UserPool: Attempt{Outcome: throttled, Skipped: true}})
	if got := l.entries["u"].userPool; got != before {
		t.Errorf("got %+v, want %+v", got, before)
	}
}

// An API without a user pool was not tried, so it does not shorten the requeue delay.
func TestAnAPIThatWaitsForItsPoolCausesNoRetry(t *testing.T) {
	l := newTimeline(t)
	l.Interval, l.object.Status.UserPool = 24*time.Hour, nil
	l.converge()
	l.ends(l.begins("a stall", Check), Result{UserPool: Attempt{Outcome: stalled}, API: Attempt{Outcome: stalled}})
	for range 20 {
		l.now = l.entries["u"].at
		got, _ := l.ends(l.begins("a try", Retry), Result{UserPool: Attempt{Outcome: stalled, Calls: 5}, API: Attempt{Outcome: stalled}})
		if !within(got, 5*outcome.RetryStalled) {
			t.Fatalf("got the next pass in %s, want it when the user pool is tried, in %s", got, 5*outcome.RetryStalled)
		}
	}
	l.object.Status.UserPool = &v1alpha1.UserPoolStatus{}
	l.now = l.entries["u"].at
	if got, _ := l.ends(l.begins("a try", Retry), Result{UserPool: Attempt{Outcome: stalled, Calls: 5}, API: Attempt{Outcome: throttled}}); !within(got, outcome.RetryThrottle) {
		t.Fatalf("got the next pass in %s, want it in %s", got, outcome.RetryThrottle)
	}
}
