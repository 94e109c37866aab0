package validate

import (
	"fmt"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// ownClientsMissing: an authorizer that takes tokens of no client lets nobody in.
func ownClientsMissing(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	if !spec.OnlyOwnClients() || len(spec.Clients) > 0 || firstGuarded(spec, false) < 0 {
		return nil
	}
	return []Finding{{
		"spec.api.authorizer.clients", "Own", "lets in only tokens of spec.clients, and spec.clients is empty",
		"add a client, or set it to Any",
	}}
}

// scopesOfOthers: an access token names no audience, so only the resource server of a scope tells whose client may have it.
func scopesOfOthers(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	if !spec.OnlyOwnClients() {
		return nil
	}
	var findings []Finding
	declared := declaredScopes(spec)
	for i := range spec.Routes {
		for j, scope := range spec.Routes[i].Scopes {
			if !declared[scope] {
				findings = append(findings, Finding{
					field(i, fmt.Sprintf("scopes[%d]", j)), quote(scope),
					"is not of spec.resourceServers, so other clients of the user pool may have it, and spec.api.authorizer.clients is Own",
					"name a scope of spec.resourceServers, or set spec.api.authorizer.clients to Any",
				})
			}
		}
	}
	return findings
}
