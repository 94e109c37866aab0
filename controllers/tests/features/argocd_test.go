package features_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kstatus "sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/hack/awslocal"
)

// healthScript is the health check that the guide for Argo CD has.
func healthScript(t *testing.T) string {
	t.Helper()
	const guide = "docs/how-to/review-plans-with-gitops.md"
	text, err := os.ReadFile(harness.File(guide))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(text, -1) {
		var patch struct{ Data map[string]string }
		if err := yaml.Unmarshal(block[1], &patch); err != nil {
			t.Fatal(err)
		}
		// https://argo-cd.readthedocs.io/en/stable/operator-manual/health/: resource.customizations.health.<group>_<kind>
		if script, ok := patch.Data["resource.customizations.health."+v1alpha1.GroupVersion.Group+"_SecuredAPI"]; ok {
			return script
		}
	}
	t.Fatalf("%s has no health check for %s/SecuredAPI", guide, v1alpha1.GroupVersion.Group)
	return ""
}

// argoHealth is what Argo CD says of an object with a health check. An object that is being deleted is Progressing, whatever its
// check says (github.com/argoproj/gitops-engine, GetResourceHealth in pkg/health/health.go).
func argoHealth(t *testing.T, script string, object map[string]any) (status, message string) {
	t.Helper()
	status, message = runHealth(t, script, object)
	if (&unstructured.Unstructured{Object: object}).GetDeletionTimestamp() != nil {
		return "Progressing", "Pending deletion"
	}
	return status, message
}

// runHealth runs a check as Argo CD does: with the libraries base, package and table only, within a second, and with a table as
// the result, whose status is one of Argo CD's (github.com/argoproj/argo-cd, util/lua/lua.go).
func runHealth(t *testing.T, script string, object map[string]any) (status, message string) {
	t.Helper()
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	state.SetContext(ctx)
	state.SetGlobal("obj", luaValue(state, object))
	if err := state.DoString(script); err != nil {
		t.Fatalf("the health check fails: %v", err)
	}
	result, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		t.Fatalf("the health check returns %s, want a table", state.Get(-1).Type())
	}
	status, message = result.RawGetString("status").String(), result.RawGetString("message").String()
	if !slices.Contains([]string{"Unknown", "Progressing", "Suspended", "Healthy", "Degraded", "Missing"}, status) {
		t.Fatalf("the health check returns the status %q, which Argo CD does not have", status)
	}
	return status, message
}

// luaValue is a value of JSON in Lua. As in Argo CD, null is nil.
func luaValue(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case string:
		return lua.LString(value)
	case int64:
		return lua.LNumber(value)
	case float64:
		return lua.LNumber(value)
	case []any:
		table := state.NewTable()
		for _, item := range value {
			table.Append(luaValue(state, item))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, item := range value {
			table.RawSetString(key, luaValue(state, item))
		}
		return table
	default:
		return lua.LNil
	}
}

// fits says which words of kstatus a word of Argo CD may stand beside. kstatus has no word for an object that waits for somebody
// without a failure: it says InProgress.
var fits = map[string][]kstatus.Status{
	"Healthy":     {kstatus.CurrentStatus},
	"Degraded":    {kstatus.FailedStatus},
	"Progressing": {kstatus.InProgressStatus, kstatus.TerminatingStatus},
	"Suspended":   {kstatus.InProgressStatus},
}

// Argo CD, with the health check of the guide, and kstatus, by which Flux reads, say the same of an object.
func TestArgoCDAgreesWithKstatus(t *testing.T) {
	t.Parallel()
	script := healthScript(t)
	ready := func(w *harness.World) *v1alpha1.SecuredAPI {
		w.StartOperator()
		object := w.Create(w.Recipe())
		w.AwaitReady(object)
		return object
	}
	invalid := func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Scopes = []string{"notes/red"} }
	condition := func(kind string) func(*v1alpha1.SecuredAPI) bool {
		return func(o *v1alpha1.SecuredAPI) bool { return meta.IsStatusConditionTrue(o.Status.Conditions, kind) }
	}
	stalled := func(w *harness.World) *v1alpha1.SecuredAPI {
		object := ready(w)
		w.Update(object, invalid)
		w.AwaitStalled(object, v1alpha1.ReasonInvalidSpec)
		return object
	}
	planned := func(w *harness.World, edit func(*v1alpha1.SecuredAPI)) *v1alpha1.SecuredAPI {
		object := ready(w)
		w.Update(object, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Mode = v1alpha1.ModePlan
			edit(o)
		})
		return object
	}
	for _, tc := range []struct {
		reason string
		object func(*harness.World) *v1alpha1.SecuredAPI
		// want is Argo CD's word, with the begin of its message.
		want, message string
		kstatus       kstatus.Status
	}{
		{"no operator has seen the object", func(w *harness.World) *v1alpha1.SecuredAPI {
			return w.Create(w.Recipe())
		}, "Progressing", "Waiting for the operator", kstatus.InProgressStatus},
		{"the operator creates it", func(w *harness.World) *v1alpha1.SecuredAPI {
			w.AWS.Inject(awslocal.Fault{Operation: "CreateDeployment", Kind: awslocal.RefuseBefore, Status: http.StatusServiceUnavailable})
			w.StartOperator()
			object := w.Create(w.Recipe())
			w.Await(object, "Reconciling", condition(v1alpha1.ConditionReconciling))
			return object
		}, "Progressing", "", kstatus.InProgressStatus},
		{"AWS agrees", ready, "Healthy", "Succeeded: ", kstatus.CurrentStatus},
		{"the operator tries again, and what there is still serves", func(w *harness.World) *v1alpha1.SecuredAPI {
			object := ready(w)
			w.AWS.Inject(awslocal.Fault{Operation: "GetStages", Kind: awslocal.RefuseBefore, Status: http.StatusServiceUnavailable})
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Annotations = map[string]string{v1alpha1.ReconcileAtAnnotation: "now"} })
			w.Await(object, "Reconciling", condition(v1alpha1.ConditionReconciling))
			if !condition(v1alpha1.ConditionReady)(object) {
				w.T.Errorf("got %+v, want Ready beside Reconciling", object.Status.Conditions)
			}
			return object
		}, "Progressing", "AWSUnavailable: ", kstatus.InProgressStatus},
		{"nobody has seen an edit yet", func(w *harness.World) *v1alpha1.SecuredAPI {
			object := ready(w)
			w.Stop()
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Access = v1alpha1.AccessGuest })
			return object
		}, "Progressing", "Waiting for the operator", kstatus.InProgressStatus},
		{"the spec cannot work", stalled, "Degraded", "InvalidSpec: spec.routes[0].scopes[0]", kstatus.FailedStatus},
		{"nobody has seen the edit that mends it", func(w *harness.World) *v1alpha1.SecuredAPI {
			object := stalled(w)
			w.Stop()
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Routes[0].Scopes = nil })
			return object
		}, "Progressing", "Waiting for the operator", kstatus.InProgressStatus},
		{"a plan waits for its commit", func(w *harness.World) *v1alpha1.SecuredAPI {
			object := planned(w, func(o *v1alpha1.SecuredAPI) { o.Spec.Stage = "later" })
			w.AwaitPlanned(object)
			return object
		}, "Suspended", "Planned: ", kstatus.InProgressStatus},
		{"a plan has no changes", func(w *harness.World) *v1alpha1.SecuredAPI {
			object := planned(w, func(*v1alpha1.SecuredAPI) {})
			w.AwaitReady(object)
			return object
		}, "Healthy", "Succeeded: ", kstatus.CurrentStatus},
		{"a spec that cannot work is planned", func(w *harness.World) *v1alpha1.SecuredAPI {
			object := planned(w, invalid)
			w.AwaitStalled(object, v1alpha1.ReasonInvalidSpec)
			return object
		}, "Degraded", "InvalidSpec: ", kstatus.FailedStatus},
		{"somebody suspends it", func(w *harness.World) *v1alpha1.SecuredAPI {
			object := ready(w)
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = true })
			w.Await(object, "Suspended", condition(v1alpha1.ConditionSuspended))
			return object
		}, "Suspended", "spec.suspend is true", kstatus.InProgressStatus},
		{"somebody suspends it, and no operator has seen that", func(w *harness.World) *v1alpha1.SecuredAPI {
			object := ready(w)
			w.Stop()
			w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend = true })
			return object
		}, "Suspended", "spec.suspend is true", kstatus.InProgressStatus},
		{"its deletion waits for a person", func(w *harness.World) *v1alpha1.SecuredAPI {
			w.StartOperator()
			recipe := w.Recipe()
			recipe.Spec.DeletionPolicy = v1alpha1.DeletionProtect
			object := w.Create(recipe)
			w.AwaitReady(object)
			name := "ada@example.com"
			harness.Must[*cip.AdminCreateUserOutput](w)(w.Cognito().AdminCreateUser(w.T.Context(),
				&cip.AdminCreateUserInput{UserPoolId: &object.Status.UserPool.ID, Username: &name}))
			if err := w.Client.Delete(w.T.Context(), object); err != nil {
				w.T.Fatal(err)
			}
			w.AwaitStalled(object, v1alpha1.ReasonUsersWouldBeLost)
			return object
		}, "Progressing", "Pending deletion", kstatus.TerminatingStatus},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewAccount(t)
			w.Resync, w.Stop = harness.ResyncNever, func() {}
			t.Cleanup(func() { w.Stop() })
			content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(tc.object(w))
			if err != nil {
				t.Fatal(err)
			}
			status, message := argoHealth(t, script, content)
			if status != tc.want || !strings.HasPrefix(message, tc.message) {
				t.Errorf("got %s, %q of Argo CD, want %s, %q", status, message, tc.want, tc.message)
			}
			result, err := kstatus.Compute(&unstructured.Unstructured{Object: content})
			if err != nil {
				t.Fatal(err)
			}
			if result.Status != tc.kstatus || !slices.Contains(fits[status], result.Status) {
				t.Errorf("got %s (%s) of kstatus beside %s of Argo CD, want %s", result.Status, result.Message, status, tc.kstatus)
			}
		})
	}
}
