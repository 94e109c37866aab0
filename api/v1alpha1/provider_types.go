package v1alpha1

// IdentityProvider is where users sign in who have an account somewhere else. The user pool makes a user of its own for each.
// With another name or kind it is another provider, and its users come back as new users of the pool.
//
// +kubebuilder:validation:XValidation:rule="[has(self.oidc), has(self.saml), has(self.google), has(self.facebook), has(self.amazon), has(self.apple)].filter(kind, kind).size() == 1",message="a provider has exactly one kind; set one of oidc, saml, google, facebook, amazon and apple"
// +kubebuilder:validation:XValidation:rule="(self.name == 'Google') == has(self.google) && (self.name == 'Facebook') == has(self.facebook) && (self.name == 'LoginWithAmazon') == has(self.amazon) && (self.name == 'SignInWithApple') == has(self.apple)",message="Cognito fixes the names of social providers: google is Google, facebook Facebook, amazon LoginWithAmazon and apple SignInWithApple, and no other kind has such a name; rename the provider",fieldPath=".name"
type IdentityProvider struct {
	// name names the provider in clients and in the names of its users (<name>_<their id there>).
	// +required
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches(r'^[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+$') && !self.contains('_') && !self.contains('/') && !(self in ['Cognito', 'COGNITO'])",message="name may hold only letters, digits, symbols and punctuation, no spaces, _ or /, and is not Cognito, which is the pool itself; write it like Okta or acme-staff"
	Name string `json:"name"`

	// attributes are the pool's attributes that are filled from the provider's claims at each sign-in: email: email. The
	// attributes that the pool requires of users have to be among them.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=70
	Attributes map[string]Claim `json:"attributes,omitempty"`

	// identifiers are other names by which a request to sign in may ask for the provider (idp_identifier). The domain of an
	// e-mail address makes the classic pages send the people of a company to their provider.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=40
	// +kubebuilder:validation:items:Pattern=`^[A-Za-z0-9_ +=.@-]+$`
	Identifiers []string `json:"identifiers,omitempty"`

	// oidc is any provider of OpenID Connect.
	// +optional
	OIDC *OIDCProvider `json:"oidc,omitempty"`

	// saml is any provider of SAML 2.0.
	// +optional
	SAML *SAMLProvider `json:"saml,omitempty"`

	// google is Google; scopes default to openid, email and profile. Its name is Google.
	// +optional
	Google *SocialProvider `json:"google,omitempty"`

	// facebook is Facebook. Its name is Facebook.
	// +optional
	Facebook *FacebookProvider `json:"facebook,omitempty"`

	// amazon is Login with Amazon; scopes default to profile. Its name is LoginWithAmazon.
	// +optional
	Amazon *SocialProvider `json:"amazon,omitempty"`

	// apple is Sign in with Apple. Its name is SignInWithApple.
	// +optional
	Apple *AppleProvider `json:"apple,omitempty"`
}

// Claim is the name of what a provider says of a user: email, or a URI of SAML.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=256
type Claim string

// ProviderScope is a scope that a provider is asked for.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:Pattern=`^[!#-+\--\[\]-~]+$`
type ProviderScope string

// ProviderURL is an address of a provider that Cognito calls, or sends browsers to.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
// +kubebuilder:validation:Pattern=`^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!$-;=?-Z_a-z~]*)?$`
type ProviderURL string

// RequestMethod is how Cognito asks an OIDC provider for a user's attributes.
//
// +kubebuilder:validation:Enum=GET;POST
type RequestMethod string

// SecretKey names a value in a Secret of the object's namespace. The Secret has the label securedapi.dev/content=input: with it,
// whoever may write the Secret lets those who may write SecuredAPIs in the namespace use its values.
type SecretKey struct {
	// name is the Secret.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`
	Name string `json:"name"`

	// key is the key in its data.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9._-]+$`
	Key string `json:"key"`
}

// ConfigMapKey names a value in a ConfigMap of the object's namespace. The ConfigMap has the label securedapi.dev/content=input, as
// a Secret has.
type ConfigMapKey struct {
	// name is the ConfigMap.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`
	Name string `json:"name"`

	// key is the key in its data.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9._-]+$`
	Key string `json:"key"`
}

// Secrets are the Secrets that a provider's values are read from.
func (p *IdentityProvider) Secrets() []string {
	var names []string
	if p.OIDC != nil && p.OIDC.ClientSecretFrom != nil {
		names = append(names, p.OIDC.ClientSecretFrom.Name)
	}
	for _, social := range []*SocialProvider{p.Google, p.Amazon} {
		if social != nil {
			names = append(names, social.ClientSecretFrom.Name)
		}
	}
	if p.Facebook != nil {
		names = append(names, p.Facebook.ClientSecretFrom.Name)
	}
	if p.Apple != nil {
		names = append(names, p.Apple.PrivateKeyFrom.Name)
	}
	return names
}

// OIDCProvider is a provider of OpenID Connect. Cognito finds its addresses at <issuer>/.well-known/openid-configuration; those that
// are set here count instead.
type OIDCProvider struct {
	// issuer is who issues the provider's tokens (iss).
	// +required
	Issuer ProviderURL `json:"issuer"`

	// clientID is the id that the provider gave Cognito as a client.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	ClientID string `json:"clientID"`

	// clientSecretFrom is where the secret is that the provider gave with the id. Who may write this object may send the secret to
	// an address of their own (tokenURL).
	// +optional
	// +structType=atomic
	ClientSecretFrom *SecretKey `json:"clientSecretFrom,omitempty"`

	// scopes are what the provider is asked for. Defaults to openid, which is always among them.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:XValidation:rule="self.size() == 0 || 'openid' in self",message="scopes must have openid, without which a provider issues no ID token; add it"
	Scopes []ProviderScope `json:"scopes,omitempty"`

	// attributesMethod is how Cognito asks for a user's attributes: GET (default) or POST.
	// +optional
	AttributesMethod RequestMethod `json:"attributesMethod,omitempty"`

	// authorizeURL is where browsers are sent to sign in.
	// +optional
	AuthorizeURL ProviderURL `json:"authorizeURL,omitempty"`

	// tokenURL is where Cognito exchanges codes for tokens.
	// +optional
	TokenURL ProviderURL `json:"tokenURL,omitempty"`

	// attributesURL is where Cognito asks for a user's attributes (userInfo).
	// +optional
	AttributesURL ProviderURL `json:"attributesURL,omitempty"`

	// jwksURL is where the keys are that the provider signs tokens with.
	// +optional
	JWKSURL ProviderURL `json:"jwksURL,omitempty"`
}

// SAMLProvider is a provider of SAML 2.0.
//
// +kubebuilder:validation:XValidation:rule="has(self.metadataURL) != has(self.metadataFrom)",message="a SAML provider has its metadata in exactly one place; set either metadataURL or metadataFrom"
type SAMLProvider struct {
	// metadataURL is where Cognito reads the provider's metadata, and reads it again as long as the provider is there.
	// +optional
	MetadataURL ProviderURL `json:"metadataURL,omitempty"`

	// metadataFrom is where the provider's metadata is as XML.
	// +optional
	// +structType=atomic
	MetadataFrom *ConfigMapKey `json:"metadataFrom,omitempty"`

	// signOut says whether a sign-out ends the session at the provider, too. Defaults to Disabled.
	// +optional
	SignOut Switch `json:"signOut,omitempty"`

	// idpInitiated says whether the provider may sign in a user who did not begin here. Defaults to Disabled.
	// +optional
	IDPInitiated Switch `json:"idpInitiated,omitempty"`

	// encryptedResponses says whether the provider encrypts what it says of users. Defaults to Disabled.
	// +optional
	EncryptedResponses Switch `json:"encryptedResponses,omitempty"`

	// signRequests says whether Cognito signs its requests to the provider. Defaults to Disabled.
	// +optional
	SignRequests Switch `json:"signRequests,omitempty"`
}

// SocialProvider is a provider whose addresses Cognito knows.
type SocialProvider struct {
	// clientID is the id that the provider gave the application.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	ClientID string `json:"clientID"`

	// clientSecretFrom is where the secret is that the provider gave with the id.
	// +required
	// +structType=atomic
	ClientSecretFrom SecretKey `json:"clientSecretFrom"`

	// scopes are what the provider is asked for.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	Scopes []ProviderScope `json:"scopes,omitempty"`
}

// FacebookProvider is Facebook; scopes default to public_profile and email.
type FacebookProvider struct {
	SocialProvider `json:",inline"`

	// apiVersion is the version of Facebook's Graph API. Defaults to Cognito's.
	// +optional
	// +kubebuilder:validation:MaxLength=10
	// +kubebuilder:validation:Pattern=`^v[0-9]+\.[0-9]+$`
	APIVersion string `json:"apiVersion,omitempty"`
}

// AppleProvider is Sign in with Apple.
type AppleProvider struct {
	// servicesID is the identifier of the Services ID.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	ServicesID string `json:"servicesID"`

	// teamID is the team's id at Apple.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	TeamID string `json:"teamID"`

	// keyID is the id of the private key.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	KeyID string `json:"keyID"`

	// privateKeyFrom is where the private key is, as Apple gave it (.p8). Cognito does not show it, so a change by hand is not seen.
	// +required
	// +structType=atomic
	PrivateKeyFrom SecretKey `json:"privateKeyFrom"`

	// scopes are what Apple is asked for. Defaults to email and name.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	Scopes []ProviderScope `json:"scopes,omitempty"`
}
