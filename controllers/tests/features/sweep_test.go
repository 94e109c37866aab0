package features_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// check is what one drift check called: the stage comes last.
type check []string

// checks takes the calls so far apart into checks of one object, each of which ends with its stage. The first and the last
// may be cut, and are left out.
func checks(w *harness.World) []check {
	all := []check{nil}
	for _, call := range w.AWS.Calls() {
		if call.Service == "sts" || call.Service == "sqs" || harness.Sweeping(call) {
			continue
		}
		all[len(all)-1] = append(all[len(all)-1], call.Operation)
		if call.Operation == "GetStages" {
			all = append(all, nil)
		}
	}
	return all[min(1, len(all)-1) : len(all)-1]
}

// awaitChecks waits until so many checks from now on are over, and returns them.
func awaitChecks(w *harness.World, least int) []check {
	w.T.Helper()
	w.AWS.ResetCalls()
	w.Eventually("checks", func(context.Context) (bool, string) {
		checks := checks(w)
		return len(checks) >= least, fmt.Sprintf("%d of %d", len(checks), least)
	})
	return checks(w)[:least]
}

// swept waits until a check was made that a sweep vouched for.
func swept(w *harness.World) {
	w.T.Helper()
	w.Eventually("a check that a sweep vouches for", func(context.Context) (bool, string) {
		checks := checks(w)
		return len(checks) > 0 && len(checks[len(checks)-1]) == 2, fmt.Sprint(checks)
	})
}

// weaken changes a password policy by hand.
func weaken(w *harness.World, object *v1alpha1.SecuredAPI, length int32) {
	w.T.Helper()
	harness.Must[*cip.UpdateUserPoolOutput](w)(w.Cognito().UpdateUserPool(w.T.Context(), &cip.UpdateUserPoolInput{
		UserPoolId:             &object.Status.UserPool.ID,
		AutoVerifiedAttributes: []ciptypes.VerifiedAttributeType{"email"}, UserPoolTags: w.DescribePool().UserPoolTags,
		Policies: &ciptypes.UserPoolPolicyType{PasswordPolicy: &ciptypes.PasswordPolicyType{MinimumLength: aws.Int32(length)}},
	}))
}

func awaitLength(w *harness.World, want int32) {
	w.T.Helper()
	w.Eventually("the password policy of the spec", func(context.Context) (bool, string) {
		got := aws.ToInt32(w.DescribePool().Policies.PasswordPolicy.MinimumLength)
		return got == want, strconv.Itoa(int(got))
	})
}

// Without the sweep, the user pool would be read ten checks later.
func TestASweepFindsAChangedPool(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, 500*time.Millisecond)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	swept(w)
	w.AWS.ResetCalls()
	weaken(w, object, 20)
	awaitLength(w, 6)
	stages := w.CountCalls(func(c awslocal.Call) bool { return c.Operation == "GetStages" })
	if stages > 4 {
		t.Errorf("the sweep after the change finds it, and the check after that repairs it: %d checks", stages)
	}
	awaitAnswered(w, object)
	w.AwaitReady(object)
	// What the operator changes itself moves the pool, too, and is no drift.
	for i, check := range awaitChecks(w, 8) {
		// The two checks after a write look at half of everything each.
		if len(check) != 2 && (i > 2 || len(check) > 4) {
			t.Errorf("its own repair does not wake it: check %d made %v", i, check)
		}
	}
}

// A deleted resource is created again, whether the sweep or the check of the stage finds it first.
func TestASweepFindsDeletedResources(t *testing.T) {
	t.Parallel()
	for name, byHand := range map[string]func(w *harness.World, o *v1alpha1.SecuredAPI){
		"the user pool": func(w *harness.World, o *v1alpha1.SecuredAPI) { w.DeletePool(o) },
		"the API": func(w *harness.World, o *v1alpha1.SecuredAPI) {
			harness.Must[*apigateway.DeleteRestApiOutput](w)(w.Gateway().DeleteRestApi(w.T.Context(), &apigateway.DeleteRestApiInput{RestApiId: &o.Status.API.ID}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, time.Second)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			swept(w)
			pool, api := object.Status.UserPool.ID, object.Status.API.ID
			byHand(w, object)
			w.Await(object, "another in its place", func(o *v1alpha1.SecuredAPI) bool {
				return o.Status.UserPool != nil && o.Status.API != nil && (o.Status.UserPool.ID != pool || o.Status.API.ID != api)
			})
			w.AwaitReady(object)
		})
	}
}

// After a sweep that AWS denied, each check reads the user pool, until a sweep succeeds.
func TestWithoutSweepsChecksReadThePool(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"ListUserPools", "GetRestApis"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, 100*time.Millisecond)
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			swept(w)
			w.AWS.ResetCalls()
			w.AWS.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.RefuseBefore, Code: "AccessDeniedException", Message: "no", Status: http.StatusForbidden})
			w.AwaitCalls(func(c awslocal.Call) bool { return c.Operation == operation && c.Code != "" }, 2)
			for _, check := range awaitChecks(w, 6) {
				if !slices.Contains(check, "DescribeUserPool") || len(check) != 4 {
					t.Errorf("a check reads pool, client, stage and one more: %v", check)
				}
			}
			w.AWS.ClearFaults()
			swept(w)
		})
	}
}

// A sweep uses the session of an object, because a role may trust no other session.
func TestASweepUsesTheSessionOfAnObject(t *testing.T) {
	t.Parallel()
	w := newWorldInRole(t, 100*time.Millisecond, otherRole)
	object := w.Recipe()
	object.Spec.Routes = object.Spec.Routes[:1]
	object.Spec.Routes[0].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://example.com/"}}
	w.Create(object)
	w.AwaitReady(object)
	w.AWS.ResetCalls()
	w.AwaitCalls(harness.Sweeping, 4)
	for _, call := range w.AWS.Calls() {
		if harness.Sweeping(call) && (call.Account != otherAccount || call.Tags["securedapi.dev/namespace"] != w.Namespace || call.Tags["securedapi.dev/name"] != "notes") {
			t.Errorf("a sweep is the role's, in the session of an object: %+v", call)
		}
	}
	w.Delete(object)
	w.AWS.ResetCalls()
	// Another object, in the operator's own account, shows that time goes on.
	giveRole(w, "")
	other := w.Recipe()
	other.Name = "other"
	w.Create(other)
	w.AwaitReady(other)
	w.AwaitCalls(harness.Sweeping, 6)
	if calls := w.CountCalls(func(c awslocal.Call) bool { return harness.Sweeping(c) && c.Account == otherAccount }); calls > 2 {
		t.Errorf("where no object is, nothing is listed: %d calls", calls)
	}
}

// The last object of an account and Region goes, and with it what the sweeps listed that in: the role, or the whole namespace.
func TestSweepsEndWithTheRightToThem(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		how    string
		role   string
		ends   func(*harness.World, *corev1.Namespace) error
		counts bool
	}{
		{"the namespace loses its role of another account", otherRole, func(w *harness.World, namespace *corev1.Namespace) error {
			namespace.Annotations = nil
			return w.Client.Update(w.T.Context(), namespace)
		}, false},
		{"the namespace goes, and had a role of another account", otherRole, removeNamespace, false},
		{"the namespace goes, and the operator's own role may list", "", removeNamespace, true},
	} {
		t.Run(tc.how, func(t *testing.T) {
			t.Parallel()
			w := harness.NewAccount(t)
			w.Resync = 500 * time.Millisecond
			namespace := &corev1.Namespace{}
			namespace.Name = w.Namespace
			if tc.role != "" {
				giveRole(w, tc.role)
			}
			w.StartOperator()
			t.Cleanup(func() { w.Stop() })
			object := w.Recipe()
			object.Spec.DeletionPolicy, object.Spec.Routes = v1alpha1.DeletionRetain, object.Spec.Routes[:1]
			object.Spec.Routes[0].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://example.com/"}}
			w.Create(object)
			w.AwaitReady(object)
			w.Delete(object)
			w.Eventually("what is retained to be counted", func(context.Context) (bool, string) {
				got := w.Orphaned()
				return got[drift.KindAPI] == 1 && got[drift.KindPool] == 1, fmt.Sprint(got)
			})
			w.Get(namespace)
			if err := tc.ends(w, namespace); err != nil {
				t.Fatal(err)
			}
			if !tc.counts {
				w.Eventually("the place to be forgotten", func(context.Context) (bool, string) {
					got := w.Orphaned()
					return len(got) == 0, fmt.Sprint(got)
				})
				return
			}
			harness.Must[*apigateway.DeleteRestApiOutput](w)(w.Gateway().DeleteRestApi(t.Context(), &apigateway.DeleteRestApiInput{RestApiId: &object.Status.API.ID}))
			w.Eventually("the user pool alone to be counted", func(context.Context) (bool, string) {
				got := w.Orphaned()
				return got[drift.KindAPI] == 0 && got[drift.KindPool] == 1, fmt.Sprint(got)
			})
		})
	}
}

// removeNamespace does what Kubernetes does: the test's API server has no controller for it.
func removeNamespace(w *harness.World, namespace *corev1.Namespace) error {
	if err := w.Client.Delete(w.T.Context(), namespace); err != nil {
		return err
	}
	w.Get(namespace)
	namespace.Spec.Finalizers = nil
	return w.Client.SubResource("finalize").Update(w.T.Context(), namespace)
}
