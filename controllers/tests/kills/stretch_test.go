package kills_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// stretch is a part of the life of an object in a world of its own kind: of one as it is from, which live brings to an end.
type stretch struct {
	name, from string
	live       func(*harness.Stepper, *v1alpha1.SecuredAPI)
}

// killedIn kills the operator at every boundary of each stretch, starts it again, and compares what there is then with what a life
// without a crash leaves.
func killedIn(
	t *testing.T, stretches []stretch, prepare func(m *harness.Stepper, from string) *v1alpha1.SecuredAPI,
	found func(*harness.Stepper) harness.Inventory,
) {
	t.Helper()
	harness.Sweep(t)
	for _, life := range stretches {
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			whole := harness.NewStepper(t)
			object := prepare(whole, life.from)
			*whole.Edges = harness.Boundaries{}
			life.live(whole, object)
			want, names := found(whole), whole.Edges.Names
			for i, name := range names {
				t.Run(fmt.Sprintf("%d %s", i+1, name), func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					object := prepare(m, life.from)
					*m.Edges = harness.Boundaries{KillAt: i + 1}
					life.live(m, object)
					if m.Edges.Seen < i+1 {
						t.Fatal("it was not killed")
					}
					if diff := cmp.Diff(want, found(m)); diff != "" {
						t.Errorf("AWS is as after a life without a crash (-want +got):\n%s", diff)
					}
				})
			}
			t.Logf("%s: %d boundaries", life.name, len(names))
		})
	}
}
