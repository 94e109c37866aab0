package restapi

import (
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Who may call a method, in words, and which words open it.

const (
	scopesBehind = " with "
	scopesJoint  = " or "
	keyBehind    = " and an API key"

	// ownClients are those of the object, exactly. Any client's tokens count where words say nothing.
	ownClients   = " at its own clients"
	otherClients = " at other clients"
)

func accessWords(access v1alpha1.Access, scopes []string, clients string) string {
	words := strings.ToLower(string(access))
	if access == v1alpha1.AccessRegistered {
		words += clients
	}
	if len(scopes) > 0 {
		words += scopesBehind + strings.Join(slices.Sorted(slices.Values(scopes)), scopesJoint)
	}
	return words
}

var registeredWords = accessWords(v1alpha1.AccessRegistered, nil, "")

var guestWords = accessWords(v1alpha1.AccessGuest, nil, "")

// weaker says that a method is open to more callers than it was: to guests, without the API key, with any client's tokens, or by
// a scope that it did not take. Where another authorizer stood, nobody can tell, so only guests count.
func weaker(from, to string) bool {
	former, keyed := strings.CutSuffix(from, keyBehind)
	if keyed && !strings.HasSuffix(to, keyBehind) || former != guestWords && to == guestWords {
		return true
	}
	if to == registeredWords && (former == registeredWords+ownClients || former == registeredWords+otherClients) {
		return true
	}
	_, before, scoped := strings.Cut(former, scopesBehind)
	if !scoped {
		return false
	}
	_, after, still := strings.Cut(to, scopesBehind)
	return !still || slices.ContainsFunc(strings.Split(after, scopesJoint), func(scope string) bool {
		return !slices.Contains(strings.Split(before, scopesJoint), scope)
	})
}

// opens says that a method that comes lets guests in where a guarded one answered: ANY of its path, or a variable over it.
func opens(comes *Method, have map[string]words) bool {
	if comes.Guarded || comes.Implied() {
		return false
	}
	for name, there := range have {
		method, path, _ := strings.Cut(name, " ")
		if there.access != guestWords && serves([]string{method}, comes.HTTPMethod) && (path == comes.Path || covers(path, comes.Path)) {
			return true
		}
	}
	return false
}

// leavesOpen says that where a guarded method goes, one for guests answers then.
func (m *Model) leavesOpen(goes string, have words) bool {
	method, path, _ := strings.Cut(goes, " ")
	return have.access != guestWords && slices.ContainsFunc(m.Methods, func(stays Method) bool {
		return !stays.Guarded && !stays.Implied() && serves([]string{string(stays.HTTPMethod)}, v1alpha1.Method(method)) &&
			(stays.Path == path || covers(stays.Path, path))
	})
}

func classOf(weakens bool) plan.Class {
	if weakens {
		return plan.Weakens
	}
	return plan.Redeploy
}
