package controllers_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/go-cmp/cmp"
	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

func TestRule8AnUpdateEndsAsAFreshObject(t *testing.T) {
	t.Parallel()
	for _, tc := range edits {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			updated, fresh := newWorld(t, resyncNever), newWorld(t, resyncNever)
			object, other := updated.recipe(), fresh.recipe()
			if tc.from != nil {
				tc.from(object)
				tc.from(other)
			}
			updated.create(object)
			updated.awaitReady(object)
			updated.update(object, tc.edit)
			updated.awaitReady(object)
			if tc.want != "" {
				if words := updated.eventNotes(); !strings.Contains(words, tc.want) {
					t.Errorf("an event says %q: %s", tc.want, words)
				}
			}
			tc.edit(other)
			fresh.create(other)
			fresh.awaitReady(other)
			got, want := normalised(updated), normalised(fresh)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("A, then B, is not B (-B +A then B):\n%s", diff)
			}
			if diff := cmp.Diff(anonymous(fresh, other), anonymous(updated, object)); diff != "" {
				t.Errorf("nor is its status (-B +A then B):\n%s", diff)
			}
			updated.delete(object)
			if diff := cmp.Diff(inventory{}, updated.inventory()); diff != "" {
				t.Errorf("nothing remains (-want +got):\n%s", diff)
			}
		})
	}
}

// normalised is the inventory without what tells two worlds apart: names, and how often was deployed.
func normalised(w *world) inventory {
	all := w.inventory()
	for i := range all.Pools {
		all.Pools[i].Name = strings.ReplaceAll(all.Pools[i].Name, w.namespace, "ns")
	}
	for i := range all.APIs {
		all.APIs[i].Name = strings.ReplaceAll(all.APIs[i].Name, w.namespace, "ns")
		all.APIs[i].Deployments = 0
	}
	return all
}

// anonymous is what status says of routes, clients and conditions, without ids and times.
func anonymous(w *world, o *v1alpha1.SecuredAPI) map[string]any {
	var clients, parts, conditions []string
	for _, c := range o.Status.Clients {
		clients = append(clients, c.Name+" "+c.SecretName)
	}
	for i := range o.Status.Resources {
		if rec := &o.Status.Resources[i]; rec.Verified != nil {
			parts = append(parts, rec.Name)
		}
	}
	for _, c := range o.Status.Conditions {
		conditions = append(conditions, c.Type+" "+string(c.Status)+" "+c.Reason)
	}
	api := v1alpha1.APIStatus{ID: "none"}
	if o.Status.API != nil {
		api = *o.Status.API
	}
	replace := strings.NewReplacer(w.aws.URL, "AWS", o.Status.UserPool.ID, "POOL", api.ID, "API").Replace
	return map[string]any{
		"clients": sorted(clients), "verified": sorted(parts), "conditions": sorted(conditions), "routes": api.Routes,
		"functions": held(&o.Status, "permission/"), "stage": held(&o.Status, "stage/"),
		"endpoint": replace(o.Status.Endpoint), "domain": replace(o.Status.Domain), "issuer": replace(o.Status.Issuer),
		"pool": record(&o.Status, "domain").ID + " " + strings.Join(held(&o.Status, "resourceServer/"), " "),
	}
}

// eventNotes are the words of all events of the namespace.
func (w *world) eventNotes() string {
	w.t.Helper()
	var notes []string
	w.eventually("events", func(ctx context.Context) (bool, string) {
		list := &eventsv1.EventList{}
		err := w.client.List(ctx, list, client.InNamespace(w.namespace))
		notes = nil
		for _, event := range list.Items {
			notes = append(notes, event.Note)
		}
		// The broadcaster is asynchronous: creation makes two events, an update one more at least.
		return err == nil && len(list.Items) > 2, strings.Join(notes, "\n")
	})
	return strings.Join(notes, "\n")
}

func TestBadThenGoodEndsAsGood(t *testing.T) {
	t.Parallel()
	for _, tc := range impossibles {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, resyncNever)
			object := w.create(w.recipe())
			w.awaitReady(object)
			before, served, good := w.inventory(), object.Status.API.DeploymentID, object.Spec.DeepCopy()
			tc.before(w, object)
			w.update(object, tc.edit)
			message := w.awaitStalled(object, tc.reason)
			if !strings.Contains(message, tc.words) {
				t.Errorf("a person reads %q: %s", tc.words, message)
			}
			if got := w.call(object.Status.Endpoint + "/registered"); got != http.StatusUnauthorized || object.Status.API.DeploymentID != served {
				t.Errorf("the last good state stays served: %d", got)
			}
			if got := w.call(object.Status.Clients[0].LoginURL); got != http.StatusOK {
				t.Errorf("so do the login pages: %d", got)
			}
			w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec = *good })
			w.awaitReady(object)
			after := w.inventory()
			after.Pools = slices.DeleteFunc(after.Pools, func(p poolItem) bool { return p.Name == otherPool })
			before.APIs[0].Deployments, after.APIs[0].Deployments = 0, 0
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the good spec heals (-before +after):\n%s", diff)
			}
		})
	}
}

// otherPool is the name of a pool that is not ours.
const otherPool = "other"

// takeDomain gives a prefix to another pool.
func (w *world) takeDomain(prefix string) {
	w.t.Helper()
	other := must[*cip.CreateUserPoolOutput](w)(w.cognito().CreateUserPool(w.t.Context(), &cip.CreateUserPoolInput{PoolName: aws.String(otherPool)}))
	must[*cip.CreateUserPoolDomainOutput](w)(w.cognito().CreateUserPoolDomain(w.t.Context(), &cip.CreateUserPoolDomainInput{Domain: &prefix, UserPoolId: other.UserPool.Id}))
}

// giveDomainBack deletes it again.
func (w *world) giveDomainBack(prefix string) {
	w.t.Helper()
	domain := must[*cip.DescribeUserPoolDomainOutput](w)(w.cognito().DescribeUserPoolDomain(w.t.Context(), &cip.DescribeUserPoolDomainInput{Domain: &prefix})).DomainDescription
	must[*cip.DeleteUserPoolDomainOutput](w)(w.cognito().DeleteUserPoolDomain(w.t.Context(), &cip.DeleteUserPoolDomainInput{Domain: &prefix, UserPoolId: domain.UserPoolId}))
}

// revokeByHand takes the permission to call a function away from the API.
func (w *world) revokeByHand(object *v1alpha1.SecuredAPI, function string) {
	w.t.Helper()
	must[*lambda.RemovePermissionOutput](w)(w.lambda().RemovePermission(w.t.Context(), &lambda.RemovePermissionInput{
		FunctionName: &function, StatementId: aws.String("securedapi-" + object.Status.API.ID),
	}))
}

func TestDriftIsRepaired(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		byHand func(*world, *v1alpha1.SecuredAPI)
		want   string
	}{
		{"the password policy", func(w *world, o *v1alpha1.SecuredAPI) {
			must[*cip.UpdateUserPoolOutput](w)(w.cognito().UpdateUserPool(w.t.Context(), &cip.UpdateUserPoolInput{
				UserPoolId:             &o.Status.UserPool.ID,
				AutoVerifiedAttributes: []ciptypes.VerifiedAttributeType{"email"}, UserPoolTags: w.describePool().UserPoolTags,
				Policies: &ciptypes.UserPoolPolicyType{PasswordPolicy: &ciptypes.PasswordPolicyType{MinimumLength: aws.Int32(20)}},
			}))
		}, "~ userPool.passwordPolicy.minimumLength: 20 -> 6"},
		{"a client is gone", func(w *world, o *v1alpha1.SecuredAPI) {
			must[*cip.DeleteUserPoolClientOutput](w)(w.cognito().DeleteUserPoolClient(w.t.Context(), &cip.DeleteUserPoolClientInput{UserPoolId: &o.Status.UserPool.ID, ClientId: &o.Status.Clients[0].ID}))
		}, "+ client/web implicit"},
		{"the domain is gone", func(w *world, o *v1alpha1.SecuredAPI) {
			must[*cip.DeleteUserPoolDomainOutput](w)(w.cognito().DeleteUserPoolDomain(w.t.Context(), &cip.DeleteUserPoolDomainInput{UserPoolId: &o.Status.UserPool.ID, Domain: aws.String("notes-beta")}))
		}, "+ domain notes-beta"},
		{"the API is gone", func(w *world, o *v1alpha1.SecuredAPI) {
			must[*apigateway.DeleteRestApiOutput](w)(w.gateway().DeleteRestApi(w.t.Context(), &apigateway.DeleteRestApiInput{RestApiId: &o.Status.API.ID}))
		}, "+ api"},
		{"the pool is gone, and the policy holds users cheap", func(w *world, o *v1alpha1.SecuredAPI) {
			w.deletePool(o)
		}, "+ userPool"},
		{"a method of the working copy is open", func(w *world, o *v1alpha1.SecuredAPI) { w.openByHand(o, "/registered") }, "~ GET /registered access: guest -> registered"},
		{"the permission to call a function is gone", func(w *world, o *v1alpha1.SecuredAPI) {
			w.revokeByHand(o, "RegisteredHandler")
		}, "+ permission/arn:aws:lambda:us-east-1:111111111111:function:RegisteredHandler"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 200*time.Millisecond)
			object := w.create(w.recipe())
			w.awaitReady(object)
			before := w.inventory()
			before.APIs[0].Deployments = 0
			tc.byHand(w, object)
			w.eventually("the repair", func(context.Context) (bool, string) {
				after := w.inventory()
				if len(after.APIs) == 0 {
					return false, "no API"
				}
				for i := range after.APIs {
					after.APIs[i].Deployments = 0
				}
				diff := cmp.Diff(before, after)
				return diff == "", diff
			})
			w.eventually("an event that says so", func(context.Context) (bool, string) {
				notes := w.eventNotes()
				return strings.Contains(notes, tc.want), notes
			})
			w.awaitReady(object)
		})
	}
}

func TestADeletedPoolWithUsersIsNotMadeAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 200*time.Millisecond)
	object := w.recipe()
	object.Spec.DeletionPolicy = v1alpha1.DeletionProtect
	w.create(object)
	w.awaitReady(object)
	w.deletePool(object)
	message := w.awaitStalled(object, v1alpha1.ReasonUserPoolDeleted)
	if !strings.Contains(message, object.Status.UserPool.ID) || !strings.Contains(message, "users") {
		t.Errorf("a person reads what was lost: %s", message)
	}
	if all := w.inventory(); len(all.Pools) != 0 {
		t.Errorf("an empty pool would hide the loss: %+v", all.Pools)
	}
}

func TestARestartInTheMiddleGoesOn(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"CreateUserPool", "CreateUserPoolClient", "CreateUserPoolDomain", "CreateRestApi", "AddPermission", "PutRestApi", "GetResources", "CreateDeployment"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, resyncNever)
			w.aws.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.Delay, Delay: time.Hour, Times: 1})
			object := w.create(w.recipe())
			w.eventually("the call to hang", func(context.Context) (bool, string) { return w.aws.Delayed() > 0, "no call is being delayed" })
			w.stop()
			w.aws.ClearFaults()
			w.startOperator()
			w.awaitReady(object)
			all := w.inventory()
			if len(all.Pools) != 1 || len(all.Pools[0].Clients) != 1 || len(all.APIs) != 1 || all.APIs[0].Deployments != 1 {
				t.Errorf("one of each: %+v", all)
			}
		})
	}
}

func TestARestartMakesNoCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.stop()
	w.aws.ResetCalls()
	w.startOperator()
	// Another object shows that the operator is up and has been through its queue.
	other := w.recipe()
	other.Name = "other"
	other.Spec.Domain.Prefix = "notes-other"
	w.create(other)
	w.awaitReady(other)
	// One more than in an account of its own: another pool may have the domain.
	if calls := w.calls(); len(calls) != 15 {
		t.Errorf("the calls are those of the new object alone: %v", calls)
	}
}

func TestADomainThatIsTakenCostsNoDowntime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.takeDomain("taken")
	w.aws.ResetCalls()
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Domain.Prefix = "taken" })
	w.awaitStalled(object, v1alpha1.ReasonDomainTaken)
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("the domain that works is left alone, not taken down and brought back: %v", calls)
	}
}
