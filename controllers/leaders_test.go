package controllers_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// While an operator is at any boundary of a creation, another one, which believes to lead as well, runs a pass. The two
// have but the status to find out, and never make anything twice.
func TestTwoLeaders(t *testing.T) {
	sweep(t)
	life := lives[0]
	whole := lived(t, life)
	want := normalised(whole.world)
	for i, name := range whole.edges.names {
		t.Run(fmt.Sprintf("%d %s", i+1, name), func(t *testing.T) {
			t.Parallel()
			m := newMortal(t)
			object := m.prepare(life)
			var all most
			m.afterPass = func() { all = all.max(m.holds(object)) }
			*m.edges = boundaries{killAt: i + 1, instead: func() { m.passOnce(m.start(), object.DeepCopy()) }}
			m.live(life, object)
			if atMostOne.max(all) != atMostOne {
				t.Errorf("never more than one of each: %+v", all)
			}
			if diff := cmp.Diff(want, normalised(m.world)); diff != "" {
				t.Errorf("AWS is as after a life with one leader (-want +got):\n%s", diff)
			}
		})
	}
	t.Logf("two leaders: %d boundaries", len(whole.edges.names))
}
