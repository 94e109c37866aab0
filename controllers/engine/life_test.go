package engine_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// grace is the creation grace period of the tests.
const grace = 2 * time.Minute

// wish is what the spec asks for: the values of things by their keys.
type wish struct {
	root     *string
	note     *string // of the root, nil: the spec has no such block
	adopt    string
	children map[string]string // the service gives their ids
	parts    map[string]string // are in the child of their key, and the stage waits for them
	servers  map[string]string // have the ids that we give, and grow before they shrink
	grants   map[string]string // the same, and stay when the root goes
	ahead    map[string]string // the same, and the root uses them
	slot     string            // the root has room for one
	snapshot string            // immutable
	stage    bool              // serves the snapshot
}

// life is one object with its service.
type life struct {
	t      *testing.T
	clock  *clocktesting.FakeClock
	cloud  *cloud
	object *v1alpha1.SecuredAPI
	owner  engine.Owner
	wish   wish
	// consent says that a person agreed to the plan, whole that everything is looked at.
	consent, whole bool
	// mayAdopt is the answer of the policies, others what the root holds that we did not make.
	mayAdopt func(root, id string) error
	others   []v1alpha1.ForeignResource
	// saved is what Kubernetes has, and saves counts the writes.
	saved *v1alpha1.SecuredAPIStatus
	saves int
	// onSave is run before each write.
	onSave func()
	// silent says that updates do not answer what there is then, and trailing that proofs look at what was there before.
	silent, trailing bool
	// forbids fails if an operation on the root must not be carried out, and kept if another root must not take the place of one.
	forbids func(v1alpha1.Operation) error
	kept    func(id string) error
	// stored is what the service makes of a new child's value, if it is not what was sent.
	stored string
	// lender says that the root is another's, and lent is its id by what is written down.
	lender *engine.Owner
	lent   string
	// edited says that the object was edited since the pass began.
	edited bool
	// pass is the last one.
	pass *engine.Pass
}

func begin(t *testing.T, wanted wish) *life {
	t.Helper()
	return &life{
		t: t, cloud: newCloud(), clock: clocktesting.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), wish: wanted, whole: true,
		object: &v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "notes", UID: "u1"}},
		owner:  engine.Owner{Cluster: "c", Namespace: "shop", Name: "notes", UID: "u1", NamespaceUID: "n1"},
		saved:  &v1alpha1.SecuredAPIStatus{},
	}
}

// next begins a pass with what was saved, as an operator does that knows nothing else.
func (l *life) next() *engine.Pass {
	l.object.Status = *l.saved.DeepCopy()
	l.edited = false
	l.pass = &engine.Pass{
		Object: l.object, Owner: l.owner, Grace: grace, Now: l.clock.Now, Whole: l.whole, MayAdopt: l.mayAdopt,
		Save: func(context.Context) error {
			if l.onSave != nil {
				l.onSave()
			}
			l.saves++
			l.saved = l.object.Status.DeepCopy()
			return nil
		},
		Unchanged: func(context.Context) error {
			if l.edited {
				return apierrors.NewConflict(v1alpha1.GroupVersion.WithResource("securedapis").GroupResource(), "notes", errors.New("edited"))
			}
			return nil
		},
		Reserve: func(context.Context, string) error { return nil }, Digests: &engine.Digests{},
	}
	if l.consent {
		for _, id := range []string{"root-0", "root-9"} {
			l.pass.Consent = append(l.pass.Consent, plan.Change{Part: "root", Action: plan.Adopt, Subject: "root", To: id, Class: plan.Adopts})
		}
		for _, other := range l.others {
			l.pass.Consent = append(l.pass.Consent, plan.Change{
				Part: "root", Action: plan.Adopt, Subject: other.Name, To: other.ID, Class: plan.Adopts,
			})
		}
	}
	return l.pass
}

// apply makes a pass, whose status is saved at its end.
func (l *life) apply() error {
	l.t.Helper()
	err := l.next().Apply(l.t.Context(), l.kinds())
	l.saved = l.object.Status.DeepCopy()
	return err
}

// must makes a pass that has to succeed.
func (l *life) must() {
	l.t.Helper()
	if err := l.apply(); err != nil {
		l.t.Fatalf("the pass failed: %v\nrecords: %+v", err, l.object.Status.Resources)
	}
}

// remove makes a pass that takes everything down.
func (l *life) remove() error {
	l.t.Helper()
	err := l.next().Remove(l.t.Context(), l.kinds())
	l.saved = l.object.Status.DeepCopy()
	return err
}

// wants fails unless the service has these things and no others.
func (l *life) wants(want ...string) {
	l.t.Helper()
	slices.Sort(want)
	if got := l.cloud.all(); !slices.Equal(got, want) {
		l.t.Errorf("the service has %q, want %q", got, want)
	}
}

// record returns what is known of a resource, empty if nothing is.
func (l *life) record(name string) v1alpha1.ResourceRecord {
	if known := l.object.Status.Resource(name); known != nil {
		return *known
	}
	return v1alpha1.ResourceRecord{}
}

// unsettled fails unless the error says that an outcome is not known, and returns until when.
func unsettled(t *testing.T, err error) time.Time {
	t.Helper()
	u, ok := errors.AsType[*engine.UnsettledError](err)
	if !ok {
		t.Fatalf("got the error %v, want one that says what is not settled", err)
	}
	return u.Until
}

// sent is what a creation or an update sends.
type sent struct {
	engine.Blocks

	Value string
	// Note is in a block of the spec.
	Note string
}

// noNote is the service's default.
const noNote = "none"

var fields = []engine.Field[sent, thing]{{
	Name: "value", Class: plan.InPlace,
	Words: func(have *thing) string { return have.value },
	Set:   func(have *thing, want *sent) { have.value = want.Value },
}, {
	Name: "note", Block: "note", Class: plan.InPlace,
	Words: func(have *thing) string { return have.note },
	Set:   func(have *thing, want *sent) { have.note = want.Note },
}}

func (l *life) kinds() []engine.Kind {
	keyed := func(prefix string, wanted map[string]string, of func(*engine.Pass, string) engine.Resource) engine.Kind {
		return engine.Kind{Prefix: prefix, Keys: func(*engine.Pass) []string { return slices.Sorted(maps.Keys(wanted)) }, Of: of}
	}
	root := l.root
	if l.lender != nil {
		root = l.borrowed
	}
	return []engine.Kind{
		{Prefix: "root", Of: root},
		keyed("child/", l.wish.children, l.child),
		keyed("part/", l.wish.parts, l.part),
		keyed("server/", l.wish.servers, l.server),
		keyed("grant/", l.wish.grants, l.grant),
		keyed("ahead/", l.wish.ahead, l.ahead),
		{Prefix: "slot", Of: l.slot},
		{Prefix: "snapshot", Of: l.snapshot},
		{Prefix: "stage", Of: l.stage},
	}
}

// value asks for a value, or for nothing.
func value(wanted map[string]string, key string) func() (*sent, error) {
	return func() (*sent, error) {
		if v, ok := wanted[key]; ok {
			return &sent{Value: v}, nil
		}
		return nil, nil
	}
}
