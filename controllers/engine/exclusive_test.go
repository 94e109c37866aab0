package engine_test

import (
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// Of what a root has room for one, the former one goes first, and comes back if AWS refuses its successor.
func TestOneThatHasTheOnlyPlace(t *testing.T) {
	for _, tc := range []struct {
		reason string
		before func(l *life)
		fails  bool
		calls  []string
		left   []string
	}{
		{"nothing changed", func(*life) {}, false, nil, []string{"root/root-1=a", "root-1/slot/one=one"}},
		{"another one takes the place", func(l *life) { l.wish.slot = "two" }, false, []string{
			"delete root-1/slot/one", "create root-1/slot/two",
		}, []string{"root/root-1=a", "root-1/slot/two=two"}},
		{"AWS refuses the other one", func(l *life) { l.wish.slot, l.cloud.faults["create slot"] = "two", refused }, true, []string{
			"delete root-1/slot/one", "create root-1/slot/two", "restore root-1/slot/one",
		}, []string{"root/root-1=a", "root-1/slot/one=one"}},
		{"the former one stays if its deletion is refused", func(l *life) { l.wish.slot, l.cloud.faults["delete slot"] = "two", refused }, true, []string{
			"delete root-1/slot/one",
		}, []string{"root/root-1=a", "root-1/slot/one=one"}},
		{"somebody deleted it, so there is none to go first", func(l *life) { l.cloud.delete(address{"root-1", "slot", "one"}) }, false, []string{
			"create root-1/slot/one",
		}, []string{"root/root-1=a", "root-1/slot/one=one"}},
		{"somebody deleted it, and AWS refuses the same one", func(l *life) {
			l.cloud.delete(address{"root-1", "slot", "one"})
			l.cloud.faults["create slot"] = refused
		}, true, []string{"create root-1/slot/one"}, []string{"root/root-1=a"}},
	} {
		l := begin(t, wish{root: new("a"), slot: "one"})
		l.must()
		if got, want := l.cloud.made(), []string{"create root/root-1", "create root-1/slot/one"}; !slices.Equal(got, want) {
			t.Errorf("%s: the first one: got the calls %q, want %q", tc.reason, got, want)
		}
		tc.before(l)
		if err := l.apply(); (err != nil) != tc.fails {
			t.Errorf("%s: got the error %v, want one: %t", tc.reason, err, tc.fails)
		}
		if got := l.cloud.made(); !slices.Equal(got, tc.calls) {
			t.Errorf("%s: got the calls %q, want %q", tc.reason, got, tc.calls)
		}
		if got := l.record("slot").Retired; len(got) > 0 {
			t.Errorf("%s: got %v to be deleted later, want nothing", tc.reason, got)
		}
		l.wants(tc.left...)
	}
}

func TestAFirstOneThatIsRefusedBringsNothingBack(t *testing.T) {
	l := begin(t, wish{root: new("a"), slot: "one"})
	l.cloud.faults["create slot"] = refused
	if err := l.apply(); err == nil {
		t.Error("got no error, want that of the creation")
	}
	if got, want := l.cloud.made(), []string{"create root/root-1", "create root-1/slot/one"}; !slices.Equal(got, want) {
		t.Errorf("got the calls %q, want %q", got, want)
	}
}

// A person has to know that the place is empty.
func TestAFormerOneThatDoesNotComeBackIsToldOf(t *testing.T) {
	l := begin(t, wish{root: new("a"), slot: "one"})
	l.must()
	l.wish.slot, l.cloud.faults["create slot"], l.cloud.faults["restore slot"] = "two", refused, refused
	if err := l.apply(); err == nil || !strings.Contains(err.Error(), "make slot one anew, which had to go first") {
		t.Errorf("got the error %v, want that the former one did not come back", err)
	}
	l.wants("root/root-1=a")
	l.must()
	l.wants("root/root-1=a", "root-1/slot/two=two")
}

// Of those that were replaced as many stay as the kind keeps, whenever they were replaced.
func TestWhatWasReplacedGoes(t *testing.T) {
	l := begin(t, wish{root: new("a"), snapshot: "1"})
	for _, value := range []string{"1", "2", "3"} {
		l.wish.snapshot = value
		l.must()
	}
	l.must()
	l.wants("root/root-1=a", "root-1/snapshot/snapshot-3=2", "root-1/snapshot/snapshot-4=3")

	// Those of several passes that pruned nothing go at once.
	for _, id := range []string{"old-1", "old-2", "old-3"} {
		l.cloud.put(thing{address: address{"root-1", "snapshot", id}})
		known := l.saved.Resource("snapshot")
		known.Retired = slices.Insert(known.Retired, 0, v1alpha1.RetiredResource{ID: id, Under: "root-1"})
	}
	l.must()
	l.wants("root/root-1=a", "root-1/snapshot/snapshot-3=2", "root-1/snapshot/snapshot-4=3")

	// Those that nobody may use go whatever is kept.
	for _, id := range []string{"bad-1", "bad-2"} {
		l.cloud.put(thing{address: address{"root-1", "snapshot", id}})
		known := l.saved.Resource("snapshot")
		known.Retired = append(known.Retired, v1alpha1.RetiredResource{ID: id, Under: "root-1", Until: new(metav1.NewTime(l.clock.Now()))})
	}
	l.must()
	l.wants("root/root-1=a", "root-1/snapshot/snapshot-3=2", "root-1/snapshot/snapshot-4=3")
}

// An update in doubt was of the former one. It does not hold up another one, to which AWS gives another id.
func TestADoubtGoesWithWhatWasReplaced(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}})
	l.must()
	l.wish.children["web"] = "2"
	l.failing("update child", delayed)
	l.wish.children["web"] = "!3"
	l.must()
	if rec := l.record("child/web"); rec.InDoubt != nil || rec.Verified == nil {
		t.Errorf("got the record %+v, want it verified and without doubt", rec)
	}
	l.must()
}
