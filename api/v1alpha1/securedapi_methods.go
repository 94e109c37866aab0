package v1alpha1

import (
	"cmp"
	"slices"
	"strings"
)

// EffectiveDeletionPolicy is the spec's deletion policy or, where it has none, the default: what others made stays.
func (s *SecuredAPI) EffectiveDeletionPolicy() DeletionPolicy {
	fallback := DeletionProtect
	if s.adopts() {
		fallback = DeletionRetain
	}
	return cmp.Or(s.Spec.DeletionPolicy, fallback)
}

// adopts says whether anything was adopted, or is to be.
func (s *SecuredAPI) adopts() bool {
	return s.Spec.UserPool.Adopt != nil || s.Spec.AdoptedAPI() != nil ||
		slices.ContainsFunc(s.Status.Resources, func(r ResourceRecord) bool { return r.Adopted })
}

// AdoptedAPI returns the REST API that the spec takes over, or nil.
func (s *SecuredAPISpec) AdoptedAPI() *AdoptAPISpec {
	if s.API == nil {
		return nil
	}
	return s.API.Adopt
}

// maxReconcileAt is how much of the annotation counts, which is what status takes.
const maxReconcileAt = 256

// RequestedReconcile returns the value of the annotation that asks for a look at everything, if it was not handled yet.
func (s *SecuredAPI) RequestedReconcile() string {
	at := s.Annotations[ReconcileAtAnnotation]
	if len(at) > maxReconcileAt {
		at = strings.ToValidUTF8(at[:maxReconcileAt], "")
	}
	if at == s.Status.LastHandledReconcileAt {
		return ""
	}
	return at
}

// ManagedPages says that the domain serves the pages of managed login.
func (s *SecuredAPISpec) ManagedPages() bool {
	return s.Domain != nil && s.Domain.Pages == PagesManaged
}

// HasPages says that users of the client sign in on login pages.
func (c *Client) HasPages() bool {
	return slices.Contains(c.Flows, FlowCode) || slices.Contains(c.Flows, FlowImplicit)
}

// DomainPrefix is the prefix that the spec asks for; empty without one.
func (s *SecuredAPISpec) DomainPrefix() string {
	if s.Domain == nil {
		return ""
	}
	return s.Domain.Prefix
}

// CustomDomain is the domain of one's own that the spec asks for, or nil.
func (s *SecuredAPISpec) CustomDomain() *CustomDomain {
	if s.Domain == nil {
		return nil
	}
	return s.Domain.Custom
}
