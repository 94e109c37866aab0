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
}

// appointment is when an object is looked at next.
type appointment struct {
	generation int64
	at         time.Time
	// check is from when on everything is looked at, not only what is not verified.
	check time.Time
	// turn counts the checks.
	turn int
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

// due says whether the object is to be looked at now, and how; else how long to wait. What is not known had its
// appointment before a restart: it gets one within the interval.
func (s *schedule) due(object *v1alpha1.SecuredAPI, now time.Time, interval time.Duration) (appointment, time.Duration) {
	next, known := s.get(object.UID)
	if object.RequestedReconcile() != "" {
		return appointment{generation: object.Generation, check: now, turn: next.turn, recheck: true, whole: true}, 0
	}
	switch {
	case !known && converged(object):
		at := now.Add(time.Duration(rand.Int64N(int64(interval)))) //nolint:gosec // no secret
		next = appointment{generation: object.Generation, at: at, check: at}
		s.set(object.UID, next)
	case !known:
		return appointment{generation: object.Generation, check: now.Add(spread(interval))}, 0
	case next.generation != object.Generation:
		next.generation, next.at, next.pool, next.api = object.Generation, now, hold{}, hold{}
		// What a plan saw is looked at again to carry it out.
		next.whole = object.Status.Plan != nil
	}
	next.recheck = next.whole || !now.Before(next.check)
	return next, max(next.at.Sub(now), 0)
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
	return next, known
}

// set notes when the object is looked at next.
func (s *schedule) set(uid types.UID, next appointment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries == nil {
		s.entries = map[types.UID]appointment{}
	}
	s.entries[uid] = next
}

func (s *schedule) forget(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.entries, uid)
}
