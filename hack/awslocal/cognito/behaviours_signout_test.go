package cognito_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// shown asks for the user's own profile with an access token.
func (c *cloud) shown(access *string) error {
	_, err := c.api.GetUser(c.ctx(), &idp.GetUserInput{AccessToken: access})
	return err
}

func (c *cloud) signOutEverywhere(access *string) error {
	_, err := c.api.GlobalSignOut(c.ctx(), &idp.GlobalSignOutInput{AccessToken: access})
	return err
}

func (c *cloud) revoke(client, token *string) error {
	_, err := c.api.RevokeToken(c.ctx(), &idp.RevokeTokenInput{ClientId: client, Token: token})
	return err
}

func TestSignOutEverywhere(t *testing.T) {
	const signOut = "model: GlobalSignOut"
	check(t, setup{}, []behavior{
		{
			name: "ends the access tokens of every sign-in", source: "aws-amplify/amplify-js#3435 quotes the refusal",
			do: func(c *cloud) (any, error) {
				_, client, first := c.tokens()
				second, err := c.signIn(client, ada, password)
				if err != nil {
					return nil, err
				}
				if err := c.signOutEverywhere(first.AccessToken); err != nil {
					return nil, err
				}
				return []string{explain(c.shown(first.AccessToken)), explain(c.shown(second.AuthenticationResult.AccessToken))}, nil
			},
			want: []string{
				"NotAuthorizedException: Access Token has been revoked", "NotAuthorizedException: Access Token has been revoked",
			},
		},
		{
			name: "ends the refresh tokens", source: signOut, wantErr: "NotAuthorizedException: Refresh Token has been revoked",
			do: func(c *cloud) (any, error) {
				_, client, tokens := c.tokens()
				if err := c.signOutEverywhere(tokens.AccessToken); err != nil {
					return nil, err
				}
				return c.renew(&types.UserPoolClientType{ClientId: client}, tokens.RefreshToken)
			},
		},
		{
			name: "the next sign-in is good", source: "aws/aws-sdk-java#2449: what is expected; on AWS it may be refused within the same second",
			do: func(c *cloud) (any, error) {
				_, client, tokens := c.tokens()
				if err := c.signOutEverywhere(tokens.AccessToken); err != nil {
					return nil, err
				}
				again, err := c.signIn(client, ada, password)
				if err != nil {
					return nil, err
				}
				return nil, c.shown(again.AuthenticationResult.AccessToken)
			},
		},
		{
			name: "others stay signed in", source: signOut,
			do: func(c *cloud) (any, error) {
				pool, client, tokens := c.tokens()
				c.confirmed(pool, "bob@example.com")
				bob, err := c.signIn(client, "bob@example.com", password)
				if err != nil {
					return nil, err
				}
				if err := c.signOutEverywhere(tokens.AccessToken); err != nil {
					return nil, err
				}
				return nil, c.shown(bob.AuthenticationResult.AccessToken)
			},
		},
		{
			name: "who is signed out cannot do it again", source: "aws-amplify/amplify-js#3540",
			wantErr: "NotAuthorizedException: Access Token has been revoked",
			do: func(c *cloud) (any, error) {
				_, _, tokens := c.tokens()
				if err := c.signOutEverywhere(tokens.AccessToken); err != nil {
					return nil, err
				}
				return nil, c.signOutEverywhere(tokens.AccessToken)
			},
		},
		{
			name: "needs an access token", source: signOut, wantErr: "NotAuthorizedException: Invalid Access Token",
			do: func(c *cloud) (any, error) { return nil, c.signOutEverywhere(aws.String("x")) },
		},
	})
}

func TestRevokeToken(t *testing.T) {
	const revoke = "model: RevokeToken"
	check(t, setup{}, []behavior{
		{
			name: "ends the access tokens of that sign-in only", source: revoke,
			do: func(c *cloud) (any, error) {
				_, client, first := c.tokens()
				second, err := c.signIn(client, ada, password)
				if err != nil {
					return nil, err
				}
				if err := c.revoke(client, first.RefreshToken); err != nil {
					return nil, err
				}
				return []string{explain(c.shown(first.AccessToken)), explain(c.shown(second.AuthenticationResult.AccessToken))}, nil
			},
			want: []string{"NotAuthorizedException: Access Token has been revoked", ""},
		},
		{
			name: "takes refresh tokens only", source: revoke + " (the code; the words are ours)",
			wantErr: "UnsupportedTokenTypeException: Only refresh tokens can be revoked",
			do: func(c *cloud) (any, error) {
				_, client, tokens := c.tokens()
				return nil, c.revoke(client, tokens.AccessToken)
			},
		},
		{
			name: "a client may be without it", source: "model: EnableTokenRevocation, UnsupportedOperationException (the words are ours)",
			wantErr: "UnsupportedOperationException: Token revocation is not enabled for the client",
			do: func(c *cloud) (any, error) {
				client := c.appClient(c.pool(), func(in *idp.CreateUserPoolClientInput) { in.EnableTokenRevocation = aws.Bool(false) })
				return nil, c.revoke(client.ClientId, aws.String("x"))
			},
		},
		{
			name: "a client with a secret says it", source: "model: RevokeTokenRequest, ClientSecret",
			do: func(c *cloud) (any, error) {
				private := c.appClient(c.pool(), withSecret)
				return errWithout(c.revoke(private.ClientId, aws.String("x")), *private.ClientId).Error(), nil
			},
			want: "NotAuthorizedException: Client ID is configured for secret but secret was not received",
		},
	})
}
