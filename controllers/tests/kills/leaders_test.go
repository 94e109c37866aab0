package kills_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// While an operator is at any boundary of a creation, a second one that believes to be the leader runs a pass. They share only the
// status, and create nothing twice.
func TestTwoLeaders(t *testing.T) {
	harness.Sweep(t)
	sample := harness.NewSample(t)
	for _, life := range harness.Creations() {
		t.Run(life.Name, func(t *testing.T) {
			t.Parallel()
			whole := harness.Undisturbed(t, life)
			want, names := harness.Normalised(whole.World), whole.Edges.Names
			runs := sample.Of(life, len(names))
			// busy counts the second leaders that looked at AWS. Where all has converged there is nothing to look at.
			var busy atomic.Int32
			for _, i := range runs {
				t.Run(fmt.Sprintf("%d %s", i+1, names[i]), func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					object := m.Prepare(life)
					var all most
					m.AfterPass = func() { all = all.max(holds(m, object)) }
					ran := false
					*m.Edges = harness.Boundaries{KillAt: i + 1, Instead: func() {
						before := len(m.AWS.Calls())
						m.Pass(m.Start(), object.DeepCopy())
						if ran = true; len(m.AWS.Calls()) > before {
							busy.Add(1)
						}
					}}
					m.Live(life, object)
					if !ran {
						t.Error("the second leader did not run")
					}
					if atMostOne.max(all) != atMostOne {
						t.Errorf("never more than one of each: %+v", all)
					}
					if diff := cmp.Diff(want, harness.Normalised(m.World)); diff != "" {
						t.Errorf("AWS is as after a life with one leader (-want +got):\n%s", diff)
					}
				})
			}
			t.Cleanup(func() {
				if got := int(busy.Load()); got < len(runs)/2 {
					t.Errorf("%d second leaders of %d looked at AWS, want half of them at least", got, len(runs))
				}
			})
			t.Logf("two leaders: %d boundaries", len(runs))
		})
	}
}
