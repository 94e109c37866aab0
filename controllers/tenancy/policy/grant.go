// Package policy says what the SecuredAPIs of a namespace may ask for: all that the SecuredAPIPolicies allow which select
// the namespace. It makes no calls.
package policy

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// Grant is what one namespace may ask for.
type Grant struct {
	// RoleARN is the role that the policies name; empty if none does.
	RoleARN string
	// policies are those that select the namespace, by name. None means that the cluster has no policies.
	policies []v1alpha1.SecuredAPIPolicy
}

// For returns the grant of a namespace. required says that a namespace needs a policy also where there is none.
// It fails with PolicyDenied where no policy selects the namespace, or where two give it different roles.
func For(namespace string, has labels.Set, all []v1alpha1.SecuredAPIPolicy, required bool) (Grant, error) {
	var grant Grant
	for i := range all {
		selector, err := metav1.LabelSelectorAsSelector(&all[i].Spec.NamespaceSelector)
		if err != nil {
			return Grant{}, denied("SecuredAPIPolicy %s: spec.namespaceSelector: %v; an administrator has to correct it", all[i].Name, err)
		}
		if selector.Matches(has) {
			grant.policies = append(grant.policies, all[i])
		}
	}
	if len(grant.policies) == 0 && (required || len(all) > 0) {
		return Grant{}, denied("no SecuredAPIPolicy selects namespace %s, so nothing is made for it; ask an administrator for one", namespace)
	}
	slices.SortFunc(grant.policies, func(a, b v1alpha1.SecuredAPIPolicy) int { return strings.Compare(a.Name, b.Name) })
	from := ""
	for i := range grant.policies {
		role := grant.policies[i].Spec.RoleARN
		switch {
		case role == "" || role == grant.RoleARN:
		case grant.RoleARN == "":
			grant.RoleARN, from = role, grant.policies[i].Name
		default:
			return Grant{}, denied("the SecuredAPIPolicies %s and %s give namespace %s two different roles; an administrator has to take one off",
				from, grant.policies[i].Name, namespace)
		}
	}
	return grant, nil
}

// Names are the names of the policies, as status shows them.
func (g Grant) Names() string {
	names := make([]string, 0, len(g.policies))
	for i := range g.policies {
		names = append(names, g.policies[i].Name)
	}
	return strings.Join(names, ",")
}

// Any says whether the cluster has policies. Without policies, everything that the operator's role allows is allowed.
func (g Grant) Any() bool { return len(g.policies) > 0 }

// Counts says whether the policies bound how much the namespace may ask for in all.
func (g Grant) Counts() bool {
	return slices.ContainsFunc(g.policies, func(p v1alpha1.SecuredAPIPolicy) bool {
		return p.Spec.Limits.Objects != nil || p.Spec.Limits.Routes != nil
	})
}

// ReconcilesPerMinute is how many passes the namespace may ask for in a minute; zero if that is not bounded.
func (g Grant) ReconcilesPerMinute() int {
	least := 0
	for i := range g.policies {
		if limit := g.policies[i].Spec.Limits.ReconcilesPerMinute; limit != nil && (least == 0 || int(*limit) < least) {
			least = int(*limit)
		}
	}
	return least
}

func denied(format string, args ...any) error {
	return awserr.Because(v1alpha1.ReasonPolicyDenied, fmt.Errorf(format, args...))
}
