package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

func TestADeletionInDoubtHoldsBackTheIDThatWeGive(t *testing.T) {
	l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "one"}})
	l.must()
	delete(l.wish.servers, "api")
	l.failing("delete server", delayed)
	// The second deletion succeeds, and then the identifier is used again.
	unsettled(t, l.apply())
	l.wants("root/root-1=a")
	l.wish.servers["api"] = "one"
	l.settled()
	l.wants("root/root-1=a", "root-1/server/api=one")
}

func TestACreationUnderALostRootIsSettledThere(t *testing.T) {
	for _, tc := range []struct {
		reason string
		finish func(l *life) error
		left   []string
	}{
		{"the root is made anew", func(l *life) error { return l.apply() }, []string{"root/root-2=a", "root-2/grant/f=1"}},
		{"the object is deleted", func(l *life) error { return l.remove() }, nil},
		{"the root is made anew, then the object is deleted", func(l *life) error {
			if err := l.apply(); err != nil {
				return err
			}
			return l.remove()
		}, nil},
		{"the root is made anew, then the spec asks for it no more", func(l *life) error {
			if err := l.apply(); err != nil {
				return err
			}
			l.wish.grants = nil
			return l.apply()
		}, []string{"root/root-2=a"}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, wish{root: new("a"), grants: map[string]string{"f": "1"}})
			l.failing("create grant", delayed)
			l.cloud.delete(address{kind: "root", id: "root-1"})
			err := tc.finish(l)
			l.cloud.land()
			for range 3 {
				if _, waits := errors.AsType[*engine.UnsettledError](err); err != nil && !waits {
					t.Fatalf("got the error %v, want none but that it waits", err)
				}
				l.clock.Step(grace)
				err = tc.finish(l)
			}
			if err != nil {
				t.Errorf("got the error %v after the grace period, want none", err)
			}
			l.wants(tc.left...)
		})
	}
}

func TestEachDeletionAsksWhetherTheObjectWasEdited(t *testing.T) {
	l := begin(t, wish{root: new("a"), grants: map[string]string{"f": "1", "g": "1"}})
	l.must()
	l.cloud.calls = nil
	// After the first deletion somebody changes the policy to Retain.
	l.cloud.before = func(call string) { l.edited = l.edited || call == "delete root-1/grant/g" }
	if err := l.remove(); !apierrors.IsConflict(err) {
		t.Errorf("got the error %v, want a conflict", err)
	}
	if got := l.cloud.made(); !slices.Equal(got, []string{"delete root-1/grant/g"}) {
		t.Errorf("got the calls %q, want none after the edit", got)
	}
}

func TestADeletionBeginsWhileItsIntentionIsYoung(t *testing.T) {
	l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "one"}})
	l.must()
	l.saved.Resource("server/api").Retired = []v1alpha1.RetiredResource{{ID: "old", Under: "root-1"}}
	delete(l.wish.servers, "api")
	// Deleting the one that was replaced takes long.
	l.cloud.before = func(call string) {
		switch since := l.saved.Resource("server/api").Pending; {
		case call == "delete root-1/server/old":
			l.clock.Step(grace)
		case call == "delete root-1/server/api" && (since == nil || l.clock.Since(since.Since.Time) >= grace/4):
			t.Errorf("the intention is of %v, at %s", since, l.clock.Now().Format(time.TimeOnly))
		}
	}
	l.must()
	l.wants("root/root-1=a")
}

func TestARootThatIsNotAskedForIsDeletedIfItIsOurs(t *testing.T) {
	for _, tc := range []struct {
		reason string
		tags   map[string]string
		left   []string
	}{
		{"ours", engine.Owner{Cluster: "c", Namespace: "shop", Name: "notes", UID: "u1"}.Tags(""), nil},
		{"given away", nil, []string{"root/root-1=a"}},
		{"somebody else's", engine.Owner{Cluster: "c", Namespace: "pay", Name: "notes", UID: "u2"}.Tags(""), []string{"root/root-1=a"}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, wish{root: new("a")})
			l.must()
			l.cloud.things[address{kind: "root", id: "root-1"}].tags = tc.tags
			l.wish.root = nil
			l.must()
			l.wants(tc.left...)
		})
	}
}

func TestARootInDoubtIsLookedForBeforeItsObjectGoes(t *testing.T) {
	l := begin(t, wish{root: new("a")})
	l.failing("create root", delayed)
	until := unsettled(t, l.remove())
	l.cloud.land()
	l.clock.SetTime(until)
	if err := l.remove(); err != nil {
		t.Errorf("got the error %v, want that the root is found and deleted", err)
	}
	l.wants()
}

// The root is gone, and the one that is to take its place is in doubt, when the spec asks for none of it any more.
func TestALostRootThatIsNotMadeAnew(t *testing.T) {
	for how, kind := range map[string]fault{"it is made later": delayed, "it was made": lost, "it was refused": refused} {
		l := begin(t, wish{root: new("a"), servers: map[string]string{"api": "one"}, grants: map[string]string{"f": "1"}})
		l.must()
		l.cloud.delete(address{kind: "root", id: "root-1"})
		l.failing("create root", kind)
		l.wish = wish{}
		for range 4 {
			l.cloud.land()
			if err := l.apply(); err != nil {
				t.Log(err)
			}
			l.clock.Step(grace)
		}
		l.must()
		l.wants()
		for _, name := range []string{"root", "server/api", "grant/f"} {
			if l.object.Status.Resource(name) != nil {
				t.Errorf("%s: got the record %s kept, want it gone", how, name)
			}
		}
	}
}

// A record that only says that something may be there from before names nothing to delete: it may be anybody's.
func TestWhatMayBeThereFromBeforeIsNotDeleted(t *testing.T) {
	l := begin(t, wish{root: new("a")})
	l.must()
	l.cloud.put(thing{address: address{"root-1", "child", "child-9"}, name: "web", value: "theirs"})
	l.saved.Resources = append(l.saved.Resources, v1alpha1.ResourceRecord{
		Name: "child/web", Under: "root-1", Pending: &v1alpha1.PendingOperation{Operation: v1alpha1.OperationCreate, Token: "web"},
	})
	l.must()
	l.wants("root/root-1=a", "root-1/child/child-9=theirs")
	if l.object.Status.Resource("child/web") != nil {
		t.Errorf("got the record %+v, want none", l.record("child/web"))
	}
}

// With a root that the spec does not ask for any more go the records of all that went with it, and what was told of it.
func TestARootThatIsNotAskedForLeavesNoRecord(t *testing.T) {
	for _, ends := range []struct {
		how    string
		finish func(l *life) error
	}{
		{"the spec asks for nothing", func(l *life) error {
			l.wish = wish{}
			return l.apply()
		}},
		{"the object is deleted", (*life).remove},
	} {
		l := begin(t, wish{
			root: new("a"), children: map[string]string{"web": "1", "app": "1"}, servers: map[string]string{"x": "1", "y": "1"},
			grants: map[string]string{"f": "1"},
		})
		l.others = []v1alpha1.ForeignResource{{Name: "child/evil", ID: "child-7"}}
		l.must()
		if err := ends.finish(l); err != nil {
			t.Errorf("%s: %v", ends.how, err)
		}
		l.wants()
		if got := l.object.Status; len(got.Resources)+len(got.ForeignResources) > 0 {
			t.Errorf("%s: got the records %+v and the foreign resources %v, want none", ends.how, got.Resources, got.ForeignResources)
		}
	}
}

// A deletion has ended when the root is seen to be gone.
func TestADeletionSeesThatTheRootIsGone(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}})
	l.must()
	l.trails(rootAt)
	if err := l.remove(); err == nil || !strings.Contains(err.Error(), "still there after its deletion") {
		t.Errorf("got the error %v, want that the root is still there", err)
	}
	if l.record("root").ID != "root-1" {
		t.Errorf("got the record %+v, want it kept", l.record("root"))
	}
	l.cloud.former = nil
	if err := l.remove(); err != nil || len(l.object.Status.Resources) > 0 {
		t.Errorf("got the error %v and the records %+v, want none", err, l.object.Status.Resources)
	}
}

// A call that fails because the root is gone says so: the next pass makes all anew.
func TestACallIntoARootThatIsGone(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}})
	l.must()
	l.whole, l.wish.children["web"] = false, "2"
	l.cloud.before = func(call string) {
		if call == "update root-1/child/child-2" {
			l.cloud.delete(rootAt)
			l.cloud.faults["update child"] = missing
		}
	}
	err := l.apply()
	if lost, ok := errors.AsType[*engine.LostError](err); !ok || lost.Resource != "root" {
		t.Errorf("got the error %v, want that the root is gone", err)
	}
	l.must()
	l.wants("root/root-3=a", "root-3/child/child-4=2")
}
