package cognito_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestResourceServersAndBranding(t *testing.T) {
	brand := func(c *cloud, pool, client *string) (*types.ManagedLoginBrandingType, error) {
		out, err := c.api.CreateManagedLoginBranding(c.ctx(), &idp.CreateManagedLoginBrandingInput{
			UserPoolId: pool, ClientId: client, UseCognitoProvidedValues: true,
		})
		if err != nil {
			return nil, err
		}
		return out.ManagedLoginBranding, nil
	}
	check(t, setup{}, []behavior{
		{
			name:   "an update replaces the scopes",
			source: "model: UpdateResourceServer",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.resourceServer(id, "notes", "read", "write")
				out, err := c.api.UpdateResourceServer(c.ctx(), &idp.UpdateResourceServerInput{
					UserPoolId: id, Identifier: aws.String("notes"), Name: aws.String("Notes"),
				})
				return out.ResourceServer.Scopes, err
			},
			want: []types.ResourceServerScopeType(nil),
		},
		{
			name:   "an identifier is used once",
			source: "moto tests/test_cognitoidp test_create_resource_server_with_duplicate_identifier",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.resourceServer(id, "notes")
				_, err := c.api.CreateResourceServer(c.ctx(), &idp.CreateResourceServerInput{
					UserPoolId: id, Identifier: aws.String("notes"), Name: aws.String("Notes"),
				})
				return nil, errWithout(err, *id)
			},
			wantErr: "InvalidParameterException: notes already exists in user pool ID.",
		},
		{
			name:   "a missing server is not found",
			source: "moto tests/test_cognitoidp test_describe_resource_server",
			do: func(c *cloud) (any, error) {
				_, err := c.api.DescribeResourceServer(c.ctx(), &idp.DescribeResourceServerInput{
					UserPoolId: c.pool(), Identifier: aws.String("gone"),
				})
				return nil, err
			},
			wantErr: "ResourceNotFoundException: Resource server gone does not exist.",
		},
		{
			name:   "a deleted server isn't listed",
			source: "model: DeleteResourceServer, ListResourceServers",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.resourceServer(id, "a")
				c.resourceServer(id, "b")
				if _, err := c.api.DeleteResourceServer(c.ctx(), &idp.DeleteResourceServerInput{
					UserPoolId: id, Identifier: aws.String("a"),
				}); err != nil {
					return nil, err
				}
				out, err := c.api.ListResourceServers(c.ctx(), &idp.ListResourceServersInput{UserPoolId: id, MaxResults: aws.Int32(50)})
				return []any{len(out.ResourceServers), *out.ResourceServers[0].Identifier}, err
			},
			want: []any{1, "b"},
		},
		{
			name:   "a style has no settings if none were given, but a list of assets",
			source: "floci#2869, measured on AWS",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				b, err := brand(c, id, c.appClient(id).ClientId)
				return []any{b.UseCognitoProvidedValues, b.Settings == nil, b.Assets}, err
			},
			want: []any{true, true, []types.AssetType{}},
		},
		{
			name:   "a client has one style",
			source: "model: ManagedLoginBrandingExistsException",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				web := c.appClient(id)
				if _, err := brand(c, id, web.ClientId); err != nil {
					return nil, err
				}
				_, err := brand(c, id, web.ClientId)
				return nil, errWithout(err, *web.ClientId)
			},
			wantErr: "ManagedLoginBrandingExistsException: Managed login branding already exists for client ID.",
		},
		{
			name:   "a deleted style is not found",
			source: "terraform-provider-aws#45044: ResourceNotFoundException",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				web := c.appClient(id)
				b, err := brand(c, id, web.ClientId)
				if err != nil {
					return nil, err
				}
				_, err = c.api.DeleteManagedLoginBranding(c.ctx(), &idp.DeleteManagedLoginBrandingInput{
					UserPoolId: id, ManagedLoginBrandingId: b.ManagedLoginBrandingId,
				})
				if err != nil {
					return nil, err
				}
				_, err = c.api.DescribeManagedLoginBrandingByClient(c.ctx(), &idp.DescribeManagedLoginBrandingByClientInput{
					UserPoolId: id, ClientId: web.ClientId,
				})
				return nil, errWithout(err, *web.ClientId)
			},
			wantErr: "ResourceNotFoundException: Managed login branding does not exist for client ID.",
		},
	})
}
