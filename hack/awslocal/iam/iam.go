package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Principal is who asks.
type Principal struct {
	// ARN is the caller's: of a session, arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION.
	ARN string
	// Role is the ARN of the role that a session is in, empty for others.
	Role    string
	Account string
	// Service is the name of a service of AWS, pods.eks.amazonaws.com for one, if a service asks.
	Service string
	// Provider is the ARN of the identity provider whose token somebody without credentials shows.
	Provider string
	// Tags are those of the session.
	Tags map[string]string
	// Session is the policy that the session was made with, nil if there is none.
	Session *Policy
}

// Role is a role with policies. A role that nobody defined may do everything, and everybody may assume it.
type Role struct {
	// Policies are the identity-based ones.
	Policies []Policy
	// Trust is the trust policy; nil lets everybody in.
	Trust *Policy
}

// Denial says what was not allowed and why.
type Denial struct {
	Principal Principal
	Request   Request
	Reason    Reason
}

// Message is what AWS says (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
func (d *Denial) Message() string {
	message := d.Short()
	if reason := string(d.Reason); strings.Contains(reason, "%s") {
		return message + " " + fmt.Sprintf(reason, d.Request.Action)
	}
	return message + " " + string(d.Reason)
}

// Short is the message without the reason.
func (d *Denial) Short() string {
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s", d.Principal.ARN, d.Request.Action, d.Request.Resource)
}

// Service has the roles of all accounts. The zero value has none.
type Service struct {
	mu    sync.Mutex
	roles map[string]Role
	// needed are the grants that were the only one to allow a request, by role.
	needed map[string]map[Grant]bool
}

// PutRole defines a role, or gives it other policies.
func (s *Service) PutRole(arn string, role Role) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.roles == nil {
		s.roles, s.needed = map[string]Role{}, map[string]map[Grant]bool{}
	}
	s.roles[arn] = role
	if s.needed[arn] == nil {
		s.needed[arn] = map[Grant]bool{}
	}
}

// Attach gives a role a policy beside those that it has. The same one twice is one.
func (s *Service) Attach(arn string, policy Policy) {
	s.mu.Lock()
	role := s.roles[arn]
	s.mu.Unlock()
	if !slices.ContainsFunc(role.Policies, func(p Policy) bool { return p.Name == policy.Name && p.text == policy.text }) {
		role.Policies = append(slices.Clip(role.Policies), policy)
		s.PutRole(arn, role)
	}
}

// Defined says whether a role was defined.
func (s *Service) Defined(arn string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, defined := s.roles[arn]
	return defined
}

// Authorize returns nil if the caller's policies allow all of the requests, else the first denial.
func (s *Service) Authorize(who Principal, requests ...Request) *Denial {
	for _, request := range requests {
		if reason := s.decide(who, request); reason != Allowed {
			return &Denial{who, request, reason}
		}
	}
	return nil
}

// Restricts says whether there are policies to evaluate for the caller.
func (s *Service) Restricts(who Principal) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, defined := s.roles[who.Role]
	return defined || who.Session != nil
}

func (s *Service) decide(who Principal, request Request) Reason {
	s.mu.Lock()
	defer s.mu.Unlock()
	context := who.context(request)
	role, defined := s.roles[who.Role]
	grants, denied := evaluate(role.Policies, request, context)
	if denied {
		return IdentityPolicyDenies
	}
	if who.Session != nil {
		allowed, denied := evaluate([]Policy{*who.Session}, request, context)
		if denied {
			return SessionPolicyDenies
		}
		if len(allowed) == 0 {
			return NoSessionPolicy
		}
	}
	if defined && len(grants) == 0 {
		return NoIdentityPolicy
	}
	if len(grants) == 1 {
		s.needed[who.Role][grants[0]] = true
	}
	return Allowed
}

// Assume returns nil if the caller may do all of the requests to a role: sts:AssumeRole, and sts:TagSession with tags. The
// trust policy has to allow it; and the caller's own policies, unless the trust policy of a role in the caller's account names the caller.
func (s *Service) Assume(who Principal, role string, requests ...Request) *Denial {
	for _, request := range requests {
		byName, byAccount := s.trusts(who, role, request)
		reason := s.decide(who, request)
		sameAccount := strings.HasPrefix(role, "arn:aws:iam::"+who.Account+":")
		allowed := (byName || byAccount) && (reason == Allowed || reason == NoIdentityPolicy && byName && sameAccount)
		if !allowed {
			return &Denial{who, request, reason}
		}
	}
	return nil
}

func (s *Service) trusts(who Principal, arn string, request Request) (byName, byAccount bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	role := s.roles[arn]
	if role.Trust == nil {
		return false, true
	}
	return role.Trust.trusts(who, request, who.context(request))
}

// context adds the caller's condition keys to those of a request
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
func (p Principal) context(request Request) Context {
	context := Context{}
	maps.Copy(context, request.Context)
	arn := p.ARN
	if p.Role != "" {
		arn = p.Role
	}
	context.Set("aws:PrincipalArn", arn)
	context.Set("aws:PrincipalAccount", p.Account)
	context.Tags("aws:PrincipalTag", p.Tags)
	return context
}

// Unneeded lists the grants of a role's policies without which everything so far would have been allowed: no request was
// allowed by them alone.
func (s *Service) Unneeded(arn string) []Grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	var unneeded []Grant
	for _, policy := range s.roles[arn].Policies {
		for _, grant := range policy.all() {
			if !s.needed[arn][grant] && !slices.Contains(unneeded, grant) {
				unneeded = append(unneeded, grant)
			}
		}
	}
	return unneeded
}
