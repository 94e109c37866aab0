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

	// header is the header that a request has the token in. Browsers may send it: preflights allow it, beside Authorization. Callers that
	// send the token in another header are refused. Defaults to Authorization.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z][A-Za-z0-9-]*$')",message="header may hold only letters, digits and hyphens, and must begin with a letter; write it like X-Auth-Token"
	// +kubebuilder:validation:XValidation:rule="!(self.lowerAscii() in ['accept', 'accept-charset', 'accept-encoding', 'age', 'connection', 'content-encoding', 'content-length', 'content-md5', 'content-type', 'date', 'expect', 'host', 'keep-alive', 'max-forwards', 'pragma', 'range', 'referer', 'server', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'user-agent', 'via', 'warn', 'www-authenticate']) && !self.lowerAscii().startsWith('proxy-')",message="header cannot be one that API Gateway drops, overwrites or renames, or that is of a connection; choose another, like X-Auth-Token"
	// +kubebuilder:validation:XValidation:rule="!(self.lowerAscii() in ['cookie', 'cookie2', 'set-cookie', 'origin', 'dnt']) && !self.lowerAscii().startsWith('sec-') && !self.lowerAscii().startsWith('access-control-')",message="header cannot be one that browsers set by themselves and no script may set, as a cookie, which every page would send; choose another, like X-Auth-Token"
	// +kubebuilder:validation:XValidation:rule="!(self.lowerAscii() in ['x-api-key', 'forwarded']) && !self.lowerAscii().startsWith('x-amz') && !self.lowerAscii().startsWith('x-forwarded-') && !self.lowerAscii().startsWith('apigw-')",message="header cannot be one that AWS reads or writes, as X-Api-Key is; choose another, like X-Auth-Token"
	Header string `json:"header,omitempty"`

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

// DefaultTokenHeader is where tokens are (RFC 6750, 2.1).
const DefaultTokenHeader = "Authorization"

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

// TokenHeader is the header that a request has the token in.
func (s *SecuredAPISpec) TokenHeader() string {
	return cmp.Or(s.authorizer().Header, DefaultTokenHeader)
}

// AuthorizerTTL is how long API Gateway may reuse its answer for a token, in seconds.
func (s *SecuredAPISpec) AuthorizerTTL() int32 {
	ttl := defaultCacheTTL
	if asked := s.authorizer().CacheTTL; asked != "" {
		ttl, _ = asked.Parse()
	}
	return int32(ttl / time.Second)
}
