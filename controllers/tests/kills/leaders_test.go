package kills_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// While an operator is at any boundary of a creation, another one, which believes to lead as well, runs a pass. The two
// have but the status to find out, and never make anything twice.
func TestTwoLeaders(t *testing.T) {
	harness.Sweep(t)
	life := harness.Lives[0]
	whole := harness.Undisturbed(t, life)
	want := harness.Normalised(whole.World)
	for i, name := range whole.Edges.Names {
		t.Run(fmt.Sprintf("%d %s", i+1, name), func(t *testing.T) {
			t.Parallel()
			m := harness.NewStepper(t)
			object := m.Prepare(life)
			var all most
			m.AfterPass = func() { all = all.max(holds(m, object)) }
			*m.Edges = harness.Boundaries{KillAt: i + 1, Instead: func() { m.Pass(m.Start(), object.DeepCopy()) }}
			m.Live(life, object)
			if atMostOne.max(all) != atMostOne {
				t.Errorf("never more than one of each: %+v", all)
			}
			if diff := cmp.Diff(want, harness.Normalised(m.World)); diff != "" {
				t.Errorf("AWS is as after a life with one leader (-want +got):\n%s", diff)
			}
		})
	}
	t.Logf("two leaders: %d boundaries", len(whole.Edges.Names))
}
