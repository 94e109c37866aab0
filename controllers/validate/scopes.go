package validate

import (
	"fmt"
	"slices"
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

// unknownScopes are the scopes of clients and routes that are neither Cognito's own nor the spec's.
func unknownScopes(spec *v1alpha1.SecuredAPISpec) []Finding {
	var findings []Finding
	declared := declaredScopes(spec)
	look := func(of string, scopes []string) {
		for i, scope := range scopes {
			if !declared[scope] && !slices.Contains(ownScopes, scope) {
				findings = append(findings, Finding{
					fmt.Sprintf("%s.scopes[%d]", of, i), quote(scope),
					"is not declared in spec.resourceServers, nor is it one of Cognito's own scopes",
					"declare it there, or name one of those (" + strings.Join(ownScopes, ", ") + ")",
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

// declaredScopes are the scopes of the spec's resource servers.
func declaredScopes(spec *v1alpha1.SecuredAPISpec) map[string]bool {
	declared := map[string]bool{}
	for i := range spec.ResourceServers {
		for j := range spec.ResourceServers[i].Scopes {
			declared[spec.ResourceServers[i].Identifier+"/"+spec.ResourceServers[i].Scopes[j].Name] = true
		}
	}
	return declared
}
