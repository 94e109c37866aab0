package validate

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// Doubts are rules for specs that work, but seldom do what their author wants. They become warnings.
var Doubts = []Rule{
	{"unconfirmed", `{userPool: {autoVerify: []}}`, unconfirmed},
	{"localURL", `{clients: [{name: web, callbackURLs: ["http://localhost:3000/callback"], scopes: [openid, notes/read]}]}`, localURL},
	{"wildcardURL", `{clients: [{name: web, callbackURLs: ["https://app.example.com/*"], scopes: [openid, notes/read]}]}`, wildcardURL},
	{"factorsOnPages", `{userPool: {firstFactors: [Password, EmailOTP]}}`, factorsOnPages},
	{"requiredUnmapped", `{userPool: {signInWith: [], identityProviders: [{name: Okta, ` +
		`oidc: {issuer: "https://login.example.com", clientID: c}}]}}`, requiredUnmapped},
	{"providerWithoutPages", `{domain: null, clients: null, userPool: {identityProviders: [{name: Okta, attributes: {email: email}, ` +
		`oidc: {issuer: "https://login.example.com", clientID: c}}]}}`, providerWithoutPages},
	{"passkeysOfPrefix", `{userPool: {firstFactors: [Password, Passkey]}, domain: {pages: Managed, custom: {name: auth.example.com, ` +
		`certificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/a"}}}`, passkeysOfPrefix},
	{"replicaIssuer", `{userPool: {kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2}}}`, replicaIssuer},
	{"replicaTOTP", `{userPool: {mfa: {mode: Optional, factors: [TOTP]}, issuer: Updated, replica: {region: us-west-2}, ` +
		`kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a"}}`, replicaTOTP},
	{"replicaTriggers", `{userPool: {issuer: Updated, triggers: [{event: PreSignUp, function: F}], replica: {region: us-west-2}, ` +
		`kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a"}}`, replicaTriggers},
	{"replicaWebACL", `{userPool: {issuer: Updated, webACLARN: "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/notes/a", ` +
		`kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a", replica: {region: us-west-2}}}`, replicaWebACL},
	{"failoverInactive", `{userPool: {issuer: Updated, replica: {region: us-west-2}, ` +
		`kmsKeyARN: "arn:aws:kms:us-east-1:111111111111:key/mrk-a"}, domain: {custom: {name: auth.example.com, ` +
		`certificateARN: "arn:aws:acm:us-east-1:111111111111:certificate/a", failoverHealthCheckID: a}}}`, failoverInactive},
	{"noFlow", `{clients: [{name: device, flows: []}]}`, noFlow},
	{"claimsWithoutOpenID", `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], ` +
		`scopes: [email, notes/read]}]}`, claimsWithoutOpenID},
	{"adoptedScopes", `{userPool: {adopt: {id: us-east-1_AbCdEfGhI}}, ` +
		`routes: [{path: /a, methods: [GET], scopes: [notes/write], backend: {lambda: {function: F}}}]}`, adoptedScopes},
	{"noClient", `{clients: null}`, noClient},
	{"noIDToken", `{clients: [{name: web, callbackURLs: ["https://app.example.com/"], scopes: [notes/read]}]}`, noIDToken},
	{"noAccessToken", `{clients: [{name: web, callbackURLs: ["https://app.example.com/"]}], ` +
		`routes: [{path: /a, methods: [GET], scopes: [notes/read], backend: {lambda: {function: F}}}]}`, noAccessToken},
}

// Warnings returns the messages of the doubts that a spec meets.
func Warnings(spec *v1alpha1.SecuredAPISpec) []string {
	var all []string
	for _, doubt := range Doubts {
		for _, finding := range doubt.find(spec, Facts{}) {
			all = append(all, finding.Error())
		}
	}
	return all
}

// eachURL goes through the URLs of all clients.
func eachURL(spec *v1alpha1.SecuredAPISpec, visit func(field, value string)) {
	for i := range spec.Clients {
		for j, callback := range spec.Clients[i].CallbackURLs {
			visit(fmt.Sprintf("spec.clients[%d].callbackURLs[%d]", i, j), string(callback))
		}
		for j, logout := range spec.Clients[i].LogoutURLs {
			visit(fmt.Sprintf("spec.clients[%d].logoutURLs[%d]", i, j), string(logout))
		}
	}
}

func localURL(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	eachURL(spec, func(field, value string) {
		if u, err := url.Parse(value); err == nil && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()) {
			findings = append(findings, Finding{
				field, quote(value), "is on the user's own machine, where any program may answer",
				"take it off where others than developers sign in",
			})
		}
	})
	return findings
}

// wildcardURL: "must exactly match" (Cognito API reference, CallbackURLs).
func wildcardURL(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	eachURL(spec, func(field, value string) {
		if strings.Contains(value, "*") {
			findings = append(findings, Finding{
				field, quote(value), "has a *; Cognito compares URLs letter by letter, so the * matches only itself", "name each URL",
			})
		}
	})
	return findings
}

func noFlow(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	for i := range spec.Clients {
		if len(spec.Clients[i].Flows) == 0 {
			findings = append(findings, Finding{
				fmt.Sprintf("spec.clients[%d].flows", i), "[]", "lets users sign in by Cognito's API alone, on no login page",
				"name a flow if users have to sign in on a login page",
			})
		}
	}
	return findings
}

// claimsWithoutOpenID: "the openid scope must be requested" with these (Cognito developer guide, "Scopes, M2M, and resource servers").
func claimsWithoutOpenID(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	for i := range spec.Clients {
		scopes := spec.Clients[i].Scopes
		if slices.Contains(scopes, "openid") {
			continue
		}
		for j, scope := range scopes {
			if slices.Contains([]string{"email", "phone", "profile"}, scope) {
				findings = append(findings, Finding{
					fmt.Sprintf("spec.clients[%d].scopes[%d]", i, j), quote(scope),
					"is given by Cognito together with openid only", "add openid, or take it off",
				})
			}
		}
	}
	return findings
}

// adoptedScopes are scopes that only a resource server which the spec does not name can declare.
func adoptedScopes(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	if spec.UserPool.Adopt == nil {
		return nil
	}
	return unknownScopes(spec)
}

// noClient: a user pool that others made may have clients of theirs.
func noClient(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	if len(spec.Clients) > 0 || spec.UserPool.Adopt != nil || firstGuarded(spec, true) < 0 && firstGuarded(spec, false) < 0 {
		return nil
	}
	return []Finding{{
		"spec.clients", "", "there is no client, so nobody gets a token for the guarded routes unless a person creates a client by hand",
		"add a client, or set access to Guest on routes that are for everybody",
	}}
}

// noIDToken: a route without scopes asks for an ID token, which Cognito gives with openid, or by its API.
func noIDToken(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	gets := func(c v1alpha1.Client) bool { return len(c.Flows) == 0 || slices.Contains(mayAsk(&c), "openid") }
	i := firstGuarded(spec, false)
	if i < 0 || len(spec.Clients) == 0 || spec.UserPool.Adopt != nil || slices.ContainsFunc(spec.Clients, gets) {
		return nil
	}
	return []Finding{{
		field(i, "scopes"), "[]", "asks for an ID token, and no client has the scope openid, with which Cognito gives one",
		"add openid to the scopes of a client, or name scopes here, so that the route takes an access token",
	}}
}

func noAccessToken(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	if len(spec.Clients) == 0 || spec.UserPool.Adopt != nil {
		return nil
	}
	asked := map[string]bool{}
	for i := range spec.Clients {
		for _, scope := range mayAsk(&spec.Clients[i]) {
			asked[scope] = true
		}
	}
	var findings []Finding
	for i := range spec.Routes {
		scopes := spec.Routes[i].Scopes
		if len(scopes) > 0 && !slices.ContainsFunc(scopes, func(scope string) bool { return asked[scope] }) {
			findings = append(findings, Finding{
				field(i, "scopes"), "[" + strings.Join(scopes, " ") + "]", "are among no client's scopes, so nobody gets a token for the route",
				"add one of them to the scopes of a client",
			})
		}
	}
	return findings
}

// mayAsk are the scopes of a client. Without any it has openid and email; and a token of Cognito's API has one scope.
func mayAsk(c *v1alpha1.Client) []string {
	switch {
	case len(c.Flows) == 0:
		return []string{"aws.cognito.signin.user.admin"}
	case len(c.Scopes) == 0:
		return []string{"openid", "email"}
	}
	return c.Scopes
}

// firstGuarded is the first guarded route with scopes, or without; -1 if there is none.
func firstGuarded(spec *v1alpha1.SecuredAPISpec, scoped bool) int {
	return slices.IndexFunc(spec.Routes, func(route v1alpha1.Route) bool {
		return route.Access != v1alpha1.AccessGuest && len(route.Scopes) > 0 == scoped
	})
}
