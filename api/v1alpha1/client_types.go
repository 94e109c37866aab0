package v1alpha1

import "slices"

// Flow is how a client gets tokens, an OAuth 2.0 grant.
//
// +kubebuilder:validation:Enum=Code;Implicit;ClientCredentials
type Flow string

// The flows.
const (
	// FlowCode is the authorization code grant, with PKCE.
	FlowCode Flow = "Code"
	// FlowImplicit hands tokens out in the redirect itself. OAuth 2.1 drops it; prefer Code.
	FlowImplicit Flow = "Implicit"
	// FlowClientCredentials is for programs without a user. The client has a secret.
	FlowClientCredentials Flow = "ClientCredentials"
)

// URL is a redirect target: absolute, without a fragment or user name, https unless it is this machine or an app's own scheme.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:XValidation:rule="self.matches('^[]!#-;=?-[_a-z~]+$')",message="a URL holds letters, digits and -._~:/?#[]@!$&'()*+,;=% only; write anything else as %XX"
// +kubebuilder:validation:XValidation:rule="isURL(self) && self.matches('^[A-Za-z0-9+.-]+:/') && (!(url(self).getScheme() in ['http', 'https']) || url(self).getHost().size() > 0)",message="must be an absolute URL; write it like https://app.example.com/callback or app:/callback"
// +kubebuilder:validation:XValidation:rule="!self.contains('#')",message="must not have a fragment (#…); take it off"
// +kubebuilder:validation:XValidation:rule="!self.matches('^[^/]*//[^/?]*@')",message="must not have a user name (…@) before its host; take it off"
// +kubebuilder:validation:XValidation:rule="!isURL(self) || url(self).getScheme() != 'http' || url(self).getHostname() in ['localhost', '127.0.0.1', '::1']",message="must use https; http is for localhost, 127.0.0.1 and [::1] only"
// +kubebuilder:validation:XValidation:rule="!isURL(self) || !(url(self).getScheme() in ['javascript', 'vbscript', 'data', 'blob', 'filesystem', 'file', 'about', 'view-source', 'intent', 'content', 'android-app', 'resource', 'chrome', 'jar', 'ws', 'wss', 'ftp', 'ftps', 'sftp', 'ssh', 'telnet', 'ldap', 'smb', 'mailto', 'tel', 'sms', 'urn', 'cid', 'search-ms'] || self.matches('^(?i:ms|moz|chrome)-'))",message="has a scheme that is neither https nor an app's own; use https, http for localhost, or a scheme that only the app has, like com.example.app:/callback"
type URL string

// Client is an app client: a front end or a program that may ask for tokens.
//
// +kubebuilder:validation:XValidation:rule="!('ClientCredentials' in self.flows) || self.flows.size() == 1",message="ClientCredentials cannot go with another flow on one client; make a client of its own for it",messageExpression="'[' + self.flows.join(', ') + ']' + ': ClientCredentials cannot go with another flow on one client; make a client of its own for it'",fieldPath=".flows"
// +kubebuilder:validation:XValidation:rule="!('Code' in self.flows || 'Implicit' in self.flows) || (has(self.callbackURLs) && self.callbackURLs.size() > 0)",message="flows Code and Implicit need at least one callback URL; name where the login page may send a user back to",fieldPath=".callbackURLs",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="self.flows.size() > 0 || !(has(self.callbackURLs) && self.callbackURLs.size() > 0 || has(self.logoutURLs) && self.logoutURLs.size() > 0 || has(self.scopes) && self.scopes.size() > 0)",message="a client without flows takes no callbackURLs, logoutURLs or scopes, because no login page serves it; name a flow, or remove these fields",fieldPath=".flows"
// +kubebuilder:validation:XValidation:rule="!('ClientCredentials' in self.flows) || (has(self.scopes) && self.scopes.size() > 0 && self.scopes.all(s, s.contains('/')))",message="flow ClientCredentials takes scopes of a resource server only, written identifier/scope, because no user signs in; declare them in spec.resourceServers and name them here",fieldPath=".scopes"
// +kubebuilder:validation:XValidation:rule="!(has(self.authFlows) && 'Refresh' in self.authFlows && has(self.tokens) && has(self.tokens.rotation) && self.tokens.rotation == 'Enabled')",message="Refresh cannot go with tokens.rotation Enabled, because it keeps the refresh token; take it off, or set tokens.rotation to Disabled",fieldPath=".authFlows"
// +kubebuilder:validation:XValidation:rule="!has(self.defaultRedirectURL) || (has(self.callbackURLs) && self.defaultRedirectURL in self.callbackURLs)",message="defaultRedirectURL must be one of callbackURLs; add it there, or name one of them",fieldPath=".defaultRedirectURL"
// +kubebuilder:validation:XValidation:rule="!(has(self.sendUserContext) && self.sendUserContext == 'Enabled') || has(self.secret) || 'ClientCredentials' in self.flows",message="sendUserContext needs a client with a secret, because Cognito takes such data from servers only; set it to Disabled, or add secret: {}",fieldPath=".sendUserContext"
// +kubebuilder:validation:XValidation:rule="!has(self.branding) || 'Code' in self.flows || 'Implicit' in self.flows",message="branding is for clients with login pages; take it off, or add Code to flows",fieldPath=".branding"
// +kubebuilder:validation:XValidation:rule="!has(self.classicStyle) || 'Code' in self.flows || 'Implicit' in self.flows",message="classicStyle is for clients with login pages; take it off, or add Code to flows",fieldPath=".classicStyle"
// +kubebuilder:validation:XValidation:rule="!has(self.terms) || 'Code' in self.flows || 'Implicit' in self.flows",message="terms are for clients with login pages; take them off, or add Code to flows",fieldPath=".terms"
type Client struct {
	// name identifies the client in this object and in AWS.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",message="name may hold only lower-case letters, digits and hyphens, and must begin and end with a letter or digit; write it like web or my-app"
	Name string `json:"name"`

	// callbackURLs are where the login page may send a user back to, with a code or tokens.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	CallbackURLs []URL `json:"callbackURLs,omitempty"`

	// logoutURLs are where a user may be sent after signing out.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	LogoutURLs []URL `json:"logoutURLs,omitempty"`

	// defaultRedirectURL is where a user is sent back to if a request to sign in names no URL. It is one of callbackURLs.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	DefaultRedirectURL string `json:"defaultRedirectURL,omitempty"`

	// flows are how the client gets tokens from the domain. Code is with PKCE. ClientCredentials is for programs without a user. An
	// empty list makes a client of Cognito's API alone (InitiateAuth), without login pages, URLs and scopes. Defaults to Code.
	// +optional
	// +kubebuilder:default={Code}
	// +listType=set
	// +kubebuilder:validation:MaxItems=3
	Flows []Flow `json:"flows,omitzero"`

	// scopes are what the client may ask for: openid, email, phone, profile, aws.cognito.signin.user.admin,
	// or identifier/scope of a resource server. Defaults to openid and email.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	Scopes []string `json:"scopes,omitempty"`

	// identityProviders are where users may sign in: Cognito, for users of the pool itself, and names of userPool.identityProviders.
	// Defaults to all of them. It is for the login pages: users of the pool sign in with Cognito's API in any case.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=21
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=32
	IdentityProviders []string `json:"identityProviders,omitempty"`

	// authFlows are how an application of its own sign-in page may sign users in with Cognito's API, whatever flows says. Defaults
	// to SRP, Custom and Refresh, and to SRP and Custom while tokens.rotation is Enabled.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=6
	AuthFlows []AuthFlow `json:"authFlows,omitempty"`

	// readAttributes are the attributes of a user that the client may see, in ID tokens and by Cognito's API: standard ones, like
	// email, and custom:<name>. An empty list, the default, is all standard ones.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=70
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=32
	ReadAttributes []string `json:"readAttributes,omitzero"`

	// writeAttributes are the attributes that users of the client may set for themselves: standard ones but sub, email_verified and
	// phone_number_verified, and custom:<name>. What the user pool requires is among them. An empty list, the default, is all
	// standard ones.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=70
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=32
	WriteAttributes []string `json:"writeAttributes,omitzero"`

	// userExistenceErrors says what those learn who name a user that does not exist: Hidden (default) answers as for a wrong
	// password, Legacy says that there is no such user.
	// +optional
	UserExistenceErrors UserExistenceErrors `json:"userExistenceErrors,omitempty"`

	// sendUserContext lets a server send its caller's address and device with a sign-in, for threat protection. It needs a client
	// with a secret. Defaults to Disabled.
	// +optional
	SendUserContext Switch `json:"sendUserContext,omitempty"`

	// tokens is how long tokens are good, and what becomes of refresh tokens.
	// +optional
	Tokens *ClientTokens `json:"tokens,omitempty"`

	// secret gives the client a secret, for applications whose server gets the tokens: secret: {}. A ClientCredentials client has one
	// in any case. A client that gets or loses its secret is replaced, and its id is another one then.
	// +optional
	Secret *ClientSecret `json:"secret,omitempty"`

	// branding is how the Managed pages look for this client, in the place of the domain's branding.
	// +optional
	Branding *Branding `json:"branding,omitempty"`

	// classicStyle is how the Classic pages look for this client, in the place of the domain's classicStyle.
	// +optional
	ClassicStyle *ClassicStyle `json:"classicStyle,omitempty"`

	// terms are links to documents that the sign-up page of the Managed pages shows.
	// +optional
	Terms *Terms `json:"terms,omitempty"`
}

// ClientSecret is what is asked of a client's secret. The secret itself is in a Secret of this object's namespace.
//
// +kubebuilder:validation:XValidation:rule="!has(self.from) || !has(self.generation)",message="generation cannot go with from: another value in the Secret of from replaces the client's secret; take generation off",fieldPath=".generation"
// +kubebuilder:validation:XValidation:rule="!has(self.from) || !has(self.rotateEvery)",message="rotateEvery cannot go with from: another value in the Secret of from replaces the client's secret; take rotateEvery off",fieldPath=".rotateEvery"
// +kubebuilder:validation:XValidation:rule="!has(self.from) || !has(self.name) || self.name != self.from.name",message="name is the Secret of from, which the operator does not write; choose another name",fieldPath=".name"
// +kubebuilder:validation:XValidation:rule="!has(self.rotateEvery) || !has(self.overlap) || duration(self.overlap) < duration(self.rotateEvery)",message="overlap must be shorter than rotateEvery, because a client has two secrets at most; shorten it",fieldPath=".overlap"
type ClientSecret struct {
	// name is the name of the Secret. Defaults to <object>-<client>. With another name the content moves to the new Secret. One that
	// exists and is not this object's stays as it is.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$')",message="name may hold only lower-case letters, digits, hyphens and dots, and must begin and end with a letter or digit, also around a dot; write it like notes-web"
	Name string `json:"name,omitempty"`

	// from is where the secret is that you choose, instead of one that the operator makes: 24 to 64 letters, digits, underscores and plus
	// signs. Another value there replaces the client's secret, with the first drift check from then on: the client's own Secret (name)
	// gets it when Cognito knows it, and the former one stays good for the overlap. Programs read the client's own Secret, so whoever may
	// read that one may read this value.
	// +optional
	// +structType=atomic
	From *SecretKey `json:"from,omitempty"`

	// generation asks for a new secret when it is raised. The former one stays good for a while after the new one is in
	// the Secret. Defaults to 1.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="generation can only be raised, because a former secret cannot come back; raise it, or leave it as it is"
	Generation int32 `json:"generation,omitempty"`

	// rotateEvery asks for a new secret when the one in the Secret is that old. It is replaced as by generation, with the first drift
	// check from then on.
	// +optional
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('24h')",message="rotateEvery must be at least 24h; write it like 720h"
	RotateEvery Duration `json:"rotateEvery,omitempty"`

	// overlap is how long a former secret stays good after the new one is in the Secret: programs need that long to read it. It
	// counts for replacements that end from then on. Defaults to --secret-overlap of the operator, 1h.
	// +optional
	Overlap Duration `json:"overlap,omitempty"`
}

// HasSecret says whether the client has a secret.
func (c *Client) HasSecret() bool {
	return c.Secret != nil || slices.Contains(c.Flows, FlowClientCredentials)
}
