package v1alpha1

import (
	"cmp"
	"time"
)

// AuthorizerSpec says which tokens open the guarded routes.
type AuthorizerSpec struct {
	// cacheTTL is how long API Gateway may reuse its answer for a token: whole seconds, up to 1h. 0s asks anew for each request.
	// Defaults to 5m.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) <= duration('1h') && duration(self).getMilliseconds() % 1000 == 0",message="cacheTTL must be whole seconds, up to 1h; write it like 5m"
	CacheTTL Duration `json:"cacheTTL,omitempty"`

	// clients says whose ID tokens open routes without scopes: Any client's of the user pool, or those of this object's Own
	// clients, by the audience of the token. An access token has no audience, so with Own a route's scopes have to be of
	// spec.resourceServers. Defaults to Any, and to Own with userPoolRef.
	// +optional
	Clients TokenClients `json:"clients,omitempty"`
}

// TokenClients says whose tokens count.
//
// +kubebuilder:validation:Enum=Any;Own
type TokenClients string

// The clients whose tokens count.
const (
	// ClientsAny are all clients of the user pool.
	ClientsAny TokenClients = "Any"
	// ClientsOwn are those of the object.
	ClientsOwn TokenClients = "Own"
)

// defaultCacheTTL is API Gateway's own.
const defaultCacheTTL = 5 * time.Minute

// authorizer returns what the spec says of the authorizer.
func (s *SecuredAPISpec) authorizer() AuthorizerSpec {
	if s.API == nil || s.API.Authorizer == nil {
		return AuthorizerSpec{}
	}
	return *s.API.Authorizer
}

// OnlyOwnClients says that ID tokens of other clients than the spec's open nothing.
func (s *SecuredAPISpec) OnlyOwnClients() bool {
	fallback := ClientsAny
	if s.UserPoolRef != nil {
		fallback = ClientsOwn
	}
	return cmp.Or(s.authorizer().Clients, fallback) == ClientsOwn
}

// AuthorizerTTL is how long API Gateway may reuse its answer for a token, in seconds.
func (s *SecuredAPISpec) AuthorizerTTL() int32 {
	ttl := defaultCacheTTL
	if asked := s.authorizer().CacheTTL; asked != "" {
		ttl, _ = asked.Parse()
	}
	return int32(ttl / time.Second)
}
