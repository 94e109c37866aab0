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
	const adopts = `, userPool: {adopt: {id: us-east-1_AbCdEfGhI}}}`
	for _, tc := range []struct{ reason, patch, field, value string }{
		{"Cognito's own", client("[openid, email, phone, profile, aws.cognito.signin.user.admin]"), "", ""},
		{"the spec's", client("[notes/read]"), "", ""},
		{"another name", client("[openid, notes/write]"), "spec.clients[0].scopes[1]", `"notes/write"`},
		{"another server", client("[note/read]"), "spec.clients[0].scopes[0]", `"note/read"`},
		{"the server alone", client("[notes]"), "spec.clients[0].scopes[0]", `"notes"`},
		{"nothing behind the slash", client("[notes/]"), "spec.clients[0].scopes[0]", `"notes/"`},
		{"a server's name is an address", `{resourceServers: [{identifier: "https://notes.example.com", scopes: [{name: read}]}], ` + client(`["https://notes.example.com/read"]`)[1:], "", ""},
		{"no server", `{resourceServers: null, ` + client("[notes/read]")[1:], "spec.clients[0].scopes[0]", `"notes/read"`},
		{"a route asks for Cognito's own", route("[openid]"), "", ""},
		{"a route asks for the spec's", route("[notes/read]"), "", ""},
		{"a route asks for another", route("[notes/read, notes/write]"), "spec.routes[0].scopes[1]", `"notes/write"`},
		{"an adopted pool may have it", strings.TrimSuffix(route("[notes/write]"), "}") + adopts, "", ""},
		{"and its clients", strings.TrimSuffix(client("[notes/write]"), "}") + adopts, "", ""},
	} {
		err := Spec(patched(t, tc.patch), here)
		want := tc.field + ": " + tc.value + " is not declared in spec.resourceServers"
		if (err == nil) != (tc.field == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", tc.reason, err, want)
		}
	}
}
