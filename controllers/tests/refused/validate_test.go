package refused_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/controllers/validate"
)

// newWorld is a world with workers for many objects.
func newWorld(t *testing.T) *harness.World {
	t.Helper()
	w := harness.NewAccount(t)
	w.Resync, w.Workers = harness.ResyncNever, 8
	return w
}

func start(t *testing.T, w *harness.World) {
	t.Helper()
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
}

// create creates an object of patches, edited.
func create(t *testing.T, w *harness.World, name, patch string, edit func(*v1alpha1.SecuredAPISpec)) *v1alpha1.SecuredAPI {
	t.Helper()
	made := &v1alpha1.SecuredAPI{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object(t, w, name, patch).Object, made); err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		edit(&made.Spec)
	}
	return w.Create(made)
}

// A spec that the schema cannot judge is refused before the first call to AWS: nothing is made, and the object says why.
func TestRefusedBeforeTheFirstCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start(t, w)
	broken := map[string]bool{}
	objects := make([]*v1alpha1.SecuredAPI, len(beforeTheFirstCall))
	for i, row := range beforeTheFirstCall {
		broken[row.breaks] = true
		objects[i] = create(t, w, fmt.Sprintf("refused-%d", i), row.patch, row.edit)
	}
	for i, row := range beforeTheFirstCall {
		judge(t, w, objects[i], row.reason, row.words)
	}
	nothingWasDone(t, w)
	for _, rule := range validate.Rules {
		if !broken[rule.Name] {
			t.Errorf("no row breaks the rule %s", rule.Name)
		}
	}
	t.Logf("%d specs are refused before the first call", len(beforeTheFirstCall))

	// Nothing was made, so nothing holds the objects.
	for _, one := range objects {
		if err := w.Client.Delete(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	for _, one := range objects {
		w.AwaitGone(one)
	}
}

// A role's ARN names the object's account, so what has to be of that account and is of another one is refused without a call.
func TestWhatIsOutsideTheRolesAccountIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	namespace := &corev1.Namespace{}
	namespace.Name = w.Namespace
	w.Get(namespace)
	namespace.Annotations = map[string]string{v1alpha1.RoleARNAnnotation: "arn:aws:iam::333333333333:role/securedapi"}
	if err := w.Client.Update(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	start(t, w)
	for i, row := range []struct {
		reason, patch string
		words
	}{
		{"a function of another account", lambda("arn:aws:lambda:us-east-1:222222222222:function:F"), words{
			"spec.routes[0].backend.lambda.function", `"arn:aws:lambda:us-east-1:222222222222:function:F"`,
			"is of account 222222222222, but the API is of account 333333333333", "name a function of account 333333333333",
		}},
		{"a web ACL of another account, of a replica", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, webACLARN: "arn:aws:wafv2:us-west-2:222222222222:regional/webacl/notes/a"}}}`, words{"spec.userPool.replica.webACLARN", `"arn:aws:wafv2:us-west-2:222222222222:regional/webacl/notes/a"`, "is of account 222222222222, but the replica is of account 333333333333", "name a web ACL of account 333333333333"}},
		{"a log group of another account, of a replica", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2, logs: [{source: Notifications, logGroupARN: "arn:aws:logs:us-west-2:222222222222:log-group:notes"}]}}}`, words{"spec.userPool.replica.logs[0].logGroupARN", `"arn:aws:logs:us-west-2:222222222222:log-group:notes"`, "is of account 222222222222, but the replica is of account 333333333333", "name a log group of account 333333333333"}},
		{"a web ACL of another account", `{userPool: {webACLARN: "arn:aws:wafv2:us-east-1:222222222222:regional/webacl/notes/a"}}`, words{"spec.userPool.webACLARN", `"arn:aws:wafv2:us-east-1:222222222222:regional/webacl/notes/a"`, "is of account 222222222222, but the user pool is of account 333333333333", "name a web ACL of account 333333333333"}},
		{"a stream of another account", `{userPool: {tier: Plus, logs: [{source: UserActivity, streamARN: "arn:aws:firehose:us-east-1:222222222222:deliverystream/notes"}]}}`, words{"spec.userPool.logs[0].streamARN", `"arn:aws:firehose:us-east-1:222222222222:deliverystream/notes"`, "is of account 222222222222, but the user pool is of account 333333333333", "name a stream of account 333333333333"}},
	} {
		judge(t, w, create(t, w, fmt.Sprintf("outside-%d", i), row.patch, nil), row.reason, row.words)
	}
	nothingWasDone(t, w)
}

// Static keys do not name their account. STS is asked for it, and a function of another account is refused before anything is created.
func TestAFunctionOutsideTheKeysAccountIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start(t, w)
	one := create(t, w, "notes", lambda("arn:aws:lambda:us-east-1:222222222222:function:F"), nil)
	message := w.AwaitStalled(one, v1alpha1.ReasonInvalidSpec)
	if want := "is of account 222222222222, but the API is of account 111111111111"; !strings.Contains(message, want) {
		t.Errorf("got %q, want in it %q", message, want)
	}
	if made := w.Inventory(); len(made.Pools)+len(made.APIs) != 0 {
		t.Errorf("got %+v made, want nothing", made)
	}
}

// One message lists all violations of a spec.
func TestOneMessageListsAllViolations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start(t, w)
	one := create(t, w, "notes", `{region: eu-wets-1, userPool: {signInWith: [PhoneNumber]}, clients: [{name: web, callbackURLs: ["myapp://in"], scopes: [a/b]}], `+
		`routes: [{path: "/{id}/{id}", methods: [GET], backend: {http: {url: "https://10.0.0.1/{name}"}}}]}`, nil)
	message := w.AwaitStalled(one, v1alpha1.ReasonInvalidSpec)
	for _, field := range []string{
		`spec.region: "eu-wets-1"`, "spec.userPool.signInWith: [PhoneNumber]", `spec.clients[0].scopes[0]: "a/b"`, `spec.routes[0].path: "/{id}/{id}"`,
		`spec.routes[0].backend.http.url: "https://10.0.0.1/{name}" has a host`, `spec.routes[0].backend.http.url: "https://10.0.0.1/{name}" uses {name}`,
	} {
		if !strings.Contains(message, field) {
			t.Errorf("got %q, want in it %q", message, field)
		}
	}
	want := map[string]string{v1alpha1.ConditionReady: message}
	for _, other := range []string{v1alpha1.ConditionUserPoolReady, v1alpha1.ConditionAPIReady, v1alpha1.ConditionStalled} {
		want[other] = "The spec is not valid; see Ready"
	}
	for condition, text := range want {
		if got := meta.FindStatusCondition(one.Status.Conditions, condition); got == nil || got.Message != text {
			t.Errorf("got the condition %s %+v, want the message %q", condition, got, text)
		}
	}
	// The API server takes 1024 bytes of a note.
	note := strings.ToValidUTF8(message[:min(len(message), 1000)], "")
	w.Eventually("the event with the long text", func(context.Context) (bool, string) {
		notes := w.EventNotes()
		return strings.Contains(notes, note), notes
	})
	nothingWasDone(t, w)
}

// judge waits until an object is refused, and looks at what it says.
func judge(t *testing.T, w *harness.World, one *v1alpha1.SecuredAPI, reason string, want words) {
	t.Helper()
	message := w.AwaitStalled(one, v1alpha1.ReasonInvalidSpec)
	begin := want.field + ": "
	if want.value != "" {
		begin += want.value + " "
	}
	if !strings.Contains(message, begin) || !strings.Contains(message, want.rule) || !strings.Contains(message, "; ") || !strings.Contains(message, want.remedy) {
		t.Errorf("%s: got %q, want in it %q", reason, message, want)
	}
	ready := meta.FindStatusCondition(one.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil || ready.Status != "False" || ready.Reason != v1alpha1.ReasonInvalidSpec || one.Status.ObservedGeneration != one.Generation {
		t.Errorf("%s: got Ready %+v, want False, InvalidSpec", reason, ready)
	}
	if len(one.Status.Resources) > 0 || one.Status.UserPool != nil || one.Status.API != nil || one.Status.Account != "" {
		t.Errorf("%s: got the status %+v, want nothing of AWS", reason, one.Status)
	}
}

// nothingWasDone says that nobody called AWS, and that nothing was made in the namespace.
func nothingWasDone(t *testing.T, w *harness.World) {
	t.Helper()
	if calls := w.AWS.Calls(); len(calls) > 0 {
		t.Errorf("got %d calls to AWS, the first %+v, want none", len(calls), calls[0])
	}
	maps := &corev1.ConfigMapList{}
	if err := w.Client.List(t.Context(), maps, client.InNamespace(w.Namespace)); err != nil {
		t.Fatal(err)
	}
	if secrets := w.Secrets(); len(secrets) > 0 || len(maps.Items) > 0 {
		t.Errorf("got %d Secrets and %d ConfigMaps, want none", len(secrets), len(maps.Items))
	}
}
