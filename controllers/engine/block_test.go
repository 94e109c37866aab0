package engine_test

import (
	"slices"
	"testing"
	"time"
)

// A block that the spec has is owned whole. One that it never had stays as it is in AWS, and one that goes becomes AWS's default.
func TestBlocks(t *testing.T) {
	byHand := func(l *life) { l.cloud.things[rootAt].note = "by hand" }
	asks := func(note string) func(*life) { return func(l *life) { l.wish.note = &note } }
	drops := func(l *life) { l.wish.note = nil }
	// fails makes a pass whose update fails, before the spec is edited once more.
	fails := func(f fault, edit, then func(*life)) func(*life) {
		return func(l *life) {
			defer then(l)
			edit(l)
			l.cloud.faults["update root"] = f
			if err := l.apply(); err == nil {
				l.t.Fatalf("got no error from an update that is %v, want one", f)
			}
		}
	}
	for _, tc := range []struct {
		reason string
		first  func(*life)
		then   []func(*life)
		want   string
	}{
		{"made without the block", nil, nil, noNote},
		{"made without the block, and changed by hand", nil, []func(*life){byHand}, "by hand"},
		{"made with the block", asks("a"), nil, "a"},
		{"made with the block, and changed by hand", asks("a"), []func(*life){byHand}, "a"},
		{"named over what was set by hand", nil, []func(*life){byHand, asks("a")}, "a"},
		{"dropped", asks("a"), []func(*life){drops}, noNote},
		{"dropped, and then changed by hand", asks("a"), []func(*life){drops, byHand}, "by hand"},
		{"dropped before it was seen that the call that set it was carried out", nil, []func(*life){fails(lost, asks("a"), drops)}, noNote},
		{"dropped after AWS refused it, so that what was set by hand stays", nil, []func(*life){byHand, fails(refused, asks("a"), drops)}, "by hand"},
		{"named again before it was seen that the call that dropped it was carried out", asks("a"), []func(*life){fails(lost, drops, asks("b"))}, "b"},
		{"its resource is lost, so another one is made with what the spec says", asks("a"), []func(*life){
			func(l *life) { l.cloud.delete(rootAt) },
		}, "a"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			l := begin(t, wish{root: new("v")})
			if tc.first != nil {
				tc.first(l)
			}
			l.must()
			for _, step := range tc.then {
				step(l)
				l.clock.Step(grace + time.Second)
				l.must()
			}
			l.must()
			rec := l.object.Status.Resource("root")
			if got := l.cloud.get(address{kind: "root", id: rec.ID}).note; got != tc.want {
				t.Errorf("got %q in AWS, want %q", got, tc.want)
			}
			if want := l.wish.note != nil; slices.Contains(rec.Blocks, "note") != want {
				t.Errorf("got %v in the record, want the block to be there: %v", rec.Blocks, want)
			}
		})
	}
}
