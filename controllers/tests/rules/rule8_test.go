package rules_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestRule8AnUpdatedObjectEqualsANewOne(t *testing.T) {
	t.Parallel()
	for _, tc := range edits {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			updated, fresh := harness.NewWorld(t, harness.ResyncNever), harness.NewWorld(t, harness.ResyncNever)
			for _, w := range []*harness.World{updated, fresh} {
				permitGroups(w)
				w.MakeInputs()
				w.AWS.WAF.Put(poolWebACL, otherPoolWebACL, westWebACL, otherWestWebACL)
				w.Permit("web-acls", iam.Values{"WEB_ACL_ARN": {poolWebACL, otherPoolWebACL, westWebACL, otherWestWebACL}})
				w.Permit("logs", nil)
				w.Permit("kms", iam.Values{"KEY_ARN": {poolKey, otherPoolKey, replicaKeys}})
				w.Permit("log-buckets", iam.Values{"BUCKET_ARN": {logBucket}})
				w.Permit("log-streams", iam.Values{"STREAM_ARN": {logStream, westStream}})
				w.Permit("sms", iam.Values{"ROLE_ARN": {textsRole, otherTextsRole}})
				w.Permit("kms", iam.Values{"KEY_ARN": {codesKey, otherCodesKey, westCodesKey}})
				w.Permit("custom-domains", nil)
			}
			object, other := updated.Recipe(), fresh.Recipe()
			change := apart(tc.edit)
			if tc.from != nil {
				from := apart(tc.from)
				from(object)
				from(other)
			}
			updated.Create(object)
			updated.AwaitReady(object)
			updated.Update(object, change)
			updated.AwaitReady(object)
			if tc.want != "" {
				updated.Eventually("an event that says "+tc.want, func(context.Context) (bool, string) {
					words := updated.EventNotes()
					// On a busy machine a pass may end between two changes, and each has an event of its own.
					return strings.Contains(strings.ReplaceAll(words, "\n", "; "), tc.want), words
				})
			}
			change(other)
			fresh.Create(other)
			fresh.AwaitReady(other)
			got, want := harness.Normalised(updated), harness.Normalised(fresh)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("A, then B, is not B (-B +A then B):\n%s", diff)
			}
			if diff := cmp.Diff(harness.Anonymous(fresh, other), harness.Anonymous(updated, object)); diff != "" {
				t.Errorf("nor is its status (-B +A then B):\n%s", diff)
			}
			updated.Delete(object)
			if diff := cmp.Diff(harness.Inventory{}, updated.Inventory()); diff != "" {
				t.Errorf("nothing remains (-want +got):\n%s", diff)
			}
		})
	}
}

// apart is a change of a table. What it changed shares no pointer with the table, whose rows run side by side.
func apart(change func(*v1alpha1.SecuredAPI)) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		change(o)
		*o = *o.DeepCopy()
	}
}

// A row that wrote into what the rows share would change what they ask for, in whatever order they run.
func TestRowsOfEditsShareNothing(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t)
	specs := func() []v1alpha1.SecuredAPISpec {
		var all []v1alpha1.SecuredAPISpec
		for _, tc := range edits {
			object := w.Recipe()
			if tc.from != nil {
				apart(tc.from)(object)
			}
			all = append(all, *object.Spec.DeepCopy())
			apart(tc.edit)(object)
		}
		return all
	}
	before, after := specs(), specs()
	for i := range edits {
		if diff := cmp.Diff(before[i], after[i]); diff != "" {
			t.Errorf("%s: another row changed what it begins with (-before +after):\n%s", edits[i].name, diff)
		}
	}
}

func TestABadSpecLeavesNoTraceOnceItIsCorrected(t *testing.T) {
	t.Parallel()
	for _, tc := range impossibles {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			before, served, good := w.Inventory(), object.Status.API.DeploymentID, object.Spec.DeepCopy()
			tc.before(w, object)
			w.Update(object, tc.edit)
			message := w.AwaitStalled(object, tc.reason)
			if !strings.Contains(message, tc.words) {
				t.Errorf("a person reads %q: %s", tc.words, message)
			}
			if got := w.StatusCode(object.Status.Endpoint + "/registered"); got != http.StatusUnauthorized || object.Status.API.DeploymentID != served {
				t.Errorf("the last good state stays served: %d", got)
			}
			if got := w.StatusCode(object.Status.Clients[0].LoginURL); got != http.StatusOK {
				t.Errorf("so do the login pages: %d", got)
			}
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec = *good })
			w.AwaitReady(object)
			after := w.Inventory()
			after.Pools = slices.DeleteFunc(after.Pools, func(p harness.PoolItem) bool { return p.Name == harness.OtherPool })
			before.APIs[0].Deployments, after.APIs[0].Deployments = 0, 0
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the good spec heals (-before +after):\n%s", diff)
			}
		})
	}
}
