package features_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// TestBudget counts the calls of the recipe on the wire and prints the table of docs/design/README.md: `make budget`.
func TestBudget(t *testing.T) {
	w := harness.NewWorld(t, harness.ResyncNever)
	// As users have it: with the tests' short one, a slow machine makes the operator save its intention anew.
	w.Operator.CreationGracePeriod = engine.DefaultGrace
	table := &strings.Builder{}
	writes := countStatusWrites(w)
	var object *v1alpha1.SecuredAPI
	row := func(what string, most int, forbidden string, mostWrites int) {
		t.Helper()
		calls, written := w.AWS.Calls(), writes(object)
		w.AWS.ResetCalls()
		if written > mostWrites {
			t.Errorf("%s: got %d writes of status, want %d at most", what, written, mostWrites)
		}
		var operations []string
		for _, call := range calls {
			operations = append(operations, call.Operation)
			if call.Service == forbidden {
				t.Errorf("%s: no call to %s: %s", what, forbidden, call.Operation)
			}
		}
		// Who the operator is, it asks once after its start, for all objects.
		operations = slices.DeleteFunc(operations, func(operation string) bool { return operation == "GetCallerIdentity" })
		if len(operations) > most {
			t.Errorf("%s: %d calls, at most %d: %v", what, len(operations), most, operations)
		}
		fmt.Fprintf(table, "%-44s %7d %7d %6d %7d   %s\n", what, len(operations), most, written, mostWrites, strings.Join(operations, " "))
	}
	fmt.Fprintf(table, "%-44s %7s %7s %6s %7s   %s\n", "", "calls", "at most", "writes", "at most", "which calls; writes are of status")

	object = w.Create(w.Recipe())
	w.AwaitReady(object)
	row("create until Ready", 14, "", 14)

	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Labels = map[string]string{"touched": "yes"} })
	w.Stop()
	w.StartOperator()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionProtect })
	w.AwaitReady(object)
	row("nothing changed, or only in Kubernetes; restart", 0, "", 1)

	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.DeletionPolicy = v1alpha1.DeletionDelete
		o.Spec.Routes[1].Access = v1alpha1.AccessRegistered
	})
	w.AwaitReady(object)
	row("one route changed", 7, "cognito-idp", 4)

	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength = 8 })
	w.AwaitReady(object)
	row("password policy changed", 3, "apigateway", 4)

	for i := range 6 { // one more deployment than stay
		w.Update(object, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Routes[1].Backend.Lambda.Function = []string{"OtherHandler", "GuestHandler"}[i%2]
		})
		w.AwaitReady(object)
		w.AWS.ResetCalls()
		writes(object)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[1].Access = v1alpha1.AccessGuest })
	w.AwaitReady(object)
	row("one route changed, an old deployment goes", 8, "cognito-idp", 4)

	w.Delete(object)
	row("delete", 9, "", 4)
	t.Log("\n" + table.String() + driftRows(t))
}

// countStatusWrites counts the writes of an object's status from now on. The function returns how many there were since it was
// last called, up to the state that the object has.
func countStatusWrites(w *harness.World) func(*v1alpha1.SecuredAPI) int {
	w.T.Helper()
	changes, err := w.Client.Watch(w.T.Context(), &v1alpha1.SecuredAPIList{}, client.InNamespace(w.Namespace))
	if err != nil {
		w.T.Fatal(err)
	}
	w.T.Cleanup(changes.Stop)
	last := v1alpha1.SecuredAPIStatus{ObservedGeneration: -1}
	return func(until *v1alpha1.SecuredAPI) (writes int) {
		w.T.Helper()
		for change := range changes.ResultChan() {
			now, ok := change.Object.(*v1alpha1.SecuredAPI)
			if !ok {
				w.T.Fatalf("got %+v from the watch", change.Object)
			}
			if !equality.Semantic.DeepEqual(last, now.Status) {
				writes++
			}
			if last = now.Status; change.Type == watch.Deleted || now.ResourceVersion == until.ResourceVersion {
				break
			}
		}
		return writes
	}
}

// driftRows count checks for drift over all the turns that they take: with sweeps, which so many objects share, and
// without.
func driftRows(t *testing.T) string {
	t.Helper()
	w := harness.NewWorld(t, 300*time.Millisecond)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	swept(w)
	// The clients in every other check; between, in turn, methods, authorizers, two functions' policies, the user pool.
	const turns = 10
	table := &strings.Builder{}
	row := func(what string, shared float64, most float64) {
		t.Helper()
		var operations []string
		for _, check := range awaitChecks(w, turns) {
			if len(check) > 4 {
				t.Errorf("%s: one check makes at most 4 calls: %v", what, check)
			}
			operations = append(operations, check...)
		}
		calls := float64(len(operations))/turns + shared
		if calls > most {
			t.Errorf("%s: %.2f calls, at most %.1f: %v", what, calls, most, operations)
		}
		slices.Sort(operations)
		fmt.Fprintf(table, "%-44s %7.2f %7.1f   %s\n", what, calls, most, strings.Join(slices.Compact(operations), " "))
	}
	// A full account: 600 APIs, and as many user pools as there may be, 1,000. A page has 500 APIs, or 60 pools.
	const objects, pages = 600, 2 + 17
	row("a check for drift, of 600 objects", float64(pages)/objects, 2.1)
	w.AWS.Inject(awslocal.Fault{Operation: "ListUserPools", Kind: awslocal.RefuseBefore, Code: "AccessDeniedException", Status: http.StatusForbidden})
	w.AwaitCalls(func(c awslocal.Call) bool { return c.Operation == "ListUserPools" && c.Code != "" }, 2)
	row("a check that no sweep vouches for", 0, 4)
	return table.String()
}
