package v1alpha1_test

import (
	"encoding/json"
	"os"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/localcluster"
)

// kube asks a real API server, with every unknown field an error.
var kube client.Client

func TestMain(m *testing.M) {
	opts := localcluster.Options{CRDs: []string{"../../config/crd/bases"}}
	os.Exit(localcluster.RunTests(m, opts, func(c *localcluster.Cluster) {
		scheme := runtime.NewScheme()
		if err := v1alpha1.AddToScheme(scheme); err != nil {
			panic(err)
		}
		plain, err := client.New(c.Config, client.Options{Scheme: scheme})
		if err != nil {
			panic(err)
		}
		kube = client.WithFieldValidation(plain, metav1.FieldValidationStrict)
	}))
}

// object is a SecuredAPI whose spec is a YAML text with merge patches laid over it.
func object(t *testing.T, name, spec string, patches ...string) *unstructured.Unstructured {
	t.Helper()
	merged := mustJSON(t, spec)
	for _, patch := range patches {
		var err error
		if merged, err = jsonpatch.MergePatch(merged, mustJSON(t, patch)); err != nil {
			t.Fatal(err)
		}
	}
	u := &unstructured.Unstructured{Object: map[string]any{}}
	u.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("SecuredAPI"))
	u.SetNamespace("default")
	u.SetName(name)
	var m map[string]any
	if err := json.Unmarshal(merged, &m); err != nil {
		t.Fatal(err)
	}
	u.Object["spec"] = m
	return u
}

func mustJSON(t *testing.T, text string) []byte {
	t.Helper()
	j, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return j
}
