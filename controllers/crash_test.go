package controllers_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// The sweep of this file kills the operator before and after every AWS call and every write to Kubernetes, starts it
// again, and lets it come to rest: `make faults` prints how many boundaries there were.

func TestKilledAtEveryBoundary(t *testing.T) {
	sweep(t)
	for _, life := range lives {
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			whole := lived(t, life)
			want, names := normalised(whole.world), whole.edges.names
			for i, name := range names {
				t.Run(fmt.Sprintf("%d %s", i+1, name), func(t *testing.T) {
					t.Parallel()
					m := newMortal(t)
					object := m.prepare(life)
					*m.edges = boundaries{killAt: i + 1}
					m.live(life, object)
					if m.edges.seen < i+1 {
						t.Fatal("it was not killed")
					}
					if diff := cmp.Diff(want, normalised(m.world)); diff != "" {
						t.Errorf("AWS is as after a life without a crash (-want +got):\n%s", diff)
					}
					if !life.del && len(doubts(&object.Status)) != 0 {
						t.Errorf("no creation is left in doubt: %v", doubts(&object.Status))
					}
					m.secretsAgree(object)
				})
			}
			t.Logf("%s: %d boundaries", life.name, len(names))
		})
	}
}

// The operator is killed in the middle of an update, and while it is down the spec goes back to what it was.
func TestTheSpecMovesOn(t *testing.T) {
	sweep(t)
	for _, life := range lives {
		if life.edit == nil {
			continue
		}
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			whole := newMortal(t)
			object := whole.prepare(life)
			want := normalised(whole.world)
			*whole.edges = boundaries{}
			whole.live(life, object)
			for i, name := range whole.edges.names {
				t.Run(fmt.Sprintf("%d %s", i+1, name), func(t *testing.T) {
					t.Parallel()
					m := newMortal(t)
					object := m.prepare(life)
					before := object.Spec.DeepCopy()
					m.update(object, life.edit)
					*m.edges = boundaries{killAt: i + 1}
					m.untilKilled(object)
					m.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec = *before })
					m.rest(object, m.ready(object))
					if diff := cmp.Diff(want, normalised(m.world)); diff != "" {
						t.Errorf("AWS is as before the update (-want +got):\n%s", diff)
					}
					if len(doubts(&object.Status)) != 0 || len(retiredClients(&object.Status)) != 0 {
						t.Errorf("nothing is left in doubt: %+v", object.Status)
					}
					m.secretsAgree(object)
				})
			}
		})
	}
}

// untilKilled runs passes until the operator is killed.
func (m *mortal) untilKilled(object *v1alpha1.SecuredAPI) {
	m.t.Helper()
	operator := m.start()
	for range maxPasses {
		after, killed := m.passOnce(operator, object)
		if killed {
			return
		}
		m.clock.SetTime(m.clock.Now().Add(after))
	}
	m.t.Fatal("it was not killed")
}
