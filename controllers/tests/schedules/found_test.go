package schedules_test

import (
	"math/rand/v2"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// Each row is the shortest schedule that shows a bug of the past. A and B are two operators that both believe to hold the lease, or
// one operator before and after a restart.
func TestRegressionsThatSchedulesFound(t *testing.T) {
	t.Parallel()
	closed, bare, secret, other := recipeWish, recipeWish, recipeWish, recipeWish
	closed.open, bare.domain, secret.secret, other.guests = false, "", true, "OtherHandler"
	retain := recipeWish
	retain.policy = v1alpha1.DeletionRetain
	for _, tc := range []struct {
		name string
		lead func(s *schedule, a, b *leader)
	}{
		{"the age of a list counts from when it was read", func(s *schedule, a, b *leader) {
			s.now(s.create(recipeWish))
			s.give(s.until(a, "after CreateUserPool"), kill)
			read := s.until(b, "after ListUserPools")
			s.clock.Step(settleTime)
			s.through(read)
		}},
		{"a pending operation that took long to save is not carried out", func(s *schedule, a, b *leader) {
			s.now(s.create(recipeWish))
			saved := s.until(a, "before apply status")
			s.give(saved, proceed)
			s.clock.Step(settleTime)
			s.through(s.begin(b))
			s.through(saved)
		}},
		{"a late PutRestApi is not deployed as the newer definition", func(s *schedule, a, b *leader) {
			s.now(s.create(recipeWish))
			s.through(s.begin(a))
			s.now(s.edit(other))
			late := s.until(a, "before PutRestApi")
			s.now(s.edit(closed))
			second := s.untilOr(b, "before CreateDeployment")
			s.through(late)
			s.through(second)
		}},
		{"a late AddPermission does not outlive its API", func(s *schedule, a, b *leader) {
			s.now(s.create(recipeWish))
			late := s.until(a, "before AddPermission")
			s.now(s.delete)
			s.through(s.begin(b))
			s.clock.Step(inFlight)
			s.through(s.begin(b))
			s.through(late)
		}},
		{"a domain whose creation was not recorded is deleted", func(s *schedule, a, _ *leader) {
			s.now(s.create(recipeWish))
			s.give(s.until(a, "after CreateUserPoolDomain"), kill)
			s.now(s.edit(bare))
		}},
		{"a domain whose creation is late is deleted", func(s *schedule, a, b *leader) {
			s.now(s.create(recipeWish))
			late := s.until(a, "before CreateUserPoolDomain")
			s.now(s.edit(bare))
			s.through(s.begin(b))
			s.through(late)
		}},
		{"a domain that the other operator deleted does not stall the object", func(s *schedule, a, b *leader) {
			s.now(s.create(recipeWish))
			s.through(s.begin(a))
			s.now(s.delete)
			second := s.until(b, "before DeleteUserPoolDomain")
			s.give(s.until(a, "after DeleteUserPoolDomain"), kill)
			s.through(second)
			if s.history.check(); s.history.object == nil {
				return
			}
			if o := s.history.object; meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionStalled) {
				t.Errorf("it waits for a person: %+v", o.Status.Conditions)
			}
		}},
		{"a repair that was interrupted goes on after a restart", func(s *schedule, a, b *leader) {
			s.now(s.create(recipeWish))
			s.through(s.begin(a))
			s.deleteClient()
			b.reconciler.Schedule.Wake(s.history.object.UID)
			s.give(s.until(b, "before CreateUserPoolClient"), kill)
		}},
		{"Retain waits for calls in flight before the finalizer goes", func(s *schedule, a, b *leader) {
			s.now(s.create(retain))
			late := s.until(a, "before CreateUserPool")
			s.now(s.delete)
			s.through(s.begin(b))
			if s.history.check(); s.history.object == nil {
				s.now(s.create(recipeWish))
			}
			s.through(s.begin(b))
			s.through(late)
		}},
		{"a late delete does not remove a Secret that is in use again", func(s *schedule, a, b *leader) {
			s.now(s.create(secret))
			s.through(s.begin(a))
			s.now(s.edit(recipeWish))
			late := s.until(a, "before delete Secret")
			s.now(s.edit(secret))
			s.through(s.begin(b))
			s.clock.Step(settleTime)
			s.through(s.begin(b))
			s.through(late)
		}},
		{"an object whose tags were taken off waits for a person", func(s *schedule, a, b *leader) {
			s.now(s.create(recipeWish))
			s.through(s.begin(a))
			s.clock.Step(s.lag)
			s.now(s.disown)
			b.reconciler.Schedule.Wake(s.history.object.UID)
			s.through(s.begin(b))
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := newSchedule(t, rand.New(rand.NewPCG(0, 0)), maxLag/2)
			a := s.start(never)
			tc.lead(s, a, s.start(never))
			s.rest()
		})
	}
}

// now makes a move of the object's life, and looks at it.
func (s *schedule) now(move func() bool) {
	s.T.Helper()
	s.history.check()
	move()
	s.history.check()
}

// deleteClient deletes the client by hand.
func (s *schedule) deleteClient() {
	s.T.Helper()
	s.history.check()
	status := s.history.object.Status
	harness.Must[*cip.DeleteUserPoolClientOutput](s.World)(s.Cognito().DeleteUserPoolClient(s.T.Context(), &cip.DeleteUserPoolClientInput{
		UserPoolId: &status.UserPool.ID, ClientId: &status.Clients[0].ID,
	}))
}

// begin begins a pass with a fresh cache.
func (s *schedule) begin(l *leader) *flight {
	s.T.Helper()
	s.history.check()
	return s.pass(l, s.history.object)
}

// until runs a pass until it comes to a gate, which it must.
func (s *schedule) until(l *leader, gate string) *flight {
	s.T.Helper()
	f := s.untilOr(l, gate)
	if !f.flying() {
		s.T.Fatalf("%s did not come to %s", f.name, gate)
	}
	return f
}

// untilOr runs a pass until it comes to a gate or ends.
func (s *schedule) untilOr(l *leader, gate string) *flight {
	s.T.Helper()
	f := s.begin(l)
	for f.flying() && f.at.String() != gate {
		s.give(f, proceed)
	}
	return f
}
