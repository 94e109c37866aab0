package engine_test

import (
	"errors"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

func TestAnAdoptionLooksAgainAfterItsIntentionIsSaved(t *testing.T) {
	l := begin(t, wish{root: new("a"), adopt: "root-0"})
	at := address{kind: "root", id: "root-0"}
	rival := engine.Owner{Cluster: "c", Namespace: "other", Name: "notes", UID: "u2"}
	l.cloud.put(thing{address: at, value: "a"})
	l.consent = true
	// Saving takes long, and meanwhile another SecuredAPI adopts it and uses it.
	l.onSave = func() { l.cloud.things[at].tags = rival.Tags("") }
	err := l.apply()
	if failure, ok := errors.AsType[*awserr.Failure](err); !ok || failure.Reason != v1alpha1.ReasonOwnershipConflict {
		t.Errorf("got the error %v, want OwnershipConflict", err)
	}
	if got := l.cloud.things[at].tags; !rival.Owns(got) {
		t.Errorf("the tags are %v, want the other's", got)
	}
}

func TestOnesOwnTaggingInDoubtIsRemembered(t *testing.T) {
	l := begin(t, wish{root: new("a"), adopt: "root-0", children: map[string]string{"web": "1"}})
	at := address{kind: "root", id: "root-0"}
	rival := engine.Owner{Cluster: "c", Namespace: "other", Name: "notes", UID: "u2"}
	l.cloud.put(thing{address: at, value: "a"})
	l.consent = true
	l.failing("tag root", delayed)
	l.cloud.things[at].tags = rival.Tags("")
	if err := l.apply(); err == nil {
		t.Fatal("another's root was taken")
	}
	// Our late call lands over the other's tags, while the other uses the root: only a person can tell whose it is now.
	l.cloud.land()
	unsettled(t, l.apply())
	l.wants("root/root-0=a")
}

func TestARootFromBeforeKeepsItsChildren(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}})
	l.must()
	// Status names a root that is gone, and a root of ours with the child is there: an old status came back.
	l.cloud.put(thing{address: address{kind: "root", id: "root-9"}, value: "a", tags: l.owner.Tags("")})
	l.cloud.put(thing{address: address{"root-9", "child", "child-9"}, name: "web", value: "1"})
	l.cloud.delete(address{kind: "root", id: "root-1"})
	l.must()
	l.wants("root/root-9=a", "root-9/child/child-9=1")
}
