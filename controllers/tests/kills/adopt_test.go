package kills_test

import (
	"testing"

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
	killedIn(t, []stretch{
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
	}, adopted, func(m *harness.Stepper) harness.Inventory {
		m.T.Helper()
		if users := m.Users(); users != 1 {
			m.T.Errorf("got %d users, want the one from before", users)
		}
		return harness.Normalised(m.World)
	})
}
