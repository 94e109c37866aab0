package features_test

import (
	"context"
	"testing"
	"time"

	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestARestartDuringACreationContinuesIt(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateUserPool", "CreateUserPoolClient", "CreateUserPoolDomain", "CreateRestApi", "AddPermission", "PutRestApi", "GetResources", "CreateDeployment"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			w.AWS.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
			object := w.Create(w.Recipe())
			w.Eventually("the call to hang", func(context.Context) (bool, string) { return w.AWS.Delayed() > 0, "no call is being delayed" })
			w.Stop()
			w.AWS.ClearFaults()
			w.StartOperator()
			w.AwaitReady(object)
			all := w.Inventory()
			if len(all.Pools) != 1 || len(all.Pools[0].Clients) != 1 || len(all.APIs) != 1 || all.APIs[0].Deployments != 1 {
				t.Errorf("one of each: %+v", all)
			}
		})
	}
}

func TestARestartMakesNoCalls(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.Stop()
	w.AWS.ResetCalls()
	w.StartOperator()
	// Another object shows that the operator is up and has been through its queue.
	other := w.Recipe()
	other.Name = "other"
	other.Spec.Domain.Prefix = "notes-other"
	w.Create(other)
	w.AwaitReady(other)
	// As in an account of its own: the other pool is that of an object, whose domain is known.
	if calls := w.TakeCalls(); len(calls) != 14 {
		t.Errorf("got calls %v, want the 14 of the new object alone", calls)
	}
}
