package iam

import (
	"slices"
	"strconv"
)

// Request is one thing that a call needs to be allowed. A call may need several.
type Request struct {
	// Action is as policies name it: cognito-idp:CreateUserPool, apigateway:PUT.
	Action string
	// Resource is an ARN, or * where the action takes no resource.
	Resource string
	// Context has the values of condition keys that the call gives, without those of the caller.
	Context Context
}

// Reason is why something is not allowed, as AWS says it in its messages
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
type Reason string

// Reasons.
const (
	Allowed              Reason = ""
	NoIdentityPolicy     Reason = "because no identity-based policy allows the %s action"
	NoSessionPolicy      Reason = "because no session policy allows the %s action"
	IdentityPolicyDenies Reason = "with an explicit deny in an identity-based policy"
	SessionPolicyDenies  Reason = "with an explicit deny in a session policy"
)

// Grant is what allowed a request: a statement, by its policy and Sid, or its number from 0; and of that the action and the
// resource, as written.
type Grant struct{ Policy, Statement, Action, Resource string }

// match is the first action and resource of the statement that a request matches.
func (s *statement) match(request Request, context Context) (action, resource string, ok bool) {
	if action, ok = s.matchAction(request.Action); !ok {
		return "", "", false
	}
	if resource, ok = s.matchResource(request.Resource, context); !ok {
		return "", "", false
	}
	for _, c := range s.conditions {
		if !c.holds(context) {
			return "", "", false
		}
	}
	return action, resource, true
}

func (s *statement) matchAction(action string) (string, bool) {
	if len(s.notActions) > 0 {
		return "NotAction", !slices.ContainsFunc(s.notActions, func(p string) bool { return matchesAction(p, action) })
	}
	i := slices.IndexFunc(s.actions, func(p string) bool { return matchesAction(p, action) })
	if i < 0 {
		return "", false
	}
	return s.actions[i], true
}

func (s *statement) matchResource(resource string, context Context) (string, bool) {
	matches := func(pattern string) bool {
		expanded, known := expand(pattern, context)
		return known && matchesARN(expanded, resource)
	}
	switch {
	case s.principals != nil:
		return "", true // a trust policy is about its own role
	case len(s.notResources) > 0:
		return "NotResource", !slices.ContainsFunc(s.notResources, matches)
	}
	i := slices.IndexFunc(s.resources, matches)
	if i < 0 {
		return "", false
	}
	return s.resources[i], true
}

// evaluate returns what allows a request, and whether something denies it.
func evaluate(policies []Policy, request Request, context Context) (grants []Grant, denied bool) {
	for _, policy := range policies {
		for i := range policy.statements {
			s := &policy.statements[i]
			action, resource, ok := s.match(request, context)
			if !ok {
				continue
			}
			if s.deny {
				return nil, true
			}
			grants = append(grants, Grant{policy.Name, s.name(i), action, resource})
		}
	}
	return grants, false
}

func (s *statement) name(i int) string {
	if s.sid != "" {
		return s.sid
	}
	return strconv.Itoa(i)
}

// all lists every grant that the policy's statements can give.
func (p Policy) all() []Grant {
	var grants []Grant
	for i := range p.statements {
		s := &p.statements[i]
		for _, action := range s.actions {
			for _, resource := range s.resources {
				if !s.deny {
					grants = append(grants, Grant{p.Name, s.name(i), action, resource})
				}
			}
		}
	}
	return grants
}

// trusts says whether a trust policy lets somebody do an action to its role: by his own name, or as one of an account
// whose own policies decide.
func (p Policy) trusts(who Principal, request Request, context Context) (byName, byAccount bool) {
	for i := range p.statements {
		s := &p.statements[i]
		if _, _, ok := s.match(request, context); !ok {
			continue
		}
		for _, trusted := range s.principals {
			name, account := trusted.names(who)
			if s.deny && (name || account) {
				return false, false
			}
			byName, byAccount = byName || name, byAccount || account
		}
	}
	return byName, byAccount
}

// names says whether a principal is somebody, or his account.
func (p principal) names(who Principal) (name, account bool) {
	root := "arn:aws:iam::" + who.Account + ":root"
	switch {
	case p.name == "*":
		return false, true
	case p.kind == "Service":
		return p.name == who.Service, false
	case p.kind == "Federated":
		return p.name == who.Provider, false
	case p.name == who.Account || p.name == root:
		return false, true
	}
	return p.name == who.ARN || p.name == who.Role, false
}
