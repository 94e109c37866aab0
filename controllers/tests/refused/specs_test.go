package refused_test

import (
	"encoding/json"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// good is the spec that every row breaks.
const good = `
deletionPolicy: Delete
userPool: {signInWith: [Email]}
domain: {prefix: notes-refused}
clients: [{name: web, flows: [Code], callbackURLs: ["https://app.example.com/callback"], scopes: [openid, notes/read]}]
resourceServers: [{identifier: notes, scopes: [{name: read}]}]
routes: [{path: /notes, methods: [GET], backend: {lambda: {function: RegisteredHandler}}}]
`

// words are what a refusal says. The field is a path as the API server writes it.
type words struct{ field, value, rule, remedy string }

// object is the good spec with merge patches laid over it.
func object(t *testing.T, w *harness.World, name string, patches ...string) *unstructured.Unstructured {
	t.Helper()
	merged := mustJSON(t, good)
	for _, patch := range patches {
		var err error
		if merged, err = jsonpatch.MergePatch(merged, mustJSON(t, patch)); err != nil {
			t.Fatal(err)
		}
	}
	u := &unstructured.Unstructured{Object: map[string]any{}}
	u.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("SecuredAPI"))
	u.SetNamespace(w.Namespace)
	u.SetName(name)
	var spec map[string]any
	if err := json.Unmarshal(merged, &spec); err != nil {
		t.Fatal(err)
	}
	u.Object["spec"] = spec
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

// backend is a patch to one route with a backend.
func backend(path, backend string) string {
	return `{routes: [{path: "` + path + `", methods: [GET], backend: {` + backend + `}}]}`
}

func lambda(function string) string { return backend("/a", `lambda: {function: "`+function+`"}`) }

func server(url string) string { return backend("/a/{id}", `http: {url: "`+url+`"}`) }

func path(path string) string { return backend(path, "lambda: {function: F}") }

// web is a patch to one client with a callback URL and more.
func web(more string) string {
	return `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], ` + more + `}]}`
}

func callback(url string) string { return `{clients: [{name: web, callbackURLs: ["` + url + `"]}]}` }
