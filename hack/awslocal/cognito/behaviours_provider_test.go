package cognito_test

import (
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
