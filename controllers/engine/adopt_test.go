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

// A person who is asked for consent reads what is adopted, whose it was, and what is in it.
func TestWhatConsentIsAskedFor(t *testing.T) {
	planted := []v1alpha1.ForeignResource{{Name: "child/evil", ID: "child-7"}, {Name: "grant/all"}}
	for _, tc := range []struct {
		reason, adopt, namespace string
		others                   []v1alpha1.ForeignResource
		want                     string
	}{
		{"the spec names it", "root-9", "", nil, "root root-9 exists and is adopted"},
		{"the spec names it, and something is in it", "root-9", "", planted, "root root-9 exists and holds what this object did not make (child/evil child-7, grant/all) and is adopted"},
		{"an object of this name in a former namespace made it", "", "n0", nil, "root root-9 carries this object's tags, of another namespace with this name; to have a new one made, remove its tags in AWS; it is adopted"},
		{"this object made it, and something is in it", "", "n1", planted, "root root-9 carries this object's tags and holds what this object did not make (child/evil child-7, grant/all); to have a new one made, remove its tags in AWS; it is adopted"},
	} {
		l := begin(t, wish{root: new("a"), adopt: tc.adopt})
		one := thing{address: address{kind: "root", id: "root-9"}, value: "a"}
		if tc.namespace != "" {
			former := l.owner
			former.NamespaceUID = tc.namespace
			one.tags = former.Tags("")
		}
		l.cloud.put(one)
		l.others = tc.others
		err := l.apply()
		asked, ok := errors.AsType[*engine.ConsentError](err)
		if !ok || asked.What != tc.want {
			t.Errorf("%s: got %v, want to be asked for %q", tc.reason, err, tc.want)
		}
		if made := l.cloud.made(); len(made) > 0 {
			t.Errorf("%s: got the calls %q before the consent, want none", tc.reason, made)
		}
	}
}

// The administrator's list is for what the spec does not name. It counts in a plan, too.
func TestTheListOfWhatMayBeAdopted(t *testing.T) {
	denied := errors.New("not listed")
	for _, tc := range []struct {
		reason, adopt string
		plan          bool
		want          error
		adopted       bool
	}{
		{"the spec names it, and a person consents", "root-9", false, nil, true},
		{"it carries tags of a former namespace", "", false, denied, false},
		{"a plan of what carries such tags", "", true, denied, false},
	} {
		l := begin(t, wish{root: new("a"), adopt: tc.adopt})
		one := thing{address: address{kind: "root", id: "root-9"}, value: "a"}
		if tc.adopt == "" {
			former := l.owner
			former.NamespaceUID = "n0"
			one.tags = former.Tags("")
		}
		l.cloud.put(one)
		l.consent, l.mayAdopt = true, func(string, string) error { return denied }
		p := l.next()
		p.Plan = tc.plan
		err := p.Apply(t.Context(), l.kinds())
		l.saved = l.object.Status.DeepCopy()
		if _, waits := errors.AsType[*engine.UnsettledError](err); waits {
			l.clock.Step(grace)
			err = l.apply()
		}
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: got the error %v, want %v", tc.reason, err, tc.want)
		}
		if got := l.record("root").Adopted; got != tc.adopted {
			t.Errorf("%s: noted as adopted: %t, want %t", tc.reason, got, tc.adopted)
		}
	}
}

// An adoption that a person agreed to goes on after its reply was lost, and asks nobody again. Somebody else's does not.
func TestAnAdoptionWhoseReplyWasLostGoesOn(t *testing.T) {
	for _, tc := range []struct {
		reason string
		// tags are those that the root has after the call: nil for those that it wrote.
		tags map[string]string
		asks bool
	}{
		{"it was carried out", nil, false},
		{"the root has tags of an earlier creation", engine.Owner{Cluster: "c", Namespace: "shop", Name: "notes", UID: "u1", NamespaceUID: "n1"}.Tags("t0"), true},
	} {
		l := begin(t, wish{root: new("a"), adopt: "root-9"})
		at := address{kind: "root", id: "root-9"}
		l.cloud.put(thing{address: at, value: "a"})
		l.others = []v1alpha1.ForeignResource{{Name: "child/evil", ID: "child-7"}}
		l.consent = true
		l.failing("tag root", lost)
		if tc.tags != nil {
			l.cloud.things[at].tags = tc.tags
		}
		l.consent = false
		err := l.apply()
		if _, asks := errors.AsType[*engine.ConsentError](err); asks != tc.asks {
			t.Errorf("%s: got %v, want to be asked for consent: %t", tc.reason, err, tc.asks)
		}
		if !tc.asks {
			l.clock.SetTime(unsettled(t, err))
			l.must()
		}
	}
}

func TestWhatIsTakenBackIsNotAdopted(t *testing.T) {
	l := begin(t, wish{root: new("a")})
	l.cloud.put(thing{address: address{kind: "root", id: "root-9"}, value: "a", tags: l.owner.Tags("")})
	l.must()
	if rec := l.record("root"); rec.ID != "root-9" || rec.Adopted {
		t.Errorf("got the record %+v, want the root that this object made, and not an adopted one", rec)
	}
}
