package cognito_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// stackd is radkawar/stackd, an emulator whose answers were held against AWS by its script rotation_slice; the words of the
// refusals are also quoted from AWS in several deployments.
const stackd = "radkawar/stackd, cognitoidp: client and refresh tokens, held against AWS"

func withRotation(grace int32) func(*idp.CreateUserPoolClientInput) {
	return func(in *idp.CreateUserPoolClientInput) {
		in.RefreshTokenRotation = &types.RefreshTokenRotationType{
			Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(grace),
		}
	}
}

func lite(in *idp.CreateUserPoolInput) { in.UserPoolTier = types.UserPoolTierTypeLite }

func (c *cloud) renew(client *types.UserPoolClientType, token *string) (*types.AuthenticationResultType, error) {
	out, err := c.api.GetTokensFromRefreshToken(c.ctx(), &idp.GetTokensFromRefreshTokenInput{
		ClientId: client.ClientId, RefreshToken: token, ClientSecret: client.ClientSecret,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// rotating is a client with that grace period, and the first refresh token of ada.
func (c *cloud) rotating(grace int32) (*types.UserPoolClientType, *string) {
	c.t.Helper()
	pool := c.pool()
	c.confirmed(pool, "ada")
	client := c.appClient(pool, withFlows(types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth), withRotation(grace))
	out, err := c.adminAuth(pool, client.ClientId, adminFlow, credentials("ada", password))
	if err != nil {
		c.t.Fatal(err)
	}
	return client, out.AuthenticationResult.RefreshToken
}

func TestRotationOfRefreshTokens(t *testing.T) {
	const reuse = "RefreshTokenReuseException: Refresh token reuse detected"
	check(t, setup{}, []behavior{
		{
			name: "the flow that keeps the refresh token is refused beside rotation", source: stackd,
			wantErr: "InvalidParameterException: ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.",
			do: func(c *cloud) (any, error) {
				return c.tryClient(c.pool(), withRotation(0), withFlows(types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth))
			},
		},
		{
			name: "rotation needs a tier above Lite", source: stackd,
			wantErr: "FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured: " +
				"Refresh Token Rotation",
			do: func(c *cloud) (any, error) { return c.tryClient(c.pool(lite), withRotation(0)) },
		},
		{
			name: "a grace period is described with rotation only", source: stackd,
			do: func(c *cloud) (any, error) {
				pool := c.pool()
				off := c.appClient(pool, func(in *idp.CreateUserPoolClientInput) {
					in.RefreshTokenRotation = &types.RefreshTokenRotationType{
						Feature: types.FeatureTypeDisabled, RetryGracePeriodSeconds: aws.Int32(4),
					}
				})
				on := c.appClient(pool, withRotation(4))
				return []int32{*off.RefreshTokenRotation.RetryGracePeriodSeconds, *on.RefreshTokenRotation.RetryGracePeriodSeconds}, nil
			},
			want: []int32{0, 4},
		},
		{
			name: "a grace period is a minute at most", source: "model: RetryGracePeriodSecondsType",
			wantErr: "InvalidParameterException: 1 validation error detected: Value '61' at 'refreshTokenRotation.retryGracePeriodSeconds' " +
				"failed to satisfy constraint: Member must have value less than or equal to 60",
			do: func(c *cloud) (any, error) { return c.tryClient(c.pool(), withRotation(61)) },
		},
		{
			name: "a client that rotates has no flow for refresh tokens by default", source: stackd,
			wantErr: "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client",
			do: func(c *cloud) (any, error) {
				return c.refresh(c.appClient(c.pool(), withRotation(0)).ClientId, "any")
			},
		},
		{
			name: "a refresh token that was replaced ends at once without a grace period", source: stackd, wantErr: reuse,
			do: func(c *cloud) (any, error) {
				client, first := c.rotating(0)
				if _, err := c.renew(client, first); err != nil {
					return nil, err
				}
				return c.renew(client, first)
			},
		},
		{
			name: "a retry within the grace period replaces the replacement", source: stackd, wantErr: reuse,
			do: func(c *cloud) (any, error) {
				client, first := c.rotating(10)
				second, err := c.renew(client, first)
				if err != nil {
					return nil, err
				}
				if _, err := c.renew(client, first); err != nil {
					return nil, err
				}
				return c.renew(client, second.RefreshToken)
			},
		},
		{
			name: "a retry does not make the grace period longer", source: stackd, wantErr: reuse,
			do: func(c *cloud) (any, error) {
				client, first := c.rotating(10)
				for range 2 {
					if _, err := c.renew(client, first); err != nil {
						return nil, err
					}
					c.clock.Step(6 * time.Second)
				}
				return c.renew(client, first)
			},
		},
		{
			name: "a replacement ends when the first one would have", source: "yulin#842: from the developer guide, refresh token rotation",
			wantErr: "NotAuthorizedException: Refresh Token has expired",
			do: func(c *cloud) (any, error) {
				client, first := c.rotating(0)
				c.clock.Step(29 * 24 * time.Hour)
				second, err := c.renew(client, first)
				if err != nil {
					return nil, err
				}
				c.clock.Step(24 * time.Hour)
				return c.renew(client, second.RefreshToken)
			},
		},
		{
			name: "after rotation, what was replaced stays refused", source: stackd,
			wantErr: "NotAuthorizedException: Refresh Token has been revoked",
			do: func(c *cloud) (any, error) {
				client, first := c.rotating(60)
				if _, err := c.renew(client, first); err != nil {
					return nil, err
				}
				_, err := c.api.UpdateUserPoolClient(c.ctx(), &idp.UpdateUserPoolClientInput{
					UserPoolId: client.UserPoolId, ClientId: client.ClientId,
					RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeDisabled},
				})
				if err != nil {
					return nil, err
				}
				return c.renew(client, first)
			},
		},
		{
			name: "without rotation the refresh token stays", source: "model: GetTokensFromRefreshToken",
			do: func(c *cloud) (any, error) {
				_, client, tokens := c.tokens()
				out, err := c.renew(&types.UserPoolClientType{ClientId: client}, tokens.RefreshToken)
				return out != nil && out.AccessToken != nil && out.RefreshToken == nil, err
			},
			want: true,
		},
		{
			name: "a client with a secret says it", source: stackd,
			do: func(c *cloud) (any, error) {
				private := c.appClient(c.pool(), withSecret)
				_, missing := c.renew(&types.UserPoolClientType{ClientId: private.ClientId}, aws.String("t"))
				_, wrong := c.renew(&types.UserPoolClientType{
					ClientId: private.ClientId, ClientSecret: aws.String("WrongSecret01234567890123456789"),
				}, aws.String("t"))
				_, right := c.renew(private, aws.String("t"))
				return []string{
					errWithout(missing, *private.ClientId).Error(), errWithout(wrong, *private.ClientId).Error(), explain(right),
				}, nil
			},
			want: []string{
				"NotAuthorizedException: Client ID is configured for secret but secret was not received",
				"NotAuthorizedException: Unable to verify secret hash for client ID",
				"NotAuthorizedException: Invalid Refresh Token.",
			},
		},
	})
}
