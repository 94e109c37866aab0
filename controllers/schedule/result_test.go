package schedule

import (
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
)

func TestDoneReturnsTheRequeueDelay(t *testing.T) {
	hourly := outcome.Outcome{Reason: v1alpha1.ReasonRejectedByAWS, Stalled: true, After: time.Hour}
	for _, tc := range []struct {
		reason      string
		pool, api   outcome.Outcome
		want        time.Duration
		wantBackoff bool
	}{
		{"both phases succeed: the next check is due", outcome.Outcome{}, outcome.Outcome{}, interval, false},
		{"an AWS failure leaves the delay to the queue's backoff", failed, outcome.Outcome{}, 0, true},
		{"an AWS failure in the API's phase does, too", outcome.Outcome{}, failed, 0, true},
		{"an AWS failure beside a throttle does, too", throttled, failed, 0, true},
		{"a throttle is retried after RetryThrottle", outcome.Outcome{}, throttled, outcome.RetryThrottle, false},
		{"the sooner of two retries wins", outcome.Outcome{Reason: "x", After: outcome.RetryUsers}, throttled, outcome.RetryThrottle, false},
		{"the sooner of two retries wins, in either phase", throttled, outcome.Outcome{Reason: "x", After: outcome.RetryUsers}, outcome.RetryThrottle, false},
		{"a stalled phase is retried after RetryStalled", stalled, outcome.Outcome{}, outcome.RetryStalled, false},
		{"a stalled phase is retried with the next check at the latest", hourly, outcome.Outcome{}, interval, false},
		{"a throttled API does not wait for a stalled user pool", stalled, throttled, outcome.RetryThrottle, false},
		{"a throttled user pool does not wait for a stalled API", throttled, stalled, outcome.RetryThrottle, false},
		{"a stalled phase may be tried before the check", outcome.Outcome{Reason: "x", Stalled: true, After: outcome.RetryUsers}, outcome.Outcome{}, outcome.RetryUsers, false},
		{"a stalled API phase may be tried before the check", outcome.Outcome{}, outcome.Outcome{Reason: "x", Stalled: true, After: outcome.RetryUsers}, outcome.RetryUsers, false},
	} {
		l := newTimeline(t)
		l.converge()
		pass := l.begins(tc.reason, Check)
		got, backoff := l.ends(pass, Result{UserPool: Attempt{Outcome: tc.pool}, API: Attempt{Outcome: tc.api}})
		if !within(got, tc.want) || backoff != tc.wantBackoff {
			t.Errorf("%s: got %s, backoff %t; want %s, %t", tc.reason, got, backoff, tc.want, tc.wantBackoff)
		}
	}
}

func TestExactTimesHaveNoJitter(t *testing.T) {
	for range 50 {
		l := newTimeline(t)
		l.converge()
		if got, _ := l.ends(l.begins("a check", Check), Result{API: Attempt{Outcome: queued}}); got != time.Hour {
			t.Fatalf("got %s, want exactly an hour", got)
		}
	}
}

func TestTheRequeueDelayIsNeverZero(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	now := outcome.Outcome{Reason: "x", After: 1}
	if got, backoff := l.ends(l.begins("a check", Check), Result{API: Attempt{Outcome: now}}); got != time.Millisecond || backoff {
		t.Errorf("got %s, backoff %t; want a millisecond", got, backoff)
	}
}

func TestKindsOfFollowingPasses(t *testing.T) {
	pool := func(o outcome.Outcome) Result { return Result{UserPool: Attempt{Outcome: o}} }
	l := newTimeline(t)
	l.converge()
	l.makes("a check that is throttled", Check, pool(throttled))
	l.makes("is a check again", Check, pool(failed))
	l.makes("until it comes to its end", Check, Result{})
	l.makes("then the next is in an interval", Check, Result{})

	l.beforeCheck()
	l.edit()
	l.makes("an edit that is throttled", Edit, pool(throttled))
	l.makes("is tried again, and nothing else", Retry, pool(failed))
	l.makes("as often as it takes", Retry, Result{})

	l.ask()
	l.makes("a full pass that is throttled", Full, pool(throttled))
	l.makes("is a full pass again", Full, pool(failed))
	l.makes("until it comes to its end", Full, Result{})
	l.makes("which is as good as a check", Check, Result{})

	l.beforeCheck()
	l.edit()
	l.makes("something went away during an edit", Edit, Result{UserPool: Attempt{Outcome: failed}, NotFound: true})
	l.makes("and is looked for everywhere", Full, Result{})
	l.makes("once", Check, Result{})

	l.ask()
	l.makes("a full pass that a person has to help", Full, pool(stalled))
	l.now = l.entries["u"].check
	l.makes("is over", Check, Result{})
}

func TestAnEditDuringAFailureStartsACheck(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	users := Result{API: Attempt{Outcome: outcome.Outcome{Reason: "x", Stalled: true, After: outcome.RetryUsers}}}
	l.makes("a check finds something amiss", Check, users)
	l.makes("it is tried again", Retry, users)
	l.edit()
	l.makes("an edit looks at it", Check, users)
	l.makes("until all is well", Retry, Result{})
	l.beforeCheck()
	l.edit()
	l.makes("then an edit looks at nothing but what it changed", Edit, Result{})
}

// A retry before the next check is due does not move the check.
func TestOnlyChecksPostponeTheNextCheck(t *testing.T) {
	l := newTimeline(t)
	l.converge()
	l.makes("a check", Check, Result{})
	due := l.entries["u"].check
	l.now = l.now.Add(-interval / 2)
	l.edit()
	if after, _ := l.ends(l.begins("an edit", Edit), Result{}); !l.now.Add(after).Equal(due) {
		t.Errorf("got the next pass in %s, want it when the check is due, in %s", after, due.Sub(l.now))
	}
	l.ask()
	if after, _ := l.ends(l.begins("everything", Full), Result{}); !within(after, interval) {
		t.Errorf("got the next check in %s, want it in %s", after, interval)
	}
}
