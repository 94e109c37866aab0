package kills_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// The sweep of this file kills the operator before and after every AWS call and every write to Kubernetes, starts it
// again, and lets it come to rest: `make faults` prints how many boundaries there were.

func TestKilledAtEveryBoundary(t *testing.T) {
	harness.Sweep(t)
	sample := harness.NewSample(t)
	for _, life := range harness.Lives {
		t.Run(life.Name, func(t *testing.T) {
			t.Parallel()
			whole := harness.Undisturbed(t, life)
			want, names := harness.Normalised(whole.World), whole.Edges.Names
			for _, i := range sample.Of(life, len(names)) {
				t.Run(fmt.Sprintf("%d %s", i+1, names[i]), func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					object := m.Prepare(life)
					*m.Edges = harness.Boundaries{KillAt: i + 1}
					m.Live(life, object)
					if m.Edges.Seen < i+1 {
						t.Fatal("it was not killed")
					}
					if diff := cmp.Diff(want, harness.Normalised(m.World)); diff != "" {
						t.Errorf("AWS is as after a life without a crash (-want +got):\n%s", diff)
					}
					if !life.Delete && len(harness.Pending(&object.Status)) != 0 {
						t.Errorf("no creation is left in doubt: %v", harness.Pending(&object.Status))
					}
					if wrong := wrongSecrets(m, object); len(wrong) != 0 {
						t.Errorf("no secret is lost, and none is left: %v", wrong)
					}
				})
			}
			t.Logf("%s: %d boundaries", life.Name, len(names))
		})
	}
}

// The operator is killed during an update, and the spec is reverted while it is down.
func TestSpecRevertedWhileTheOperatorIsDown(t *testing.T) {
	harness.Sweep(t)
	sample := harness.NewSample(t)
	for _, life := range harness.Lives {
		if life.Edit == nil {
			continue
		}
		t.Run(life.Name, func(t *testing.T) {
			t.Parallel()
			whole := harness.NewStepper(t)
			object := whole.Prepare(life)
			want := harness.Normalised(whole.World)
			*whole.Edges = harness.Boundaries{}
			whole.Live(life, object)
			names := whole.Edges.Names
			for _, i := range sample.Of(life, len(names)) {
				t.Run(fmt.Sprintf("%d %s", i+1, names[i]), func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					object := m.Prepare(life)
					before := object.Spec.DeepCopy()
					m.Update(object, life.Edit)
					*m.Edges = harness.Boundaries{KillAt: i + 1}
					m.RunUntilKilled(object)
					m.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec = *before })
					m.RunUntil(object, m.Ready(object))
					if diff := cmp.Diff(want, harness.Normalised(m.World)); diff != "" {
						t.Errorf("AWS is as before the update (-want +got):\n%s", diff)
					}
					if len(harness.Pending(&object.Status)) != 0 || len(harness.RetiredClients(&object.Status)) != 0 {
						t.Errorf("nothing is left in doubt: %+v", object.Status)
					}
					if wrong := wrongSecrets(m, object); len(wrong) != 0 {
						t.Errorf("no secret is lost, and none is left: %v", wrong)
					}
				})
			}
		})
	}
}

// The operator is killed, and the values that the spec reads of Secrets and ConfigMaps change while it is down.
func TestValuesChangeWhileTheOperatorIsDown(t *testing.T) {
	harness.Sweep(t)
	sample := harness.NewSample(t)
	for _, life := range harness.Lives {
		if !life.Optional || life.Delete {
			continue
		}
		t.Run(life.Name, func(t *testing.T) {
			t.Parallel()
			names := harness.Undisturbed(t, life).Edges.Names
			changed := harness.NewStepper(t)
			object := changed.Prepare(life)
			changed.ChangeInputs()
			changed.Live(life, object)
			want := harness.Normalised(changed.World)
			for _, i := range sample.Of(life, len(names)) {
				t.Run(fmt.Sprintf("%d %s", i+1, names[i]), func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					object := m.Prepare(life)
					if life.Edit != nil {
						m.Update(object, life.Edit)
					}
					*m.Edges = harness.Boundaries{KillAt: i + 1}
					m.RunUntilKilled(object)
					if m.Ready(object)() {
						return // the next check finds them
					}
					m.ChangeInputs()
					m.RunUntil(object, m.Ready(object))
					if diff := cmp.Diff(want, harness.Normalised(m.World)); diff != "" {
						t.Errorf("AWS has the new values (-want +got):\n%s", diff)
					}
					if left := harness.Pending(&object.Status); len(left) != 0 {
						t.Errorf("got %v in doubt, want nothing", left)
					}
				})
			}
		})
	}
}
