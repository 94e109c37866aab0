package engine_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// rootAt is the root's address.
var rootAt = address{kind: "root", id: "root-1"}

// trails makes reads show a thing as it is now, whatever becomes of it.
func (l *life) trails(at address) {
	kept := *l.cloud.things[at]
	l.cloud.former = map[address]*thing{at: &kept}
}

// awaited fails unless the error says that AWS is waited for, and returns in how long it is asked again.
func (l *life) awaited(err error) time.Duration {
	l.t.Helper()
	a, ok := errors.AsType[*engine.AwaitedError](err)
	if !ok {
		l.t.Fatalf("got the error %v, want one that says what is awaited", err)
	}
	return a.Until.Sub(l.clock.Now())
}

func rejected(err error) bool {
	failure, ok := errors.AsType[*awserr.Failure](err)
	return ok && failure.Reason == v1alpha1.ReasonRejectedByAWS
}

// trailingUpdate is an object whose root was changed, which reads do not show.
func trailingUpdate(t *testing.T) *life {
	t.Helper()
	l := begin(t, wish{root: new("a")})
	l.must()
	l.silent = true
	l.trails(rootAt)
	l.wish.root = new("b")
	return l
}

func TestAReadThatTrailsIsNoRejection(t *testing.T) {
	l := trailingUpdate(t)
	l.cloud.made()
	if got := l.awaited(l.apply()); got != time.Second {
		t.Errorf("the first look is in %s, want 1s", got)
	}
	if done := l.pass.Done().String(); done != "~ root.value: a -> b" {
		t.Errorf("AWS took the change: got %q done", done)
	}
	l.clock.Step(3 * time.Second)
	if got := l.awaited(l.apply()); got != 3*time.Second || l.pass.Done() != nil {
		t.Errorf("got the next look in %s, want 3s, and %s done", got, l.pass.Done())
	}
	l.cloud.former = nil
	l.must()
	if diff := cmp.Diff([]string{"update root/root-1"}, l.cloud.made()); diff != "" {
		t.Errorf("it is sent once: changes (-want +got):\n%s", diff)
	}
	if rec := l.record("root"); rec.Verified == nil || rec.Awaited != nil || rec.Pending != nil || rec.InDoubt != nil {
		t.Errorf("it is seen: got %+v", rec)
	}
}

// What AWS does not take without a word still differs when reads no longer trail.
func TestWhatStillDiffersIsRejected(t *testing.T) {
	l := trailingUpdate(t)
	looks := 0
	for err := l.apply(); !rejected(err); err = l.apply() {
		l.clock.Step(l.awaited(err))
		if looks++; looks > 10 {
			t.Fatal("it is never rejected")
		}
	}
	if looks != 5 {
		t.Errorf("got %d more looks, want 5: after 1, 2, 4, 8 and 16 s", looks)
	}
	l.clock.Step(10 * time.Minute)
	l.cloud.made()
	if err := l.apply(); !rejected(err) || len(l.cloud.made()) != 1 {
		t.Errorf("the next try: got %v, want one change and its rejection", err)
	}
	l.wish.root = new("c")
	l.awaited(l.apply())
	l.cloud.former = nil
	l.must()
	l.wants("root/root-1=c")
}

// A spec that goes back looks as if it had converged while a read trails.
func TestASpecThatGoesBackIsNotBelieved(t *testing.T) {
	l := trailingUpdate(t)
	l.awaited(l.apply())
	l.wish.root = new("a")
	l.awaited(l.apply())
	l.cloud.former = nil
	l.must()
	l.wants("root/root-1=a")

	l = trailingUpdate(t)
	l.awaited(l.apply())
	l.wish.root = new("a")
	l.clock.Step(time.Minute)
	l.cloud.former = nil
	l.must()
	l.wants("root/root-1=a")
}

func TestAProofThatTrailsIsRepeated(t *testing.T) {
	l := begin(t, wish{root: new("a"), snapshot: "open", stage: true})
	l.must()
	served := l.record("snapshot").ID
	l.wish.snapshot, l.trailing = "guarded", true
	l.cloud.former = map[address]*thing{{"root-1", "snapshot", "snapshot-3"}: {value: "open"}}
	l.awaited(l.apply())
	if rec := l.record("snapshot"); rec.Unproven == nil || rec.ID != served || len(rec.Retired) != 0 {
		t.Errorf("it is neither used nor retired: got %+v", rec)
	}
	l.clock.Step(time.Second)
	l.awaited(l.apply())
	l.cloud.former = nil
	l.must()
	l.wants("root/root-1=a", "root-1/snapshot/snapshot-2=open", "root-1/snapshot/snapshot-3=guarded", "root-1/stage/live=snapshot-3")

	// One that does not trail is retired at once, as is one that trails for too long.
	for _, trailing := range []bool{false, true} {
		l = begin(t, wish{root: new("a"), snapshot: "open"})
		l.must()
		l.wish.snapshot, l.trailing = "guarded", trailing
		l.cloud.former = map[address]*thing{{"root-1", "snapshot", "snapshot-3"}: {value: "open"}}
		err := l.apply()
		if trailing {
			l.awaited(err)
			l.clock.Step(time.Minute)
			err = l.apply()
		}
		if !rejected(err) || l.record("snapshot").Unproven != nil || slices.Contains(l.cloud.all(), "root-1/snapshot/snapshot-3=guarded") {
			t.Errorf("trailing %t: got %v and %+v, want it rejected and gone", trailing, err, l.record("snapshot"))
		}
	}
}

func TestWhatIsNotInEffectIsAwaited(t *testing.T) {
	l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "~"}})
	l.awaited(l.apply())
	if rec := l.record("server/api"); rec.ID != "api" || rec.Verified != nil {
		t.Errorf("it is made, and not verified: got %+v", rec)
	}
	var waits []time.Duration
	for range 4 {
		l.clock.Step(20 * time.Second)
		waits = append(waits, l.awaited(l.apply()))
	}
	if diff := cmp.Diff([]time.Duration{20 * time.Second, 40 * time.Second, time.Minute, time.Minute}, waits); diff != "" {
		t.Errorf("the time until the next look (-want +got):\n%s", diff)
	}
	l.wish.servers["api"] = "1"
	l.awaited(l.apply())
	l.cloud.things[address{"root-1", "server", "api"}].value = "1"
	l.must()
}
