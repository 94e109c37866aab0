package controllers

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// attempt runs a phase, unless it waits for a person and its time has not come: then its outcome stays.
func (r *SecuredAPIReconciler) attempt(ctx context.Context, before hold, recheck bool, phase func(context.Context) error) (hold, error) {
	if before.outcome.stalled && r.Clock.Now().Before(before.until) {
		return before, nil
	}
	ctx, calls := awsclient.Tally(ctx)
	err := phase(ctx)
	cost := before.cost
	if before.outcome.stalled && !recheck {
		// It did nothing but try again.
		cost = int(calls.Load())
	}
	return r.hold(judge(err, r.Clock.Now()), cost), err
}

// hold is an outcome with the time until which it stays. What stalls costs at most one call per retryStalled.
func (r *SecuredAPIReconciler) hold(o outcome, cost int) hold {
	wait := o.after
	if !o.exact {
		wait = spread(wait)
	}
	if o.after == retryStalled {
		wait *= time.Duration(max(cost, 1))
	}
	return hold{outcome: o, until: r.Clock.Now().Add(wait), cost: cost}
}

// next makes the appointment for the next pass, after one that ended with err.
func (r *SecuredAPIReconciler) next(object *v1alpha1.SecuredAPI, next appointment, err error) (time.Duration, error) {
	now := r.Clock.Now()
	backoff := false
	var soonest time.Time
	for _, h := range []hold{next.pool, next.api} {
		if h.outcome.ok() || h.outcome.stalled {
			continue
		}
		backoff = backoff || h.outcome.after == 0
		if soonest.IsZero() || h.until.Before(soonest) {
			soonest = h.until
		}
	}
	switch {
	case soonest.IsZero():
		// Both phases agree or wait for a person.
		if next.recheck {
			next.check, next.turn, next.whole = now.Add(spread(r.Resync)), next.turn+1, false
			// An edit costs the calls of its own parts, but what a check found amiss is looked at with it.
			next.recheck = !next.pool.outcome.ok() || !next.api.outcome.ok()
			if !next.recheck {
				next.checked = now
			}
		}
		next.at = next.check
		for _, h := range []hold{next.pool, next.api} {
			if h.outcome.stalled && h.until.Before(next.at) {
				next.at = h.until
			}
		}
	case awserr.Is(err, awserr.NotFound):
		// What went away between two calls is looked for everywhere.
		next.at, next.check = soonest, now
	default:
		next.at = soonest
	}
	r.schedule.set(object.UID, next)
	if backoff {
		// At once, but for the queue's backoff.
		return 0, err
	}
	// Never zero, which would mean never.
	return max(next.at.Sub(now), time.Millisecond), nil
}

// first is the priority of what has a place in the line for one of AWS's quotas: nobody else can use its time.
const first = 100

// priority is the object's in the queue, when its time has come and workers are short. Checks come last.
func (a appointment) priority() *int {
	switch {
	case a.pool.outcome.exact || a.api.outcome.exact:
		return new(first)
	case a.at.Equal(a.check):
		return new(handler.LowPriority)
	default:
		return new(0)
	}
}

// firstConflict returns the error that says that somebody else writes the object, if there is one.
func firstConflict(errs ...error) error {
	for _, err := range errs {
		if apierrors.IsConflict(err) {
			return err
		}
	}
	return nil
}
