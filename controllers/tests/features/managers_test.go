package features_test

import (
	"context"
	"slices"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// shard is the recipe, for the manager of a shard.
func shard(w *harness.World, name string) *v1alpha1.SecuredAPI {
	w.T.Helper()
	object := w.Recipe()
	object.Name, object.Labels, object.Spec.Domain.Prefix = name, map[string]string{"shard": name}, "notes-"+name
	return w.Create(object)
}

func TestTwoManagersReconcileOnlyTheirOwnObjects(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t)
	w.Manager("shard=a")
	a, b := shard(w, "a"), shard(w, "b")
	w.AwaitReady(a)
	if w.Get(b); len(b.Finalizers) != 0 || b.Status.ObservedGeneration != -1 {
		t.Errorf("what the selector does not select is left alone: %+v", b)
	}
	w.AWS.ResetCalls()
	w.Manager("shard notin (a)")
	w.AwaitReady(b)
	rest := w.Recipe()
	w.Create(rest)
	w.AwaitReady(rest)
	pools := map[string]bool{a.Status.UserPool.ID: true, b.Status.UserPool.ID: true, rest.Status.UserPool.ID: true}
	if all := w.Inventory(); len(pools) != 3 || len(all.Pools) != 3 || len(all.APIs) != 3 {
		t.Errorf("each has its own, and that once: %+v", all)
	}
	if n := w.CountCalls(func(c awslocal.Call) bool { return c.Operation == "CreateDeployment" }); n != 2 {
		t.Errorf("nobody does the other's work: %d deployments of two objects", n)
	}
	w.Delete(a)
	w.Delete(b)
	w.Delete(rest)
}

// An object's label changes while its manager creates the API: the other manager continues.
func TestAnObjectMovesToAnotherManagerDuringACreation(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateUserPool", "CreateRestApi", "CreateDeployment"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			w := harness.NewAccount(t)
			w.Manager("shard=a")
			w.Manager("shard=b")
			w.AWS.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.Delay, Delay: harness.Patience, Times: 1})
			object := shard(w, "a")
			w.Eventually("the call", func(context.Context) (bool, string) { return w.AWS.Delayed() == 1, "none" })
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Labels["shard"] = "b" })
			if operation != "CreateDeployment" {
				w.Await(object, "the other's turn", func(o *v1alpha1.SecuredAPI) bool { return len(harness.Pending(&o.Status)) == 1 })
			}
			w.AWS.ClearFaults()
			w.AwaitReady(object)
			if all := w.Inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
				t.Errorf("nothing is made twice: %+v", all)
			}
			w.AWS.ResetCalls()
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Access = v1alpha1.AccessRegistered })
			w.AwaitReady(object)
			if calls := w.Writes(); !slices.Equal(calls, []string{"PutRestApi", "CreateDeployment", "UpdateStage"}) {
				t.Errorf("from then on one of them works on it: %v", calls)
			}
			w.Delete(object)
		})
	}
}
