package features_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// isSuspended says that the object's present spec is suspended.
func isSuspended(o *v1alpha1.SecuredAPI) bool {
	c := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionSuspended)
	return c != nil && c.ObservedGeneration == o.Generation
}

// While an object's plan is only shown, or the object is suspended, its outputs stay as they are, whatever the spec says of them.
func TestOutputsStayWhileNothingIsCarriedOut(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason string
		hold   func(o *v1alpha1.SecuredAPI, hold bool)
		held   func(w *harness.World, o *v1alpha1.SecuredAPI)
	}{
		{"mode Plan", func(o *v1alpha1.SecuredAPI, hold bool) {
			o.Spec.Mode = map[bool]v1alpha1.Mode{true: v1alpha1.ModePlan, false: v1alpha1.ModeApply}[hold]
		}, func(w *harness.World, o *v1alpha1.SecuredAPI) {
			// The plan may be empty: outputs are not in it.
			w.Await(o, "the plan", func(o *v1alpha1.SecuredAPI) bool {
				ready := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReady)
				return o.Status.Plan != nil && ready != nil && ready.ObservedGeneration == o.Generation
			})
		}},
		{"suspended", func(o *v1alpha1.SecuredAPI, hold bool) { o.Spec.Suspend = hold }, func(w *harness.World, o *v1alpha1.SecuredAPI) {
			w.Await(o, "Suspended", isSuspended)
		}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			w := harness.NewWorld(t, harness.ResyncNever)
			object := w.Recipe()
			withOutputs(object)
			harness.WithProgram(object)
			w.Create(object)
			w.AwaitReady(object)
			before, secret := configMap(w, "notes-config"), text(w, "notes-credentials")
			for _, edit := range []struct {
				what string
				do   func(*v1alpha1.SecuredAPI)
			}{
				{"another name", func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs.ConfigMapName = "notes-other" }},
				{"no outputs, and another setting", func(o *v1alpha1.SecuredAPI) {
					o.Spec.Outputs, o.Spec.UserPool.PasswordPolicy.MinimumLength = v1alpha1.OutputsSpec{}, 9
				}},
			} {
				w.Update(object, func(o *v1alpha1.SecuredAPI) { tc.hold(o, true); edit.do(o) })
				tc.held(w, object)
				if diff := cmp.Diff(before, configMap(w, "notes-config")); diff != "" {
					t.Errorf("%s: the ConfigMap (-before +after):\n%s", edit.what, diff)
				}
				if diff := cmp.Diff(secret, text(w, "notes-credentials")); diff != "" {
					t.Errorf("%s: the Secret (-before +after):\n%s", edit.what, diff)
				}
				if !isGone(w, &corev1.ConfigMap{}, "notes-other") {
					t.Errorf("%s: another ConfigMap was written", edit.what)
				}
			}
			w.Update(object, func(o *v1alpha1.SecuredAPI) { tc.hold(o, false) })
			w.AwaitReady(object)
			if !isGone(w, &corev1.ConfigMap{}, "notes-config") || !isGone(w, &corev1.Secret{}, "notes-credentials") {
				t.Error("the ConfigMap or the Secret is still there, and the spec was carried out")
			}
		})
	}
}
