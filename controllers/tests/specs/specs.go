// Package specs writes the specs of tests: as YAML with merge patches laid over it, and route by route.
package specs

import (
	"encoding/json"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// Merged is a spec, as JSON, with merge patches laid over it. All are YAML.
func Merged(t *testing.T, spec string, patches ...string) []byte {
	t.Helper()
	merged := toJSON(t, spec)
	for _, patch := range patches {
		var err error
		if merged, err = jsonpatch.MergePatch(merged, toJSON(t, patch)); err != nil {
			t.Fatal(err)
		}
	}
	return merged
}

func toJSON(t *testing.T, text string) []byte {
	t.Helper()
	j, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// Object is a SecuredAPI with such a spec, which need not be one that the Go types can hold.
func Object(t *testing.T, namespace, name, spec string, patches ...string) *unstructured.Unstructured {
	t.Helper()
	var merged map[string]any
	if err := json.Unmarshal(Merged(t, spec, patches...), &merged); err != nil {
		t.Fatal(err)
	}
	u := &unstructured.Unstructured{Object: map[string]any{"spec": merged}}
	u.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("SecuredAPI"))
	u.SetNamespace(namespace)
	u.SetName(name)
	return u
}

// Lambda is a function that answers a route.
func Lambda(name string) v1alpha1.Backend {
	return v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: name}}
}

// Server is a server that answers a route.
func Server(url string) v1alpha1.Backend {
	return v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: url}}
}

// Route is one for registered users; without methods it has GET.
func Route(path string, backend v1alpha1.Backend, methods ...v1alpha1.Method) v1alpha1.Route {
	if len(methods) == 0 {
		methods = []v1alpha1.Method{"GET"}
	}
	return v1alpha1.Route{Path: path, Methods: methods, Access: v1alpha1.AccessRegistered, Backend: backend}
}

// Guest is one for guests.
func Guest(path string, backend v1alpha1.Backend, methods ...v1alpha1.Method) v1alpha1.Route {
	r := Route(path, backend, methods...)
	r.Access = v1alpha1.AccessGuest
	return r
}
