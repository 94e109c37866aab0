package controllers

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi"
)

func TestDue(t *testing.T) {
	const interval = 10 * time.Minute
	now := time.Now()
	later := appointment{generation: 3, at: now.Add(time.Minute), check: now.Add(time.Minute), turn: 5}
	for _, tc := range []struct {
		reason      string
		known       *appointment
		observed    int64
		plan        *v1alpha1.PlanStatus
		wantNow     bool
		wantRecheck bool
	}{
		{"a new object is looked at now", nil, -1, nil, true, false},
		{"after a restart, one that had converged waits for its turn", nil, 3, nil, false, false},
		{"after a restart, one that had not converged goes on", nil, 2, nil, true, false},
		{"an edit is looked at now, though a check was due later", &appointment{generation: 2, at: now.Add(time.Hour), check: now.Add(time.Hour)}, 2, nil, true, false},
		{"an edit when a check is due is looked at with it, not before it", &appointment{generation: 2, at: now.Add(time.Hour), check: now}, 2, nil, true, true},
		{"an edit after a check that found something amiss looks at it again", &appointment{generation: 2, at: now.Add(time.Hour), check: now.Add(time.Hour), recheck: true}, 2, nil, true, true},
		{"an edit to carry a plan out looks at what the plan saw", &appointment{generation: 2, at: now.Add(time.Hour), check: now.Add(time.Hour)}, 2, &v1alpha1.PlanStatus{Mode: v1alpha1.ModePlan}, true, true},
		{"an appointment is kept", &later, 3, nil, false, false},
		{"an appointment whose time has come is a check", &appointment{generation: 3, at: now, check: now}, 3, nil, true, true},
		{"but a try of what stalled is none before its time", &appointment{generation: 3, at: now, check: now.Add(time.Hour)}, 3, nil, true, false},
	} {
		s := &schedule{}
		object := &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{UID: "u", Generation: 3}, Status: v1alpha1.SecuredAPIStatus{ObservedGeneration: tc.observed, Plan: tc.plan}}
		if tc.known != nil {
			s.set("u", *tc.known)
		}
		got, wait := s.due(object, now, interval)
		if (wait == 0) != tc.wantNow || got.recheck != tc.wantRecheck || wait > interval || got.generation != 3 {
			t.Errorf("%s: waits %s for %+v", tc.reason, wait, got)
		}
	}
}

func TestRestartSpreadsChecks(t *testing.T) {
	s := &schedule{}
	const interval = 10 * time.Minute
	now := time.Now()
	first, second := 0, 0
	parts := map[string]int{}
	for i := range 200 {
		object := &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{UID: types.UID(rune(i)), Generation: 1}, Status: v1alpha1.SecuredAPIStatus{ObservedGeneration: 1}}
		next, wait := s.due(object, now, interval)
		for _, part := range checked(nil, next.turn, false) {
			parts[part]++
		}
		if wait < interval/10 {
			t.Errorf("who is started again and again checks nothing: waits %s", wait)
		}
		if wait < 5*time.Minute {
			first++
		} else {
			second++
		}
	}
	if first < 50 || second < 50 {
		t.Errorf("checks after a restart bunch: %d in the first half, %d in the second", first, second)
	}
	if methods, authorizers := parts[restapi.PartMethods], parts[restapi.PartAuthorizers]; methods < 50 || authorizers < 50 {
		t.Errorf("all want the same of AWS's quotas: %d look at the methods, %d at the authorizers", methods, authorizers)
	}
}

func TestSpreadOnlyStretches(t *testing.T) {
	for range 1000 {
		if d := spread(10 * time.Minute); d < 10*time.Minute || d > 11*time.Minute {
			t.Fatalf("%s is not within a tenth above ten minutes", d)
		}
	}
}

// A wake is answered by a pass that began after it, whatever else ends meanwhile.
func TestWake(t *testing.T) {
	const interval = 10 * time.Minute
	now := time.Now()
	object := &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{UID: "u", Generation: 1}, Status: v1alpha1.SecuredAPIStatus{ObservedGeneration: 1}}
	var s schedule
	whole := func(reason string, want bool) appointment {
		t.Helper()
		next, wait := s.due(object, now, interval)
		if next.whole != want || (wait == 0) != want || next.recheck != want {
			t.Errorf("%s: waits %s for %+v", reason, wait, next)
		}
		return next
	}
	// ends makes the appointment that a pass makes when all agrees.
	ends := func(pass appointment) {
		pass.recheck, pass.whole, pass.at, pass.check = false, false, now.Add(interval), now.Add(interval)
		s.set(object.UID, pass)
	}
	whole("an object that nothing woke waits", false)
	s.wake(object.UID)
	whole("a wake makes its next pass a whole check", true)
	pass := whole("also when a pass was lost, as in a race for the object", true)
	s.wake(object.UID)
	ends(pass)
	pass = whole("a wake during a pass is for the next", true)
	s.wake(object.UID)
	s.wake(object.UID)
	ends(pass)
	pass = whole("two wakes make one pass", true)
	ends(pass)
	whole("then it waits again", false)
	s.wake(object.UID)
	s.forget(object.UID)
	whole("what is gone is forgotten", false)
}
