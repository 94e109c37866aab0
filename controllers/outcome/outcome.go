// Package outcome says what the end of a phase means: which reason conditions give, whether a person has to act, and when
// to try again. It is pure: errors and status in, conditions and times out.
package outcome

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// Outcome is what a phase's result means. The zero Outcome is success.
type Outcome struct {
	// Reason is the reason of the conditions that tell it.
	Reason string
	// Message is the long text: Ready and the event tell it. Other conditions tell Short of the reason.
	Message string
	// Stalled says that a person has to act. Otherwise the operator tries again by itself.
	Stalled bool
	// Consent says that a plan waits for a person's consent.
	Consent bool
	// Keep says that the phase learnt nothing about the resources, so UserPoolReady or APIReady stays as it is.
	Keep bool
	// After is when to try again; zero leaves it to the queue's backoff.
	After time.Duration
	// Exact says that After is when a call's place in a quota's queue is due, so no jitter is added.
	Exact bool
}

// When to try again. What waits for a person is tried seldom: a rejected spec costs at most one call per RetryStalled.
const (
	RetryStalled  = 10 * time.Minute
	RetryUsers    = time.Minute
	RetryAbsent   = time.Minute
	RetryThrottle = 5 * time.Second
	RetrySoon     = time.Second
)

// OK says that the phase agrees with the spec.
func (o Outcome) OK() bool { return o.Reason == "" }

// OnlyReads says that the error is nothing but reads that wait for the account's quota. Status of a converged object is not
// written for it: a late drift check writes no more than one that is on time.
func OnlyReads(err error) bool {
	if err == nil {
		return false
	}
	for _, part := range Flatten(err) {
		waiting, ok := errors.AsType[*awserr.Waiting](part)
		if !ok || !strings.HasPrefix(waiting.Operation, "Get") && !strings.HasPrefix(waiting.Operation, "Describe") &&
			!strings.HasPrefix(waiting.Operation, "List") {
			return false
		}
	}
	return true
}

// Judge turns an error into its outcome. Of joined errors, the first gives the reason, the soonest retry decides After, and the
// outcome is Stalled only if each of them is.
func Judge(err error, now time.Time) Outcome {
	var all Outcome
	var told []string
	for i, part := range Flatten(err) {
		one := judge(part, now)
		if i == 0 {
			all, told = one, []string{one.Message}
			continue
		}
		if !slices.Contains(told, one.Message) {
			// One cause can stop several parts in the same words.
			all.Message += "; " + one.Message
			told = append(told, one.Message)
		}
		all.Stalled = all.Stalled && one.Stalled
		all.Consent = all.Consent || one.Consent
		all.Keep = all.Keep && one.Keep
		if one.After < all.After {
			all.After, all.Exact = one.After, one.Exact
		}
	}
	return all
}

// Flatten takes joined errors apart.
func Flatten(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var parts []error
	for _, part := range joined.Unwrap() {
		parts = append(parts, Flatten(part)...)
	}
	return parts
}

func judge(err error, now time.Time) Outcome {
	o := Outcome{Message: awserr.Text(err)}
	_, o.Consent = errors.AsType[*engine.ConsentError](err)
	if unsettled, ok := errors.AsType[*engine.UnsettledError](err); ok {
		o.Reason, o.After = v1alpha1.ReasonProgressing, max(unsettled.Until.Sub(now), RetrySoon)
		return o
	}
	if awaited, ok := errors.AsType[*engine.AwaitedError](err); ok {
		o.Reason, o.Keep, o.After = v1alpha1.ReasonProgressing, awaited.Former, max(awaited.Until.Sub(now), RetrySoon)
		return o
	}
	if postponed, ok := errors.AsType[*engine.PostponedError](err); ok {
		// Drift checks go on meanwhile.
		o.Reason, o.Keep, o.After = v1alpha1.ReasonProgressing, true, min(max(postponed.Until.Sub(now), RetrySoon), RetryStalled)
		return o
	}
	if _, ok := errors.AsType[*engine.LostError](err); ok && !awserr.Explained(err) {
		o.Reason, o.After = v1alpha1.ReasonProgressing, RetrySoon
		return o
	}
	if failure, ok := errors.AsType[*awserr.Failure](err); ok {
		o.Reason, o.Stalled, o.After = failure.Reason, true, RetryStalled
		if failure.Reason == v1alpha1.ReasonUsersWouldBeLost {
			o.After = RetryUsers
		}
		if _, ok := errors.AsType[*engine.AbsentError](err); ok {
			o.After = RetryAbsent
		}
		return o
	}
	if o.Consent {
		o.Reason, o.Stalled, o.After = v1alpha1.ReasonAwaitingAcknowledgement, true, RetryStalled
		return o
	}
	if waiting, ok := errors.AsType[*awserr.Waiting](err); ok {
		o.Message = waiting.Error()
		o.Reason, o.Keep, o.Exact = v1alpha1.ReasonWaitingForQuota, true, true
		o.After = max(waiting.At.Sub(now)-waiting.Early, time.Millisecond)
		return o
	}
	return o.ofKind(awserr.Classify(err))
}

// ofKind is the outcome of a call that failed.
func (o Outcome) ofKind(kind awserr.Kind) Outcome {
	switch kind {
	case awserr.Throttle:
		o.Reason, o.Keep, o.After = v1alpha1.ReasonWaitingForQuota, true, RetryThrottle
	case awserr.Limit:
		o.Reason, o.Stalled, o.After = v1alpha1.ReasonLimitReached, true, RetryStalled
	case awserr.Denied:
		o.Reason, o.Stalled, o.After = v1alpha1.ReasonAccessDenied, true, RetryStalled
	case awserr.Rejected:
		o.Reason, o.Stalled, o.After = v1alpha1.ReasonRejectedByAWS, true, RetryStalled
	case awserr.Conflict:
		// Somebody else writes, or a deletion is going on: the queue backs off.
		o.Reason, o.Keep = v1alpha1.ReasonProgressing, true
	case awserr.NotFound, awserr.Transient:
		// Something went away between two calls, or AWS failed: the queue backs off.
		o.Reason, o.Keep = v1alpha1.ReasonAWSUnavailable, true
	}
	return o
}

const waitsForPool = "Waits for the user pool"

// Awaiting is the API's outcome while there is no user pool: it is stalled, kept and retried as the user pool's outcome is.
func Awaiting(pool Outcome) Outcome {
	pool.Reason, pool.Message = v1alpha1.ReasonProgressing, waitsForPool
	return pool
}

// joined are the texts of both phases, each once. That the API waits for the user pool is no cause of its own.
func joined(pool, api string) string {
	if api == pool || api == waitsForPool {
		return pool
	}
	return pool + "; " + api
}

// both is the outcome of the two phases together, as the object's conditions tell it.
func both(pool, api Outcome) Outcome {
	switch {
	case pool.OK():
		return api
	case api.OK():
		return pool
	default:
		all := pool
		all.Stalled = pool.Stalled && api.Stalled
		all.Keep = pool.Keep && api.Keep
		switch {
		case pool.Keep && !api.Keep:
			all.Reason, all.Message = api.Reason, api.Message
		case !pool.Keep && !api.Keep:
			all.Message = joined(pool.Message, api.Message)
		}
		return all
	}
}

// Beside is what keeps an object from being Ready although its phases do not: what policies deny, or outputs that could not be
// written. A phase that failed is told first.
func Beside(pool, api, denied, outputs Outcome) Outcome {
	if phases := both(pool, api); !denied.OK() || !phases.OK() && !phases.Keep {
		return denied
	}
	return outputs
}
