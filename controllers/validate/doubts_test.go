package validate

import (
	"strings"
	"testing"
)

func TestWarnings(t *testing.T) {
	web := func(more string) string {
		return `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], ` + more + `}]}`
	}
	scoped := func(scopes string) string {
		return `{routes: [{path: /a, methods: [GET], scopes: ` + scopes + `, backend: {lambda: {function: F}}}]}`
	}
	const adopts = `, userPool: {adopt: {id: us-east-1_AbCdEfGhI}}}`
	for _, tc := range []struct{ reason, patch, want string }{
		{"the default scopes give an ID token", web(""), ""},
		{"a callback of this machine", `{clients: [{name: web, callbackURLs: ["http://127.0.0.1/in"]}]}`, `spec.clients[0].callbackURLs[0]: "http://127.0.0.1/in" is on the user's own machine`},
		{"a callback of this machine by IPv6", `{clients: [{name: web, callbackURLs: ["http://[::1]:3000/in"]}]}`, `"http://[::1]:3000/in" is on the user's own machine`},
		{"a callback of this machine by https", `{clients: [{name: web, callbackURLs: ["https://localhost/in"]}]}`, `"https://localhost/in" is on the user's own machine`},
		{"a name that begins with localhost", `{clients: [{name: web, callbackURLs: ["https://localhost.example.com/in"]}]}`, ""},
		{"a logout URL of this machine", web(`logoutURLs: ["http://localhost/"]`), "spec.clients[0].logoutURLs[0]: "},
		{"an app's own scheme", `{clients: [{name: web, callbackURLs: ["myapp://in"]}]}`, ""},
		{"a wildcard in the host", `{clients: [{name: web, callbackURLs: ["https://*.example.com/in"]}]}`, `"https://*.example.com/in" has a *`},
		{"a wildcard in the path", web(`logoutURLs: ["https://app.example.com/*"]`), `spec.clients[0].logoutURLs[0]: "https://app.example.com/*" has a *`},
		{"a client of Cognito's API, whose tokens are ID tokens, too", `{clients: [{name: device, flows: []}]}`, "spec.clients[0].flows: [] lets users sign in by Cognito's API alone"},
		{"ID token claims and no scope openid", `{routes: null, ` + web("scopes: [profile, notes/read]")[1:], `spec.clients[0].scopes[0]: "profile" is given by Cognito together with openid only`},
		{"routes for guests need no client", `{clients: null, routes: [{path: /a, methods: [GET], access: Guest, backend: {lambda: {function: F}}}]}`, ""},
		{"no routes need no client", `{clients: null, routes: null}`, ""},
		{"guarded routes need a client", `{clients: null}`, "spec.clients: there is no client"},
		{"routes guarded by scopes need a client", strings.TrimSuffix(scoped("[notes/read]"), "}") + ", clients: null}", "spec.clients: there is no client"},
		{"an adopted pool may have a client", `{clients: null` + adopts, ""},
		{"no client has the scope openid", web("scopes: [notes/read]"), "spec.routes[0].scopes: [] asks for an ID token, and no client has the scope openid"},
		{"another client has the scope openid", `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], scopes: [notes/read]}, {name: app, callbackURLs: ["https://app.example.com/"]}]}`, ""},
		{"a scope that no client has", strings.TrimSuffix(web("scopes: [openid]"), "}") + ", " + scoped("[notes/read, profile]")[1:], "spec.routes[0].scopes: [notes/read profile] are among no client's scopes"},
		{"one of two scopes is enough", strings.TrimSuffix(web("scopes: [openid]"), "}") + ", " + scoped("[notes/read, openid]")[1:], ""},
		{"a token of Cognito's API has one scope", `{clients: [{name: device, flows: []}], ` + scoped("[aws.cognito.signin.user.admin]")[1:], "spec.clients[0].flows"},
		{"a scope of the adopted pool", strings.TrimSuffix(scoped("[other/read]"), "}") + adopts, `spec.routes[0].scopes[0]: "other/read" is not declared`},
	} {
		got := Warnings(patched(t, tc.patch))
		if len(got) != min(len(tc.want), 1) || len(got) == 1 && !strings.Contains(got[0], tc.want) {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
	}
}
