package controllers_test

import (
	"context"
	"slices"
	"testing"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// manager adds one more operator to a world, for the objects that the selector selects.
func (w *world) manager(t *testing.T, selector string) *world {
	t.Helper()
	m := *w
	m.resync, m.selector = resyncNever, selecting(t, selector)
	m.startOperator()
	t.Cleanup(func() { m.stop() })
	return &m
}

// shard is the recipe, for the manager of a shard.
func (w *world) shard(name string) *v1alpha1.SecuredAPI {
	w.t.Helper()
	object := w.recipe()
	object.Name, object.Labels, object.Spec.Domain.Prefix = name, map[string]string{"shard": name}, "notes-"+name
	return w.create(object)
}

func TestManagersWorkSideBySide(t *testing.T) {
	t.Parallel()
	w := newAccount(t)
	w.manager(t, "shard=a")
	a, b := w.shard("a"), w.shard("b")
	w.awaitReady(a)
	if w.get(b); len(b.Finalizers) != 0 || b.Status.ObservedGeneration != -1 {
		t.Errorf("what the selector does not select is left alone: %+v", b)
	}
	w.aws.ResetCalls()
	w.manager(t, "shard notin (a)")
	w.awaitReady(b)
	rest := w.recipe()
	w.create(rest)
	w.awaitReady(rest)
	pools := map[string]bool{a.Status.UserPool.ID: true, b.Status.UserPool.ID: true, rest.Status.UserPool.ID: true}
	if all := w.inventory(); len(pools) != 3 || len(all.Pools) != 3 || len(all.APIs) != 3 {
		t.Errorf("each has its own, and that once: %+v", all)
	}
	if n := w.count(func(c awslocal.Call) bool { return c.Operation == "CreateDeployment" }); n != 2 {
		t.Errorf("nobody does the other's work: %d deployments of two objects", n)
	}
	w.delete(a)
	w.delete(b)
	w.delete(rest)
}

// An object's label changes while its manager makes the API: the other one takes over in the middle.
func TestAnObjectGoesToAnotherManager(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateUserPool", "CreateRestApi", "CreateDeployment"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			w := newAccount(t)
			w.manager(t, "shard=a")
			w.manager(t, "shard=b")
			w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.Delay, Delay: patience, Times: 1})
			object := w.shard("a")
			w.eventually("the call", func(context.Context) (bool, string) { return w.aws.Delayed() == 1, "none" })
			w.update(object, func(o *v1alpha1.SecuredAPI) { o.Labels["shard"] = "b" })
			if operation != "CreateDeployment" {
				w.await(object, "the other's turn", func(o *v1alpha1.SecuredAPI) bool { return len(doubts(&o.Status)) == 1 })
			}
			w.aws.ClearFaults()
			w.awaitReady(object)
			if all := w.inventory(); len(all.Pools) != 1 || len(all.APIs) != 1 {
				t.Errorf("nothing is made twice: %+v", all)
			}
			w.aws.ResetCalls()
			w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Access = v1alpha1.AccessRegistered })
			w.awaitReady(object)
			if calls := w.mutating(); !slices.Equal(calls, []string{"PutRestApi", "CreateDeployment", "UpdateStage"}) {
				t.Errorf("from then on one of them works on it: %v", calls)
			}
			w.delete(object)
		})
	}
}
