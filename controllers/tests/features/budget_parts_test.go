package features_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/parts"
)

// TestBudgetOfParts adds the parts one after the other, each to all before, and counts the calls on the wire: `make budget`.
func TestBudgetOfParts(t *testing.T) {
	w := permitted(harness.NewWorld(t, harness.ResyncNever))
	w.Operator.CreationGracePeriod = engine.DefaultGrace
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	table := &strings.Builder{}
	fmt.Fprintf(table, "%-34s %7s %7s   %s\n", "part", "calls", "at most", "which calls")
	for _, part := range parts.All {
		w.AWS.ResetCalls()
		w.Update(object, func(o *v1alpha1.SecuredAPI) { part.Add(o, awslocal.DefaultAccount) })
		w.AwaitReady(object)
		var operations []string
		for _, call := range w.AWS.Calls() {
			if call.Operation != "GetCallerIdentity" {
				operations = append(operations, call.Operation)
			}
		}
		if len(operations) > part.Most {
			t.Errorf("%s: got %d calls, want %d at most: %v", part.Name, len(operations), part.Most, operations)
		}
		fmt.Fprintf(table, "%-34s %7d %7d   %s\n", part.Name, len(operations), part.Most, strings.Join(operations, " "))
	}
	w.AWS.ResetCalls()
	w.Stop()
	w.StartOperator()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionProtect })
	w.AwaitReady(object)
	if calls := w.AWS.Calls(); len(calls) > 0 {
		t.Errorf("a restart, and an edit of Kubernetes alone, with all parts: got the calls %v, want none", calls)
	}
	t.Log("\n" + table.String() + checksOfParts(t))
}

// checksOfParts counts checks for drift of an object that has all parts, over all turns that they take.
func checksOfParts(t *testing.T) string {
	t.Helper()
	w := permitted(harness.NewWorld(t, 300*time.Millisecond))
	object := w.Recipe()
	for _, part := range parts.All {
		part.Add(object, awslocal.DefaultAccount)
	}
	w.Create(object)
	w.AwaitReady(object)
	w.Eventually("a sweep", func(context.Context) (bool, string) {
		return slices.ContainsFunc(checks(w), func(c check) bool { return len(c) <= 2 }), fmt.Sprint(checks(w))
	})
	const turns = 60
	most := 2.1 + 0.2*float64(len(parts.All))
	var operations []string
	for _, check := range awaitChecks(w, turns) {
		operations = append(operations, check...)
	}
	calls := float64(len(operations)) / turns
	if calls > most {
		t.Errorf("a check for drift with %d parts: got %.2f calls, want %.1f at most", len(parts.All), calls, most)
	}
	slices.Sort(operations)
	return fmt.Sprintf("a check for drift with %d parts: %.2f calls, at most %.1f: %s\n", len(parts.All), calls, most, strings.Join(slices.Compact(operations), " "))
}

// permitted lets the operator do what the parts need.
func permitted(w *harness.World) *harness.World {
	w.T.Helper()
	w.AWS.WAF.Put(webACL, westACL)
	w.Permit("web-acls", iam.Values{"WEB_ACL_ARN": {webACL, westACL}})
	w.Permit("logs", nil)
	w.Permit("kms", iam.Values{"KEY_ARN": {poolKey, westKey}})
	return w
}
