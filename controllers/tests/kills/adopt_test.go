package kills_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// adopted is an object that adopts what somebody else made: not begun yet, with the plan that a person has agreed to, or Ready.
func adopted(m *harness.Stepper, to string) *v1alpha1.SecuredAPI {
	m.T.Helper()
	object := m.Adopting(m.MakeLegacy(map[string]string{"team": "x"}))
	// The pool is weaker after it, so that the hash of the plan is asked for.
	object.Spec.UserPool.PasswordPolicy = &v1alpha1.PasswordPolicy{MinimumLength: 6}
	m.Create(object)
	if to == "begun" {
		return object
	}
	agree(m, object)
	if to == "ready" {
		m.RunUntil(object, m.Ready(object))
	}
	return object
}

// agree waits for the plan, and has a person agree to it.
func agree(m *harness.Stepper, object *v1alpha1.SecuredAPI) {
	m.T.Helper()
	m.RunUntil(object, func() bool {
		m.Get(object)
		return object.Status.Plan != nil
	})
	m.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
}

// Wherever the operator is killed, a pool and an API that somebody else made become the object's whole or not at all, and its users stay.
func TestAnAdoptionIsKilledAtEveryBoundary(t *testing.T) {
	harness.Sweep(t)
	for _, life := range []struct {
		name, from string
		live       func(*harness.Stepper, *v1alpha1.SecuredAPI)
	}{
		{"plan", "begun", func(m *harness.Stepper, object *v1alpha1.SecuredAPI) {
			agree(m, object)
			m.RunUntil(object, m.Ready(object))
		}},
		{"adopt", "agreed", func(m *harness.Stepper, object *v1alpha1.SecuredAPI) { m.RunUntil(object, m.Ready(object)) }},
		{"update", "ready", func(m *harness.Stepper, object *v1alpha1.SecuredAPI) {
			m.Update(object, func(o *v1alpha1.SecuredAPI) {
				o.Spec.Clients[0].Name, o.Spec.UserPool.PasswordPolicy.MinimumLength, o.Spec.Stage = "app", 9, "live"
			})
			m.RunUntil(object, m.Ready(object))
		}},
		{"let go", "ready", func(m *harness.Stepper, object *v1alpha1.SecuredAPI) {
			m.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
			if err := m.Client.Delete(m.T.Context(), object); err != nil {
				m.T.Fatal(err)
			}
			m.RunUntil(object, m.Gone(object))
		}},
	} {
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			whole := harness.NewStepper(t)
			object := adopted(whole, life.from)
			*whole.Edges = harness.Boundaries{}
			life.live(whole, object)
			want, names := legacy(whole), whole.Edges.Names
			for i, name := range names {
				t.Run(fmt.Sprintf("%d %s", i+1, name), func(t *testing.T) {
					t.Parallel()
					m := harness.NewStepper(t)
					object := adopted(m, life.from)
					*m.Edges = harness.Boundaries{KillAt: i + 1}
					life.live(m, object)
					if m.Edges.Seen < i+1 {
						t.Fatal("it was not killed")
					}
					if diff := cmp.Diff(want, legacy(m)); diff != "" {
						t.Errorf("AWS is as after a life without a crash (-want +got):\n%s", diff)
					}
					if users := m.Users(); users != 1 {
						t.Errorf("got %d users, want the one from before", users)
					}
				})
			}
			t.Logf("%s: %d boundaries", life.name, len(names))
		})
	}
}

// legacy is all that there is, without what tells two worlds apart.
func legacy(m *harness.Stepper) harness.Inventory {
	m.T.Helper()
	return harness.Normalised(m.World)
}
