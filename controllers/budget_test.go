package controllers_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// TestBudget counts the calls of the recipe on the wire and prints the table of docs/design/README.md: `make budget`.
func TestBudget(t *testing.T) {
	w := newWorld(t, resyncNever)
	table := &strings.Builder{}
	row := func(what string, most int, forbidden string) {
		t.Helper()
		calls := w.aws.Calls()
		w.aws.ResetCalls()
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
		fmt.Fprintf(table, "%-44s %7d %7d   %s\n", what, len(operations), most, strings.Join(operations, " "))
	}
	fmt.Fprintf(table, "%-44s %7s %7s   %s\n", "", "calls", "at most", "which")

	object := w.create(w.recipe())
	w.awaitReady(object)
	row("create until Ready", 12, "")

	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Labels = map[string]string{"touched": "yes"} })
	w.stop()
	w.startOperator()
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionProtect })
	w.awaitReady(object)
	row("nothing changed, or only in Kubernetes; restart", 0, "")

	w.update(object, func(o *v1alpha1.SecuredAPI) {
		o.Spec.DeletionPolicy = v1alpha1.DeletionDelete
		o.Spec.Routes[1].Access = v1alpha1.AccessRegistered
	})
	w.awaitReady(object)
	row("one route changed", 5, "cognito-idp")

	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.PasswordPolicy.MinimumLength = 8 })
	w.awaitReady(object)
	row("password policy changed", 3, "apigateway")

	w.delete(object)
	row("delete", 9, "")
	t.Log("\n" + table.String() + driftRows(t))
}

// driftRows count checks for drift over all the turns that they take: with sweeps, which so many objects share, and
// without.
func driftRows(t *testing.T) string {
	t.Helper()
	w := newWorld(t, 300*time.Millisecond)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.swept()
	// The clients in every other check; between, in turn, methods, authorizers, two functions' policies, the user pool.
	const turns = 10
	table := &strings.Builder{}
	row := func(what string, shared float64, most float64) {
		t.Helper()
		var operations []string
		for _, check := range w.awaitChecks(turns) {
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
	w.aws.Inject(awslocal.Fault{Operation: "ListUserPools", Kind: awslocal.RefuseBefore, Code: "AccessDeniedException", Status: http.StatusForbidden})
	w.awaitCalls(func(c awslocal.Call) bool { return c.Operation == "ListUserPools" && c.Code != "" }, 2)
	row("a check that no sweep vouches for", 0, 4)
	return table.String()
}
