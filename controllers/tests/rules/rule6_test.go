package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule6DeletionLeavesNothing(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.Delete(object)
	if diff := cmp.Diff(harness.Inventory{}, w.Inventory()); diff != "" {
		t.Errorf("nothing remains (-want +got):\n%s", diff)
	}
	awaitTold(w, v1alpha1.EventDeleted, v1alpha1.EventRetained)
}

// awaitTold waits until an event tells how the object went, which is not the other way.
func awaitTold(w *harness.World, reason, other string) {
	w.T.Helper()
	w.Eventually("the event "+reason, func(context.Context) (bool, string) {
		types := w.EventTypes()
		return types[reason] == corev1.EventTypeNormal, fmt.Sprint(types)
	})
	if types := w.EventTypes(); types[other] != "" {
		w.T.Errorf("got the events %v of one deletion, want none %s", types, other)
	}
}

func TestRule6RetainChangesNothingInAWS(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionRetain
	w.Create(object)
	w.AwaitReady(object)
	before := w.Inventory()
	w.AWS.ResetCalls()
	w.Delete(object)
	if calls := w.TakeCalls(); len(calls) != 0 {
		t.Errorf("letting go costs no call: %v", calls)
	}
	if diff := cmp.Diff(before, w.Inventory()); diff != "" {
		t.Errorf("all is as it was (-before +after):\n%s", diff)
	}
	awaitTold(w, v1alpha1.EventRetained, v1alpha1.EventDeleted)
}

func TestRule6ProtectWaitsForUsers(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
	w.Create(object)
	w.AwaitReady(object)
	harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: &object.Status.UserPool.ID, Username: aws.String("ann@example.com")}))
	before := w.Inventory()
	if err := w.Client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	message := w.AwaitStalled(object, v1alpha1.ReasonUsersWouldBeLost)
	if !strings.Contains(message, "deletionPolicy") {
		t.Errorf("the message says what to do: %s", message)
	}
	if diff := cmp.Diff(before, w.Inventory()); diff != "" {
		t.Errorf("nothing goes while users would be lost (-before +after):\n%s", diff)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionDelete })
	w.AwaitGone(object)
	if diff := cmp.Diff(harness.Inventory{}, w.Inventory()); diff != "" {
		t.Errorf("who says Delete loses them (-want +got):\n%s", diff)
	}
}

func TestRule6TheFinalizerStaysUntilAWSIsEmpty(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"DeleteRestApi", "RemovePermission", "DeleteUserPoolDomain", "DeleteUserPool", "GetRestApi", "DescribeUserPool"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			w.AWS.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.RefuseBefore, Times: 1})
			w.AWS.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.LoseReply, Times: 1})
			w.Delete(object)
			if diff := cmp.Diff(harness.Inventory{}, w.Inventory()); diff != "" {
				t.Errorf("when the object is gone, all is (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRule6CognitosDeletionProtectionStopsTheDeletion(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	pool := w.DescribePool()
	harness.Must[*cip.UpdateUserPoolOutput](w)(w.Cognito().UpdateUserPool(t.Context(), &cip.UpdateUserPoolInput{
		UserPoolId: pool.Id, UserPoolTags: pool.UserPoolTags, Policies: pool.Policies, AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
		DeletionProtection: ciptypes.DeletionProtectionTypeActive,
	}))
	before := w.Inventory()
	if err := w.Client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	if message := w.AwaitStalled(object, v1alpha1.ReasonUsersWouldBeLost); !strings.Contains(message, "deletion protection") {
		t.Errorf("a person reads what protects the pool: %s", message)
	}
	if diff := cmp.Diff(before, w.Inventory()); diff != "" {
		t.Errorf("nothing is deleted (-before +after):\n%s", diff)
	}
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
	w.AwaitGone(object)
}

// At the first check the pool has no users, and the policy allows its deletion. A change while the domain is deleted counts.
func TestRule6ChangesDuringADeletionCount(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		change func(*harness.World, *v1alpha1.SecuredAPI)
		end    func(*harness.World, *v1alpha1.SecuredAPI)
	}{
		{"a user signs up under Protect", func(w *harness.World, object *v1alpha1.SecuredAPI) {
			harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(w.T.Context(), &cip.AdminCreateUserInput{
				UserPoolId: &object.Status.UserPool.ID, Username: aws.String("ann@example.com"),
			}))
		}, func(w *harness.World, object *v1alpha1.SecuredAPI) {
			w.AwaitStalled(object, v1alpha1.ReasonUsersWouldBeLost)
		}},
		{"the policy becomes Retain", func(w *harness.World, object *v1alpha1.SecuredAPI) {
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
		}, (*harness.World).AwaitGone},
		{"everything is suspended", func(w *harness.World, object *v1alpha1.SecuredAPI) {
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = true })
		}, func(w *harness.World, object *v1alpha1.SecuredAPI) {
			w.Await(object, "Suspended", func(o *v1alpha1.SecuredAPI) bool {
				return meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionSuspended)
			})
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Recipe()
			object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
			w.Create(object)
			w.AwaitReady(object)
			id := object.Status.UserPool.ID
			w.AWS.Inject(awslocal.Fault{Operation: "DeleteUserPoolDomain", Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
			if err := w.Client.Delete(t.Context(), object); err != nil {
				t.Fatal(err)
			}
			w.Eventually("the domain's deletion to wait", func(context.Context) (bool, string) { return w.AWS.Delayed() == 1, "no call is being delayed" })
			tc.change(w, object)
			w.AWS.ClearFaults()
			tc.end(w, object)
			if all := w.Inventory(); len(all.APIs) != 1 || *w.DescribePool().Id != id {
				t.Errorf("the pool stays, and its users keep their API: %+v", all)
			}
		})
	}
}
