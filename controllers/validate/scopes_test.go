package validate

import (
	"strings"
	"testing"
)

func TestUndeclaredScopesAreRefused(t *testing.T) {
	client := func(scopes string) string {
		return `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], scopes: ` + scopes + `}]}`
	}
	route := func(scopes string) string {
		return `{routes: [{path: /a, methods: [GET], scopes: ` + scopes + `, backend: {lambda: {function: F}}}]}`
	}
	both := func(routes, clients string) string {
		return strings.TrimSuffix(client(clients), "}") + ", " + route(routes)[1:]
	}
	const adopts = `, userPool: {adopt: {id: us-east-1_AbCdEfGhI}}}`
	for _, tc := range []struct{ reason, patch, field, value string }{
		{"a scope of Cognito's", client("[openid, email, phone, profile, aws.cognito.signin.user.admin]"), "", ""},
		{"a declared scope", client("[notes/read]"), "", ""},
		{"an undeclared scope of a declared server", client("[openid, notes/write]"), "spec.clients[0].scopes[1]", `"notes/write"`},
		{"a scope of an undeclared server", client("[note/read]"), "spec.clients[0].scopes[0]", `"note/read"`},
		{"a server without a scope", client("[notes]"), "spec.clients[0].scopes[0]", `"notes"`},
		{"an empty scope of a server", client("[notes/]"), "spec.clients[0].scopes[0]", `"notes/"`},
		{"a server whose identifier is a URL", `{resourceServers: [{identifier: "https://notes.example.com", scopes: [{name: read}]}], ` + client(`["https://notes.example.com/read"]`)[1:], "", ""},
		{"no resource server is declared", `{resourceServers: null, ` + client("[notes/read]")[1:], "spec.clients[0].scopes[0]", `"notes/read"`},
		{"a route with a scope of Cognito's", route("[openid]"), "", ""},
		{"a route with a declared scope", route("[notes/read]"), "", ""},
		{"a route with an undeclared scope", route("[notes/read, notes/write]"), "spec.routes[0].scopes[1]", `"notes/write"`},
		{"a scope that a route and a client name, and no server", both("[notes/write]", "[notes/write]"), "", ""},
		{"a scope that a route and a client name, of another server", both(`["https://a.example.com/b/write"]`, `["https://a.example.com/b/write"]`), "", ""},
		{"scopes that a route and a client write differently", both("[notes/write]", "[notes/wrte]"), "spec.clients[0].scopes[0]", `"notes/wrte"`},
		{"a scope that no server can have", both(`["no tes/write"]`, `["no tes/write"]`), "spec.clients[0].scopes[0]", `"no tes/write"`},
		{"a route's undeclared scope, and an adopted pool may have it", strings.TrimSuffix(route("[notes/write]"), "}") + adopts, "", ""},
		{"a client's undeclared scope, and an adopted pool may have it", strings.TrimSuffix(client("[notes/write]"), "}") + adopts, "", ""},
	} {
		err := Spec(patched(t, tc.patch), here)
		want := tc.field + ": " + tc.value + " is not declared in spec.resourceServers"
		if (err == nil) != (tc.field == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", tc.reason, err, want)
		}
	}
}
