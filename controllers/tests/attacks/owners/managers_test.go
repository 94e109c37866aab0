package owners_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/attacks/report"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// inShard gives an object to one of the managers.
func inShard(o *v1alpha1.SecuredAPI, shard string) { o.Labels = map[string]string{"shard": shard} }

// A user pool that another manager's object uses is not deleted.
func TestAPoolThatAnotherManagersObjectUsesIsKept(t *testing.T) {
	t.Parallel()
	report.Attack(t, "the owner of a user pool takes it from one that uses it", "an object of another manager")
	w := harness.NewAccount(t)
	w.Manager("shard=a")
	w.Manager("shard=b")
	owner, user := shared(w)
	inShard(owner, "a")
	inShard(user, "b")
	owner.Spec.DeletionPolicy = v1alpha1.DeletionDelete
	w.AwaitReady(w.Create(owner))
	w.AwaitReady(w.Create(user))
	w.AskNow(owner)
	if got := owner.Status.ForeignResources; len(got) != 0 {
		t.Errorf("got the foreign resources %+v, want none: the other one is allowed to use the pool", got)
	}
	if err := w.Client.Delete(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	if message, want := w.AwaitStalled(owner, v1alpha1.ReasonUserPoolInUse), "is used by "+w.Namespace+"/market;"; !strings.Contains(message, want) {
		t.Errorf("got the message %q, want %q in it", message, want)
	}
	w.AskNow(user)
	w.AwaitReady(user)
	// One that comes now makes nothing, and keeps nobody.
	_, late := shared(w)
	late.Name = "late"
	inShard(late, "b")
	w.AwaitStalled(w.Create(late), v1alpha1.ReasonDependencyNotReady)
	w.Delete(user)
	w.Update(owner, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: "now"} })
	w.AwaitGone(owner)
	if pools := w.Inventory().Pools; len(pools) != 0 {
		t.Errorf("got the user pools %+v, want none", pools)
	}
	w.Delete(late)
}

// An owner whose status was lost takes its pool back, with the clients of objects of another manager in it.
func TestAPoolWithAnotherManagersClientsIsTakenBack(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t)
	m := w.Manager("shard=a")
	w.Manager("shard=b")
	owner, user := shared(w)
	inShard(owner, "a")
	inShard(user, "b")
	w.AwaitReady(w.Create(owner))
	w.AwaitReady(w.Create(user))
	pool := owner.Status.UserPool.ID
	m.Stop()
	forge(w, owner, func(s *v1alpha1.SecuredAPIStatus) { *s = v1alpha1.SecuredAPIStatus{ObservedGeneration: -1} })
	w.Manager("shard=a")
	w.Await(owner, "Ready or Stalled", func(o *v1alpha1.SecuredAPI) bool {
		return meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionReady) ||
			meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionStalled)
	})
	if ready := meta.FindStatusCondition(owner.Status.Conditions, v1alpha1.ConditionReady); ready.Reason != v1alpha1.ReasonSucceeded || owner.Status.UserPool.ID != pool {
		t.Errorf("got %s (%s), want its pool %s back without a question", ready.Reason, ready.Message, pool)
	}
}

// The oldest object gets what two of different managers ask for, and the other makes nothing.
func TestTheOldestObjectOfTwoManagersGetsWhatBothAskFor(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		what string
		spec func(w *harness.World, made harness.Legacy) *v1alpha1.SecuredAPI
	}{
		{"a domain", func(w *harness.World, _ harness.Legacy) *v1alpha1.SecuredAPI { return w.Recipe() }},
		{"a user pool to adopt", func(w *harness.World, made harness.Legacy) *v1alpha1.SecuredAPI {
			object := w.Adopting(made)
			object.Spec.API, object.Spec.Domain = nil, nil
			return object
		}},
		{"an API to adopt", func(w *harness.World, made harness.Legacy) *v1alpha1.SecuredAPI {
			object := w.Adopting(made)
			object.Spec.UserPool.Adopt, object.Spec.Domain, object.Spec.Clients = nil, nil, nil
			return object
		}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			t.Parallel()
			report.Attack(t, "an object takes what an older one asks for", tc.what+", of another manager that comes later")
			w := harness.NewAccount(t)
			var made harness.Legacy
			if tc.what != "a domain" {
				made = w.MakeLegacy(nil)
			}
			before := w.Inventory()
			first, second := tc.spec(w, made), tc.spec(w, made)
			first.Name, second.Name = "first", "second"
			inShard(first, "a")
			inShard(second, "b")
			w.Create(first)
			// Times of creation are whole seconds, and who is older counts.
			w.Eventually("the next second", func(context.Context) (bool, string) {
				return time.Since(first.CreationTimestamp.Time) > time.Second, "it is the same second"
			})
			w.Create(second)
			w.AWS.ResetCalls()
			w.Manager("shard=b")
			if message := w.AwaitStalled(second, v1alpha1.ReasonOwnershipConflict); !strings.Contains(message, w.Namespace+"/first") {
				t.Errorf("got the message %q, want the older one named", message)
			}
			if got := w.Writes(); len(got) != 0 {
				t.Errorf("got the calls %v of the younger one, want none", got)
			}
			w.Manager("shard=a")
			if tc.what != "a domain" {
				w.AwaitStalled(first, v1alpha1.ReasonAwaitingAcknowledgement)
				w.Update(first, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
			}
			w.AwaitReady(first)
			w.AskNow(second)
			w.AwaitStalled(second, v1alpha1.ReasonOwnershipConflict)
			if all := w.Inventory(); len(all.Pools) > len(before.Pools)+1 || len(all.APIs) > len(before.APIs)+1 {
				t.Errorf("got %+v, want nothing more of the younger one", all)
			}
		})
	}
}
