package engine_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Who is told of drift may use what is kept for repairs, so nothing else counts as drift.
func TestDriftIsToldAndEditsAreNot(t *testing.T) {
	for _, tc := range []struct {
		reason string
		before func(l *life)
		want   bool
	}{
		{"nothing happened", func(*life) {}, false},
		{"somebody changed a child", func(l *life) { l.cloud.things[address{"root-1", "child", "child-2"}].value = "open" }, true},
		{"somebody moved the stage", func(l *life) { l.cloud.things[address{"root-1", "stage", "live"}].value = "snapshot-0" }, true},
		{"somebody deleted a child", func(l *life) { l.cloud.delete(address{"root-1", "child", "child-2"}) }, true},
		{"the spec asks for another value", func(l *life) { l.wish.children["web"] = "2" }, false},
		{"the spec asks for more", func(l *life) { l.wish.servers["more"] = "1" }, false},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, wish{
				root: new("a"), children: map[string]string{"web": "1"}, servers: map[string]string{"api": "1"}, snapshot: "s", stage: true,
			})
			l.must()
			tc.before(l)
			p, told, words := l.next(), false, ""
			p.Whole, p.Drifted = true, func(repair plan.Plan) { told, words = true, words+repair.String() }
			if err := p.Apply(l.t.Context(), l.kinds()); err != nil {
				t.Fatal(err)
			}
			if told != tc.want || (words != "") != tc.want {
				t.Errorf("told of drift is %v, in the words %q, want %v", told, words, tc.want)
			}
		})
	}
}

// Drift whose repair has to wait is told of by each pass, for the quota, and in words by the first.
func TestDriftThatWaitsIsToldInWordsOnce(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}})
	l.must()
	l.cloud.things[address{"root-1", "child", "child-2"}].value = "open"
	told, words := 0, ""
	for range 3 {
		p := l.next()
		p.Whole = true
		p.Drifted = func(repair plan.Plan) { told, words = told+1, words+repair.String() }
		p.Save = func(context.Context) error { return errors.New("the API server does not answer") }
		if err := p.Apply(l.t.Context(), l.kinds()); err == nil {
			t.Fatal("got no error from a pass that cannot save before its call, want one")
		}
		l.saved = l.object.Status.DeepCopy()
	}
	if want := "~ child/web.value: open -> 1"; told != 3 || words != want {
		t.Errorf("got %d passes that tell of drift, in the words %q, want 3 and %q", told, words, want)
	}
}

// A root that is gone is found by who asks whether it is ours before a write into it, and then told of in words, once.
func TestARootThatIsGoneIsToldOf(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}})
	l.must()
	l.cloud.delete(address{"", "root", "root-1"})
	l.wish.children["web"] = "2"
	var words []string
	for _, gone := range []bool{true, false} {
		p := l.next()
		p.Whole = false
		p.Drifted = func(repair plan.Plan) {
			if !repair.Empty() {
				words = append(words, repair.String())
			}
		}
		err := p.Apply(l.t.Context(), l.kinds())
		if _, lost := errors.AsType[*engine.LostError](err); lost != gone {
			t.Fatalf("got the error %v, want that the root is gone: %v", err, gone)
		}
		l.saved = l.object.Status.DeepCopy()
	}
	if want := []string{"+ child/web", "+ root"}; !slices.Equal(words, want) {
		t.Errorf("got the words %q, want %q", words, want)
	}
}

// What is deleted is not restored, so nobody is told that it is.
func TestADeletionTellsOfNoDrift(t *testing.T) {
	l := begin(t, wish{root: new("a"), children: map[string]string{"web": "1"}})
	l.must()
	l.cloud.delete(address{"", "root", "root-1"})
	p := l.next()
	p.Drifted = func(repair plan.Plan) { t.Errorf("got told of drift in the words %q, want nothing", repair) }
	if err := p.Remove(l.t.Context(), l.kinds()); err != nil {
		t.Fatal(err)
	}
}
