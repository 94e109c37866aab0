package engine_test

import (
	"slices"
	"testing"
)

// What a root uses is there before the root changes, and goes after.
func TestWhatARootUsesIsThereWhileItIsUsed(t *testing.T) {
	l := begin(t, wish{root: new("f"), ahead: map[string]string{"f": "1"}})
	steps := []struct {
		reason string
		do     func() error
		calls  []string
	}{
		{"a root that is made comes first", l.apply, []string{"create root/root-1", "create root-1/ahead/f"}},
		{"another one is made before the root changes, and the former one goes after", func() error {
			l.wish.root, l.wish.ahead = new("g"), map[string]string{"g": "1"}
			return l.apply()
		}, []string{"create root-1/ahead/g", "update root/root-1", "delete root-1/ahead/f"}},
		{"nothing is made twice", l.apply, nil},
		{"a root that is made anew gets its own", func() error {
			l.cloud.delete(address{kind: "root", id: "root-1"})
			return l.apply()
		}, []string{"create root/root-2", "create root-2/ahead/g", "delete root-1/ahead/g"}},
		{"it goes after the root", l.remove, []string{"delete root/root-2", "delete root-2/ahead/g"}},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.reason, err)
		}
		if got := l.cloud.made(); !slices.Equal(got, step.calls) {
			t.Errorf("%s: got the calls %q, want %q", step.reason, got, step.calls)
		}
	}
	l.wants()
}

func TestARootWaitsForWhatItUses(t *testing.T) {
	l := begin(t, wish{root: new("f"), ahead: map[string]string{"f": "1"}})
	l.must()
	l.wish.root, l.wish.ahead = new("g"), map[string]string{"g": "1"}
	l.cloud.faults["create ahead"] = refused
	if err := l.apply(); err == nil {
		t.Error("got no error, want that of the creation")
	}
	l.wants("root/root-1=f", "root-1/ahead/f=1")
	l.must()
	l.wants("root/root-1=g", "root-1/ahead/g=1")
}

// A root that does not change keeps what it uses.
func TestWhatARootStillUsesStays(t *testing.T) {
	l := begin(t, wish{root: new("f"), ahead: map[string]string{"f": "1"}})
	l.must()
	l.wish.root, l.wish.ahead = new("g"), map[string]string{"g": "1"}
	l.cloud.faults["update root"] = refused
	if err := l.apply(); err == nil {
		t.Error("got no error, want that of the update")
	}
	l.wants("root/root-1=f", "root-1/ahead/f=1", "root-1/ahead/g=1")
}
