package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// ownScopes are Cognito's own, which every user pool has (Cognito developer guide, "Scopes, M2M, and resource servers").
var ownScopes = []string{"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}

// clientScopes refuses scopes that nobody declares: Cognito refuses a client with one.
func clientScopes(spec *v1alpha1.SecuredAPISpec, _ Facts) []Violation {
	var violations []Violation
	declared := declaredScopes(spec)
	for i := range spec.Clients {
		violations = append(violations, undeclared(spec, declared, fmt.Sprintf("spec.clients[%d]", i), spec.Clients[i].Scopes)...)
	}
	return violations
}

// routeScopes refuses scopes that nobody declares: API Gateway takes them, and nobody gets a token with one.
func routeScopes(spec *v1alpha1.SecuredAPISpec, _ Facts) []Violation {
	var violations []Violation
	declared := declaredScopes(spec)
	for i := range spec.Routes {
		violations = append(violations, undeclared(spec, declared, fmt.Sprintf("spec.routes[%d]", i), spec.Routes[i].Scopes)...)
	}
	return violations
}

// undeclared are the scopes of a client or route that are neither Cognito's own nor the spec's. An adopted user pool can have resource
// servers that the spec does not name, so there they are doubtful only.
func undeclared(spec *v1alpha1.SecuredAPISpec, declared map[string]bool, of string, scopes []string) []Violation {
	if spec.UserPool.Adopt != nil {
		return nil
	}
	return unknownScopes(declared, of, scopes)
}

func unknownScopes(declared map[string]bool, of string, scopes []string) []Violation {
	var violations []Violation
	for i, scope := range scopes {
		if !declared[scope] && !slices.Contains(ownScopes, scope) {
			violations = append(violations, Violation{
				fmt.Sprintf("%s.scopes[%d]", of, i), quote(scope), "is not declared in spec.resourceServers, nor is it one of Cognito's own scopes",
				"declare it there, or name one of those (" + strings.Join(ownScopes, ", ") + ")",
			})
		}
	}
	return violations
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
