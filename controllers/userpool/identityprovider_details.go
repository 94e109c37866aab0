package userpool

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
)

// The keys of ProviderDetails (CreateIdentityProviderInput).
const (
	detailClientID     = "client_id"
	detailClientSecret = "client_secret"
	detailScopes       = "authorize_scopes"
	detailIssuer       = "oidc_issuer"
	detailMethod       = "attributes_request_method"
	detailAuthorizeURL = "authorize_url"
	detailTokenURL     = "token_url"
	detailAttributes   = "attributes_url"
	detailKeys         = "jwks_uri"
	detailVersion      = "api_version"
	detailTeam         = "team_id"
	detailKeyID        = "key_id"
	detailPrivateKey   = "private_key"
	detailMetadataURL  = "MetadataURL"
	detailMetadata     = "MetadataFile"
	detailSignOut      = "IDPSignout"
	detailInitiated    = "IDPInit"
	detailEncrypted    = "EncryptedResponses"
	detailSigned       = "RequestSigningAlgorithm"
)

// detailWords are the keys in the spec's words.
var detailWords = map[string]string{
	detailClientID: "clientID", detailClientSecret: "clientSecret", detailScopes: "scopes", detailIssuer: "issuer",
	detailMethod: "attributesMethod", detailAuthorizeURL: "authorizeURL", detailTokenURL: "tokenURL",
	detailAttributes: "attributesURL", detailKeys: "jwksURL", detailVersion: "apiVersion",
	detailTeam: "teamID", detailKeyID: "keyID", detailPrivateKey: "privateKey",
	detailMetadataURL: "metadataURL", detailMetadata: "metadata", detailSignOut: "signOut", detailInitiated: "idpInitiated",
	detailEncrypted: "encryptedResponses", detailSigned: "signRequests",
}

// Cognito writes switches as words.
const (
	on  = "true"
	off = "false"
)

var switches = map[string]bool{detailSignOut: true, detailInitiated: true, detailEncrypted: true}

// signingAlgorithm is the only one that Cognito signs requests with.
const signingAlgorithm = "rsa-sha256"

// detail fills in what the kind of a provider has. It fails if a value is not there that the spec names.
func (r identityProvider) detail(want *providerSettings, spec *v1alpha1.IdentityProvider, field string) error {
	want.Details, want.Given = map[string]string{}, map[string]string{}
	switch {
	case spec.OIDC != nil:
		return r.oidc(want, spec.OIDC, field+"oidc.")
	case spec.SAML != nil:
		return r.saml(want, spec.SAML, field+"saml.")
	case spec.Google != nil:
		want.Kind = types.IdentityProviderTypeTypeGoogle
		return r.social(want, spec.Google, " ", []string{"openid", "email", "profile"}, field+"google.")
	case spec.Facebook != nil:
		want.Kind = types.IdentityProviderTypeTypeFacebook
		set(want.Details, detailVersion, spec.Facebook.APIVersion)
		return r.social(want, &spec.Facebook.SocialProvider, ",", []string{"public_profile", "email"}, field+"facebook.")
	case spec.Amazon != nil:
		want.Kind = types.IdentityProviderTypeTypeLoginWithAmazon
		return r.social(want, spec.Amazon, " ", []string{"profile"}, field+"amazon.")
	default:
		return r.apple(want, spec.Apple, field+"apple.")
	}
}

func (r identityProvider) oidc(want *providerSettings, spec *v1alpha1.OIDCProvider, field string) error {
	want.Kind = types.IdentityProviderTypeTypeOidc
	want.Details[detailIssuer], want.Details[detailClientID] = string(spec.Issuer), spec.ClientID
	want.Details[detailScopes] = scopesOf(spec.Scopes, " ", []string{"openid"})
	want.Details[detailMethod] = "GET"
	set(want.Details, detailMethod, string(spec.AttributesMethod))
	set(want.Details, detailAuthorizeURL, string(spec.AuthorizeURL))
	set(want.Details, detailTokenURL, string(spec.TokenURL))
	set(want.Details, detailAttributes, string(spec.AttributesURL))
	set(want.Details, detailKeys, string(spec.JWKSURL))
	if spec.ClientSecretFrom == nil {
		return nil
	}
	return r.give(want, detailClientSecret, field+"clientSecretFrom", *spec.ClientSecretFrom)
}

func (r identityProvider) saml(want *providerSettings, spec *v1alpha1.SAMLProvider, field string) error {
	want.Kind = types.IdentityProviderTypeTypeSaml
	for key, position := range map[string]v1alpha1.Switch{
		detailSignOut: spec.SignOut, detailInitiated: spec.IDPInitiated, detailEncrypted: spec.EncryptedResponses,
	} {
		want.Details[key] = off
		if position == v1alpha1.Enabled {
			want.Details[key] = on
		}
	}
	if spec.SignRequests == v1alpha1.Enabled {
		want.Details[detailSigned] = signingAlgorithm
	}
	set(want.Details, detailMetadataURL, string(spec.MetadataURL))
	if spec.MetadataFrom == nil {
		return nil
	}
	metadata, err := r.Inputs.ConfigMap(field+"metadataFrom", *spec.MetadataFrom)
	want.Given[detailMetadata] = metadata
	return err
}

func (r identityProvider) social(
	want *providerSettings, spec *v1alpha1.SocialProvider, separator string, scopes []string, field string,
) error {
	want.Details[detailClientID], want.Details[detailScopes] = spec.ClientID, scopesOf(spec.Scopes, separator, scopes)
	return r.give(want, detailClientSecret, field+"clientSecretFrom", spec.ClientSecretFrom)
}

func (r identityProvider) apple(want *providerSettings, spec *v1alpha1.AppleProvider, field string) error {
	want.Kind = types.IdentityProviderTypeTypeSignInWithApple
	want.Details[detailClientID], want.Details[detailTeam], want.Details[detailKeyID] = spec.ServicesID, spec.TeamID, spec.KeyID
	want.Details[detailScopes] = scopesOf(spec.Scopes, " ", []string{"email", "name"})
	return r.give(want, detailPrivateKey, field+"privateKeyFrom", spec.PrivateKeyFrom)
}

// give fills in a detail from a Secret.
func (r identityProvider) give(want *providerSettings, key, field string, from v1alpha1.SecretKey) error {
	value, err := r.Inputs.Secret(field, from)
	want.Given[key] = value
	return err
}

func set(details map[string]string, key, value string) {
	if value != "" {
		details[key] = value
	}
}

// scopesOf writes scopes as the provider's kind does. They have no order.
func scopesOf(scopes []v1alpha1.ProviderScope, separator string, otherwise []string) string {
	words := make([]string, 0, len(scopes))
	for _, scope := range scopes {
		words = append(words, string(scope))
	}
	if len(words) == 0 {
		words = slices.Clone(otherwise)
	}
	slices.Sort(words)
	return strings.Join(words, separator)
}

// dropped are the details that were sent for a former spec, and that Cognito still has as they were sent: what it fills in by itself
// stays.
func (r identityProvider) dropped(want *providerSettings, have *types.IdentityProviderType) []string {
	rec := r.p.Known(PrefixProvider + r.name)
	if rec == nil {
		return nil
	}
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(rec.Kept)) {
		_, wanted := want.details()[key]
		if value := have.ProviderDetails[key]; !wanted && value != "" && r.digest(value) == rec.Kept[key] {
			keys = append(keys, key)
		}
	}
	return keys
}

// shown is a detail that Cognito shows. It may leave out a switch that is off.
func shown(have *types.IdentityProviderType, key string) string {
	value := have.ProviderDetails[key]
	if value == "" && switches[key] {
		return off
	}
	return value
}

// given is the digest of a detail that no plan tells: of what Cognito shows, or of what was sent where it shows nothing, as of a
// private key.
func (r identityProvider) given(have *types.IdentityProviderType, key string) string {
	if value := have.ProviderDetails[key]; value != "" {
		return r.digest(value)
	}
	if rec := r.p.Known(PrefixProvider + r.name); rec != nil {
		return rec.Kept[key]
	}
	return ""
}

// digest tells values apart and shows none. That of an equal value of another object is another one.
func (r identityProvider) digest(value string) string {
	return engine.DigestOf(0, []string{r.p.Owner.UID, value})
}

// keep notes what was sent.
func (r identityProvider) keep(want *providerSettings) {
	kept := map[string]string{}
	for key, value := range want.details() {
		kept[key] = r.digest(value)
	}
	r.p.Record(PrefixProvider + r.name).Kept = kept
}

// details are sent whole: Cognito keeps none that an update leaves out.
func (s *providerSettings) details() map[string]string {
	all := maps.Clone(s.Details)
	maps.Copy(all, s.Given)
	return all
}
