package refused_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/securedapi/securedapi/controllers/tests/harness"
	"github.com/securedapi/securedapi/controllers/tests/specs"
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
	return specs.Object(t, w.Namespace, name, good, patches...)
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
