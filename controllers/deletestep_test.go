package controllers_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
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

// The object is deleted at every boundary of its life. With Delete, and with Protect while nobody has signed up, all of
// it goes; with Retain, all stays as it was.
func TestDeleteAtEveryStep(t *testing.T) {
	sweep(t)
	for _, life := range lives {
		if life.del {
			continue
		}
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			whole := lived(t, life)
			for i, name := range whole.edges.names {
				for _, how := range deletions {
					t.Run(fmt.Sprintf("%d %s/%s", i+1, name, how.name), func(t *testing.T) {
						t.Parallel()
						m := newMortal(t)
						object := m.prepare(life)
						m.update(object, func(o *v1alpha1.SecuredAPI) {
							o.Spec.DeletionPolicy = how.policy
							if life.edit != nil {
								life.edit(o)
							}
						})
						del := func() {
							if err := m.client.Delete(t.Context(), object.DeepCopy()); err != nil {
								t.Fatal(err)
							}
						}
						*m.edges = boundaries{killAt: i + 1}
						if how.killed {
							m.untilKilled(object)
							del()
						} else {
							m.edges.instead = del
						}
						before, secrets := m.inventory(), len(m.secrets())
						m.aws.ResetCalls()
						m.rest(object, m.gone(object))
						if m.edges.seen < i+1 {
							t.Fatal("it was not deleted there")
						}
						if how.policy == v1alpha1.DeletionRetain {
							if diff := cmp.Diff(before, m.inventory()); diff != "" || len(m.secrets()) != secrets || len(m.mutating()) != 0 {
								t.Errorf("all stays as it was: %v (-before +after):\n%s", m.mutating(), diff)
							}
							return
						}
						if diff := cmp.Diff(inventory{}, m.inventory()); diff != "" {
							t.Errorf("nothing remains in AWS (-want +got):\n%s", diff)
						}
						if left := m.secrets(); len(left) != 0 {
							t.Errorf("nor in Kubernetes: %d Secrets", len(left))
						}
					})
				}
			}
			t.Logf("%s: %d steps, deleted at each in %d ways", life.name, len(whole.edges.names), len(deletions))
		})
	}
}
