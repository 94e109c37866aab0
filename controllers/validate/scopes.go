package validate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// ownScopes are Cognito's own, which every user pool has (Cognito developer guide, "Scopes, M2M, and resource servers").
var ownScopes = []string{"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}

// scopes refuses scopes that nobody declares: Cognito refuses a client with one, and API Gateway takes a route with one, for which
// nobody gets a token. An adopted user pool can have resource servers that the spec does not name, so there they are doubtful only.
func scopes(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	if spec.UserPool.Adopt != nil {
		return nil
	}
	return unknownScopes(spec)
}

// unknownScopes are the scopes of clients and routes that are neither Cognito's own nor the spec's resource servers'.
func unknownScopes(spec *v1alpha1.SecuredAPISpec) []Finding {
	var findings []Finding
	declared := declaredScopes(spec)
	look := func(of string, scopes []string) {
		for i, scope := range scopes {
			if !declared[scope] && !slices.Contains(ownScopes, scope) {
				findings = append(findings, Finding{
					fmt.Sprintf("%s.scopes[%d]", of, i), quote(scope),
					"is not declared in spec.resourceServers, nor is it one of Cognito's own scopes",
					"declare it there, name it in both a route and a client, or name one of those (" + strings.Join(ownScopes, ", ") + ")",
				})
			}
		}
	}
	for i := range spec.Clients {
		look(fmt.Sprintf("spec.clients[%d]", i), spec.Clients[i].Scopes)
	}
	for i := range spec.Routes {
		look(fmt.Sprintf("spec.routes[%d]", i), spec.Routes[i].Scopes)
	}
	return findings
}

// declaredScopes are the scopes of the spec's resource servers, and of those that its routes and clients come to.
func declaredScopes(spec *v1alpha1.SecuredAPISpec) map[string]bool {
	declared := map[string]bool{}
	for _, server := range spec.EffectiveResourceServers() {
		for i := range server.Scopes {
			declared[server.Identifier+"/"+server.Scopes[i].Name] = true
		}
	}
	return declared
}

// What a user pool and a resource server can hold (Cognito developer guide, "Quotas in Amazon Cognito"). The schema bounds what the
// spec declares itself.
const (
	maxServers = 25
	maxScopes  = 100
)

// scopeCount bounds the resource servers with those that scopes of routes add.
func scopeCount(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	servers := spec.EffectiveResourceServers()
	var findings []Finding
	if n := len(servers); n > maxServers {
		findings = append(findings, Finding{
			"spec.routes", strconv.Itoa(n), fmt.Sprintf(
				"resource servers are needed for spec.resourceServers and the scopes of routes, and a user pool has at most %d", maxServers),
			"use fewer identifiers: the part of a scope before its last slash",
		})
	}
	for i := range servers {
		if n := len(servers[i].Scopes); n > maxScopes {
			findings = append(findings, Finding{
				"spec.routes", strconv.Itoa(n), fmt.Sprintf(
					"scopes of resource server %q are declared or named by routes, and a resource server has at most %d",
					servers[i].Identifier, maxScopes),
				"use fewer scopes, or another identifier",
			})
		}
	}
	return findings
}
