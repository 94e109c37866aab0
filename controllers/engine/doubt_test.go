package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// A call that failed with an unknown outcome may have its effect until the grace period ends, whatever is done meanwhile.
// hack/model found most of these.

// failing makes a pass in which a call of the service is delayed or lost.
func (l *life) failing(call string, kind fault) {
	l.t.Helper()
	l.cloud.faults[call] = kind
	if err := l.apply(); err == nil {
		l.t.Fatalf("%s failed, and the pass succeeded", call)
	}
}

// settled makes passes until one succeeds, each when the one before says that its outcome is known. late is carried out before.
func (l *life) settled() {
	l.t.Helper()
	until := unsettled(l.t, l.apply())
	if got := l.record("server/api").Verified; got != nil {
		l.t.Errorf("the server counts as verified since %s, although a call may still change it", got)
	}
	l.cloud.land()
	l.clock.SetTime(until)
	l.must()
}

func TestAFormerUpdateIsWaitedFor(t *testing.T) {
	for _, tc := range []struct {
		reason string
		moves  func(l *life)
	}{
		{"the spec went back at once", func(l *life) { l.failing("update server", delayed) }},
		{"the update was sent again and succeeded", func(l *life) {
			l.failing("update server", delayed)
			unsettled(l.t, l.apply())
			l.wants("root/root-1=a", "root-1/server/api=other")
		}},
		{"the update was sent again and refused", func(l *life) {
			l.failing("update server", delayed)
			l.failing("update server", refused)
		}},
		{"two were delayed", func(l *life) {
			l.failing("update server", delayed)
			l.clock.Step(grace / 2)
			l.failing("update server", delayed)
		}},
		{"the operator was killed before it wrote down that the call failed", func(l *life) {
			l.failing("update server", delayed)
			l.saved.Resource("server/api").Pending.Since.Time = l.clock.Now()
			l.clock.Step(grace / 8)
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "one"}})
			l.must()
			l.wish.servers["api"] = "other"
			tc.moves(l)
			l.wish.servers["api"] = "one"
			l.settled()
			l.wants("root/root-1=a", "root-1/server/api=one")
		})
	}
}

func TestAnUpdateThatOnlyGrewIsWaitedFor(t *testing.T) {
	l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "one"}})
	l.must()
	l.wish.servers["api"] = "other"
	l.failing("update server", delayed)
	l.settled()
	l.wants("root/root-1=a", "root-1/server/api=other")
}

func TestWhatIsBeingDeletedIsWantedAgain(t *testing.T) {
	for _, tc := range []struct{ reason, value string }{
		{"as it was", "one"}, {"with a change", "other"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "one"}})
			l.must()
			delete(l.wish.servers, "api")
			l.failing("delete server", delayed)
			l.wish.servers["api"] = tc.value
			l.settled()
			l.wants("root/root-1=a", "root-1/server/api="+tc.value)
		})
	}
}

func TestALateUpdateReachesWhatWasMadeUnderTheSameID(t *testing.T) {
	l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "one"}})
	l.must()
	l.wish.servers["api"] = "other"
	l.failing("update server", delayed)
	l.cloud.delete(address{"root-1", "server", "api"})
	l.wish.servers["api"] = "one"
	l.settled()
	l.wants("root/root-1=a", "root-1/server/api=one")
}

func TestTheClockIsReadBeforeTheLook(t *testing.T) {
	l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "one"}})
	l.must()
	l.wish.servers["api"] = "other"
	l.failing("update server", delayed)
	l.wish.servers["api"] = "one"
	// The look is slow: the call lands and the grace period ends after it, and before its answer is used.
	l.cloud.before = func(call string) {
		if call == "read root-1/server/api" {
			l.clock.Step(2 * grace)
		}
	}
	unsettled(t, l.apply())
	l.cloud.before = nil
	l.cloud.land()
	l.must()
	l.wants("root/root-1=a", "root-1/server/api=one")
}

func TestASentUpdateIsWaitedForByAnotherSpec(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "one"}})
	l.must()
	l.wish.children["web"] = "other"
	// Its reply is lost, and it is sent again by whatever sent it: the second is seen, and the first may come.
	l.failing("update child", lost)
	l.cloud.late = append(l.cloud.late, func() { l.cloud.things[address{"root-1", "child", "child-2"}].value = "other" })
	l.must()
	l.wish.children["web"] = "one"
	until := unsettled(t, l.apply())
	l.cloud.land()
	l.clock.SetTime(until)
	l.must()
	l.wants("root/root-1=a", "root-1/child/child-2=one")
}

func TestTwoCallsInDoubt(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "one"}})
	l.must()
	l.wish.children["web"] = "other"
	l.failing("update child", delayed)
	l.wish.children["web"] = "third"
	l.failing("update child", delayed)
	l.failing("update child", delayed)
	// The third is what the last calls sent, and not what the first sent.
	until := unsettled(t, l.apply())
	slices.Reverse(l.cloud.late)
	l.cloud.land()
	l.clock.SetTime(until)
	l.must()
	l.wants("root/root-1=a", "root-1/child/child-2=third")
}

func TestNothingIsMadeWhileACallMayReachIt(t *testing.T) {
	l := begin(t, wish{root: new("a"), grants: map[string]string{"f": "one"}})
	l.must()
	l.wish.grants["f"] = "other"
	l.failing("update grant", delayed)
	l.cloud.delete(address{"root-1", "grant", "f"})
	l.wish.grants["f"] = "one"
	l.cloud.calls = nil
	until := unsettled(t, l.apply())
	if got := l.cloud.made(); len(got) > 0 {
		t.Errorf("got the calls %q while a call may reach what they make, want none", got)
	}
	l.clock.SetTime(until)
	l.must()
	l.wants("root/root-1=a", "root-1/grant/f=one")
}

func TestADoubtThatEndedCostsNoWrite(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "one"}})
	l.must()
	l.wish.children["web"] = "other"
	l.failing("update child", lost)
	l.must()
	l.clock.Step(2 * grace)
	before := l.saved.DeepCopy()
	l.must()
	if diff := cmp.Diff(before, l.saved); diff != "" {
		t.Errorf("a pass that found nothing changed status (-before +after):\n%s", diff)
	}
}

func TestAnIntentionIsSavedBeforeItsCall(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "one"}, servers: map[string]string{"api": "one"}})
	seen := map[v1alpha1.Operation]int{}
	l.cloud.before = func(call string) {
		verb, _, _ := strings.Cut(call, " ")
		operation := map[string]v1alpha1.Operation{
			"create": v1alpha1.OperationCreate, "update": v1alpha1.OperationUpdate, "delete": v1alpha1.OperationDelete,
		}[verb]
		if operation == "" {
			return
		}
		seen[operation]++
		for _, rec := range l.saved.Resources {
			if rec.Pending != nil && rec.Pending.Operation == operation && (operation != v1alpha1.OperationCreate || rec.Pending.Token != "") {
				return
			}
		}
		t.Errorf("%s: what was saved before has no such intention: %+v", call, l.saved.Resources)
	}
	l.must()
	l.wish.children["web"] = "other"
	delete(l.wish.servers, "api")
	l.must()
	for operation, want := range map[v1alpha1.Operation]int{v1alpha1.OperationCreate: 3, v1alpha1.OperationUpdate: 1, v1alpha1.OperationDelete: 1} {
		if seen[operation] != want {
			t.Errorf("got %d calls that %s, want %d", seen[operation], operation, want)
		}
	}
}

// What may still be made in what the spec no longer asks for goes with it: nothing waits for it.
func TestWhatIsInDoubtInWhatIsGoneIsForgotten(t *testing.T) {
	l := begin(t, wish{root: new("a"), snapshot: "first", stage: true})
	l.must()
	l.wish.children, l.wish.parts = map[string]string{"app": "1"}, map[string]string{"app": "1"}
	l.cloud.faults["create part"] = delayed
	if err := l.apply(); err == nil {
		t.Fatal("got no error from a creation without an answer, want one")
	}
	l.wish.children, l.wish.parts = nil, nil
	unsettled(t, l.apply())
	l.wish.snapshot = "second"
	l.must()
	if known := l.object.Status.Resource("part/app"); known != nil {
		t.Errorf("got the record %+v of a part whose child is gone, want none", *known)
	}
	l.wants("root/root-1=a", "root-1/snapshot/snapshot-2=first", "root-1/snapshot/snapshot-4=second", "root-1/stage/live=snapshot-4")
}

// Others count the grace period from an intention's time. One that took a quarter of it to save is saved anew before its call.
func TestAnIntentionIsYoungWhenItsCallIsMade(t *testing.T) {
	for _, tc := range []struct {
		reason string
		takes  time.Duration // that the first write takes
		saves  int
	}{
		{"it is saved in time", grace/4 - time.Nanosecond, 1},
		{"a quarter of the grace period is too much", grace / 4, 2},
	} {
		l := begin(t, wish{root: new("a")})
		l.onSave = func() {
			if l.saves == 0 {
				l.clock.Step(tc.takes)
			}
		}
		l.must()
		if l.saves != tc.saves {
			t.Errorf("%s: got %d writes before the call, want %d", tc.reason, l.saves, tc.saves)
		}
	}
}
