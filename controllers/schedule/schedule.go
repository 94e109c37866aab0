// Package schedule says when an object is reconciled, what the pass reads, and in which order objects are reconciled. It calls
// neither AWS nor Kubernetes: the reconciler asks it before a pass and gives it the result.
package schedule

import (
	"math/rand/v2"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// Schedule knows when each object is reconciled next. It is kept in memory, so a drift check that finds nothing writes
// nothing. After a restart, converged objects are checked at a random moment of one interval. It is safe for concurrent use.
type Schedule struct {
	// Interval is the time between two drift checks of an object. Jitter is added. It is set before the first use.
	Interval time.Duration

	mu      sync.Mutex
	entries map[types.UID]entry
	// wakes counts the calls of Wake that no pass has answered yet.
	wakes map[types.UID]int
	// touches counts the calls of Touch in the same way, and retries those of Again and Retry.
	touches map[types.UID]int
	retries map[types.UID]int
}

// entry is what is known of one object.
type entry struct {
	namespace string
	// generation is that of the last pass.
	generation int64
	// at is when the object is reconciled next.
	at time.Time
	// check is when the next drift check is due.
	check time.Time
	// checked is when a drift check last found nothing that was left amiss; before the first, when the object became known.
	checked time.Time
	// asked is the annotation that was answered by a pass and is not handled yet.
	asked string
	// full says that the next pass looks at everything.
	full bool
	// amiss says that the last drift check left something for a person to do, so that an edit looks at it, too.
	amiss bool
	// number counts the drift checks.
	number int
	// halves is how many of the next drift checks look at half of everything, because the operator wrote to AWS.
	halves int
	// repairs says that the last pass found what somebody else changed, and has not put all of it back.
	repairs bool
	// modified is the user pool's LastModifiedDate when it was last read; zero if it was not since the start.
	modified time.Time
	// userPool and api are how the two phases ended, and outputs how it ended to write what they came to.
	userPool, api, outputs Phase
}

// anyNumber is larger than every period of Pick.
const anyNumber = 1 << 16

// Next says whether the object is to be reconciled now, and how; otherwise how long to wait.
func (s *Schedule) Next(object *v1alpha1.SecuredAPI, now time.Time) (Pass, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, known := s.entries[object.UID]
	if !known {
		e = s.first(object, now)
	}
	at := object.RequestedReconcile()
	asked, edited := at != "" && at != e.asked, e.generation != object.Generation
	wakes, touches, retries := s.wakes[object.UID], s.touches[object.UID], s.retries[object.UID]
	if asked || edited || retries > 0 {
		e.generation, e.userPool, e.api = object.Generation, Phase{}, Phase{}
	}
	e.full = e.full || asked || wakes > 0 || edited && carriesOut(object)
	var wait time.Duration
	switch {
	case asked, wakes > 0, touches > 0, retries > 0:
	case !known && Converged(object) && !e.full:
		e.at = now.Add(AfterStart(s.Interval))
		e.check = e.at
		s.keep(object.UID, e)
		wait = e.at.Sub(now)
	case !edited:
		wait = max(e.at.Sub(now), 0)
	}
	return Pass{
		Kind: e.kind(edited, now), entry: e, wakes: wakes, touches: touches, retries: retries,
		asked: (asked || edited || touches > 0) && wakes == 0 && now.Before(e.check), late: !asked && !edited && now.Sub(e.check) >= late,
	}, wait
}

// late is how long a drift check waits before it may use what is kept for repairs.
const late = time.Minute

// UntilCheck is the time until the object's next drift check is due. The namespace's limit does not delay it.
func (p Pass) UntilCheck(now time.Time) time.Duration { return max(p.entry.check.Sub(now), 0) }

// kind is that of a pass that is made now.
func (e *entry) kind(edited bool, now time.Time) Kind {
	due := !now.Before(e.check)
	switch {
	case e.full:
		return Full
	case due, edited && e.amiss:
		return Check
	case edited:
		return Edit
	default:
		return Retry
	}
}

// first is the entry of an object that is not known: it is new, or the operator was restarted.
func (s *Schedule) first(object *v1alpha1.SecuredAPI, now time.Time) entry {
	e := entry{namespace: object.Namespace, checked: now, check: now.Add(Spread(s.Interval))}
	if !Converged(object) || verifiedSince(object, now.Add(-afterWrite*s.Interval)) {
		e.halves = halvesAfterWrite
	}
	if Converged(object) {
		// Otherwise the first checks of all objects would make the same calls, which have a quota each.
		e.number = rand.IntN(anyNumber) //nolint:gosec // no secret
	}
	return e
}

// carriesOut says that a plan was shown and is now to be carried out. The plan looked at everything.
func carriesOut(object *v1alpha1.SecuredAPI) bool {
	shown := object.Status.Plan
	return shown != nil && shown.Mode == v1alpha1.ModePlan && object.Spec.Mode != v1alpha1.ModePlan
}

// Converged says that the last pass left nothing to do: AWS agrees with the spec, or a person has to act.
func Converged(object *v1alpha1.SecuredAPI) bool {
	if !Observed(object) || !object.DeletionTimestamp.IsZero() ||
		meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionReconciling) {
		return false
	}
	for i := range object.Status.Resources {
		if p := object.Status.Resources[i].Pending; p != nil && p.Operation != v1alpha1.OperationAdopt {
			return false
		}
	}
	return true
}

// Observed says that a pass over the present spec ended: AWS agrees with it, the object is Stalled, or its plan is shown.
func Observed(object *v1alpha1.SecuredAPI) bool {
	ready := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionReady)
	planned := ready != nil && ready.Reason == v1alpha1.ReasonPlanned && ready.ObservedGeneration == object.Generation
	return planned || object.Status.ObservedGeneration == object.Generation
}

// verifiedSince says that a resource was written, or seen for the first time to agree, after a moment.
func verifiedSince(object *v1alpha1.SecuredAPI, moment time.Time) bool {
	for i := range object.Status.Resources {
		if v := object.Status.Resources[i].Verified; v != nil && v.After(moment) {
			return true
		}
	}
	return false
}

// Wake makes the object's next pass a Full one. A call during a pass counts for the pass after it.
func (s *Schedule) Wake(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wakes == nil {
		s.wakes = map[types.UID]int{}
	}
	s.wakes[uid]++
}

// Retry makes the object's next pass a Full one that also tries stalled phases: somebody acted outside the spec.
func (s *Schedule) Retry(uid types.UID) {
	s.Again(uid)
	s.Wake(uid)
}

// Again makes the object's next pass due at once. It tries stalled phases and reads nothing else, because another object that
// released what this one asks for may do so at any rate. A call during a pass counts for the pass after it.
func (s *Schedule) Again(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.retries == nil {
		s.retries = map[types.UID]int{}
	}
	s.retries[uid]++
}

// Touch makes the object's next pass due at once, and has it look at nothing more: somebody changed in Kubernetes what the operator
// wrote there. Whoever may do that may ask for passes in this way, so a namespace's bound counts it. A call during a pass counts for
// the pass after it.
func (s *Schedule) Touch(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.touches == nil {
		s.touches = map[types.UID]int{}
	}
	s.touches[uid]++
}

// Wrote notes that a pass changed something in AWS and ended with a write conflict, so that Done is not called for it.
func (s *Schedule) Wrote(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, known := s.entries[uid]; known {
		e.halves = halvesAfterWrite
		s.keep(uid, e)
	}
}

// Forget drops a deleted or suspended object.
func (s *Schedule) Forget(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.entries, uid)
	delete(s.wakes, uid)
	delete(s.touches, uid)
	delete(s.retries, uid)
}

// Modified is the LastModifiedDate that the object's user pool had when it was last read; zero if it was not since the start.
func (s *Schedule) Modified(uid types.UID) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries[uid].modified
}

func (s *Schedule) keep(uid types.UID, e entry) {
	if s.entries == nil {
		s.entries = map[types.UID]entry{}
	}
	s.entries[uid] = e
}
