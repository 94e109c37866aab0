package features_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestDriftIsRepaired(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		byHand func(*harness.World, *v1alpha1.SecuredAPI)
		want   string
	}{
		{"the password policy", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			harness.Must[*cip.UpdateUserPoolOutput](w)(w.Cognito().UpdateUserPool(w.T.Context(), &cip.UpdateUserPoolInput{
				UserPoolId:             &o.Status.UserPool.ID,
				AutoVerifiedAttributes: []ciptypes.VerifiedAttributeType{"email"}, UserPoolTags: w.DescribePool().UserPoolTags,
				Policies: &ciptypes.UserPoolPolicyType{PasswordPolicy: &ciptypes.PasswordPolicyType{MinimumLength: aws.Int32(20)}},
			}))
		}, "~ userPool.passwordPolicy.minimumLength: 20 -> 6"},
		{"a client was deleted", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			harness.Must[*cip.DeleteUserPoolClientOutput](w)(w.Cognito().DeleteUserPoolClient(w.T.Context(), &cip.DeleteUserPoolClientInput{UserPoolId: &o.Status.UserPool.ID, ClientId: &o.Status.Clients[0].ID}))
		}, "+ client/web implicit"},
		{"the domain was deleted", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			harness.Must[*cip.DeleteUserPoolDomainOutput](w)(w.Cognito().DeleteUserPoolDomain(w.T.Context(), &cip.DeleteUserPoolDomainInput{UserPoolId: &o.Status.UserPool.ID, Domain: aws.String("notes-beta")}))
		}, "+ domain notes-beta"},
		{"the API was deleted", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			harness.Must[*apigateway.DeleteRestApiOutput](w)(w.Gateway().DeleteRestApi(w.T.Context(), &apigateway.DeleteRestApiInput{RestApiId: &o.Status.API.ID}))
		}, "+ api"},
		{"the pool was deleted, and deletionPolicy is Delete", func(w *harness.World, o *v1alpha1.SecuredAPI) {
			w.DeletePool(o)
		}, "+ userPool"},
		{"a method of the working copy has no authorizer", func(w *harness.World, o *v1alpha1.SecuredAPI) { w.OpenByHand(o, "/registered") }, "~ GET /registered access: guest -> registered"},
		{"the permission to invoke a function was removed", func(w *harness.World, _ *v1alpha1.SecuredAPI) {
			w.Revoke("RegisteredHandler")
		}, "+ permission/arn:aws:lambda:us-east-1:111111111111:function:RegisteredHandler/beta"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, 200*time.Millisecond)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			before := w.Inventory()
			before.APIs[0].Deployments = 0
			tc.byHand(w, object)
			w.Eventually("the repair", func(context.Context) (bool, string) {
				after := w.Inventory()
				if len(after.APIs) == 0 {
					return false, "no API"
				}
				for i := range after.APIs {
					after.APIs[i].Deployments = 0
				}
				diff := cmp.Diff(before, after)
				return diff == "", diff
			})
			w.Eventually("an event that says so", func(context.Context) (bool, string) {
				notes := w.EventNotes()
				return strings.Contains(notes, "the operator restores it: "+tc.want), notes
			})
			w.AwaitReady(object)
		})
	}
}

func TestADeletedPoolWithUsersIsNotRecreated(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 200*time.Millisecond)
	object := w.Recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
	w.Create(object)
	w.AwaitReady(object)
	w.DeletePool(object)
	message := w.AwaitStalled(object, v1alpha1.ReasonUserPoolDeleted)
	if !strings.Contains(message, object.Status.UserPool.ID) || !strings.Contains(message, "users") {
		t.Errorf("a person reads what was lost: %s", message)
	}
	if all := w.Inventory(); len(all.Pools) != 0 {
		t.Errorf("an empty pool would hide the loss: %+v", all.Pools)
	}
}

func TestATakenDomainPrefixKeepsTheOldDomain(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	w.TakeDomain("taken")
	w.AWS.ResetCalls()
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "taken" })
	w.AwaitStalled(object, v1alpha1.ReasonDomainTaken)
	if calls := w.Writes(); len(calls) != 0 {
		t.Errorf("the domain that works is left alone, not taken down and brought back: %v", calls)
	}
}
