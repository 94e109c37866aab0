package cognito_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const ada = "ada@example.com"

// web is the recipe's pool with a client.
func (c *cloud) web(change ...func(*idp.CreateUserPoolInput)) (pool, client *string) {
	c.t.Helper()
	pool = c.pool(append([]func(*idp.CreateUserPoolInput){byEmail}, change...)...)
	return pool, c.appClient(pool, withPasswords).ClientId
}

func (c *cloud) signUp(client *string, username, password string) (*idp.SignUpOutput, error) {
	return c.api.SignUp(c.ctx(), &idp.SignUpInput{
		ClientId: client, Username: aws.String(username), Password: aws.String(password),
	})
}

func (c *cloud) confirm(client *string, username, code string) error {
	_, err := c.api.ConfirmSignUp(c.ctx(), &idp.ConfirmSignUpInput{
		ClientId: client, Username: aws.String(username), ConfirmationCode: aws.String(code),
	})
	return err
}

// code is the latest that an address was sent.
func (c *cloud) code(address string) string {
	c.t.Helper()
	sent := c.svc.Messages(address)
	if len(sent) == 0 {
		c.t.Fatalf("nothing was sent to %s", address)
	}
	return sent[len(sent)-1].Code
}

func (c *cloud) signIn(client *string, username, password string) (*idp.InitiateAuthOutput, error) {
	return c.api.InitiateAuth(c.ctx(), &idp.InitiateAuthInput{
		ClientId: client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password},
	})
}

func (c *cloud) status(pool *string, username string) types.UserStatusType {
	c.t.Helper()
	out, err := c.api.AdminGetUser(c.ctx(), &idp.AdminGetUserInput{UserPoolId: pool, Username: aws.String(username)})
	if err != nil {
		c.t.Fatal(err)
	}
	return out.UserStatus
}

func TestSignUp(t *testing.T) {
	policyErr := func(password, reason string) behavior {
		return behavior{
			name: "a password: " + reason, source: "apps quote AWS; the policy's defaults",
			do: func(c *cloud) (any, error) {
				_, client := c.web()
				_, err := c.signUp(client, ada, password)
				return nil, err
			},
			wantErr: "InvalidPasswordException: Password did not conform with policy: " + reason,
		}
	}
	check(t, setup{}, []behavior{
		{
			name:   "people sign up with an e-mail address and get a UUID for a name",
			source: "model: UsernameAttributes; measured on AWS: SignUp writes a UUID into username",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				out, err := c.signUp(client, ada, password)
				if err != nil {
					return nil, err
				}
				user, err := c.api.AdminGetUser(c.ctx(), &idp.AdminGetUserInput{UserPoolId: pool, Username: aws.String(ada)})
				if err != nil {
					return nil, err
				}
				return []any{
					*user.Username == *out.UserSub, len(*out.UserSub), out.UserConfirmed, *out.CodeDeliveryDetails, user.UserStatus,
					c.describe(pool).EstimatedNumberOfUsers,
				}, nil
			},
			want: []any{
				true, 36, false,
				types.CodeDeliveryDetailsType{AttributeName: aws.String("email"), DeliveryMedium: "EMAIL", Destination: aws.String("a***@e***")},
				types.UserStatusTypeUnconfirmed, int32(1),
			},
		},
		{
			name:   "the code confirms the account and the address",
			source: "model: ConfirmSignUp",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				if _, err := c.signUp(client, ada, password); err != nil {
					return nil, err
				}
				if err := c.confirm(client, ada, c.code(ada)); err != nil {
					return nil, err
				}
				out, err := c.api.ListUsers(c.ctx(), &idp.ListUsersInput{
					UserPoolId: pool, Filter: aws.String(`email = "ada@example.com"`),
				})
				if err != nil {
					return nil, err
				}
				user := out.Users[0]
				return []any{user.UserStatus, *user.Attributes[0].Name, user.Attributes[1:]}, nil
			},
			want: []any{types.UserStatusTypeConfirmed, "sub", []types.AttributeType{
				{Name: aws.String("email"), Value: aws.String(ada)}, {Name: aws.String("email_verified"), Value: aws.String("true")},
			}},
		},
		{
			name:   "without verified attributes no code is sent",
			source: "measured on AWS: no CodeDeliveryDetails",
			do: func(c *cloud) (any, error) {
				_, client := c.web(func(in *idp.CreateUserPoolInput) { in.AutoVerifiedAttributes = nil })
				out, err := c.signUp(client, ada, password)
				return []any{out.CodeDeliveryDetails == nil, len(c.svc.Messages(ada))}, err
			},
			want: []any{true, 0},
		},
		{
			name:   "an address is used once, confirmed or not",
			source: "measured on AWS",
			do: func(c *cloud) (any, error) {
				_, client := c.web()
				if _, err := c.signUp(client, ada, password); err != nil {
					return nil, err
				}
				_, err := c.signUp(client, ada, password)
				return nil, err
			},
			wantErr: "UsernameExistsException: User already exists",
		},
		{
			name:   "without a UsernameConfiguration cases are told apart",
			source: "measured on AWS: a second account",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				_, err1 := c.signUp(client, ada, password)
				_, err2 := c.signUp(client, "ADA@example.com", password)
				return []any{err1, err2, c.describe(pool).EstimatedNumberOfUsers}, nil
			},
			want: []any{nil, nil, int32(2)},
		},
		{
			name:   "case-insensitive pools take variations for the same user",
			source: "model: UsernameConfigurationType",
			do: func(c *cloud) (any, error) {
				_, client := c.web(func(in *idp.CreateUserPoolInput) {
					in.UsernameConfiguration = &types.UsernameConfigurationType{CaseSensitive: aws.Bool(false)}
				})
				if _, err := c.signUp(client, ada, password); err != nil {
					return nil, err
				}
				_, err := c.signUp(client, "ADA@example.com", password)
				return nil, err
			},
			wantErr: "UsernameExistsException: User already exists",
		},
		policyErr("Sh0rt!", "Password not long enough"),
		policyErr("password", "Password must have uppercase characters"),
		policyErr("PASSWORD", "Password must have lowercase characters"),
		policyErr("Password", "Password must have numeric characters"),
		policyErr("Passw0rd", "Password must have symbol characters"),
		{
			name:   "a name that is no address is refused",
			source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				_, client := c.web()
				_, err := c.signUp(client, "ada", password)
				return nil, err
			},
			wantErr: "InvalidParameterException: Username should be an email.",
		},
		{
			name:   "with an alias the name can't look like one",
			source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool := c.pool(func(in *idp.CreateUserPoolInput) { in.AliasAttributes = []types.AliasAttributeType{"email"} })
				_, err := c.signUp(c.appClient(pool).ClientId, ada, password)
				return nil, err
			},
			wantErr: "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias.",
		},
		{
			name:   "required attributes are required",
			source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				_, client := c.web(func(in *idp.CreateUserPoolInput) {
					in.Schema = []types.SchemaAttributeType{{Name: aws.String("name"), Required: aws.Bool(true)}}
				})
				_, err := c.signUp(client, ada, password)
				return nil, err
			},
			wantErr: "InvalidParameterException: Attributes did not conform to the schema: name: The attribute is required\n",
		},
		{
			name:   "nobody verifies their own address",
			source: "model: WriteAttributes; apps quote AWS",
			do: func(c *cloud) (any, error) {
				_, client := c.web()
				_, err := c.api.SignUp(c.ctx(), &idp.SignUpInput{
					ClientId: client, Username: aws.String(ada), Password: aws.String(password),
					UserAttributes: []types.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}},
				})
				return nil, err
			},
			wantErr: "NotAuthorizedException: A client attempted to write unauthorized attribute",
		},
		{
			name:   "sign-up can be left to administrators",
			source: "model: AllowAdminCreateUserOnly; apps quote AWS",
			do: func(c *cloud) (any, error) {
				_, client := c.web(func(in *idp.CreateUserPoolInput) {
					in.AdminCreateUserConfig = &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true}
				})
				_, err := c.signUp(client, ada, password)
				return nil, err
			},
			wantErr: "NotAuthorizedException: SignUp is not permitted for this user pool",
		},
		{
			name:   "a wrong code",
			source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				_, client := c.web()
				if _, err := c.signUp(client, ada, password); err != nil {
					return nil, err
				}
				return nil, c.confirm(client, ada, "not-"+c.code(ada))
			},
			wantErr: "CodeMismatchException: Invalid verification code provided, please try again.",
		},
		{
			name:   "a code is good for a day",
			source: "Cognito quotas: sign-up confirmation code, 24 hours",
			do: func(c *cloud) (any, error) {
				_, client := c.web()
				if _, err := c.signUp(client, ada, password); err != nil {
					return nil, err
				}
				c.clock.Step(24 * time.Hour)
				return nil, c.confirm(client, ada, c.code(ada))
			},
			wantErr: "ExpiredCodeException: Invalid code provided, please request a code again.",
		},
		{
			name:   "an account is confirmed once",
			source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				c.confirmed(pool, ada)
				return nil, c.confirm(client, ada, "123456")
			},
			wantErr: "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED",
		},
		{
			name:   "an administrator confirms the account but not the address",
			source: "model: AdminConfirmSignUp",
			do: func(c *cloud) (any, error) {
				pool, client := c.web()
				if _, err := c.signUp(client, ada, password); err != nil {
					return nil, err
				}
				if _, err := c.api.AdminConfirmSignUp(c.ctx(), &idp.AdminConfirmSignUpInput{
					UserPoolId: pool, Username: aws.String(ada),
				}); err != nil {
					return nil, err
				}
				out, err := c.api.ListUsers(c.ctx(), &idp.ListUsersInput{UserPoolId: pool, AttributesToGet: []string{"email_verified"}})
				return []any{out.Users[0].UserStatus, len(out.Users[0].Attributes)}, err
			},
			want: []any{types.UserStatusTypeConfirmed, 0},
		},
		{
			name:   "an empty code breaks two constraints",
			source: "test suites of apps quote AWS",
			do: func(c *cloud) (any, error) {
				_, client := c.web()
				return nil, c.confirm(client, ada, "")
			},
			wantErr: `InvalidParameterException: 2 validation errors detected: Value '' at 'confirmationCode' failed to satisfy constraint: ` +
				`Member must satisfy regular expression pattern: [\S]+; ` +
				"Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
	})
}
