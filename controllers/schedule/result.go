package schedule

import (
	"slices"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
)

// Phase is how a phase ended in former passes.
type Phase struct {
	Outcome outcome.Outcome
	// until is when it is tried again, and cost the number of calls that this takes.
	until time.Time
	cost  int
}

// Skip says that the phase waits for a person and is not to be tried yet: its outcome stays.
func (p Phase) Skip(now time.Time) bool { return p.Outcome.Stalled && now.Before(p.until) }

// Attempt is how a phase ended in one pass. The zero Attempt is success.
type Attempt struct {
	Outcome outcome.Outcome
	// Calls is the number of AWS calls that it made.
	Calls int
	// Skipped says that Phase.Skip held, so the phase was not tried.
	Skipped bool
}

// Result is how a pass ended. The zero Result is success without a write.
type Result struct {
	// UserPool and API are the two phases. While there is no user pool, the API's is tried when the user pool's is.
	UserPool, API Attempt
	// Outputs is about what was written of them into Kubernetes.
	Outputs Attempt
	// Wrote says that the pass changed something in AWS, or may have.
	Wrote bool
	// Repairs says that the pass found drift, or was made to repair some.
	Repairs bool
	// NotFound says that a resource was deleted from AWS between two calls.
	NotFound bool
	// Modified is the LastModifiedDate of the user pool, zero if it was not read.
	Modified time.Time
}

// Ended says that nothing is left to do, or only a person can do it.
func (r Result) Ended() bool {
	return !slices.ContainsFunc([]Attempt{r.UserPool, r.API, r.Outputs}, func(a Attempt) bool {
		return !a.Outcome.OK() && !a.Outcome.Stalled
	})
}

const (
	// halvesAfterWrite is how many drift checks after a write look at half of everything each.
	halvesAfterWrite = 2
	// afterWrite is within how many intervals these checks are made, jitter included.
	afterWrite = 3
)

// Done notes the result of a pass. It returns the requeue delay, which is never zero, or that the queue's backoff decides.
func (s *Schedule) Done(object *v1alpha1.SecuredAPI, pass Pass, r Result, now time.Time) (after time.Duration, backoff bool) {
	e := pass.entry
	e.asked = object.RequestedReconcile()
	e.userPool = e.userPool.after(r.UserPool, pass.Kind, now)
	e.api = e.api.after(r.API, pass.Kind, now)
	e.outputs = e.outputs.after(r.Outputs, pass.Kind, now)
	if object.Status.UserPool == nil {
		e.api.until = e.userPool.until
	}
	if !r.Modified.IsZero() {
		e.modified = r.Modified
	}
	ok := e.userPool.Outcome.OK() && e.api.Outcome.OK() && e.outputs.Outcome.OK()
	soonest, backoff := e.retry()
	if soonest.IsZero() {
		s.completed(&e, pass.Kind, ok, now)
	} else {
		e.at, e.full = soonest, pass.Kind == Full || r.NotFound
	}
	e.repairs = r.Repairs && !soonest.IsZero()
	if r.Wrote {
		e.halves = halvesAfterWrite
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(object.UID, e)
	if s.wakes[object.UID] == pass.wakes {
		delete(s.wakes, object.UID)
	}
	if s.touches[object.UID] == pass.touches {
		delete(s.touches, object.UID)
	}
	if s.retries[object.UID] == pass.retries {
		delete(s.retries, object.UID)
	}
	if backoff {
		return 0, true
	}
	return max(e.at.Sub(now), time.Millisecond), false
}

// after is what is known of a phase after an attempt. What is stalled costs at most one call per outcome.RetryStalled.
func (p Phase) after(a Attempt, kind Kind, now time.Time) Phase {
	if a.Skipped {
		return p
	}
	if p.Outcome.Stalled && !kind.Looks() {
		// It did nothing but try again.
		p.cost = a.Calls
	}
	wait := a.Outcome.After
	if !a.Outcome.Exact {
		wait = Spread(wait)
	}
	if a.Outcome.Stalled && a.Outcome.After == outcome.RetryStalled {
		wait *= time.Duration(max(p.cost, 1))
	}
	return Phase{Outcome: a.Outcome, until: now.Add(wait), cost: p.cost}
}

// retry is when the first phase that failed, and waits for nobody, is tried again; zero if there is none.
func (e *entry) retry() (soonest time.Time, backoff bool) {
	for _, p := range []Phase{e.userPool, e.api, e.outputs} {
		if p.Outcome.OK() || p.Outcome.Stalled {
			continue
		}
		backoff = backoff || p.Outcome.After == 0
		if soonest.IsZero() || p.until.Before(soonest) {
			soonest = p.until
		}
	}
	return soonest, backoff
}

// completed notes that both phases agree, or wait for a person.
func (s *Schedule) completed(e *entry, kind Kind, ok bool, now time.Time) {
	if kind.Looks() {
		e.check, e.number, e.full, e.amiss = now.Add(Spread(s.Interval)), e.number+1, false, true
		if ok {
			e.checked = now
		}
	}
	if ok {
		e.amiss = false
		switch kind {
		case Check:
			e.halves = max(e.halves-1, 0)
		case Full:
			e.halves = 0
		case Edit, Retry:
		}
	}
	e.at = e.check
	for _, p := range []Phase{e.userPool, e.api, e.outputs} {
		if p.Outcome.Stalled && p.until.Before(e.at) {
			e.at = p.until
		}
	}
}
