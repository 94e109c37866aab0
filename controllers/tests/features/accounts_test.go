package features_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	times "github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

const (
	otherAccount = "222233334444"
	otherRole    = "arn:aws:iam::222233334444:role/securedapi"
)

// giveRole annotates the namespace, as an administrator does.
func giveRole(w *harness.World, role string) {
	w.T.Helper()
	if strings.HasPrefix(role, "arn:") {
		w.Permit("tenants", iam.Values{"ROLE_ARN": {role}})
	}
	namespace := &corev1.Namespace{}
	namespace.Name = w.Namespace
	w.Get(namespace)
	namespace.Annotations = map[string]string{v1alpha1.RoleARNAnnotation: role}
	if err := w.Client.Update(w.T.Context(), namespace); err != nil {
		w.T.Fatal(err)
	}
}

// newWorldInRole is a world whose namespace has a role.
func newWorldInRole(t harness.TB, resync time.Duration, role string) *harness.World {
	t.Helper()
	w := harness.NewAccount(t)
	w.Resync = resync
	giveRole(w, role)
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
	return w
}

func TestANamespaceUsesTheRoleOfItsAnnotation(t *testing.T) {
	t.Parallel()
	w := newWorldInRole(t, harness.ResyncNever, otherRole)
	object := w.Recipe()
	object.Spec.Routes = object.Spec.Routes[:1]
	object.Spec.Routes[0].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://example.com/"}}
	w.Create(object)
	w.AwaitReady(object)
	if object.Status.Account != otherAccount || !strings.Contains(object.Status.UserPool.ARN, otherAccount) {
		t.Errorf("all of it is in the role's account: %+v", object.Status)
	}
	for _, call := range w.AWS.Calls() {
		if call.Service != "sts" && (call.Account != otherAccount || call.Tags["securedapi.dev/namespace"] != w.Namespace || call.Tags["securedapi.dev/name"] != "notes") {
			t.Errorf("each call is the role's, in a session of the object: %+v", call)
		}
	}
	if all := w.Inventory(); len(all.Pools)+len(all.APIs) != 0 {
		t.Errorf("nothing is in the operator's own: %+v", all)
	}
	w.Delete(object)
	theirs := apigateway.NewFromConfig(w.AWS.ConfigFor(otherAccount))
	if apis := harness.Must[*apigateway.GetRestApisOutput](w)(theirs.GetRestApis(t.Context(), &apigateway.GetRestApisInput{})).Items; len(apis) != 0 {
		t.Errorf("and it is taken down there: %+v", apis)
	}
}

func TestARoleThatCannotBeAssumedStalls(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, role, reason, says string
	}{
		{"the annotation is not the ARN of a role", "securedapi", v1alpha1.ReasonAccessDenied, `annotation securedapi.dev/role-arn of namespace`},
		{"the role does not trust the operator", otherRole, v1alpha1.ReasonAccessDenied, "is not authorized to perform: sts:AssumeRole on resource: " + otherRole},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := harness.NewAccount(t)
			w.Resync = harness.ResyncNever
			w.AWS.STS.Deny(otherRole)
			giveRole(w, tc.role)
			w.StartOperator()
			t.Cleanup(func() { w.Stop() })
			object := w.Create(w.Recipe())
			if message := w.AwaitStalled(object, tc.reason); !strings.Contains(message, tc.says) {
				t.Errorf("a person reads why: %s", message)
			}
			if calls := w.Writes(); len(calls) != 0 {
				t.Errorf("nothing is written: %v", calls)
			}
		})
	}
}

// An object that was restored has no status, and what it made is in the account of a role that does not work now.
func TestADeletionWaitsForTheRole(t *testing.T) {
	t.Parallel()
	w := newWorldInRole(t, harness.ResyncNever, otherRole)
	object := w.Recipe()
	object.Spec.Routes[0].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://example.com/"}}
	object.Spec.Routes = object.Spec.Routes[:1]
	w.Create(object)
	w.AwaitReady(object)
	w.Stop()
	object.Status = v1alpha1.SecuredAPIStatus{}
	if err := w.Client.Status().Update(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	giveRole(w, "securedapi")
	if err := w.Client.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	w.StartOperator()
	w.AwaitStalled(object, v1alpha1.ReasonAccessDenied)
	giveRole(w, otherRole)
	w.AwaitGone(object)
	theirs := cip.NewFromConfig(w.AWS.ConfigFor(otherAccount))
	all := harness.Must[*cip.ListUserPoolsOutput](w)(theirs.ListUserPools(t.Context(), &cip.ListUserPoolsInput{MaxResults: new(int32(60))})).UserPools
	if len(all) != 0 {
		t.Errorf("got the pools %v after the deletion, want none", all)
	}
}

// A transient failure of AssumeRole is retried, and does not stall the object.
func TestATransientFailureToAssumeARoleIsRetried(t *testing.T) {
	t.Parallel()
	for _, kind := range []awslocal.Kind{awslocal.Cut, awslocal.LoseReply, awslocal.Garbage, awslocal.CutBody, awslocal.RefuseBefore, awslocal.Throttle} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			w := harness.NewAccount(t)
			w.Resync = harness.ResyncNever
			giveRole(w, otherRole)
			w.AWS.Inject(awslocal.Fault{Operation: "AssumeRole", Kind: kind, Times: 2})
			w.StartOperator()
			t.Cleanup(func() { w.Stop() })
			object := w.Create(w.Recipe())
			w.AwaitReady(object)
			w.Delete(object)
		})
	}
}

func TestARoleOfAnotherAccountIsRefused(t *testing.T) {
	t.Parallel()
	w := harness.NewWorld(t, harness.ResyncNever)
	object := w.Create(w.Recipe())
	w.AwaitReady(object)
	giveRole(w, otherRole)
	w.AWS.ResetCalls()
	w.Eventually("the cache to know the role", func(ctx context.Context) (bool, string) {
		namespace := &metav1.PartialObjectMetadata{}
		namespace.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
		err := w.Operator.Client.Get(ctx, client.ObjectKey{Name: w.Namespace}, namespace)
		return err == nil && namespace.Annotations[v1alpha1.RoleARNAnnotation] != "", "no role"
	})
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" })
	message := w.AwaitStalled(object, v1alpha1.ReasonWrongAccount)
	if want := "arn:aws:sts::" + otherAccount + ":assumed-role/securedapi/securedapi-" + w.Namespace + "-notes"; !strings.Contains(message, want) {
		t.Errorf("it names the session: %s, want %s", message, want)
	}
	if calls := w.Writes(); len(calls) != 0 {
		t.Errorf("nothing is written: %v", calls)
	}
}

// Calls of one account that hang or are queued delay no other account and no other Region.
func TestAThrottledAccountDelaysNoOtherAccount(t *testing.T) {
	t.Parallel()
	w := harness.NewAccount(t)
	w.Resync, w.Workers = harness.ResyncNever, times.WorkersPerPlace+1
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
	t.Cleanup(w.AWS.ClearFaults)
	named := func(name, region string) *v1alpha1.SecuredAPI {
		object := w.Recipe()
		object.Name, object.Spec.Region, object.Spec.Domain.Prefix = name, region, name
		return object
	}
	w.AWS.Inject(awslocal.Fault{Operation: "CreateUserPoolDomain", Kind: awslocal.Delay, Delay: time.Hour})
	var storm []*v1alpha1.SecuredAPI
	for i := range times.WorkersPerPlace + 1 {
		storm = append(storm, w.Create(named(fmt.Sprintf("storm-%d", i), "us-east-1")))
	}
	w.Eventually("calls to hang", func(context.Context) (bool, string) {
		n := w.AWS.Delayed()
		return n == times.WorkersPerPlace, strconv.Itoa(n)
	})
	elsewhere := named("elsewhere", "eu-west-1")
	harness.WithoutDomain(elsewhere)
	w.AwaitReady(w.Create(elsewhere))
	if n := w.AWS.Delayed(); n != times.WorkersPerPlace {
		t.Errorf("the storm went on meanwhile: %d calls hang", n)
	}
	w.AWS.ClearFaults()
	for _, object := range storm {
		w.AwaitReady(object)
	}
}
