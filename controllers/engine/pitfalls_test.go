package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// What the first drawing of the engine fell into: each of these was wrong while the tests that it had were green.

func TestASnapshotThatWasFoundAgainIsProvenBeforeItIsServed(t *testing.T) {
	l := begin(t, wish{root: new("a"), snapshot: "guarded", stage: true})
	l.cloud.faults["create snapshot"] = lost
	if err := l.apply(); err == nil {
		t.Fatal("the reply of the creation was lost, and the pass succeeded")
	}
	// Somebody opened it before it was made.
	l.cloud.things[address{"root-1", "snapshot", "snapshot-2"}].value = "open"
	err := l.apply()
	if failure, ok := errors.AsType[*awserr.Failure](err); !ok || failure.Reason != v1alpha1.ReasonRejectedByAWS {
		t.Errorf("got the error %v, want RejectedByAWS", err)
	}
	for _, one := range l.cloud.all() {
		if strings.Contains(one, "stage/") {
			t.Errorf("%s serves a snapshot that was never proven", one)
		}
	}
}

func TestANewRootGetsNewChildren(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}, servers: map[string]string{"api": "1"}})
	l.must()
	l.cloud.delete(address{kind: "root", id: "root-1"})
	l.must()
	l.wants("root/root-3=a", "root-3/child/child-4=1", "root-3/server/api=1")
}

func TestWhatIsFoundCountsAsWhatWasSent(t *testing.T) {
	l := begin(t, wish{root: new("a"), snapshot: "first", stage: true})
	l.cloud.faults["create snapshot"] = lost
	if err := l.apply(); err == nil {
		t.Fatal("the reply of the creation was lost, and the pass succeeded")
	}
	l.wish.snapshot = "second"
	l.must()
	l.wants("root/root-1=a", "root-1/snapshot/snapshot-3=second", "root-1/stage/live=snapshot-3")
}

func TestNoChildBeforeAnAdoptionIsSure(t *testing.T) {
	l := begin(t, wish{root: new("a"), adopt: "root-0", children: map[string]string{"web": "1"}})
	l.cloud.put(thing{address: address{kind: "root", id: "root-0"}, value: "a"})
	l.consent = true
	until := unsettled(t, l.apply())
	l.wants("root/root-0=a")
	// Another SecuredAPI tagged it in the same moment, and its tags are the last ones.
	rival := engine.Owner{Cluster: "c", Namespace: "other", Name: "notes", UID: "u2"}
	l.cloud.things[address{kind: "root", id: "root-0"}].tags = rival.Tags("")
	l.clock.SetTime(until)
	err := l.apply()
	if failure, ok := errors.AsType[*awserr.Failure](err); !ok || failure.Reason != v1alpha1.ReasonOwnershipConflict {
		t.Errorf("got the error %v, want OwnershipConflict", err)
	}
	l.wants("root/root-0=a")
}

func TestSharedReadsAreReadAgainAfterAWrite(t *testing.T) {
	l := begin(t, wish{root: new("a")})
	l.must()
	p := l.next()
	reads := 0
	read := func() (*int, error) { reads++; return &reads, nil }
	for range 2 {
		if _, err := engine.Share(p, "list", read); err != nil || reads != 1 {
			t.Fatalf("got %d reads and the error %v before a write, want one read", reads, err)
		}
	}
	l.wish.root = new("b")
	if err := p.Apply(t.Context(), l.kinds()); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Share(p, "list", read); err != nil || reads != 2 {
		t.Errorf("got %d reads and the error %v after a write, want two reads", reads, err)
	}
}

func TestWhatWasVerifiedIsNotReadAgain(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}, snapshot: "s", stage: true})
	l.must()
	l.whole = false
	l.cloud.calls = nil
	l.must()
	if len(l.cloud.calls) > 0 {
		t.Errorf("a pass over what was verified made the calls %q, want none", l.cloud.calls)
	}
	p := l.next()
	p.Checks = map[string]bool{"stage": true}
	if err := p.Apply(t.Context(), l.kinds()); err != nil || !slices.Equal(l.cloud.calls, []string{"read root-1/stage/live"}) {
		t.Errorf("a check of the stage made the calls %q and ended with %v, want one read of it", l.cloud.calls, err)
	}
}

func TestADeletionTakesWhatIsLeft(t *testing.T) {
	whole := wish{root: new("a"), children: map[string]string{"web": "1"}, grants: map[string]string{"f": "1"}}
	for _, tc := range []struct {
		reason string
		before func(l *life)
		calls  []string
		left   []string
	}{
		{"what goes with the root costs no call", func(*life) {}, []string{"delete root-1/grant/f", "delete root/root-1"}, nil},
		{"what is gone already is no error", func(l *life) { l.cloud.delete(address{kind: "root", id: "root-1"}) }, []string{"delete root-1/grant/f"}, nil},
		{
			"what was given away stays, with all that is in it", func(l *life) { l.cloud.things[address{kind: "root", id: "root-1"}].tags = nil },
			nil,
			[]string{"root/root-1=a", "root-1/child/child-2=1", "root-1/grant/f=1"},
		},
		{
			"what two roots may be is a question, and nothing goes", func(l *life) {
				l.saved.Resources = nil
				l.cloud.put(thing{address: address{kind: "root", id: "root-0"}, tags: l.owner.Tags("")})
			}, nil, []string{"root/root-0=", "root/root-1=a", "root-1/child/child-2=1", "root-1/grant/f=1"},
		},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, whole)
			l.must()
			tc.before(l)
			l.cloud.calls = nil
			err := l.remove()
			if got := l.cloud.made(); !slices.Equal(got, tc.calls) {
				t.Errorf("got the calls %q and the error %v, want the calls %q", got, err, tc.calls)
			}
			l.wants(tc.left...)
		})
	}
}

func TestARecordThatNobodyKnowsHoldsTheFinalizer(t *testing.T) {
	l := begin(t, wish{root: new("a")})
	l.must()
	l.saved.Resources = append(l.saved.Resources, v1alpha1.ResourceRecord{Name: "future/x", ID: "f-1"})
	err := l.remove()
	if failure, ok := errors.AsType[*awserr.Failure](err); !ok || failure.Reason != v1alpha1.ReasonUnknownResource {
		t.Errorf("got the error %v, want UnknownResource", err)
	}
}

func TestAGrownServerShrinksWhenAllElseConverged(t *testing.T) {
	l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "old"}, children: map[string]string{"web": "old"}})
	l.must()
	l.cloud.calls = nil
	l.wish.servers["api"], l.wish.children["web"] = "new", "new"
	l.cloud.faults["update child"] = refused
	if err := l.apply(); err == nil {
		t.Fatal("AWS refused an update, and the pass succeeded")
	}
	l.wants("root/root-1=a", "root-1/child/child-2=old", "root-1/server/api=old+new")
	l.must()
	l.wants("root/root-1=a", "root-1/child/child-2=new", "root-1/server/api=new")
}

func TestACreationIsTwoStatusWrites(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}, servers: map[string]string{"api": "1"}})
	l.must()
	// One before each creation, which also saves what the one before came to; the last write is the pass's own.
	if l.saves != 3 {
		t.Errorf("three creations wrote status %d times, want 3", l.saves)
	}
}

func TestARejectedSnapshotIsNotMadeAgainAndAgain(t *testing.T) {
	l := begin(t, wish{root: new("a"), snapshot: "guarded", stage: true})
	l.must()
	l.wish.snapshot = "other"
	// Whoever makes it open does so each time.
	l.cloud.before = func(string) {
		for _, one := range l.cloud.things {
			if one.kind == "snapshot" && one.value == "other" {
				one.value = "open"
			}
		}
	}
	for range 3 {
		if err := l.apply(); err == nil {
			t.Fatal("an open snapshot was taken")
		}
		l.clock.Step(time.Minute)
	}
	l.wants("root/root-1=a", "root-1/snapshot/snapshot-2=guarded", "root-1/stage/live=snapshot-2")
}

// What AWS answers to a creation is compared with what was sent. It is repaired like any other difference.
func TestACreationThatStoresAnotherValue(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}})
	l.stored = "open"
	if err := l.apply(); !rejected(err) {
		t.Errorf("got the error %v, want RejectedByAWS", err)
	}
	if rec := l.record("child/web"); rec.ID != "child-2" || rec.Verified != nil {
		t.Errorf("got the record %+v, want the child, and not verified", rec)
	}
	l.must()
	l.wants("root/root-1=a", "root-1/child/child-2=1")
}
