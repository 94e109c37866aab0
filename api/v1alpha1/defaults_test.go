package v1alpha1_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// TestDefaults holds what is written down for a spec that says the least against the documented defaults.
func TestDefaults(t *testing.T) {
	const least = `
domain: {prefix: least}
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
		Stage:   "prod",
		Mode:    v1alpha1.ModeApply,
		Domain:  &v1alpha1.DomainSpec{Prefix: "least"},
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
	for _, adopts := range []v1alpha1.SecuredAPISpec{
		{UserPool: v1alpha1.UserPoolSpec{Adopt: &v1alpha1.AdoptUserPoolSpec{ID: "us-east-1_AbCdEf"}}},
		{API: &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: "abc123defg"}}},
	} {
		adopting := v1alpha1.SecuredAPI{Spec: adopts}
		if policy := adopting.EffectiveDeletionPolicy(); policy != v1alpha1.DeletionRetain {
			t.Errorf("what others made stays unless said otherwise: %s", policy)
		}
	}
	if got.Status.ObservedGeneration != -1 {
		t.Errorf("observedGeneration begins at %d, want -1, so that nothing looks ready before it is", got.Status.ObservedGeneration)
	}
}

// TestNoDefaultsInTheUserPool holds that the API server writes nothing into the user pool's part of a spec, neither on the
// way in nor through the Go types: a block that is there and one that is left out mean different things.
func TestNoDefaultsInTheUserPool(t *testing.T) {
	for _, tc := range []struct {
		reason, patch string
		want          any
	}{
		{"no user pool", `{}`, nil},
		{"an empty user pool", `{userPool: {}}`, map[string]any{}},
		{"no password policy", `{userPool: {selfSignUp: Disabled}}`, map[string]any{"selfSignUp": "Disabled"}},
		{"an empty password policy", `{userPool: {passwordPolicy: {}}}`, map[string]any{"passwordPolicy": map[string]any{}}},
		{
			"a part of a password policy", `{userPool: {passwordPolicy: {requireNumbers: true}}}`,
			map[string]any{"passwordPolicy": map[string]any{"requireNumbers": true}},
		},
	} {
		u := object(t, "defaults", base, tc.patch)
		if err := kube.Create(t.Context(), u, client.DryRunAll); err != nil {
			t.Fatalf("%s: %v", tc.reason, err)
		}
		got, _, err := unstructured.NestedFieldNoCopy(u.Object, "spec", "userPool")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		var typed v1alpha1.SecuredAPI
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, &typed); err != nil {
			t.Fatal(err)
		}
		if policy, present := typed.Spec.UserPool.PasswordPolicy, strings.Contains(tc.patch, "passwordPolicy"); (policy != nil) != present {
			t.Errorf("%s: got policy %v in the Go type, want one: %v", tc.reason, policy, present)
		}
	}
	text, err := json.Marshal(v1alpha1.SecuredAPI{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "userPool") {
		t.Errorf("an object without a user pool is written as %s", text)
	}
}
