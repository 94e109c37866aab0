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

// withFlows makes a client that allows flows.
func withFlows(flows ...types.ExplicitAuthFlowsType) func(*idp.CreateUserPoolClientInput) {
	return func(in *idp.CreateUserPoolClientInput) { in.ExplicitAuthFlows = flows }
}

func withSecret(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true }

const (
	adminFlow = types.AuthFlowTypeAdminUserPasswordAuth
	noSRPFlow = types.AuthFlowTypeAdminNoSrpAuth
	srpFlow   = types.AuthFlowTypeUserSrpAuth
)

// adminWeb is a pool with ada, who has a password, and a client with which administrators sign in for her.
func (c *cloud) adminWeb(change ...func(*idp.CreateUserPoolClientInput)) (pool *string, client *types.UserPoolClientType) {
	c.t.Helper()
	pool = c.pool()
	c.confirmed(pool, "ada")
	flows := withFlows(types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth)
	return pool, c.appClient(pool, append([]func(*idp.CreateUserPoolClientInput){flows}, change...)...)
}

func (c *cloud) adminAuth(
	pool, client *string, flow types.AuthFlowType, parameters map[string]string,
) (*idp.AdminInitiateAuthOutput, error) {
	return c.api.AdminInitiateAuth(c.ctx(), &idp.AdminInitiateAuthInput{
		UserPoolId: pool, ClientId: client, AuthFlow: flow, AuthParameters: parameters,
	})
}

func (c *cloud) userAuth(client *string, flow types.AuthFlowType, parameters map[string]string) (*idp.InitiateAuthOutput, error) {
	return c.api.InitiateAuth(c.ctx(), &idp.InitiateAuthInput{ClientId: client, AuthFlow: flow, AuthParameters: parameters})
}

func credentials(username, password string) map[string]string {
	return map[string]string{"USERNAME": username, "PASSWORD": password}
}

// secretHash is what a client with a secret proves it with.
func secretHash(client *types.UserPoolClientType, username string) string {
	mac := hmac.New(sha256.New, []byte(*client.ClientSecret))
	mac.Write([]byte(username + *client.ClientId))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestAdminSignIn(t *testing.T) {
	const unsupported = "InvalidParameterException: Initiate Auth method not supported."
	refused := func(name, source string, parameters map[string]string, refusal string) behavior {
		return behavior{
			name: name, source: source, wantErr: refusal,
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb()
				return c.adminAuth(pool, client.ClientId, adminFlow, parameters)
			},
		}
	}
	check(t, setup{}, []behavior{
		{
			name:   "an administrator signs in with a user's password",
			source: "AWS CLI example admin-initiate-auth; model: AdminInitiateAuth",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb()
				out, err := c.adminAuth(pool, client.ClientId, adminFlow, credentials("ada", password))
				if err != nil {
					return nil, err
				}
				r := out.AuthenticationResult
				return []any{
					r.AccessToken != nil, r.IdToken != nil, r.RefreshToken != nil, r.ExpiresIn, *r.TokenType,
					out.Session, out.ChallengeName, len(out.ChallengeParameters),
				}, nil
			},
			want: []any{true, true, true, int32(3600), "Bearer", (*string)(nil), types.ChallengeNameType(""), 0},
		},
		{
			name:   "the flow's old name is good, too",
			source: "model: AuthFlow, ADMIN_USER_PASSWORD_AUTH replaces ADMIN_NO_SRP_AUTH",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb()
				out, err := c.adminAuth(pool, client.ClientId, noSRPFlow, credentials("ada", password))
				return out != nil && out.AuthenticationResult != nil, err
			},
			want: true,
		},
		{
			name:   "and so is a client with the old name",
			source: "model: ExplicitAuthFlows, ADMIN_NO_SRP_AUTH",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb(withFlows(types.ExplicitAuthFlowsTypeAdminNoSrpAuth))
				out, err := c.adminAuth(pool, client.ClientId, adminFlow, credentials("ada", password))
				return out != nil && out.AuthenticationResult != nil, err
			},
			want: true,
		},
		{
			name:   "an administrator refreshes tokens",
			source: "model: AdminInitiateAuth, REFRESH_TOKEN_AUTH",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb()
				first, err := c.adminAuth(pool, client.ClientId, adminFlow, credentials("ada", password))
				if err != nil {
					return nil, err
				}
				token := map[string]string{"REFRESH_TOKEN": *first.AuthenticationResult.RefreshToken}
				out, err := c.adminAuth(pool, client.ClientId, types.AuthFlowTypeRefreshTokenAuth, token)
				return out != nil && out.AuthenticationResult.AccessToken != nil && out.AuthenticationResult.RefreshToken == nil, err
			},
			want: true,
		},
		{
			name:   "the client must allow it",
			source: "AWS CLI, as posts quote it: Auth flow not enabled, for AdminInitiateAuth; model: ExplicitAuthFlows' default",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb(withFlows())
				return c.adminAuth(pool, client.ClientId, adminFlow, credentials("ada", password))
			},
			wantErr: "InvalidParameterException: Auth flow not enabled for this client",
		},
		{
			name:   "what users may, administrators may not thereby",
			source: "AWS CLI, as posts quote it: a client with ALLOW_USER_PASSWORD_AUTH alone",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb(withPasswords)
				return c.adminAuth(pool, client.ClientId, adminFlow, credentials("ada", password))
			},
			wantErr: "InvalidParameterException: Auth flow not enabled for this client",
		},
		{
			name:   "the users' flow isn't the administrators'",
			source: "awsdocs/aws-doc-sdk-examples#5289",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb(withPasswords)
				return c.adminAuth(pool, client.ClientId, types.AuthFlowTypeUserPasswordAuth, credentials("ada", password))
			},
			wantErr: unsupported,
		},
		{
			name:   "nor the administrators' the users'",
			source: "soto-cognito-authentication-kit#10; getmoto/moto#4836",
			do: func(c *cloud) (any, error) {
				_, client := c.adminWeb()
				return c.userAuth(client.ClientId, adminFlow, credentials("ada", password))
			},
			wantErr: unsupported,
		},
		refused("a wrong password", "apps quote AWS", credentials("ada", "wrong"), "NotAuthorizedException: Incorrect username or password."),
		refused("an unknown user", "apps quote AWS; model: LEGACY", credentials("bob", password), "UserNotFoundException: User does not exist."),
		refused("no password", "aws-sdk-cpp#452 quotes it for SRP_A", credentials("ada", ""), "InvalidParameterException: Missing required parameter PASSWORD"),
		refused("no name", "aws-sdk-cpp#452 quotes it for SRP_A", credentials("", password), "InvalidParameterException: Missing required parameter USERNAME"),
		{
			name:   "an unknown user can be kept secret",
			source: "model: PreventUserExistenceErrors",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb(func(in *idp.CreateUserPoolClientInput) {
					in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
				})
				return c.adminAuth(pool, client.ClientId, adminFlow, credentials("bob", password))
			},
			wantErr: "NotAuthorizedException: Incorrect username or password.",
		},
		{
			name:   "an account has to be confirmed, whatever the password is",
			source: "ministackorg/ministack#1758, measured on AWS",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb()
				if _, err := c.signUp(client.ClientId, "bob", password); err != nil {
					return nil, err
				}
				return c.adminAuth(pool, client.ClientId, adminFlow, credentials("bob", "wrong"))
			},
			wantErr: "UserNotConfirmedException: User is not confirmed.",
		},
		{
			name:   "the pool must be there",
			source: "moto tests/test_cognitoidp",
			do: func(c *cloud) (any, error) {
				_, client := c.adminWeb()
				return c.adminAuth(aws.String("us-east-1_Missing00"), client.ClientId, adminFlow, credentials("ada", password))
			},
			wantErr: "ResourceNotFoundException: User pool us-east-1_Missing00 does not exist.",
		},
		{
			name:   "the client must be the pool's",
			source: "anomalyco/guide#82",
			do: func(c *cloud) (any, error) {
				_, client := c.adminWeb()
				_, err := c.adminAuth(c.pool(), client.ClientId, adminFlow, credentials("ada", password))
				return nil, errWithout(err, *client.ClientId)
			},
			wantErr: "ResourceNotFoundException: User pool client ID does not exist.",
		},
		{
			name:   "a client with a secret must prove it",
			source: "laravel-aws-cognito-auth#26; developer guide: computing secret hash values",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb(withSecret)
				parameters := credentials("ada", password)
				_, missing := c.adminAuth(pool, client.ClientId, adminFlow, parameters)
				parameters["SECRET_HASH"] = secretHash(client, "bob")
				_, wrong := c.adminAuth(pool, client.ClientId, adminFlow, parameters)
				parameters["SECRET_HASH"] = secretHash(client, "ada")
				out, err := c.adminAuth(pool, client.ClientId, adminFlow, parameters)
				return []any{
					errWithout(missing, *client.ClientId).Error(), errWithout(wrong, *client.ClientId).Error(), out != nil,
				}, err
			},
			want: []any{
				"NotAuthorizedException: Client ID is configured with secret but SECRET_HASH was not received",
				"NotAuthorizedException: Unable to verify secret hash for client ID", true,
			},
		},
		{
			name:   "an expired invitation is expired here, too",
			source: "model: TemporaryPasswordValidityDays; apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb()
				if err := c.invite(pool, "bob"); err != nil {
					return nil, err
				}
				c.clock.Step(7 * 24 * time.Hour)
				return c.adminAuth(pool, client.ClientId, adminFlow, credentials("bob", temporary))
			},
			wantErr: "NotAuthorizedException: Temporary password has expired and must be reset by an administrator.",
		},
		{
			name:   "a flow that isn't there",
			source: "moto tests/test_cognitoidp test_initiate_auth_invalid_auth_flow; the order of the values is the SDK's",
			do: func(c *cloud) (any, error) {
				pool, client := c.adminWeb()
				return c.adminAuth(pool, client.ClientId, "NO_SUCH_FLOW", nil)
			},
			wantErr: "InvalidParameterException: 1 validation error detected: Value 'NO_SUCH_FLOW' at 'authFlow' failed to satisfy " +
				"constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, " +
				"ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]",
		},
	})
}
