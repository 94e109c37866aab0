package kills_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// deletions are the ways in which an object is deleted in the middle of something. Policy and manner do not depend on
// each other, so each is tried at every step, but not with every other.
var deletions = []struct {
	name   string
	policy v1alpha1.DeletionPolicy
	// killed: the operator is killed there, and the object is deleted while it is down. Else it goes on with its pass, on
	// the object as it was.
	killed bool
}{
	{"killed, Delete", v1alpha1.DeletionDelete, true},
	{"going on, Protect", v1alpha1.DeletionProtect, false},
	{"killed, Retain", v1alpha1.DeletionRetain, true},
}

// The object is deleted at every boundary of its life. With Delete, and with Protect while the pool has no users, everything in AWS
// is deleted; with Retain, everything stays.
func TestDeleteAtEveryStep(t *testing.T) {
	harness.Sweep(t)
	sample := harness.NewSample(t)
	for _, life := range harness.Lives {
		if life.Delete {
			continue
		}
		t.Run(life.Name, func(t *testing.T) {
			t.Parallel()
			whole := harness.Undisturbed(t, life)
			for _, run := range sample.Of(life, len(whole.Edges.Names)*len(deletions)) {
				i, how := run/len(deletions), deletions[run%len(deletions)]
				t.Run(fmt.Sprintf("%d %s/%s", i+1, whole.Edges.Names[i], how.name), func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					object := m.Prepare(life)
					m.Update(object, func(o *v1alpha1.SecuredAPI) {
						o.Spec.DeletionPolicy = how.policy
						if life.Edit != nil {
							life.Edit(o)
						}
					})
					del := func() {
						if err := m.Client.Delete(t.Context(), object.DeepCopy()); err != nil {
							t.Fatal(err)
						}
					}
					*m.Edges = harness.Boundaries{KillAt: i + 1}
					if how.killed {
						m.RunUntilKilled(object)
						del()
					} else {
						m.Edges.Instead = del
					}
					before, secrets := m.Inventory(), len(m.Secrets())
					m.AWS.ResetCalls()
					m.RunUntil(object, m.Gone(object))
					if m.Edges.Seen < i+1 {
						t.Fatal("it was not deleted there")
					}
					if how.policy == v1alpha1.DeletionRetain {
						if diff := cmp.Diff(before, m.Inventory()); diff != "" || len(m.Secrets()) != secrets || len(m.Writes()) != 0 {
							t.Errorf("all stays as it was: %v (-before +after):\n%s", m.Writes(), diff)
						}
						return
					}
					if diff := cmp.Diff(harness.Inventory{}, m.Inventory()); diff != "" {
						t.Errorf("nothing remains in AWS (-want +got):\n%s", diff)
					}
					if left := m.Secrets(); len(left) != 0 {
						t.Errorf("nor in Kubernetes: %d Secrets", len(left))
					}
				})
			}
			t.Logf("%s: %d steps, deleted at each in %d ways", life.Name, len(whole.Edges.Names), len(deletions))
		})
	}
}
