package controllers

import (
	"errors"
	"strings"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// outcome is what a phase's result means: for the conditions and for the next pass. The zero outcome is success.
type outcome struct {
	reason  string
	message string
	// stalled: a person has to act. Otherwise the operator tries again by itself.
	stalled bool
	// pending: a plan waits for a person's consent.
	pending bool
	// keep: nothing was learnt about the resources themselves, so what conditions say of them stays.
	keep bool
	// after is when to try again; zero leaves it to the queue's backoff.
	after time.Duration
	// exact: not later, for there is an appointment.
	exact bool
}

// When to try again. What waits for a person is tried seldom: a rejected spec costs at most one call per retryStalled.
const (
	retryStalled  = 10 * time.Minute
	retryUsers    = time.Minute
	retryThrottle = 5 * time.Second
	retrySoon     = time.Second
)

func (o outcome) ok() bool { return o.reason == "" }

// waitsToLook says that all that failed is that a look has to wait for the account's quota. Of an object that agreed, that
// is no news: a check that is late writes no more than one that is on time.
func waitsToLook(err error) bool {
	if err == nil {
		return false
	}
	for _, part := range flatten(err) {
		waiting, ok := errors.AsType[*awserr.Waiting](part)
		if !ok || !strings.HasPrefix(waiting.Operation, "Get") && !strings.HasPrefix(waiting.Operation, "Describe") &&
			!strings.HasPrefix(waiting.Operation, "List") {
			return false
		}
	}
	return true
}

// judge turns an error into its outcome. Of several that were joined, the first names the reason; the soonest
// wins the next pass; and only if all are stalled, all is.
func judge(err error, now time.Time) outcome {
	var all outcome
	for i, part := range flatten(err) {
		one := judgeOne(part, now)
		if i == 0 {
			all = one
			continue
		}
		all.message += "; " + one.message
		all.stalled = all.stalled && one.stalled
		all.pending = all.pending || one.pending
		all.keep = all.keep && one.keep
		if one.after < all.after {
			all.after, all.exact = one.after, one.exact
		}
	}
	return all
}

// flatten takes joined errors apart.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var parts []error
	for _, part := range joined.Unwrap() {
		parts = append(parts, flatten(part)...)
	}
	return parts
}

func judgeOne(err error, now time.Time) outcome {
	o := outcome{message: awserr.Text(err)}
	_, o.pending = errors.AsType[*ownership.Pending](err)
	if unsettled, ok := errors.AsType[*ownership.Unsettled](err); ok {
		o.reason, o.after = v1alpha1.ReasonProgressing, max(unsettled.Until.Sub(now), retrySoon)
		return o
	}
	if postponed, ok := errors.AsType[*ownership.Postponed](err); ok {
		// Checks for drift go on meanwhile.
		o.reason, o.keep, o.after = v1alpha1.ReasonProgressing, true, min(max(postponed.Until.Sub(now), retrySoon), retryStalled)
		return o
	}
	if _, ok := errors.AsType[*ownership.Lost](err); ok && !awserr.Explained(err) {
		o.reason, o.after = v1alpha1.ReasonProgressing, retrySoon
		return o
	}
	if failure, ok := errors.AsType[*awserr.Failure](err); ok {
		o.reason, o.stalled, o.after = failure.Reason, true, retryStalled
		if failure.Reason == v1alpha1.ReasonUsersWouldBeLost {
			o.after = retryUsers
		}
		return o
	}
	if o.pending {
		o.reason, o.stalled, o.after = v1alpha1.ReasonAwaitingAcknowledgement, true, retryStalled
		return o
	}
	if waiting, ok := errors.AsType[*awserr.Waiting](err); ok {
		o.message = waiting.Error()
		o.reason, o.keep, o.exact = v1alpha1.ReasonWaitingForQuota, true, true
		o.after = max(waiting.At.Sub(now)-waiting.Early, time.Millisecond)
		return o
	}
	switch awserr.Classify(err) {
	case awserr.Throttle:
		o.reason, o.keep, o.after = v1alpha1.ReasonWaitingForQuota, true, retryThrottle
	case awserr.Limit:
		o.reason, o.stalled, o.after = v1alpha1.ReasonLimitReached, true, retryStalled
	case awserr.Denied:
		o.reason, o.stalled, o.after = v1alpha1.ReasonAccessDenied, true, retryStalled
	case awserr.Rejected:
		o.reason, o.stalled, o.after = v1alpha1.ReasonRejectedByAWS, true, retryStalled
	case awserr.Conflict:
		// Somebody else writes, or a deletion is going on: the queue backs off.
		o.reason, o.keep = v1alpha1.ReasonProgressing, true
	case awserr.NotFound, awserr.Transient:
		// Something went away between two calls, or AWS failed: the queue backs off.
		o.reason, o.keep = v1alpha1.ReasonAWSUnavailable, true
	}
	return o
}

// awaiting is the API's outcome while there is no user pool: it goes as the user pool's goes.
func awaiting(pool outcome) outcome {
	pool.reason, pool.message = v1alpha1.ReasonProgressing, "Waits for the user pool"
	return pool
}

// both is the outcome of the two phases together, as the object's conditions tell it.
func both(pool, api outcome) outcome {
	switch {
	case pool.ok():
		return api
	case api.ok():
		return pool
	default:
		all := pool
		all.stalled = pool.stalled && api.stalled
		all.keep = pool.keep && api.keep
		if pool.keep && !api.keep {
			all.reason, all.message = api.reason, api.message
		}
		return all
	}
}
