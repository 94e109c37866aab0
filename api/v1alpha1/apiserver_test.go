package v1alpha1_test

import (
	"os"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/specs"
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
	return specs.Object(t, "default", name, spec, patches...)
}
