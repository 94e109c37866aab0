package cognito_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestIdentityProviders(t *testing.T) {
	oidc := map[string]string{
		"client_id": "c", "client_secret": "s", "oidc_issuer": "https://auth.example.com", "authorize_scopes": "openid", "attributes_request_method": "GET",
	}
	add := func(c *cloud, pool *string, name string, kind types.IdentityProviderTypeType, details map[string]string) (*types.IdentityProviderType, error) {
		out, err := c.api.CreateIdentityProvider(c.ctx(), &idp.CreateIdentityProviderInput{
			UserPoolId: pool, ProviderName: &name, ProviderType: kind, ProviderDetails: details,
		})
		if err != nil {
			return nil, err
		}
		return out.IdentityProvider, nil
	}
	check(t, setup{}, []behavior{
		{
			name:   "details of an OIDC provider are told as given, and with what Cognito adds",
			source: "model: CreateIdentityProviderInput.ProviderDetails, \"Describe response\"",
			do: func(c *cloud) (any, error) {
				p, err := add(c, c.pool(), "Okta", types.IdentityProviderTypeTypeOidc, oidc)
				return []any{p.ProviderDetails["attributes_url_add_attributes"], p.ProviderDetails["client_secret"]}, err
			},
			want: []any{"false", "s"},
		},
		{
			name:   "Google's addresses are filled in",
			source: "model: CreateIdentityProviderInput.ProviderDetails, \"Describe response\"",
			do: func(c *cloud) (any, error) {
				p, err := add(c, c.pool(), "Google", types.IdentityProviderTypeTypeGoogle, map[string]string{
					"client_id": "c", "client_secret": "s", "authorize_scopes": "openid",
				})
				return []any{p.ProviderDetails["authorize_url"], p.ProviderDetails["token_request_method"]}, err
			},
			want: []any{"https://accounts.google.com/o/oauth2/v2/auth", "POST"},
		},
		{
			name:   "a name is used once",
			source: "model: DuplicateProviderException; the words are not known",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				if _, err := add(c, id, "Okta", types.IdentityProviderTypeTypeOidc, oidc); err != nil {
					return nil, err
				}
				return add(c, id, "Okta", types.IdentityProviderTypeTypeOidc, oidc)
			},
			wantErr: "DuplicateProviderException: A provider with the name Okta already exists in this user pool.",
		},
		{
			name:   "a missing provider is not found",
			source: "moto tests/test_cognitoidp test_describe_identity_providers",
			do: func(c *cloud) (any, error) {
				_, err := c.api.DescribeIdentityProvider(c.ctx(), &idp.DescribeIdentityProviderInput{UserPoolId: c.pool(), ProviderName: aws.String("gone")})
				return nil, err
			},
			wantErr: "ResourceNotFoundException: Identity provider gone does not exist.",
		},
		{
			name:   "a list has names and types, not details",
			source: "model: ProviderDescription",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				for _, name := range []string{"Okta", "Auth0"} {
					if _, err := add(c, id, name, types.IdentityProviderTypeTypeOidc, oidc); err != nil {
						return nil, err
					}
				}
				if _, err := c.api.DeleteIdentityProvider(c.ctx(), &idp.DeleteIdentityProviderInput{UserPoolId: id, ProviderName: aws.String("Okta")}); err != nil {
					return nil, err
				}
				out, err := c.api.ListIdentityProviders(c.ctx(), &idp.ListIdentityProvidersInput{UserPoolId: id, MaxResults: aws.Int32(60)})
				if err != nil {
					return nil, err
				}
				return []any{len(out.Providers), *out.Providers[0].ProviderName, out.Providers[0].ProviderType}, nil
			},
			want: []any{1, "Auth0", types.IdentityProviderTypeTypeOidc},
		},
		{
			name:   "an update that leaves a member out keeps it",
			source: "model: UpdateIdentityProviderInput has no required member but pool and name",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				if _, err := add(c, id, "Okta", types.IdentityProviderTypeTypeOidc, oidc); err != nil {
					return nil, err
				}
				out, err := c.api.UpdateIdentityProvider(c.ctx(), &idp.UpdateIdentityProviderInput{
					UserPoolId: id, ProviderName: aws.String("Okta"), IdpIdentifiers: []string{"example.com"},
				})
				if err != nil {
					return nil, err
				}
				return []any{out.IdentityProvider.ProviderDetails["client_id"], out.IdentityProvider.IdpIdentifiers[0]}, nil
			},
			want: []any{"c", "example.com"},
		},
		{
			name:   "a client may name a provider of its pool",
			source: "model: CreateUserPoolClientInput.SupportedIdentityProviders",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				if _, err := add(c, id, "Okta", types.IdentityProviderTypeTypeOidc, oidc); err != nil {
					return nil, err
				}
				out, err := c.api.CreateUserPoolClient(c.ctx(), &idp.CreateUserPoolClientInput{
					UserPoolId: id, ClientName: aws.String("web"), SupportedIdentityProviders: []string{"COGNITO", "Okta"},
				})
				if err != nil {
					return nil, err
				}
				return out.UserPoolClient.SupportedIdentityProviders, nil
			},
			want: []string{"COGNITO", "Okta"},
		},
	})
}

func TestProviderDetails(t *testing.T) {
	const unknown = "the words are not known; the SDK documents the keys (CreateIdentityProviderInput.ProviderDetails)"
	social := map[string]string{"client_id": "c", "client_secret": "s", "authorize_scopes": "email"}
	oidc := func(key, value string) map[string]string {
		details := map[string]string{
			"client_id": "c", "oidc_issuer": "https://auth.example.com", "authorize_scopes": "openid", "attributes_request_method": "GET",
		}
		if details[key] = value; value == "" {
			delete(details, key)
		}
		return details
	}
	var rows []behavior
	for _, row := range []struct {
		name, source, provider string
		kind                   types.IdentityProviderTypeType
		details, mapping       map[string]string
		wantErr                string
		want                   map[string]string
	}{
		{
			"a social provider has a fixed name", "aws/aws-cli#3179", "Staff", types.IdentityProviderTypeTypeGoogle, social, nil,
			"InvalidParameterException: Provider Staff cannot be of type Google.", nil,
		},
		{
			"and no other kind has it", unknown, "Google", types.IdentityProviderTypeTypeOidc, oidc("", "x"), nil,
			"InvalidParameterException: Provider Google cannot be of type OIDC.", nil,
		},
		{
			"a social provider has a secret", "aws-amplify/amplify-cli#8266", "Google", types.IdentityProviderTypeTypeGoogle,
			map[string]string{"client_id": "c", "authorize_scopes": "email"},
			nil,
			"InvalidParameterException: client_id, client_secret and authorize_scopes are all required idp details", nil,
		},
		{
			"OIDC has an issuer", unknown, "Okta", types.IdentityProviderTypeTypeOidc, oidc("oidc_issuer", ""), nil,
			"InvalidParameterException: oidc_issuer is a required idp detail", nil,
		},
		{
			"a key that nobody documents", unknown, "Okta", types.IdentityProviderTypeTypeOidc, oidc("token_endpoint", "https://auth.example.com"), nil,
			"InvalidParameterException: token_endpoint is no idp detail of type OIDC", nil,
		},
		{
			"an address without TLS", unknown, "Okta", types.IdentityProviderTypeTypeOidc, oidc("token_url", "http://auth.example.com"), nil,
			"InvalidParameterException: token_url must be an https URL", nil,
		},
		{
			"a method", unknown, "Okta", types.IdentityProviderTypeTypeOidc, oidc("attributes_request_method", "PUT"), nil,
			"InvalidParameterException: attributes_request_method must be GET or POST", nil,
		},
		{
			"SAML has metadata", unknown, "Okta", types.IdentityProviderTypeTypeSaml,
			map[string]string{},
			nil,
			"InvalidParameterException: Either MetadataURL or MetadataFile is required", nil,
		},
		{
			"SAML has metadata in XML", unknown, "Okta", types.IdentityProviderTypeTypeSaml,
			map[string]string{"MetadataFile": "none"},
			nil,
			"InvalidParameterException: Error while parsing SAML metadata: EOF", nil,
		},
		{
			"an attribute that the pool does not have", unknown, "Okta", types.IdentityProviderTypeTypeOidc, oidc("", "x"),
			map[string]string{"shoe": "shoe"},
			"InvalidParameterException: Attribute shoe in the attribute mapping does not exist in the user pool.", nil,
		},
		{
			"a private key without its first and last line, in one line", "aws-amplify/docs#5018", "SignInWithApple",
			types.IdentityProviderTypeTypeSignInWithApple, appleDetails(strings.Join(strings.Split(p8, "\n")[1:4], "")), nil, "", appleDescribed,
		},
		{
			"a private key with them, in one line", "aws-amplify/docs#4678", "SignInWithApple",
			types.IdentityProviderTypeTypeSignInWithApple, appleDetails(strings.ReplaceAll(p8, "\n", "")), nil, "", appleDescribed,
		},
		{
			"the name of a file for a private key", "aws-amplify/amplify-cli#8939", "SignInWithApple",
			types.IdentityProviderTypeTypeSignInWithApple, appleDetails("/Users/ada/AuthKey.p8"), nil,
			"InvalidParameterException: Provided private key cannot be used for Sign in with Apple.", nil,
		},
		{
			"a private key that cannot sign by ES256", "aws-amplify/amplify-cli#8939; Apple: Creating a client secret", "SignInWithApple",
			types.IdentityProviderTypeTypeSignInWithApple, appleDetails(anotherCurve(t)), nil,
			"InvalidParameterException: Provided private key cannot be used for Sign in with Apple.", nil,
		},
		{
			"Apple without a team", unknown, "SignInWithApple", types.IdentityProviderTypeTypeSignInWithApple,
			map[string]string{"client_id": "c", "key_id": "k", "private_key": p8, "authorize_scopes": "email"},
			nil,
			"InvalidParameterException: team_id is a required idp detail", nil,
		},
		{
			"a private key is not shown", "model: CreateIdentityProviderInput.ProviderDetails, \"Describe response\"", "SignInWithApple",
			types.IdentityProviderTypeTypeSignInWithApple,
			appleDetails(p8), nil, "", appleDescribed,
		},
	} {
		delete(row.details, "")
		rows = append(rows, behavior{name: row.name, source: row.source, wantErr: row.wantErr, want: row.want, do: func(c *cloud) (any, error) {
			pool := c.pool()
			_, err := c.api.CreateIdentityProvider(c.ctx(), &idp.CreateIdentityProviderInput{
				UserPoolId: pool, ProviderName: &row.provider, ProviderType: row.kind, ProviderDetails: row.details, AttributeMapping: row.mapping,
			})
			if err != nil {
				return map[string]string(nil), err
			}
			out, err := c.api.DescribeIdentityProvider(c.ctx(), &idp.DescribeIdentityProviderInput{UserPoolId: pool, ProviderName: &row.provider})
			return out.IdentityProvider.ProviderDetails, err
		}})
	}
	check(t, setup{}, rows)
}

// p8 is a private key as Apple gives it.
const p8 = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYOalX7+biYjmKr+C
JHhLCud1k8rCVvPlPeDQpEGOncyhRANCAATro1omnr1WptUNHpE+CeiwvFUBB3lp
LOp0dkCVL2ZTXpPj1F51Anw7KBe58G1CT/KuStwzr3pJJaqxBDnGWZt8
-----END PRIVATE KEY-----
`

func appleDetails(key string) map[string]string {
	return map[string]string{"client_id": "c", "team_id": "t", "key_id": "k", "private_key": key, "authorize_scopes": "email"}
}

var appleDescribed = map[string]string{
	"client_id": "c", "team_id": "t", "key_id": "k", "authorize_scopes": "email", "attributes_url_add_attributes": "false",
	"authorize_url": "https://appleid.apple.com/auth/authorize", "oidc_issuer": "https://appleid.apple.com",
	"token_request_method": "POST", "token_url": "https://appleid.apple.com/auth/token",
}

// anotherCurve is a private key of ES384.
func anotherCurve(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}
