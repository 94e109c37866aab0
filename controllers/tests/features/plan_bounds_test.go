package features_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// The text of a plan in status has 128 KiB at most, also if that is less than 500 changes.
func TestThePlanInStatusIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	const bound, paths = 128 << 10, 80
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.Mode, object.Spec.Routes = v1alpha1.ModePlan, nil
	w.Create(object)
	others := len(w.AwaitPlanned(object))
	methods := []v1alpha1.Method{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}
	w.Update(object, func(o *v1alpha1.SecuredAPI) {
		for i := range paths {
			o.Spec.Routes = append(o.Spec.Routes, v1alpha1.Route{
				Path: "/" + strconv.Itoa(i) + strings.Repeat("a", 400), Methods: methods,
				Backend: v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "GuestHandler"}},
			})
		}
	})
	w.AwaitPlanned(object)
	shown, size := object.Status.Plan, 0
	for _, change := range shown.Changes {
		size += len(change.Change)
	}
	// Beside the methods there are the API, the permission of the function, and the stage.
	if want := others + paths*len(methods) + 3; len(shown.Changes) >= 500 || len(shown.Changes)+int(shown.Omitted) != want {
		t.Errorf("got %d changes and %d omitted, want %d together, and less than 500 shown", len(shown.Changes), shown.Omitted, want)
	}
	if size > bound || size < bound-1<<10 {
		t.Errorf("got %d bytes, want %d at most, and as many as fit", size, bound)
	}
}

// A change in status has 2,048 bytes at most. The hash is of the whole change.
func TestALongChangeIsCut(t *testing.T) {
	t.Parallel()
	const bound = 2048
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	// end is that of the last URL, which is cut.
	planned := func(end string) v1alpha1.PlanStatus {
		w.Update(object, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Mode = v1alpha1.ModePlan
			o.Spec.Clients[0].CallbackURLs = nil
			for i := range 30 {
				url := "https://notes.example.com/" + strconv.Itoa(100+i) + strings.Repeat("a", 100)
				if i == 29 {
					url += end
				}
				o.Spec.Clients[0].CallbackURLs = append(o.Spec.Clients[0].CallbackURLs, v1alpha1.URL(url))
			}
		})
		w.AwaitPlanned(object)
		return *object.Status.Plan
	}
	one, other := planned("1"), planned("2")
	if len(one.Changes) != 1 || len(other.Changes) != 1 {
		t.Fatalf("got the plans %+v and %+v, want one change each", one, other)
	}
	words := one.Changes[0].Change
	if len(words) > bound || len(words) < bound-utf8.UTFMax || !utf8.ValidString(words) || !strings.HasSuffix(words, "…") {
		t.Errorf("got %d bytes that end with %q, want %d at most, whole characters, and an ellipsis", len(words), words[max(0, len(words)-8):], bound)
	}
	if other.Changes[0].Change != words || other.Hash == one.Hash {
		t.Errorf("two changes that differ after the cut: got the hashes %s and %s, want the same words and two hashes", one.Hash, other.Hash)
	}
}

// Another issuer of tokens replaces the one that programs know, although the pool stays.
func TestAnotherIssuerIsAReplacement(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	pool := object.Status.UserPool.ID
	for _, tc := range []struct {
		issuer v1alpha1.Issuer
		want   string
	}{
		{v1alpha1.IssuerUpdated, "~ userPool.issuer: Original -> Updated (replace)"},
		{v1alpha1.IssuerOriginal, "~ userPool.issuer: Updated -> Original (replace)"},
	} {
		w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode, o.Spec.UserPool.Issuer = v1alpha1.ModePlan, tc.issuer })
		if got := w.AwaitPlanned(object); len(got) != 1 || got[0] != tc.want {
			t.Errorf("got the plan %q, want %q", got, tc.want)
		}
		w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Mode = v1alpha1.ModeApply })
		w.AwaitReady(object)
		if object.Status.UserPool.ID != pool {
			t.Errorf("%s: got the pool %s, want %s as before", tc.issuer, object.Status.UserPool.ID, pool)
		}
	}
}

// A suspended object is not checked, so it does not count as one that waits for its check. It counts again when it goes on.
func TestASuspendedObjectIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	const metric = "securedapi_oldest_check_timestamp_seconds"
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	counts := func(when string) {
		t.Helper()
		w.Eventually("one series, "+when, func(context.Context) (bool, string) {
			got := w.Metrics(metric)
			return len(got) == 1, strconv.Itoa(len(got))
		})
	}
	counts("before the suspension")
	suspend := func(suspend bool) {
		w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = suspend })
		w.Await(object, "suspended: "+strconv.FormatBool(suspend), func(o *v1alpha1.SecuredAPI) bool { return isSuspended(o) == suspend })
	}
	suspend(true)
	if got := w.Metrics(metric); len(got) != 0 {
		t.Errorf("suspended: got the series %v, want none", got)
	}
	w.Stop()
	w.StartOperator()
	// Only a pass tells that the operator knows the object.
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" })
	w.Await(object, "the edit to be seen", isSuspended)
	if got := w.Metrics(metric); len(got) != 0 {
		t.Errorf("suspended before the operator started: got the series %v, want none", got)
	}
	suspend(false)
	counts("after the suspension")
	w.AwaitReady(object)
}
