package restapi

import (
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi/routepath"
)

// API Gateway takes the most specific path that has the request's method: what a path lacks, a variable or a greedy variable
// over it answers (docs/design/served.md has the measurements).

// refusals answer 405, behind the guard, each method that a guarded path does not serve and a guest's path would: else the
// guest's backend got it, without a token.
func refusals(methods []Method) []Method {
	allowed := map[string][]string{}
	for i := range methods {
		allowed[methods[i].Path] = append(allowed[methods[i].Path], string(methods[i].HTTPMethod))
	}
	var missing []Method
	done := map[string]bool{}
	for i := range methods {
		guarded := &methods[i]
		if !guarded.Guarded || done[guarded.Path] {
			continue
		}
		allow := allowed[guarded.Path]
		lets := slices.ContainsFunc(methods, func(m Method) bool {
			return !m.Guarded && !m.Implied() && !serves(allow, m.HTTPMethod) && covers(m.Path, guarded.Path)
		})
		if !lets {
			continue
		}
		done[guarded.Path] = true
		slices.Sort(allow)
		missing = append(missing, Method{
			Path: guarded.Path, HTTPMethod: v1alpha1.MethodAny, Guarded: true, Scopes: guarded.Scopes,
			Integration: Integration{Type: typeMock, AllowMethods: strings.Join(allow, ",")},
		})
	}
	return missing
}

// serves says whether a path that has some methods answers a request of one.
func serves(methods []string, method v1alpha1.Method) bool {
	return slices.Contains(methods, string(method)) || slices.Contains(methods, string(v1alpha1.MethodAny))
}

// covers says whether a request that two paths match may be answered by the wide one, for the narrow one is more specific where
// they first differ.
func covers(wide, narrow string) bool {
	places, parts := routepath.Segments(wide), routepath.Segments(narrow)
	narrower := false
	for i, part := range parts {
		if i == len(places) {
			return false
		}
		place := places[i]
		switch {
		case place == part:
		case routepath.IsGreedy(place):
			return true
		case routepath.IsVariable(place):
			narrower = true
		case !routepath.IsVariable(part) || !narrower:
			// Two literals, or the other way around.
			return false
		}
		if routepath.IsGreedy(part) {
			return narrower
		}
	}
	return narrower && len(places) == len(parts)
}
