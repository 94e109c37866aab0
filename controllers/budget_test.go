package controllers_test

import (
	"fmt"
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
	t.Log("\n" + table.String() + driftRow(t))
}

// driftRow counts a check for drift, over all the turns that it takes.
func driftRow(t *testing.T) string {
	t.Helper()
	w := newWorld(t, 50*time.Millisecond)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.aws.ResetCalls()
	// Four turns: methods, authorizer, and the policies of two functions.
	const checks = 4
	begins := func(c awslocal.Call) bool { return c.Operation == "DescribeUserPool" }
	w.awaitCalls(begins, checks+1)
	w.stop()
	// Whole checks only: one was under way when counting began, another when it ended.
	var operations []string
	begun := 0
	for _, call := range w.aws.Calls() {
		if begins(call) {
			begun++
		}
		if begun >= 1 && begun <= checks {
			operations = append(operations, call.Operation)
		}
	}
	if most := 4 * checks; len(operations) > most {
		t.Errorf("%d checks: %d calls, at most %d: %v", checks, len(operations), most, operations)
	}
	slices.Sort(operations)
	return fmt.Sprintf("%-44s %7.1f %7d   %s\n", "a check for drift", float64(len(operations))/checks, 4, strings.Join(slices.Compact(operations), " "))
}
