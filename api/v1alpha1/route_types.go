package v1alpha1

// Access is who may call a route.
//
// +kubebuilder:validation:Enum=Registered;Guest
type Access string

// Who may call a route.
const (
	// AccessRegistered is for callers with a token of the user pool.
	AccessRegistered Access = "Registered"
	// AccessGuest is for everybody.
	AccessGuest Access = "Guest"
)

// Method is an HTTP method; ANY stands for all that the path does not name.
//
// +kubebuilder:validation:Enum=GET;POST;PUT;PATCH;DELETE;HEAD;OPTIONS;ANY
type Method string

// The methods that the operator itself treats apart.
const (
	MethodAny     Method = "ANY"
	MethodOptions Method = "OPTIONS"
)

// Route is a path, methods of it, who may call them and what answers. A path may stand in several routes, each with other
// methods.
//
// +kubebuilder:validation:XValidation:rule="!has(self.scopes) || self.scopes.size() == 0 || self.access == 'Registered'",message="scopes are checked on access tokens, so a Guest route cannot ask for them; take the scopes off, or set access to Registered",fieldPath=".scopes"
type Route struct {
	// path begins with a slash. A segment is literal, a variable like {id}, or, last of all, {proxy+} for the rest.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.startsWith('/')",message="path must begin with a slash; write it like /notes/{id}"
	// +kubebuilder:validation:XValidation:rule="self == '/' || !(self.contains('//') || self.endsWith('/'))",message="path must not have an empty segment or a slash at its end; take the extra slash off"
	// +kubebuilder:validation:XValidation:rule="!self.contains('+}/')",message="a greedy variable like {proxy+} must be the last segment; end the path with it, or name the variable without the plus"
	// +kubebuilder:validation:XValidation:rule="self.matches('^(/([A-Za-z0-9._:-]+|[{][A-Za-z0-9._-]+[+]?[}])?)*$') || !self.startsWith('/')",message="a segment may hold letters, digits and . _ : -, or be one {variable} or {variable+}; write it like /notes/{id}"
	Path string `json:"path"`

	// methods are the HTTP methods served on the path; ANY stands for those that no route of the path names. OPTIONS is
	// answered for browsers (CORS) unless a route of the path names it.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Methods []Method `json:"methods"`

	// access says who may call the route: Registered users, or any Guest.
	// +optional
	// +kubebuilder:default=Registered
	Access Access `json:"access,omitempty"`

	// scopes make the route ask for an access token with one of them; without, it asks for an ID token.
	// One that no resource server declares is added to Cognito if a client names it, too.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	Scopes []string `json:"scopes,omitempty"`

	// backend is what answers.
	// +required
	Backend Backend `json:"backend"`
}

// Backend is what answers a route: exactly one of its fields is set.
//
// +kubebuilder:validation:ExactlyOneOf=lambda;http
type Backend struct {
	// lambda is a Lambda function, called with the proxy event. The operator gives the API the permission to.
	// +optional
	Lambda *LambdaBackend `json:"lambda,omitempty"`

	// http is a server that the request is passed on to.
	// +optional
	HTTP *HTTPBackend `json:"http,omitempty"`
}

// LambdaBackend is a Lambda function.
type LambdaBackend struct {
	// function is the function's name, name:alias, or ARN. A name means this account and Region.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=170
	// +kubebuilder:validation:XValidation:rule="self.matches('^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:)?[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$')",message="function must be a name, name:alias, or a full ARN; write it like Notes, Notes:live or arn:aws:lambda:<region>:<account>:function:Notes"
	Function string `json:"function"`
}

// HTTPBackend is a server that the request is passed on to.
type HTTPBackend struct {
	// url is the server's URL: https, for the caller's token is passed on, and of a public host. Variables of the path may
	// stand behind the host, as {id}.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.matches('^[]!#-;=?-[_a-{}~]+$')",message="a URL holds letters, digits, {variables} and -._~:/?#[]@!$&'()*+,;=% only; write anything else as %XX"
	// +kubebuilder:validation:XValidation:rule="self.matches('^https://[^/?#]')",message="url must be an absolute https URL; write it like https://backend.example.com/{id}"
	// +kubebuilder:validation:XValidation:rule="self.matches('^[^/]*//([A-Za-z0-9.-]+|[[][0-9A-Fa-f:.]+])(:[0-9]+)?([/?#]|$)') || !self.matches('^https://[^/?#]')",message="url must name a host and may name a port; it must not have a user name, a variable or encoded characters before the path; write it like https://backend.example.com:8443/{id}"
	// +kubebuilder:validation:XValidation:rule="!self.contains('#')",message="url must not have a fragment (#…); take it off"
	URL string `json:"url"`
}
