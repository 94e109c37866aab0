package controllers

import (
	"math/rand/v2"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// schedule says when an object is looked at again. It is kept in memory: a check that finds nothing amiss writes
// nothing, and a restart makes no calls for objects that had converged, whose next checks are spread over an interval.
type schedule struct {
	mu      sync.Mutex
	entries map[types.UID]appointment
	// woken counts the wakes of objects that no pass answered yet.
	woken map[types.UID]int
}

// appointment is when an object is looked at next.
type appointment struct {
	namespace  string
	generation int64
	at         time.Time
	// checked is when the object was last seen to agree, in a check; at first it is when it came to be known.
	checked time.Time
	// check is from when on everything is looked at, not only what is not verified.
	check time.Time
	// turn counts the checks.
	turn int
	// seen is the user pool's LastModifiedDate when it was last seen to agree; zero if it was not since the start.
	seen time.Time
	// woken is the number of wakes that the pass answers.
	woken int
	// recheck says that the time for a check has come; whole, that it looks at everything and takes no turns.
	recheck, whole bool
	// pool and api are what the phases came to.
	pool, api hold
}

// hold is a phase's outcome and how long it stays where a person has to act.
type hold struct {
	outcome outcome
	until   time.Time
	// cost is the number of calls that a try takes.
	cost int
}

// jitter is how far an interval may be stretched, so that a fleet doesn't march.
const jitter = 0.1

// spread stretches d by up to jitter: never less, for bounds on calls are bounds.
func spread(d time.Duration) time.Duration {
	return d + time.Duration(rand.Int64N(int64(float64(d)*jitter)+1)) //nolint:gosec // no secret
}

// within is a random part of d: what a restart begins anew is spread over it.
func within(d time.Duration) time.Duration {
	return time.Duration(rand.Int64N(int64(d))) //nolint:gosec // no secret
}

// afterStart is when a first check is made after the operator's start: at a random moment of the interval, but not in its
// first tenth, so that an operator that is started again and again calls nobody.
func afterStart(interval time.Duration) time.Duration {
	calm := interval / 10
	return calm + within(interval-calm)
}

// anyTurn is beyond every period of turns.
const anyTurn = 1 << 16

// due says whether the object is to be looked at now, and how; else how long to wait. What is not known had its
// appointment before a restart: it gets one within the interval.
func (s *schedule) due(object *v1alpha1.SecuredAPI, now time.Time, interval time.Duration) (appointment, time.Duration) {
	next, known := s.get(object.UID)
	if !known {
		next.namespace, next.checked = object.Namespace, now
	}
	asked, edited := object.RequestedReconcile() != "", next.generation != object.Generation
	if asked || edited {
		next.generation, next.pool, next.api = object.Generation, hold{}, hold{}
	}
	switch {
	case asked || next.woken > 0 || edited && carriesOut(object):
		next.check, next.recheck, next.whole = now, true, true
		return next, 0
	case !known && converged(object):
		next.at = now.Add(afterStart(interval))
		next.check = next.at
		// Else the first checks of all would want the same of AWS's quotas.
		next.turn = rand.IntN(anyTurn) //nolint:gosec // no secret
		s.set(object.UID, next)
	case !known:
		next.check = now.Add(spread(interval))
		return next, 0
	case edited:
		// A check that is due, or that found something amiss, is made with it.
		next.recheck = next.recheck || !now.Before(next.check)
		return next, 0
	}
	next.recheck = !now.Before(next.check)
	return next, max(next.at.Sub(now), 0)
}

// carriesOut says that a plan was shown and is now to be carried out: it was of everything.
func carriesOut(object *v1alpha1.SecuredAPI) bool {
	shown := object.Status.Plan
	return shown != nil && shown.Mode == v1alpha1.ModePlan && object.Spec.Mode != v1alpha1.ModePlan
}

// converged says that nothing was under way when the object was last written.
func converged(object *v1alpha1.SecuredAPI) bool {
	return object.Status.ObservedGeneration == object.Generation && object.DeletionTimestamp.IsZero() &&
		!meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionReconciling) && len(object.Status.Creating) == 0
}

func (s *schedule) get(uid types.UID) (appointment, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next, known := s.entries[uid]
	next.woken = s.woken[uid]
	return next, known
}

// wake makes the next pass over the object a whole check.
func (s *schedule) wake(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.woken == nil {
		s.woken = map[types.UID]int{}
	}
	s.woken[uid]++
}

// set notes when the object is looked at next. A wake that came during the pass is for another one.
func (s *schedule) set(uid types.UID, next appointment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries == nil {
		s.entries = map[types.UID]appointment{}
	}
	s.entries[uid] = next
	if s.woken[uid] == next.woken {
		delete(s.woken, uid)
	}
}

func (s *schedule) forget(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.entries, uid)
	delete(s.woken, uid)
}
