package rules_test

import (
	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// secretKey and otherKey are values that worlds have.
var (
	secretKey = v1alpha1.SecretKey{Name: harness.InputName, Key: "a"}
	otherKey  = v1alpha1.SecretKey{Name: harness.OtherInputName, Key: "b"}
)

// with asks for one identity provider.
func with(provider v1alpha1.IdentityProvider) func(*v1alpha1.SecuredAPI) {
	provider.Attributes = map[string]v1alpha1.Claim{"email": "email"}
	return func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.IdentityProviders = []v1alpha1.IdentityProvider{provider}
	}
}

var (
	withOIDC = with(v1alpha1.IdentityProvider{Name: "Okta", OIDC: &v1alpha1.OIDCProvider{
		Issuer: "https://login.example.com", ClientID: "c", ClientSecretFrom: &secretKey,
	}})
	withSAML = with(v1alpha1.IdentityProvider{Name: "Okta", SAML: &v1alpha1.SAMLProvider{
		MetadataFrom: &v1alpha1.ConfigMapKey{Name: harness.InputName, Key: "a"},
	}})
	withGoogle = with(v1alpha1.IdentityProvider{Name: "Google", Google: &v1alpha1.SocialProvider{ClientID: "c", ClientSecretFrom: secretKey}})
	withAmazon = with(v1alpha1.IdentityProvider{
		Name: "LoginWithAmazon", Amazon: &v1alpha1.SocialProvider{ClientID: "c", ClientSecretFrom: secretKey},
	})
	withFacebook = with(v1alpha1.IdentityProvider{Name: "Facebook", Facebook: &v1alpha1.FacebookProvider{
		SocialProvider: v1alpha1.SocialProvider{ClientID: "c", ClientSecretFrom: secretKey},
	}})
	withApple = with(v1alpha1.IdentityProvider{Name: "SignInWithApple", Apple: &v1alpha1.AppleProvider{
		ServicesID: "com.example.a", TeamID: "t", KeyID: "k", PrivateKeyFrom: secretKey,
	}})
)

// fields are properties of identity providers.
func fields(kind string, names ...string) []string {
	all := []string{"userPool.identityProviders[]." + kind}
	for _, name := range names {
		all = append(all, "userPool.identityProviders[]."+kind+"."+name)
	}
	return all
}

// provider changes the one identity provider.
func provider(edit func(*v1alpha1.IdentityProvider)) func(*v1alpha1.SecuredAPI) {
	return func(o *v1alpha1.SecuredAPI) { edit(&o.Spec.UserPool.IdentityProviders[0]) }
}

// providerEdits change where users sign in.
var providerEdits = []edit{
	{
		"an identity provider", of("userPool.identityProviders"), nil, withOIDC,
		"+ identityProvider/Okta OIDC; ~ client/web.identityProviders: Cognito -> Cognito,Okta",
	},
	{
		"no identity provider", of("userPool.identityProviders"), withOIDC, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.IdentityProviders = nil },
		"~ client/web.identityProviders: Cognito,Okta -> Cognito; - identityProvider/Okta",
	},
	{
		"another name", of("userPool.identityProviders[].name"), withOIDC, provider(func(p *v1alpha1.IdentityProvider) { p.Name = "Entra" }),
		"+ identityProvider/Entra OIDC; ~ client/web.identityProviders: Cognito,Okta -> Cognito,Entra; - identityProvider/Okta",
	},
	{
		"an identity provider of a client", of("clients[].identityProviders"), withOIDC, func(o *v1alpha1.SecuredAPI) {
			o.Spec.Clients[0].IdentityProviders = []string{"Okta"}
		}, "~ client/web.identityProviders: Cognito,Okta -> Okta",
	},
	{
		"attributes", of("userPool.identityProviders[].attributes"), withOIDC, provider(func(p *v1alpha1.IdentityProvider) {
			p.Attributes = map[string]v1alpha1.Claim{"email": "mail", "name": "nick"}
		}), "~ identityProvider/Okta.attributes: email=email, username=sub -> email=mail, name=nick, username=sub",
	},
	{
		"identifiers", of("userPool.identityProviders[].identifiers"), withOIDC, provider(func(p *v1alpha1.IdentityProvider) {
			p.Identifiers = []string{"example.com"}
		}), `~ identityProvider/Okta.identifiers: "" -> example.com`,
	},
	{"all of OIDC", fields("oidc", "issuer", "clientID", "clientSecretFrom", "clientSecretFrom.name", "clientSecretFrom.key", "scopes",
		"attributesMethod", "authorizeURL", "tokenURL", "attributesURL", "jwksURL"), withOIDC, provider(func(p *v1alpha1.IdentityProvider) {
		p.OIDC = &v1alpha1.OIDCProvider{
			Issuer: "https://sso.example.com", ClientID: "d", ClientSecretFrom: &otherKey, Scopes: []v1alpha1.ProviderScope{"openid", "email"},
			AttributesMethod: "POST", AuthorizeURL: "https://sso.example.com/a", TokenURL: "https://sso.example.com/t",
			AttributesURL: "https://sso.example.com/u", JWKSURL: "https://sso.example.com/j",
		}
	}), "~ identityProvider/Okta.scopes: openid -> email openid"},
	{"another kind", of("userPool.identityProviders[].saml"), withOIDC, withSAML, "~ identityProvider/Okta.kind: OIDC -> SAML"},
	{"other metadata", fields("saml", "metadataFrom", "metadataFrom.name", "metadataFrom.key"), withSAML, provider(func(p *v1alpha1.IdentityProvider) {
		p.SAML.MetadataFrom = &v1alpha1.ConfigMapKey{Name: harness.OtherInputName, Key: "b"}
	}), "~ identityProvider/Okta.metadata: sha256:"},
	{"all of SAML", fields("saml", "metadataURL", "signOut", "encryptedResponses", "signRequests"), withSAML, provider(func(p *v1alpha1.IdentityProvider) {
		p.SAML = &v1alpha1.SAMLProvider{
			MetadataURL: "https://saml.example.com/metadata", SignOut: v1alpha1.Enabled,
			EncryptedResponses: v1alpha1.Enabled, SignRequests: v1alpha1.Enabled,
		}
	}), "~ identityProvider/Okta.encryptedResponses: false -> true"},
	{"sign-ins that begin at the provider", fields("saml", "idpInitiated"), withSAML, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.IdentityProviders[0].SAML = &v1alpha1.SAMLProvider{
			MetadataFrom: &v1alpha1.ConfigMapKey{Name: harness.InputName, Key: "a"}, IDPInitiated: v1alpha1.Enabled,
		}
		o.Spec.Clients[0].IdentityProviders = []string{"Okta"} // Cognito allows no others beside it
	}, "~ identityProvider/Okta.idpInitiated: false -> true; ~ client/web.identityProviders: Cognito,Okta -> Okta"},
	{"all of Google", fields("google", "clientID", "clientSecretFrom", "clientSecretFrom.name", "clientSecretFrom.key", "scopes"), withGoogle, provider(func(p *v1alpha1.IdentityProvider) {
		p.Google = &v1alpha1.SocialProvider{ClientID: "d", ClientSecretFrom: otherKey, Scopes: []v1alpha1.ProviderScope{"openid"}}
	}), "~ identityProvider/Google.scopes: email openid profile -> openid"},
	{"all of Amazon", fields("amazon", "clientID", "clientSecretFrom", "clientSecretFrom.name", "clientSecretFrom.key", "scopes"), withAmazon, provider(func(p *v1alpha1.IdentityProvider) {
		p.Amazon = &v1alpha1.SocialProvider{ClientID: "d", ClientSecretFrom: otherKey, Scopes: []v1alpha1.ProviderScope{"postal_code"}}
	}), "~ identityProvider/LoginWithAmazon.scopes: profile -> postal_code"},
	{"all of Facebook", fields("facebook", "clientID", "clientSecretFrom", "clientSecretFrom.name", "clientSecretFrom.key", "scopes", "apiVersion"), withFacebook, provider(func(p *v1alpha1.IdentityProvider) {
		p.Facebook = &v1alpha1.FacebookProvider{APIVersion: "v21.0", SocialProvider: v1alpha1.SocialProvider{
			ClientID: "d", ClientSecretFrom: otherKey, Scopes: []v1alpha1.ProviderScope{"email"},
		}}
	}), "~ identityProvider/Facebook.scopes: email,public_profile -> email"},
	{"all of Apple", fields("apple", "servicesID", "teamID", "keyID", "privateKeyFrom", "privateKeyFrom.name", "privateKeyFrom.key", "scopes"), withApple, provider(func(p *v1alpha1.IdentityProvider) {
		p.Apple = &v1alpha1.AppleProvider{
			ServicesID: "com.example.b", TeamID: "u", KeyID: "l", PrivateKeyFrom: otherKey, Scopes: []v1alpha1.ProviderScope{"email"},
		}
	}), "~ identityProvider/SignInWithApple.teamID: t -> u"},
}
