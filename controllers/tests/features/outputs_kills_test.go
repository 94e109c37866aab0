package features_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// named asks for outputs of that name.
func named(name string) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) {
		o.Spec.Outputs = v1alpha1.OutputsSpec{ConfigMapName: name, SecretName: name}
	}
}

// outputsOf are the names of the ConfigMaps and Secrets that the operator wrote for spec.outputs.
func outputsOf(m *harness.Stepper) (names []string) {
	m.T.Helper()
	configMaps, secrets := &corev1.ConfigMapList{}, &corev1.SecretList{}
	for _, list := range []client.ObjectList{configMaps, secrets} {
		labels := client.MatchingLabels{v1alpha1.ContentLabel: v1alpha1.ContentOutputs}
		if err := m.Client.List(m.T.Context(), list, client.InNamespace(m.Namespace), labels); err != nil {
			m.T.Fatal(err)
		}
	}
	for i := range configMaps.Items {
		names = append(names, "ConfigMap "+configMaps.Items[i].Name)
	}
	for i := range secrets.Items {
		names = append(names, "Secret "+secrets.Items[i].Name)
	}
	return names
}

// Wherever the operator is killed, and whatever name the spec asks for by then, what it wrote under another name goes.
func TestNoOutputIsLeftAtEveryBoundary(t *testing.T) {
	for _, life := range []harness.Life{
		{Name: "named", Edit: named("a")},
		{Name: "renamed", From: named("a"), Edit: named("b")},
	} {
		t.Run(life.Name, func(t *testing.T) {
			t.Parallel()
			names := harness.Undisturbed(t, life).Edges.Names
			if !slices.Contains(names, "after create ConfigMap") || !slices.Contains(names, "after create Secret") {
				t.Fatalf("got the boundaries %v, want both outputs written", names)
			}
			for i, name := range names {
				for then, edit := range map[string]func(*v1alpha1.SecuredAPI){
					"goes on": life.Edit, "is renamed": named("c"), "is dropped": func(o *v1alpha1.SecuredAPI) { o.Spec.Outputs = v1alpha1.OutputsSpec{} },
				} {
					t.Run(fmt.Sprintf("%d %s, then it %s", i+1, name, then), func(t *testing.T) {
						t.Parallel()
						m := harness.NewStepper(t)
						object := m.Prepare(life)
						m.Update(object, life.Edit)
						*m.Edges = harness.Boundaries{KillAt: i + 1}
						m.RunUntilKilled(object)
						m.Update(object, edit)
						m.RunUntil(object, m.Ready(object))
						var want []string
						if asked := object.Spec.Outputs.ConfigMapName; asked != "" {
							want = []string{"ConfigMap " + asked, "Secret " + asked}
						}
						if diff := cmp.Diff(want, outputsOf(m)); diff != "" {
							t.Errorf("outputs (-want +got):\n%s", diff)
						}
					})
				}
			}
			t.Logf("%s: %d boundaries", life.Name, len(names))
		})
	}
}
