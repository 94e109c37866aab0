package cognito_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestSignIn(t *testing.T) {
	check(t, setup{}, []behavior{
		{
			name:   "a password gives three tokens for an hour",
			source: "AWS CLI example initiate-auth",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				c.confirmed(pool, ada)
				out, err := c.signIn(client, ada, password)
				if err != nil {
					return nil, err
				}
				r := out.AuthenticationResult
				return []any{r.AccessToken != nil, r.IdToken != nil, r.RefreshToken != nil, r.ExpiresIn, *r.TokenType}, nil
			},
			want: []any{true, true, true, int32(3600), "Bearer"},
		},
		{
			name:   "password sign-in must be switched on",
			source: "apps quote AWS; model: ExplicitAuthFlows' default",
			do: func(c *cloud) (any, error) {
				pool := c.pool()
				c.confirmed(pool, "ada")
				return c.signIn(c.appClient(pool).ClientId, "ada", password)
			},
			wantErr: "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
		},
		{
			name:   "a wrong password",
			source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				c.confirmed(pool, ada)
				return c.signIn(client, ada, "wrong")
			},
			wantErr: "NotAuthorizedException: Incorrect username or password.",
		},
		{
			name:    "an unknown user is told by default",
			source:  "model: PreventUserExistenceErrors defaults to LEGACY; apps quote AWS",
			do:      func(c *cloud) (any, error) { _, client := c.web(); return c.signIn(client, ada, password) },
			wantErr: "UserNotFoundException: User does not exist.",
		},
		{
			name:   "an unknown user can be kept secret",
			source: "model: PreventUserExistenceErrors",
			do: func(c *cloud) (any, error) {
				web := c.appClient(c.pool(), withPasswords, func(in *idp.CreateUserPoolClientInput) {
					in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
				})
				return c.signIn(web.ClientId, "ada", password)
			},
			wantErr: "NotAuthorizedException: Incorrect username or password.",
		},
		{
			name:   "an unconfirmed user can't sign in",
			source: "model: UserNotConfirmedException",
			do: func(c *cloud) (any, error) {
				_, client := c.web()
				if _, err := c.signUp(client, ada, password); err != nil {
					return nil, err
				}
				return c.signIn(client, ada, password)
			},
			wantErr: "UserNotConfirmedException: User is not confirmed.",
		},
		{
			name:   "an invited user must choose a password",
			source: "model: FORCE_CHANGE_PASSWORD, NEW_PASSWORD_REQUIRED",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				_, err := c.api.AdminCreateUser(c.ctx(), &idp.AdminCreateUserInput{
					UserPoolId: pool, Username: aws.String(ada), DesiredDeliveryMediums: []types.DeliveryMediumType{"EMAIL"},
				})
				if err != nil {
					return nil, err
				}
				invited := c.status(pool, ada)
				out, err := c.signIn(client, ada, c.code(ada))
				if err != nil {
					return nil, err
				}
				done, err := c.api.RespondToAuthChallenge(c.ctx(), &idp.RespondToAuthChallengeInput{
					ClientId: client, ChallengeName: out.ChallengeName, Session: out.Session,
					ChallengeResponses: map[string]string{"USERNAME": ada, "NEW_PASSWORD": password},
				})
				return []any{
					invited, out.ChallengeName, out.AuthenticationResult == nil, done.AuthenticationResult != nil,
					c.status(pool, ada),
				}, err
			},
			want: []any{
				types.UserStatusTypeForceChangePassword, types.ChallengeNameTypeNewPasswordRequired, true, true, types.UserStatusTypeConfirmed,
			},
		},
		{
			name:   "an invitation is good for a week",
			source: "model: TemporaryPasswordValidityDays; apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				_, err := c.api.AdminCreateUser(c.ctx(), &idp.AdminCreateUserInput{
					UserPoolId: pool, Username: aws.String(ada), TemporaryPassword: aws.String(password),
				})
				if err != nil {
					return nil, err
				}
				c.clock.Step(7 * 24 * time.Hour)
				return c.signIn(client, ada, password)
			},
			wantErr: "NotAuthorizedException: Temporary password has expired and must be reset by an administrator.",
		},
		{
			name:   "an administrator can't create a user twice",
			source: "apps quote AWS; model: UsernameExistsException",
			do: func(c *cloud) (any, error) {
				pool, _ := c.web()
				c.confirmed(pool, ada)
				return c.api.AdminCreateUser(c.ctx(), &idp.AdminCreateUserInput{UserPoolId: pool, Username: aws.String(ada)})
			},
			wantErr: "UsernameExistsException: User account already exists",
		},
		{
			name:   "a refresh token gives new tokens but no refresh token",
			source: "model: REFRESH_TOKEN_AUTH",
			do: func(c *cloud) (any, error) {
				_, client, tokens := c.tokens()
				out, err := c.refresh(client, *tokens.RefreshToken)
				if err != nil {
					return nil, err
				}
				r := out.AuthenticationResult
				return []any{r.AccessToken != nil, r.IdToken != nil, r.RefreshToken == nil}, nil
			},
			want: []any{true, true, true},
		},
		{
			name:   "a refresh token is good for 30 days",
			source: "model: RefreshTokenValidity",
			do: func(c *cloud) (any, error) {
				_, client, tokens := c.tokens()
				c.clock.Step(30 * 24 * time.Hour)
				return c.refresh(client, *tokens.RefreshToken)
			},
			wantErr: "NotAuthorizedException: Refresh Token has expired",
		},
		{
			name:   "a refresh token belongs to its client",
			source: "aws-sdk-js#4016",
			do: func(c *cloud) (any, error) {
				pool, _, tokens := c.tokens()
				return c.refresh(c.appClient(pool).ClientId, *tokens.RefreshToken)
			},
			wantErr: "NotAuthorizedException: Refresh Token has different Client.",
		},
		{
			name:   "a deleted user's tokens can't be refreshed",
			source: "model: AdminDeleteUser",
			do: func(c *cloud) (any, error) {
				pool, client, tokens := c.tokens()
				if _, err := c.api.AdminDeleteUser(c.ctx(), &idp.AdminDeleteUserInput{
					UserPoolId: pool, Username: aws.String(ada),
				}); err != nil {
					return nil, err
				}
				return c.refresh(client, *tokens.RefreshToken)
			},
			wantErr: "NotAuthorizedException: Invalid Refresh Token",
		},
		{
			name:   "a client with a secret must prove it",
			source: "apps quote AWS; developer guide: computing secret hash values",
			do: func(c *cloud) (any, error) {
				pool := c.pool()
				c.confirmed(pool, "ada")
				web := c.appClient(pool, withPasswords, func(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true })
				_, missing := c.signIn(web.ClientId, "ada", password)
				mac := hmac.New(sha256.New, []byte(*web.ClientSecret))
				mac.Write([]byte("ada" + *web.ClientId))
				out, err := c.api.InitiateAuth(c.ctx(), &idp.InitiateAuthInput{
					ClientId: web.ClientId, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{
						"USERNAME": "ada", "PASSWORD": password, "SECRET_HASH": base64.StdEncoding.EncodeToString(mac.Sum(nil)),
					},
				})
				if err != nil {
					return nil, err
				}
				return []any{errWithout(missing, *web.ClientId).Error(), out.AuthenticationResult != nil}, nil
			},
			want: []any{"NotAuthorizedException: Client ID is configured with secret but SECRET_HASH was not received", true},
		},
		{
			name:   "a forgotten password is replaced with a code",
			source: "model: ForgotPassword, ConfirmForgotPassword; AWS CLI example forgot-password",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				c.confirmed(pool, ada, "email_verified=true")
				sent, err := c.api.ForgotPassword(c.ctx(), &idp.ForgotPasswordInput{ClientId: client, Username: aws.String(ada)})
				if err != nil {
					return nil, err
				}
				_, err = c.api.ConfirmForgotPassword(c.ctx(), &idp.ConfirmForgotPasswordInput{
					ClientId: client, Username: aws.String(ada), ConfirmationCode: aws.String(c.code(ada)), Password: aws.String("Another-horse-2"),
				})
				if err != nil {
					return nil, err
				}
				_, err = c.signIn(client, ada, "Another-horse-2")
				return *sent.CodeDeliveryDetails.AttributeName, err
			},
			want: "email",
		},
		{
			name:   "an unverified address gets no code",
			source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				c.confirmed(pool, ada)
				return c.api.ForgotPassword(c.ctx(), &idp.ForgotPasswordInput{ClientId: client, Username: aws.String(ada)})
			},
			wantErr: "InvalidParameterException: Cannot reset password for the user " +
				"as there is no registered/verified email or phone_number",
		},
		{
			name:   "users are found by the beginning of an address, a page at a time",
			source: "model: ListUsers; AWS CLI example list-users",
			do: func(c *cloud) (any, error) {
				pool, _ := c.web()
				for _, name := range []string{"test1@example.com", "test2@example.com", "other@example.com"} {
					c.confirmed(pool, name)
				}
				in := &idp.ListUsersInput{UserPoolId: pool, Filter: aws.String(`email ^= "test"`), Limit: aws.Int32(1)}
				first, err := c.api.ListUsers(c.ctx(), in)
				if err != nil {
					return nil, err
				}
				in.PaginationToken = first.PaginationToken
				second, err := c.api.ListUsers(c.ctx(), in)
				return []any{len(first.Users), len(second.Users), second.PaginationToken == nil}, err
			},
			want: []any{1, 1, true},
		},
		{
			name:   "users can't be found by a custom attribute",
			source: "model: ListUsersInput.Filter; moto tests/test_cognitoidp",
			do: func(c *cloud) (any, error) {
				pool, _ := c.web()
				return c.api.ListUsers(c.ctx(), &idp.ListUsersInput{UserPoolId: pool, Filter: aws.String(`custom:team = "a"`)})
			},
			wantErr: "InvalidParameterException: Invalid search attribute: custom:team",
		},
	})
}

// tokens are those of a confirmed user who has signed in.
func (c *cloud) tokens() (pool, client *string, tokens *types.AuthenticationResultType) {
	c.t.Helper()
	pool, client = c.web()
	c.confirmed(pool, ada)
	out, err := c.signIn(client, ada, password)
	if err != nil {
		c.t.Fatal(err)
	}
	return pool, client, out.AuthenticationResult
}

func (c *cloud) refresh(client *string, token string) (*idp.InitiateAuthOutput, error) {
	return c.api.InitiateAuth(c.ctx(), &idp.InitiateAuthInput{
		ClientId: client, AuthFlow: types.AuthFlowTypeRefreshTokenAuth, AuthParameters: map[string]string{"REFRESH_TOKEN": token},
	})
}
