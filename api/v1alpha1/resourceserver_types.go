package v1alpha1

import (
	"regexp"
	"slices"
)

// ResourceServer is an API of one's own that clients ask scopes of.
type ResourceServer struct {
	// identifier names the resource server and is the first part of its scopes, for example https://notes.example.com.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches(r'^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$')",message="identifier may hold only printable ASCII characters, and no spaces, quotes or backslashes; write it like notes or https://notes.example.com"
	Identifier string `json:"identifier"`

	// scopes are what may be asked for.
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Scopes []ResourceServerScope `json:"scopes"`
}

// ResourceServerScope is one scope of a resource server.
type ResourceServerScope struct {
	// name is the scope's name, the part behind the slash.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches(r'^[\\x21\\x23-\\x2E\\x30-\\x5B\\x5D-\\x7E]+$')",message="name may hold only printable ASCII characters, and no spaces, slashes, quotes or backslashes; write it like read"
	Name string `json:"name"`

	// description says what the scope allows. Defaults to its name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Description string `json:"description,omitempty"`
}

// derivedScope is a scope that a resource server can have: its identifier, and behind the last slash the scope's name.
var derivedScope = regexp.MustCompile(`^([\x21\x23-\x5B\x5D-\x7E]{1,256})/([\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256})$`)

// EffectiveResourceServers are the spec's, and those of scopes that none of them declares, but both a guarded route and a client name.
// One of the two alone is a slip more often than a scope. A user pool that is adopted, or another object's, has resource servers of
// others, so there they are the spec's alone.
func (s *SecuredAPISpec) EffectiveResourceServers() []ResourceServer {
	servers := s.ResourceServers
	if s.UserPool.Adopt != nil || s.UserPoolRef != nil {
		return servers
	}
	asked := map[string]bool{}
	for i := range s.Clients {
		for _, scope := range s.Clients[i].Scopes {
			asked[scope] = true
		}
	}
	for i := range s.Routes {
		for _, scope := range s.Routes[i].Scopes {
			if parts := derivedScope.FindStringSubmatch(scope); asked[scope] && parts != nil {
				servers = withScope(servers, parts[1], parts[2])
			}
		}
	}
	return servers
}

// withScope returns resource servers that declare a scope, and does not change those it is given.
func withScope(servers []ResourceServer, identifier, name string) []ResourceServer {
	at := slices.IndexFunc(servers, func(s ResourceServer) bool { return s.Identifier == identifier })
	if at < 0 {
		return append(slices.Clip(servers), ResourceServer{Identifier: identifier, Scopes: []ResourceServerScope{{Name: name}}})
	}
	if slices.ContainsFunc(servers[at].Scopes, func(s ResourceServerScope) bool { return s.Name == name }) {
		return servers
	}
	servers = slices.Clone(servers)
	servers[at].Scopes = append(slices.Clip(servers[at].Scopes), ResourceServerScope{Name: name})
	return servers
}
