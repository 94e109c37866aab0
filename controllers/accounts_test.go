package controllers_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	times "github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/hack/awslocal"
)

const (
	otherAccount = "222233334444"
	otherRole    = "arn:aws:iam::222233334444:role/securedapi"
)

// giveRole annotates the namespace, as an administrator does.
func (w *world) giveRole(role string) {
	w.t.Helper()
	namespace := &corev1.Namespace{}
	namespace.Name = w.namespace
	w.get(namespace)
	namespace.Annotations = map[string]string{v1alpha1.RoleARNAnnotation: role}
	if err := w.client.Update(w.t.Context(), namespace); err != nil {
		w.t.Fatal(err)
	}
}

// newWorldInRole is a world whose namespace has a role.
func newWorldInRole(t tester, resync time.Duration, role string) *world {
	t.Helper()
	w := newAccount(t)
	w.resync = resync
	w.giveRole(role)
	w.startOperator()
	t.Cleanup(func() { w.stop() })
	return w
}

func TestANamespaceWorksInItsOwnAccount(t *testing.T) {
	t.Parallel()
	w := newWorldInRole(t, resyncNever, otherRole)
	object := w.recipe()
	object.Spec.Routes = object.Spec.Routes[:1]
	object.Spec.Routes[0].Backend = v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: "https://example.com/"}}
	w.create(object)
	w.awaitReady(object)
	if object.Status.Account != otherAccount || !strings.Contains(object.Status.UserPool.ARN, otherAccount) {
		t.Errorf("all of it is in the role's account: %+v", object.Status)
	}
	for _, call := range w.aws.Calls() {
		if call.Service != "sts" && (call.Account != otherAccount || call.Tags["securedapi.dev/namespace"] != w.namespace || call.Tags["securedapi.dev/name"] != "notes") {
			t.Errorf("each call is the role's, in a session of the object: %+v", call)
		}
	}
	if all := w.inventory(); len(all.Pools)+len(all.APIs) != 0 {
		t.Errorf("nothing is in the operator's own: %+v", all)
	}
	w.delete(object)
	theirs := apigateway.NewFromConfig(w.aws.ConfigFor(otherAccount))
	if apis := must[*apigateway.GetRestApisOutput](w)(theirs.GetRestApis(t.Context(), &apigateway.GetRestApisInput{})).Items; len(apis) != 0 {
		t.Errorf("and it is taken down there: %+v", apis)
	}
}

func TestARoleThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, role, reason, says string
	}{
		{"no ARN of a role", "securedapi", v1alpha1.ReasonAccessDenied, `annotation securedapi.dev/role-arn of namespace`},
		{"it does not trust the operator", otherRole, v1alpha1.ReasonAccessDenied, "is not authorized to perform: sts:AssumeRole on resource: " + otherRole},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newAccount(t)
			w.resync = resyncNever
			w.aws.STS.Deny(otherRole)
			w.giveRole(tc.role)
			w.startOperator()
			t.Cleanup(func() { w.stop() })
			object := w.create(w.recipe())
			if message := w.awaitStalled(object, tc.reason); !strings.Contains(message, tc.says) {
				t.Errorf("a person reads why: %s", message)
			}
			if calls := w.mutating(); len(calls) != 0 {
				t.Errorf("nothing is written: %v", calls)
			}
		})
	}
}

// What fails while a role is assumed is no matter for a person.
func TestARoleThatCannotBeAssumedNow(t *testing.T) {
	t.Parallel()
	for _, kind := range []awslocal.Kind{awslocal.Cut, awslocal.LoseReply, awslocal.Garbage, awslocal.CutBody, awslocal.RefuseBefore, awslocal.Throttle} {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			w := newAccount(t)
			w.resync = resyncNever
			w.giveRole(otherRole)
			w.aws.Inject(awslocal.Fault{Operation: "AssumeRole", Kind: kind, Times: 2})
			w.startOperator()
			t.Cleanup(func() { w.stop() })
			object := w.create(w.recipe())
			w.awaitReady(object)
			w.delete(object)
		})
	}
}

func TestAnotherRoleIsAnotherAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, resyncNever)
	object := w.create(w.recipe())
	w.awaitReady(object)
	w.giveRole(otherRole)
	w.aws.ResetCalls()
	w.eventually("the cache to know the role", func(ctx context.Context) (bool, string) {
		namespace := &metav1.PartialObjectMetadata{}
		namespace.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
		err := w.operator.Client.Get(ctx, client.ObjectKey{Name: w.namespace}, namespace)
		return err == nil && namespace.Annotations[v1alpha1.RoleARNAnnotation] != "", "no role"
	})
	w.update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "live" })
	message := w.awaitStalled(object, v1alpha1.ReasonWrongAccount)
	if want := "arn:aws:sts::" + otherAccount + ":assumed-role/securedapi/securedapi-" + w.namespace + "-notes"; !strings.Contains(message, want) {
		t.Errorf("it names the session: %s, want %s", message, want)
	}
	if calls := w.mutating(); len(calls) != 0 {
		t.Errorf("nothing is written: %v", calls)
	}
}

// One account's calls that hang, or stand in its lines, keep nobody waiting elsewhere. Regions are as apart as accounts.
func TestAStormElsewhereSlowsNobody(t *testing.T) {
	t.Parallel()
	w := newAccount(t)
	w.resync, w.workers = resyncNever, times.WorkersPerPlace+1
	w.startOperator()
	t.Cleanup(func() { w.stop() })
	t.Cleanup(w.aws.ClearFaults)
	named := func(name, region string) *v1alpha1.SecuredAPI {
		object := w.recipe()
		object.Name, object.Spec.Region, object.Spec.Domain.Prefix = name, region, name
		return object
	}
	w.aws.Inject(awslocal.Fault{Operation: "CreateUserPoolDomain", Kind: awslocal.Delay, Delay: time.Hour})
	var storm []*v1alpha1.SecuredAPI
	for i := range times.WorkersPerPlace + 1 {
		storm = append(storm, w.create(named(fmt.Sprintf("storm-%d", i), "us-east-1")))
	}
	w.eventually("calls to hang", func(context.Context) (bool, string) {
		n := w.aws.Delayed()
		return n == times.WorkersPerPlace, strconv.Itoa(n)
	})
	elsewhere := named("elsewhere", "eu-west-1")
	elsewhere.Spec.Domain = nil
	w.awaitReady(w.create(elsewhere))
	if n := w.aws.Delayed(); n != times.WorkersPerPlace {
		t.Errorf("the storm went on meanwhile: %d calls hang", n)
	}
	w.aws.ClearFaults()
	for _, object := range storm {
		w.awaitReady(object)
	}
}
