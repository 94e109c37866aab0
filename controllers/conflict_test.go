package controllers_test

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
	"github.com/securedapi/securedapi/hack/awslocal"
)

// neighbor is another cluster that works in the same account.
func (w *world) neighbor() *world {
	w.t.Helper()
	other := newAccount(w.t)
	other.aws, other.clusterID, other.resync = w.aws, "other-cluster", w.resync
	other.startOperator()
	w.t.Cleanup(func() { other.stop() })
	return other
}

// Of two that want one thing, one owns it. The other says whose it is, and writes nothing.
func TestOneOwner(t *testing.T) {
	t.Parallel()
	adopt := func(t *testing.T, w *world, made byHand, name string) *v1alpha1.SecuredAPI {
		t.Helper()
		object := w.adopting(made)
		object.Name = name
		w.create(object)
		w.awaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
		w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash })
		w.awaitReady(object)
		return object
	}
	for _, tc := range []struct {
		name string
		// first makes the owner.
		first func(*testing.T, *world) byHand
		// second is what wants the same.
		second func(*world, byHand) *v1alpha1.SecuredAPI
	}{
		{"a domain", func(_ *testing.T, w *world) byHand {
			w.awaitReady(w.create(w.recipe()))
			return byHand{}
		}, func(w *world, _ byHand) *v1alpha1.SecuredAPI { return w.recipe() }},
		{"a pool", func(t *testing.T, w *world) byHand {
			t.Helper()
			made := w.makeByHand(nil)
			adopt(t, w, made, "notes")
			return made
		}, func(w *world, made byHand) *v1alpha1.SecuredAPI {
			object := w.adopting(made)
			object.Spec.API, object.Spec.Domain = nil, nil
			return object
		}},
	} {
		for where, neighbor := range map[string]func(*world) *world{
			"in one cluster":  func(w *world) *world { return w },
			"in two clusters": (*world).neighbor,
		} {
			t.Run(tc.name+" "+where, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, resyncNever)
				made := tc.first(t, w)
				before := w.inventory()
				w.aws.ResetCalls()
				other := neighbor(w)
				object := tc.second(other, made)
				object.Name = "second"
				other.create(object)
				if message := other.awaitStalled(object, v1alpha1.ReasonOwnershipConflict); !strings.Contains(message, w.namespace+"/notes") {
					t.Errorf("it says whose it is: %s", message)
				}
				if calls := w.mutating(); len(calls) != 0 {
					t.Errorf("it writes nothing: %v", calls)
				}
				if diff := cmp.Diff(before, w.inventory()); diff != "" {
					t.Errorf("the owner's is as it was (-before +after):\n%s", diff)
				}
				other.delete(object)
				if diff := cmp.Diff(before, w.inventory()); diff != "" {
					t.Errorf("its deletion takes nothing of the owner's (-before +after):\n%s", diff)
				}
			})
		}
	}
}

// Two clusters take one pool over in the same moment: both have seen it without tags. One gets it, and the other does nothing
// to it.
func TestOneOfTwoThatAdoptAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	other := w.neighbor()
	made := w.makeByHand(nil)
	var objects []*v1alpha1.SecuredAPI
	for _, world := range []*world{w, other} {
		// A call that is under way is over when a claim has settled: see docs/design/model.md.
		world.operator.CreationGracePeriod = 10 * settle
		object := world.adopting(made)
		object.Spec.API, object.Spec.Domain = nil, nil
		world.create(object)
		world.awaitStalled(object, v1alpha1.ReasonAwaitingAcknowledgement)
		objects = append(objects, object)
	}
	w.aws.ResetCalls()
	agree := func(o *v1alpha1.SecuredAPI) { o.Spec.Acknowledge = o.Status.Plan.Hash }
	w.aws.Inject(awslocal.Fault{Operation: "TagResource", Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
	w.update(objects[0], agree)
	w.eventually("the first claim to wait", func(context.Context) (bool, string) { return w.aws.Delayed() == 1, "no call is being delayed" })
	other.update(objects[1], agree)
	w.eventually("the second claim", func(context.Context) (bool, string) {
		tags := w.describePool().UserPoolTags
		return tags[engine.TagCluster] == other.clusterID, fmt.Sprint(tags)
	})
	w.aws.ClearFaults()
	w.awaitReady(objects[0])
	if message := other.awaitStalled(objects[1], v1alpha1.ReasonOwnershipConflict); !strings.Contains(message, w.namespace+"/notes") {
		t.Errorf("the other says whose it is: %s", message)
	}
	if n := w.count(func(c awslocal.Call) bool { return c.Operation == "UpdateUserPool" }); n != 1 {
		t.Errorf("and does nothing to it: it was updated %d times", n)
	}
}

func TestTheOldestComesFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	w.stop()
	first, second := w.recipe(), w.recipe()
	first.Name, second.Name = "first", "second"
	w.create(first)
	w.create(second)
	w.startOperator()
	// Both were made in one second, as far as their timestamps tell; the uid decides then.
	if second.CreationTimestamp.Equal(&first.CreationTimestamp) && second.UID < first.UID {
		first, second = second, first
	}
	w.awaitReady(first)
	w.awaitStalled(second, v1alpha1.ReasonOwnershipConflict)
	if all := w.inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
		t.Errorf("the other made nothing: %+v", all)
	}
	w.delete(first)
	w.askNow(second)
	w.awaitReady(second)
}

func TestCredentialsOfAnotherAccountWriteNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	if object.Status.Account != "111111111111" {
		t.Errorf("the account is pinned: %q", object.Status.Account)
	}
	w.stop()
	mine := w.aws
	w.aws = awslocal.Start(t, awslocal.WithAccount("222222222222"))
	w.startOperator()
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" })
	message := w.awaitStalled(object, v1alpha1.ReasonWrongAccount)
	for _, want := range []string{"GetCallerIdentity", "arn:aws:iam::222222222222:root", "account 111111111111"} {
		if !strings.Contains(message, want) {
			t.Errorf("it names operation, principal and account: %s", message)
		}
	}
	if err := w.client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	w.awaitStalled(object, v1alpha1.ReasonWrongAccount)
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("nothing is written: %v", calls)
	}
	w.stop()
	w.aws = mine
	w.startOperator()
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: "now"} })
	w.awaitGone(object)
	if diff := cmp.Diff(inventory{}, w.inventory()); diff != "" {
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
			w := newWorld(t, resyncNever)
			w.aws.Inject(awslocal.Fault{Operation: "PutRestApi", Kind: awslocal.RefuseBefore, Code: tc.code, Message: tc.message, Status: 403})
			object := w.create(w.recipe())
			message := w.awaitStalled(object, v1alpha1.ReasonAccessDenied)
			want := "create deployment: PutRestApi: " + tc.code + ": " + tc.message + " (the operator is arn:aws:iam::111111111111:root)"
			if message != want {
				t.Errorf("operation and principal:\n%s, want\n%s", message, want)
			}
			if meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionReady) {
				t.Error("it is not Ready")
			}
		})
	}
}
