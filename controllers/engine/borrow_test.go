package engine_test

import (
	"context"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

var lender = engine.Owner{Cluster: "c", Namespace: "pay", Name: "api", UID: "u2", NamespaceUID: "n2"}

// borrowed is a root of another object.
func (l *life) borrowed(*engine.Pass, string) engine.Resource {
	read := l.reads(func(id string) address { return address{kind: "root", id: id} })
	return &engine.Borrowed[thing]{
		Lender: *l.lender, ID: l.lent, Note: map[string]string{"at": l.lent},
		Tags: func(have *thing) map[string]string { return have.tags },
		Read: func(ctx context.Context, id string) (*thing, error) { return read(ctx, id, nil) },
	}
}

// beginBorrowing is a life in the root of another object, with a child, a server and a grant.
func beginBorrowing(t *testing.T) *life {
	t.Helper()
	l := begin(t, wish{
		children: map[string]string{"web": "1"}, servers: map[string]string{"notes": "read"}, grants: map[string]string{"g": "x"},
	})
	l.lender, l.lent = &lender, "root-9"
	l.cloud.put(thing{address: address{kind: "root", id: "root-9"}, value: "theirs", tags: lender.Tags("")})
	l.cloud.put(thing{address: address{"root-9", "child", "child-9"}, name: "app", value: "theirs"})
	return l
}

// What is in another's root is made, changed and taken down one by one, and the root stays as it is.
func TestARootOfAnother(t *testing.T) {
	l := beginBorrowing(t)
	l.must()
	l.wants("root/root-9=theirs", "root-9/child/child-9=theirs", "root-9/child/child-1=1", "root-9/server/notes=read", "root-9/grant/g=x")
	if got := l.record("root"); got.ID != "root-9" || got.Verified == nil || got.Kept["at"] != "root-9" {
		t.Errorf("the record of the root: got %+v, want where it is", got)
	}
	l.wish.children["web"], l.wish.servers = "2", map[string]string{"papers": "read"}
	l.must()
	l.wants("root/root-9=theirs", "root-9/child/child-9=theirs", "root-9/child/child-1=2", "root-9/server/papers=read", "root-9/grant/g=x")
	l.cloud.made()
	plan := l.next()
	plan.Plan = true
	if err := plan.Remove(t.Context(), l.kinds()); err != nil {
		t.Fatal(err)
	}
	if done := plan.Done().String(); strings.Contains(done, "root") || !strings.Contains(done, "- child/web child-1") {
		t.Errorf("the plan of a deletion: got %q, want the child and not the root", done)
	}
	if err := l.remove(); err != nil {
		t.Fatal(err)
	}
	l.wants("root/root-9=theirs", "root-9/child/child-9=theirs")
	if len(l.saved.Resources) != 0 {
		t.Errorf("got the records %+v, want none", l.saved.Resources)
	}
}

// Nothing is done in a root that does not carry the lender's tags: anybody may have written down where it is.
func TestARootThatIsNotTheLenders(t *testing.T) {
	for _, tc := range []struct {
		reason string
		tags   map[string]string
	}{
		{"nobody's", nil},
		{"another object's", engine.Owner{Cluster: "c", Namespace: "pay", Name: "other", NamespaceUID: "n2"}.Tags("")},
		{"another cluster's", engine.Owner{Cluster: "d", Namespace: "pay", Name: "api", NamespaceUID: "n2"}.Tags("")},
		{"a former namespace's of this name", engine.Owner{Cluster: "c", Namespace: "pay", Name: "api", NamespaceUID: "n1"}.Tags("")},
		{"the borrower's own", engine.Owner{Cluster: "c", Namespace: "shop", Name: "notes", UID: "u1", NamespaceUID: "n1"}.Tags("")},
	} {
		l := beginBorrowing(t)
		l.cloud.things[address{kind: "root", id: "root-9"}].tags = tc.tags
		err := l.apply()
		if !awserr.Has(err, v1alpha1.ReasonOwnershipConflict) || len(l.cloud.made()) != 0 {
			t.Errorf("%s: got %v and the calls %q, want OwnershipConflict and no call", tc.reason, err, l.cloud.made())
		}
		if l.record("root").ID != "" {
			t.Errorf("%s: got the record %+v, want no id", tc.reason, l.record("root"))
		}

		// It is another's by now, and what was made in it stays.
		l = beginBorrowing(t)
		l.must()
		l.cloud.made()
		l.cloud.things[address{kind: "root", id: "root-9"}].tags = tc.tags
		l.wish.children["web"] = "2"
		if err := l.apply(); err == nil {
			t.Errorf("%s: got no error, want OwnershipConflict", tc.reason)
		}
		if made := l.cloud.made(); len(made) != 0 {
			t.Errorf("%s: got the calls %q after the tags changed, want none", tc.reason, made)
		}
	}
}

// A deletion that finds the root gone, or another's, leaves what is in it alone and ends.
func TestADeletionWithoutTheLendersRoot(t *testing.T) {
	for reason, change := range map[string]func(l *life){
		"it is gone":      func(l *life) { l.cloud.delete(address{kind: "root", id: "root-9"}) },
		"it is another's": func(l *life) { l.cloud.things[address{kind: "root", id: "root-9"}].tags = l.owner.Tags("") },
		"another root is written down": func(l *life) {
			l.cloud.put(thing{address: address{kind: "root", id: "root-8"}, value: "theirs", tags: engine.Owner{Cluster: "c", Namespace: "x", Name: "y"}.Tags("")})
			l.cloud.put(thing{address: address{"root-8", "child", "child-1"}, name: "web", value: "theirs"})
			l.saved.Resource("root").ID = "root-8"
			l.saved.Resource("child/web").Under = "root-8"
		},
	} {
		l := beginBorrowing(t)
		l.must()
		l.wish.grants = nil
		l.must()
		l.cloud.made()
		change(l)
		if err := l.remove(); err != nil {
			t.Errorf("%s: %v", reason, err)
		}
		if made := l.cloud.made(); len(made) != 0 {
			t.Errorf("%s: got the calls %q, want none", reason, made)
		}
	}
}

// What a read does not show once may be there.
func TestARootOfAnotherIsGoneAfterTwoAnswers(t *testing.T) {
	l := beginBorrowing(t)
	l.must()
	shown := l.cloud.things[address{kind: "root", id: "root-9"}]
	delete(l.cloud.things, shown.address)
	reads := 0
	l.cloud.before = func(string) {
		if reads++; reads == 2 {
			l.cloud.put(*shown)
		}
	}
	if err := l.remove(); err != nil {
		t.Fatal(err)
	}
	l.cloud.before = nil
	l.wants("root/root-9=theirs", "root-9/child/child-9=theirs")
}

// Another root takes the place of one that was lost: all is made in it anew.
func TestTheLendersRootIsAnother(t *testing.T) {
	l := beginBorrowing(t)
	l.wish.grants = nil
	l.must()
	l.cloud.delete(address{kind: "root", id: "root-9"})
	if err := l.apply(); !awserr.Has(err, v1alpha1.ReasonDependencyNotReady) {
		t.Errorf("it is gone: got %v, want %s", err, v1alpha1.ReasonDependencyNotReady)
	}
	l.cloud.put(thing{address: address{kind: "root", id: "root-8"}, value: "new", tags: lender.Tags("")})
	l.lent = "root-8"
	l.must()
	l.wants("root/root-8=new", "root-8/child/child-2=1", "root-8/server/notes=read")
}

// A creation whose reply was lost is found before the object goes.
func TestADeletionInAnothersRootFindsWhatIsInDoubt(t *testing.T) {
	l := beginBorrowing(t)
	l.wish.grants = nil
	l.cloud.faults["create child"] = lost
	if err := l.apply(); err == nil {
		t.Fatal("got no error, want that of the creation")
	}
	if err := l.remove(); err != nil {
		t.Fatal(err)
	}
	l.wants("root/root-9=theirs", "root-9/child/child-9=theirs")

	l = beginBorrowing(t)
	l.wish.grants = nil
	l.cloud.faults["create child"] = delayed
	if err := l.apply(); err == nil {
		t.Fatal("got no error, want that of the creation")
	}
	until := unsettled(t, l.remove())
	l.cloud.land()
	l.clock.SetTime(until)
	if err := l.remove(); err != nil {
		t.Fatal(err)
	}
	l.wants("root/root-9=theirs", "root-9/child/child-9=theirs")
}

// Records of another parent name nothing to delete.
func TestARecordUnderAnotherRoot(t *testing.T) {
	l := beginBorrowing(t)
	l.must()
	l.cloud.put(thing{address: address{"root-7", "child", "child-7"}, name: "web", value: "theirs"})
	l.saved.Resource("child/web").Retired = []v1alpha1.RetiredResource{{ID: "child-7", Under: "root-7", Until: new(metav1.Unix(1, 0))}}
	l.saved.Resources = append(l.saved.Resources, v1alpha1.ResourceRecord{Name: "child/old", ID: "child-7", Under: "root-7"})
	l.must()
	if err := l.remove(); err != nil {
		t.Fatal(err)
	}
	l.wants("root/root-9=theirs", "root-9/child/child-9=theirs", "root-7/child/child-7=theirs")
}

// Whose the root is, is read when it is due, when it is another one, and before a call in it; not in every pass.
func TestTheLendersRootIsReadWhenItIsDue(t *testing.T) {
	l := beginBorrowing(t)
	l.must()
	l.whole, l.cloud.calls = false, nil
	l.must()
	if len(l.cloud.calls) > 0 {
		t.Errorf("nothing changed: got the calls %q, want none", l.cloud.calls)
	}
	l.cloud.put(thing{address: address{kind: "root", id: "root-8"}, value: "new", tags: lender.Tags("")})
	l.lent = "root-8"
	l.must()
	if got := l.record("root").ID; got != "root-8" {
		t.Errorf("it is another one: got the record of %s, want root-8", got)
	}
}
