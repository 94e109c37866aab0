package controllers_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule6DeletionLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.delete(object)
	if diff := cmp.Diff(inventory{}, w.inventory()); diff != "" {
		t.Errorf("nothing remains (-want +got):\n%s", diff)
	}
}

func TestRule6RetainLeavesAllUntouched(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionRetain
	w.create(object)
	w.awaitReady(object)
	before := w.inventory()
	w.aws.ResetCalls()
	w.delete(object)
	if calls := w.calls(); len(calls) != 0 {
		t.Errorf("letting go costs no call: %v", calls)
	}
	if diff := cmp.Diff(before, w.inventory()); diff != "" {
		t.Errorf("all is as it was (-before +after):\n%s", diff)
	}
}

func TestRule6ProtectWaitsForUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
	w.create(object)
	w.awaitReady(object)
	must[*cip.AdminCreateUserOutput](w)(w.cognito().AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: &object.Status.UserPool.ID, Username: aws.String("ann@example.com")}))
	before := w.inventory()
	if err := w.client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	message := w.awaitStalled(object, v1alpha1.ReasonUsersWouldBeLost)
	if !strings.Contains(message, "deletionPolicy") {
		t.Errorf("the message says what to do: %s", message)
	}
	if diff := cmp.Diff(before, w.inventory()); diff != "" {
		t.Errorf("nothing goes while users would be lost (-before +after):\n%s", diff)
	}
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionDelete })
	w.awaitGone(object)
	if diff := cmp.Diff(inventory{}, w.inventory()); diff != "" {
		t.Errorf("who says Delete loses them (-want +got):\n%s", diff)
	}
}

func TestRule6TheFinalizerStaysUntilAWSIsEmpty(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"DeleteRestApi", "RemovePermission", "DeleteUserPoolDomain", "DeleteUserPool", "GetRestApi", "DescribeUserPool"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, resyncNever)
			object := w.create(w.recipe())
			w.awaitReady(object)
			w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.RefuseBefore, Times: 1})
			w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.LoseReply, Times: 1})
			w.delete(object)
			if diff := cmp.Diff(inventory{}, w.inventory()); diff != "" {
				t.Errorf("when the object is gone, all is (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRule6CognitosOwnProtectionIsRespected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	pool := w.describePool()
	must[*cip.UpdateUserPoolOutput](w)(w.cognito().UpdateUserPool(t.Context(), &cip.UpdateUserPoolInput{
		UserPoolId: pool.Id, UserPoolTags: pool.UserPoolTags, Policies: pool.Policies, AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
		DeletionProtection: ciptypes.DeletionProtectionTypeActive,
	}))
	before := w.inventory()
	if err := w.client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	if message := w.awaitStalled(object, v1alpha1.ReasonUsersWouldBeLost); !strings.Contains(message, "deletion protection") {
		t.Errorf("a person reads what protects the pool: %s", message)
	}
	if diff := cmp.Diff(before, w.inventory()); diff != "" {
		t.Errorf("nothing is deleted (-before +after):\n%s", diff)
	}
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
	w.awaitGone(object)
}

func TestRule6AUserWhoSignsUpDuringTheDeletionIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
	w.create(object)
	w.awaitReady(object)
	// Nobody has signed up when it is asked first; the API goes, and meanwhile somebody does.
	w.aws.Inject(awslocal.Fault{Operation: "DeleteRestApi", Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
	if err := w.client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	w.eventually("the API's deletion to wait", func(context.Context) (bool, string) { return w.aws.Delayed() == 1, "no call is being delayed" })
	must[*cip.AdminCreateUserOutput](w)(w.cognito().AdminCreateUser(t.Context(), &cip.AdminCreateUserInput{UserPoolId: &object.Status.UserPool.ID, Username: aws.String("ann@example.com")}))
	w.aws.ClearFaults()
	w.awaitStalled(object, v1alpha1.ReasonUsersWouldBeLost)
	if pool := w.describePool(); *pool.Id != object.Status.UserPool.ID {
		t.Errorf("the pool is there with its user: %s", *pool.Id)
	}
}
