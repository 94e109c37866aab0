package v1alpha1_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// TestDefaults holds what is written down for a spec that says the least against the documented defaults.
func TestDefaults(t *testing.T) {
	const least = `
clients: [{name: web, callbackURLs: ["myapp://in"]}]
routes: [{path: /a, methods: [GET], backend: {lambda: {function: F}}}]
`
	u := object(t, "defaults", least)
	if err := kube.Create(t.Context(), u, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	var got v1alpha1.SecuredAPI
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, &got); err != nil {
		t.Fatal(err)
	}
	want := v1alpha1.SecuredAPISpec{
		Stage: "prod",
		Mode:  v1alpha1.ModeApply,
		UserPool: v1alpha1.UserPoolSpec{
			SelfSignUp: v1alpha1.Enabled,
			PasswordPolicy: &v1alpha1.PasswordPolicy{
				MinimumLength: 8, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true,
			},
		},
		Clients: []v1alpha1.Client{{Name: "web", CallbackURLs: []v1alpha1.URL{"myapp://in"}, Flows: []v1alpha1.Flow{v1alpha1.FlowCode}}},
		Routes: []v1alpha1.Route{{
			Path: "/a", Methods: []v1alpha1.Method{"GET"}, Access: v1alpha1.AccessRegistered,
			Backend: v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: "F"}},
		}},
	}
	if diff := cmp.Diff(want, got.Spec); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	if policy := got.EffectiveDeletionPolicy(); policy != v1alpha1.DeletionProtect {
		t.Errorf("users are protected unless said otherwise: %s", policy)
	}
	got.Spec.UserPool.Adopt = &v1alpha1.AdoptUserPoolSpec{ID: "us-east-1_AbCdEf"}
	if policy := got.EffectiveDeletionPolicy(); policy != v1alpha1.DeletionRetain {
		t.Errorf("what others made stays unless said otherwise: %s", policy)
	}
	if got.Status.ObservedGeneration != -1 {
		t.Errorf("observedGeneration begins at %d, want -1, so that nothing looks ready before it is", got.Status.ObservedGeneration)
	}
}
