package features_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// neighbor is another cluster that works in the same account.
func neighbor(w *harness.World) *harness.World {
	w.T.Helper()
	other := harness.NewAccount(w.T)
	other.AWS, other.ClusterID, other.Resync = w.AWS, "other-cluster", w.Resync
	other.StartOperator()
	w.T.Cleanup(func() { other.Stop() })
	return other
}

// Two objects ask for one resource. One owns it; the other's message names the owner, and it writes nothing.
func TestOneOfTwoObjectsOwnsAResource(t *testing.T) {
	t.Parallel()
	adopt := func(t *testing.T, w *harness.World, made harness.Legacy, name string) *v1alpha1.SecuredAPI {
		t.Helper()
		object := w.Adopting(made)
		object.Name = name
		w.Create(object)
		w.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
		w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
		w.AwaitReady(object)
		return object
	}
	for _, tc := range []struct {
		name string
		// first makes the owner.
		first func(*testing.T, *harness.World) harness.Legacy
		// second is what wants the same.
		second func(*harness.World, harness.Legacy) *v1alpha1.SecuredAPI
	}{
		{"a domain", func(_ *testing.T, w *harness.World) harness.Legacy {
			w.AwaitReady(w.Create(w.Recipe()))
			return harness.Legacy{}
		}, func(w *harness.World, _ harness.Legacy) *v1alpha1.SecuredAPI { return w.Recipe() }},
		{"a pool", func(t *testing.T, w *harness.World) harness.Legacy {
			t.Helper()
			made := w.MakeLegacy(nil)
			adopt(t, w, made, "notes")
			return made
		}, func(w *harness.World, made harness.Legacy) *v1alpha1.SecuredAPI {
			object := w.Adopting(made)
			object.Spec.API, object.Spec.Domain = nil, nil
			return object
		}},
	} {
		for where, neighbor := range map[string]func(*harness.World) *harness.World{
			"in one cluster":  func(w *harness.World) *harness.World { return w },
			"in two clusters": neighbor,
		} {
			t.Run(tc.name+" "+where, func(t *testing.T) {
				t.Parallel()
				w := harness.NewWorld(t, harness.ResyncNever)
				made := tc.first(t, w)
				before := w.Inventory()
				w.AWS.ResetCalls()
				other := neighbor(w)
				object := tc.second(other, made)
				object.Name = "second"
				other.Create(object)
				if message := other.AwaitStalled(object, v1alpha1.ReasonOwnershipConflict); !strings.Contains(message, w.Namespace+"/notes") {
					t.Errorf("it says whose it is: %s", message)
				}
				if calls := w.Writes(); len(calls) != 0 {
					t.Errorf("it writes nothing: %v", calls)
				}
				if diff := cmp.Diff(before, w.Inventory()); diff != "" {
					t.Errorf("the owner's is as it was (-before +after):\n%s", diff)
				}
				other.Delete(object)
				if diff := cmp.Diff(before, w.Inventory()); diff != "" {
					t.Errorf("its deletion takes nothing of the owner's (-before +after):\n%s", diff)
				}
			})
		}
	}
}

// Two clusters adopt one pool at the same time, after both read it without tags. One gets it, and the other changes nothing.
func TestOneOfTwoConcurrentAdoptionsWins(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	other := neighbor(w)
	made := w.MakeLegacy(nil)
	var objects []*v1alpha1.SecuredAPI
	for _, world := range []*harness.World{w, other} {
		// A call that is under way is over when a claim has settled: see docs/design/model.md.
		world.Operator.CreationGracePeriod = 10 * harness.Settle
		object := world.Adopting(made)
		object.Spec.API, object.Spec.Domain = nil, nil
		world.Create(object)
		world.AwaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
		objects = append(objects, object)
	}
	w.AWS.ResetCalls()
	agree := func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash }
	w.AWS.Inject(awslocal.Fault{Operation: "TagResource", Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
	w.Update(objects[0], agree)
	w.Eventually("the first claim to wait", func(context.Context) (bool, string) { return w.AWS.Delayed() == 1, "no call is being delayed" })
	other.Update(objects[1], agree)
	w.Eventually("the second claim", func(context.Context) (bool, string) {
		tags := w.DescribePool().UserPoolTags
		return tags[engine.TagCluster] == other.ClusterID, fmt.Sprint(tags)
	})
	w.AWS.ClearFaults()
	w.AwaitReady(objects[0])
	if message := other.AwaitStalled(objects[1], v1alpha1.ReasonOwnershipConflict); !strings.Contains(message, w.Namespace+"/notes") {
		t.Errorf("the other says whose it is: %s", message)
	}
	if n := w.CountCalls(func(c awslocal.Call) bool { return c.Operation == "UpdateUserPool" }); n != 1 {
		t.Errorf("and does nothing to it: it was updated %d times", n)
	}
}

func TestTheOldestObjectGetsTheName(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	w.Stop()
	first, second := w.Recipe(), w.Recipe()
	first.Name, second.Name = "first", "second"
	w.Create(first)
	w.Create(second)
	w.StartOperator()
	// Both were made in one second, as far as their timestamps tell; the uid decides then.
	if second.CreationTimestamp.Equal(&first.CreationTimestamp) && second.UID < first.UID {
		first, second = second, first
	}
	w.AwaitReady(first)
	w.AwaitStalled(second, v1alpha1.ReasonOwnershipConflict)
	if all := w.Inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
		t.Errorf("the other made nothing: %+v", all)
	}
	w.Delete(first)
	w.AwaitReady(second)
}

// An object reserves a prefix if it has it or is about to get it, not if it cannot act (stalled, suspended, planned).
func TestAnObjectThatCannotActReservesNoPrefix(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		edit   func(*v1alpha1.SecuredAPI)
		await  func(*harness.World, *v1alpha1.SecuredAPI)
	}{
		{
			"its spec is impossible", func(o *v1alpha1.SecuredAPI) {
				o.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: "us-east-1_Missing00"}
			},
			func(w *harness.World, o *v1alpha1.SecuredAPI) { w.AwaitStalled(o, v1alpha1.ReasonInvalidSpec) },
		},
		{"it is suspended", func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = true }, func(w *harness.World, o *v1alpha1.SecuredAPI) {
			w.Await(o, "Suspended", func(o *v1alpha1.SecuredAPI) bool {
				return meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionSuspended)
			})
		}},
		{
			"it only plans", func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModePlan },
			func(w *harness.World, o *v1alpha1.SecuredAPI) { w.AwaitPlanned(o) },
		},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			first, second := w.Recipe(), w.Recipe()
			first.Name, second.Name = "first", "second"
			tc.edit(first)
			tc.await(w, w.Create(first))
			w.AwaitReady(w.Create(second))
			w.Update(first, func(o *v1alpha1.SecuredAPI) { o.Spec = *w.Recipe().Spec.DeepCopy() })
			if message := w.AwaitStalled(first, v1alpha1.ReasonOwnershipConflict); !strings.Contains(message, w.Namespace+"/second") {
				t.Errorf("got the message %q for the older one that came late, want the owner named", message)
			}
		})
	}
}

// Two objects adopt a missing pool. Both messages say that there is no such pool.
func TestAdoptingAMissingResourceIsInvalidForBoth(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	for _, name := range []string{"first", "second"} {
		object := w.Recipe()
		object.Name, object.Spec.Domain = name, nil
		object.Spec.Clients = nil
		object.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: "us-east-1_Missing00"}
		if message := w.AwaitStalled(w.Create(object), v1alpha1.ReasonInvalidSpec); !strings.Contains(message, "there is no userPool") {
			t.Errorf("%s: got the message %q, want that there is no such pool", name, message)
		}
	}
}

// An object that waits for a prefix gets it as soon as its holder releases it.
func TestAReleasedPrefixWakesTheWaitingObject(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		frees  func(*harness.World, *v1alpha1.SecuredAPI)
	}{
		{"the holder is deleted", func(w *harness.World, o *v1alpha1.SecuredAPI) { w.Delete(o) }},
		{"the holder takes another prefix", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			w.Update(o, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "notes-other" })
		}},
		{"the holder gives up its domain", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			w.Update(o, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain, o.Spec.Clients = nil, nil })
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			first, second := w.Recipe(), w.Recipe()
			first.Name, second.Name = "first", "second"
			w.AwaitReady(w.Create(first))
			w.AwaitStalled(w.Create(second), v1alpha1.ReasonOwnershipConflict)
			tc.frees(w, first)
			w.AwaitReady(second)
		})
	}
}

func TestCredentialsOfAnotherAccountWriteNothing(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	if object.Status.Account != "111111111111" {
		t.Errorf("the account is pinned: %q", object.Status.Account)
	}
	w.Stop()
	mine := w.AWS
	w.AWS = awslocal.Start(t, awslocal.WithAccount("222222222222"))
	w.StartOperator()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" })
	message := w.AwaitStalled(object, v1alpha1.ReasonWrongAccount)
	for _, want := range []string{"GetCallerIdentity", "arn:aws:sts::222222222222:assumed-role/securedapi-test-cluster/operator", "account 111111111111"} {
		if !strings.Contains(message, want) {
			t.Errorf("it names operation, principal and account: %s", message)
		}
	}
	if err := w.Client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	w.AwaitStalled(object, v1alpha1.ReasonWrongAccount)
	if calls := w.Writes(); len(calls) != 0 {
		t.Errorf("nothing is written: %v", calls)
	}
	w.Stop()
	w.AWS = mine
	w.StartOperator()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: "now"} })
	w.AwaitGone(object)
	if diff := cmp.Diff(harness.Inventory{}, w.Inventory()); diff != "" {
		t.Errorf("the right ones take it down (-want +got):\n%s", diff)
	}
}

func TestDenialsNameThePrincipal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ reason, code, message string }{
		{"the policy does not allow it", "AccessDeniedException", "no"},
		{"credentials have expired", "ExpiredTokenException", "The security token included in the request is expired"},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			w.AWS.Inject(awslocal.Fault{Operation: "PutRestApi", Kind: awslocal.RefuseBefore, Code: tc.code, Message: tc.message, Status: 403})
			object := w.Create(w.Recipe())
			message := w.AwaitStalled(object, v1alpha1.ReasonAccessDenied)
			want := "create deployment: PutRestApi: " + tc.code + ": " + tc.message + " (the operator is arn:aws:sts::111111111111:assumed-role/securedapi-test-cluster/operator)"
			if message != want {
				t.Errorf("operation and principal:\n%s, want\n%s", message, want)
			}
			if meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionReady) {
				t.Error("it is not Ready")
			}
		})
	}
}
