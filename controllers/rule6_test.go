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
	"k8s.io/apimachinery/pkg/api/meta"

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

// Nobody has signed up, and the policy lets the pool go, when it is asked first. What changes while the domain goes counts.
func TestRule6WhatChangesDuringTheDeletion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		change func(*world, *v1alpha1.SecuredAPI)
		end    func(*world, *v1alpha1.SecuredAPI)
	}{
		{"a user signs up, who is protected", func(w *world, object *v1alpha1.SecuredAPI) {
			must[*cip.AdminCreateUserOutput](w)(w.cognito().AdminCreateUser(w.t.Context(), &cip.AdminCreateUserInput{
				UserPoolId: &object.Status.UserPool.ID, Username: aws.String("ann@example.com"),
			}))
		}, func(w *world, object *v1alpha1.SecuredAPI) { w.awaitStalled(object, v1alpha1.ReasonUsersWouldBeLost) }},
		{"the policy becomes Retain", func(w *world, object *v1alpha1.SecuredAPI) {
			w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.DeletionPolicy = v1alpha1.DeletionRetain })
		}, (*world).awaitGone},
		{"everything is suspended", func(w *world, object *v1alpha1.SecuredAPI) {
			w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = true })
		}, func(w *world, object *v1alpha1.SecuredAPI) {
			w.await(object, "Suspended", func(o *v1alpha1.SecuredAPI) bool {
				return meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionSuspended)
			})
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, resyncNever)
			object := w.recipe()
			object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
			w.create(object)
			w.awaitReady(object)
			id := object.Status.UserPool.ID
			w.aws.Inject(awslocal.Fault{Operation: "DeleteUserPoolDomain", Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
			if err := w.client.Delete(t.Context(), object); err != nil {
				t.Fatal(err)
			}
			w.eventually("the domain's deletion to wait", func(context.Context) (bool, string) { return w.aws.Delayed() == 1, "no call is being delayed" })
			tc.change(w, object)
			w.aws.ClearFaults()
			tc.end(w, object)
			if all := w.inventory(); len(all.APIs) != 1 || *w.describePool().Id != id {
				t.Errorf("the pool stays, and its users keep their API: %+v", all)
			}
		})
	}
}
