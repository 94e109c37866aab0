package cognito_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// rotating gives a client a grace period for refresh tokens, which each refresh replaces.
func rotating(grace int32) func(*idp.CreateUserPoolClientInput) {
	return func(in *idp.CreateUserPoolClientInput) {
		in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH"}
		in.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: &grace}
	}
}

// renewal is ada's session, and the client that renews it.
type renewal struct {
	*cloud
	client *types.UserPoolClientType
	first  string
}

func (c *cloud) renewal(change ...func(*idp.CreateUserPoolClientInput)) *renewal {
	c.t.Helper()
	pool := c.pool()
	c.confirmed(pool, "ada")
	r := &renewal{cloud: c, client: c.appClient(pool, append([]func(*idp.CreateUserPoolClientInput){withPasswords}, change...)...)}
	parameters := credentials("ada", password)
	if r.client.ClientSecret != nil {
		parameters["SECRET_HASH"] = secretHash(r.client, "ada")
	}
	out, err := c.userAuth(r.client.ClientId, types.AuthFlowTypeUserPasswordAuth, parameters)
	if err != nil {
		c.t.Fatal(err)
	}
	r.first = *out.AuthenticationResult.RefreshToken
	return r
}

func (r *renewal) renew(token string) (*types.AuthenticationResultType, error) {
	out, err := r.api.GetTokensFromRefreshToken(r.ctx(), &idp.GetTokensFromRefreshTokenInput{
		ClientId: r.client.ClientId, RefreshToken: &token, ClientSecret: r.client.ClientSecret,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// rotated renews and returns the refresh token that comes of it.
func (r *renewal) rotated(token string) string {
	r.t.Helper()
	out, err := r.renew(token)
	if err != nil {
		r.t.Fatal(err)
	}
	return *out.RefreshToken
}

func TestGetTokensFromRefreshToken(t *testing.T) {
	const (
		guide    = "developer guide: amazon-cognito-user-pools-using-the-refresh-token.html"
		measured = "quirenote's notes on Cognito, What rotation does, measured on AWS"
		reused   = "RefreshTokenReuseException: Refresh token reuse detected"
	)
	check(t, setup{}, []behavior{
		{
			name: "without rotation, tokens come but no refresh token", source: "model: GetTokensFromRefreshToken",
			do: func(c *cloud) (any, error) {
				r := c.renewal()
				out, err := r.renew(r.first)
				return []any{out.AccessToken != nil, out.IdToken != nil, out.RefreshToken, out.ExpiresIn, *out.TokenType}, err
			},
			want: []any{true, true, (*string)(nil), int32(3600), "Bearer"},
		},
		{
			name: "with rotation, another refresh token comes too, and the old one ends", source: guide + "; " + measured,
			do: func(c *cloud) (any, error) {
				r := c.renewal(rotating(0))
				second := r.rotated(r.first)
				_, again := r.renew(r.first)
				third, err := r.renew(second)
				return []any{explain(again), third.RefreshToken != nil}, err
			},
			want: []any{reused, true},
		},
		{
			name: "within the grace period a token is good again, and the newest of its successors", source: measured,
			do: func(c *cloud) (any, error) {
				r := c.renewal(rotating(60))
				first := r.rotated(r.first)
				r.clock.Step(59 * time.Second)
				newest := r.rotated(r.first)
				_, older := r.renew(first)
				_, err := r.renew(newest)
				r.clock.Step(time.Second)
				_, late := r.renew(r.first)
				return []string{explain(older), explain(late)}, err
			},
			want: []string{reused, reused},
		},
		{
			name: "the new token lasts as long as the first", source: guide,
			do: func(c *cloud) (any, error) {
				r := c.renewal(rotating(0))
				r.clock.Step(29 * 24 * time.Hour)
				second := r.rotated(r.first)
				r.clock.Step(24 * time.Hour)
				_, err := r.renew(second)
				return nil, err
			},
			wantErr: "NotAuthorizedException: Refresh Token has expired",
		},
		{
			name: "REFRESH_TOKEN_AUTH doesn't go with rotation", source: guide + "; the words are those of a client without the flow",
			do: func(c *cloud) (any, error) {
				r := c.renewal(rotating(0))
				return r.refresh(r.client.ClientId, r.first)
			},
			wantErr: "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client",
		},
		{
			name: "a token that nobody was given", source: "aws-sdk-js-v3#7162",
			do:      func(c *cloud) (any, error) { return c.renewal().renew("no-such-token") },
			wantErr: "NotAuthorizedException: Invalid Refresh Token.",
		},
		{
			name: "a client with a secret says it", source: "model: ClientSecret",
			do: func(c *cloud) (any, error) {
				r := c.renewal(withSecret)
				out, err := r.renew(r.first)
				return out.AccessToken != nil, err
			},
			want: true,
		},
		{
			name: "a wrong secret", source: "radkawar/stackd, cognitoidp: client and refresh tokens, held against AWS",
			do: func(c *cloud) (any, error) {
				r := c.renewal(withSecret)
				r.client.ClientSecret = aws.String("abcdefghijklmnopqrstuvwxyz")
				_, err := r.renew(r.first)
				return nil, errWithout(err, *r.client.ClientId)
			},
			wantErr: "NotAuthorizedException: Unable to verify secret hash for client ID",
		},
		{
			name: "a token belongs to its client", source: "aws-sdk-js#4016",
			do: func(c *cloud) (any, error) {
				r := c.renewal()
				r.client = c.appClient(r.client.UserPoolId)
				return r.renew(r.first)
			},
			wantErr: "NotAuthorizedException: Refresh Token has different Client.",
		},
	})
}
