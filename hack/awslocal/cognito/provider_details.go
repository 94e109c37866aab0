package cognito

import (
	"encoding/xml"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/crewjam/saml"
)

// The details of identity providers. Source of keys and of what Cognito adds: the requests and the "Describe response"s in the
// documentation of CreateIdentityProviderInput.ProviderDetails in the SDK.

// social are the kinds of which a pool has one each, under this name: "Provider NameOfGP cannot be of type Google." (aws/aws-cli#3179).
var social = map[string]types.IdentityProviderTypeType{
	"Google":          types.IdentityProviderTypeTypeGoogle,
	"Facebook":        types.IdentityProviderTypeTypeFacebook,
	"LoginWithAmazon": types.IdentityProviderTypeTypeLoginWithAmazon,
	"SignInWithApple": types.IdentityProviderTypeTypeSignInWithApple,
}

// Details of SAML.
const (
	detailInitiated = "IDPInit"
	detailEncrypted = "EncryptedResponses"
	detailSigning   = "RequestSigningAlgorithm"
)

// subjects are the claims that Cognito maps to the user name by itself (developer guide, "Specifying identity provider attribute
// mappings"). Those of SAML are in the assertion's NameID.
var subjects = map[types.IdentityProviderTypeType]string{
	types.IdentityProviderTypeTypeOidc:            "sub",
	types.IdentityProviderTypeTypeGoogle:          "sub",
	types.IdentityProviderTypeTypeFacebook:        "id",
	types.IdentityProviderTypeTypeLoginWithAmazon: "user_id",
	types.IdentityProviderTypeTypeSignInWithApple: "sub",
}

// keysOf are the details that a kind needs, and those that it may have.
var keysOf = map[types.IdentityProviderTypeType]struct{ needed, allowed []string }{
	types.IdentityProviderTypeTypeOidc: {
		[]string{"client_id", "oidc_issuer", "authorize_scopes", "attributes_request_method"},
		[]string{"client_secret", "authorize_url", "token_url", "attributes_url", "jwks_uri", "attributes_url_add_attributes"},
	},
	types.IdentityProviderTypeTypeSaml: {
		nil, []string{"MetadataURL", "MetadataFile", detailInitiated, "IDPSignout", detailEncrypted, detailSigning},
	},
	types.IdentityProviderTypeTypeGoogle:          {[]string{"client_id", "client_secret", "authorize_scopes"}, nil},
	types.IdentityProviderTypeTypeLoginWithAmazon: {[]string{"client_id", "client_secret", "authorize_scopes"}, nil},
	types.IdentityProviderTypeTypeFacebook:        {[]string{"client_id", "client_secret", "authorize_scopes"}, []string{"api_version"}},
	types.IdentityProviderTypeTypeSignInWithApple: {
		[]string{"client_id", "team_id", "key_id", "private_key", "authorize_scopes"}, nil,
	},
}

// checkDetails refuses details that are missing, or that no documentation names: what Cognito does with those is not known.
func checkDetails(name string, kind types.IdentityProviderTypeType, details map[string]string) error {
	if fixed, is := social[name]; is && fixed != kind || !is && slices.Contains(slices.Collect(maps.Values(social)), kind) {
		return invalid("Provider %s cannot be of type %s.", name, kind)
	}
	keys := keysOf[kind]
	for _, key := range keys.needed {
		if details[key] != "" {
			continue
		}
		if _, is := social[name]; is && kind != types.IdentityProviderTypeTypeSignInWithApple {
			// aws-amplify/amplify-cli#8266
			return invalid("client_id, client_secret and authorize_scopes are all required idp details")
		}
		return invalid("%s is a required idp detail", key)
	}
	for _, key := range slices.Sorted(maps.Keys(details)) {
		if !slices.Contains(keys.needed, key) && !slices.Contains(keys.allowed, key) {
			return invalid("%s is no idp detail of type %s", key, kind)
		}
		if (strings.HasSuffix(key, "_url") || key == "jwks_uri" || key == "oidc_issuer" || key == "MetadataURL") &&
			!strings.HasPrefix(details[key], "https://") {
			return invalid("%s must be an https URL", key)
		}
	}
	switch {
	case kind == types.IdentityProviderTypeTypeOidc && !slices.Contains([]string{"GET", "POST"}, details["attributes_request_method"]):
		return invalid("attributes_request_method must be GET or POST")
	case kind == types.IdentityProviderTypeTypeSignInWithApple:
		if _, err := appleKey(details["private_key"]); err != nil {
			return invalid("Provided private key cannot be used for Sign in with Apple.") // aws-amplify/amplify-cli#8939
		}
		return nil
	case kind != types.IdentityProviderTypeTypeSaml:
		return nil
	case (details["MetadataURL"] == "") == (details["MetadataFile"] == ""):
		return invalid("Either MetadataURL or MetadataFile is required")
	case details[detailSigning] != "" && details[detailSigning] != "rsa-sha256":
		return invalid("RequestSigningAlgorithm must be rsa-sha256")
	case details["MetadataFile"] != "":
		if _, err := parseMetadata(details["MetadataFile"]); err != nil {
			return invalid("Error while parsing SAML metadata: %s", err)
		}
	}
	return nil
}

// checkMapping wants attributes that the pool has; the words are not known. One that cannot change is taken, and fails the second
// sign-in of each user (federation.go).
func (p *pool) checkMapping(mapping map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(mapping)) {
		known := slices.ContainsFunc(p.SchemaAttributes, func(a types.SchemaAttributeType) bool { return aws.ToString(a.Name) == name })
		if !known && name != "username" {
			return invalid("Attribute %s in the attribute mapping does not exist in the user pool.", name)
		}
	}
	return nil
}

// defaultFacebook is a version of Facebook's API for those who name none; which one Cognito takes is not known.
const defaultFacebook = "v17.0"

// filled are the details with what Cognito adds.
func (one *provider) filled(details map[string]string) (map[string]string, error) {
	added := map[string]string{}
	switch one.ProviderType {
	case types.IdentityProviderTypeTypeOidc:
		added["attributes_url_add_attributes"] = "false"
	case types.IdentityProviderTypeTypeLoginWithAmazon:
		added = map[string]string{
			"attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false",
			"authorize_url": "https://www.amazon.com/ap/oa", "token_request_method": "POST", "token_url": "https://api.amazon.com/auth/o2/token",
		}
	case types.IdentityProviderTypeTypeGoogle:
		added = map[string]string{
			"attributes_url": "https://people.googleapis.com/v1/people/me?personFields=", "attributes_url_add_attributes": "true",
			"authorize_url": "https://accounts.google.com/o/oauth2/v2/auth", "oidc_issuer": "https://accounts.google.com",
			"token_request_method": "POST", "token_url": "https://www.googleapis.com/oauth2/v4/token",
		}
	case types.IdentityProviderTypeTypeSignInWithApple:
		added = map[string]string{
			"attributes_url_add_attributes": "false", "authorize_url": "https://appleid.apple.com/auth/authorize",
			"oidc_issuer": "https://appleid.apple.com", "token_request_method": "POST", "token_url": "https://appleid.apple.com/auth/token",
		}
	case types.IdentityProviderTypeTypeFacebook:
		version := defaultFacebook
		if details["api_version"] != "" {
			version = details["api_version"]
		}
		added = map[string]string{
			"api_version": version, "attributes_url": "https://graph.facebook.com/" + version + "/me?fields=",
			"attributes_url_add_attributes": "true", "authorize_url": "https://www.facebook.com/" + version + "/dialog/oauth",
			"token_request_method": "GET", "token_url": "https://graph.facebook.com/" + version + "/oauth/access_token",
		}
	case types.IdentityProviderTypeTypeSaml:
		if described, err := parseMetadata(details["MetadataFile"]); err == nil {
			added["SSORedirectBindingURI"] = (&saml.ServiceProvider{IDPMetadata: described}).GetSSOBindingLocation(saml.HTTPRedirectBinding)
		}
		if details[detailEncrypted] == "true" {
			certificate, err := one.encryption.text()
			if err != nil {
				return nil, err
			}
			added["ActiveEncryptionCertificate"] = certificate
		}
	}
	maps.Copy(added, details)
	return added, nil
}

// told is what Cognito says of a provider. It shows client secrets, and no private key.
func (one *provider) told() *types.IdentityProviderType {
	shown := one.IdentityProviderType
	shown.ProviderDetails = maps.Clone(one.ProviderDetails)
	delete(shown.ProviderDetails, "private_key")
	return &shown
}

// parseMetadata reads what a SAML provider says of itself. Its signature, if it has one, is not verified: whoever configures the
// provider trusts the place that it is from.
func parseMetadata(document string) (*saml.EntityDescriptor, error) {
	described := &saml.EntityDescriptor{}
	return described, xml.Unmarshal([]byte(document), described)
}
