package cognito_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const moved = "ada@example.org"

// own is ada's signed-in session in a pool that verifies e-mail addresses.
type own struct {
	*cloud
	pool, client, token *string
}

func (c *cloud) own(change ...func(*idp.CreateUserPoolInput)) *own {
	c.t.Helper()
	verified := func(in *idp.CreateUserPoolInput) { in.AutoVerifiedAttributes = []types.VerifiedAttributeType{"email"} }
	o := &own{cloud: c, pool: c.pool(append([]func(*idp.CreateUserPoolInput){verified}, change...)...)}
	o.client = c.appClient(o.pool, withPasswords).ClientId
	c.confirmed(o.pool, "ada", "email="+ada, "email_verified=true")
	o.enter()
	return o
}

func (o *own) enter() {
	o.t.Helper()
	out, err := o.signIn(o.client, "ada", password)
	if err != nil {
		o.t.Fatal(err)
	}
	o.token = out.AuthenticationResult.AccessToken
}

// verifiedFirst makes a pool keep an e-mail address until another is verified.
func verifiedFirst(in *idp.CreateUserPoolInput) {
	in.UserAttributeUpdateSettings = &types.UserAttributeUpdateSettingsType{
		AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{"email"},
	}
}

func (o *own) update(attributes ...types.AttributeType) (*idp.UpdateUserAttributesOutput, error) {
	return o.api.UpdateUserAttributes(o.ctx(), &idp.UpdateUserAttributesInput{AccessToken: o.token, UserAttributes: attributes})
}

func (o *own) verify(attribute, code string) error {
	_, err := o.api.VerifyUserAttribute(o.ctx(), &idp.VerifyUserAttributeInput{
		AccessToken: o.token, AttributeName: &attribute, Code: &code,
	})
	return err
}

// mail is the user's e-mail address and whether it is verified.
func (o *own) mail() (any, error) {
	out, err := o.api.GetUser(o.ctx(), &idp.GetUserInput{AccessToken: o.token})
	if err != nil {
		return nil, err
	}
	shown := map[string]string{}
	for _, a := range out.UserAttributes {
		shown[*a.Name] = *a.Value
	}
	return []string{shown["email"], shown["email_verified"]}, nil
}

// wrong is a code that nobody was given.
func wrong(code string) string {
	first := byte('0')
	if code[0] == first {
		first = '1'
	}
	return string(first) + code[1:]
}

func TestOwnAttributes(t *testing.T) {
	const guide = "developer guide: user-pool-settings-email-phone-verification.html; model: UpdateUserAttributes"
	refused := func(name, source, refusal string, do func(*own) error) behavior {
		return behavior{name: name, source: source, wantErr: refusal, do: func(c *cloud) (any, error) { return nil, do(c.own()) }}
	}
	check(t, setup{}, []behavior{
		{
			name: "a user changes attributes, and no code is sent", source: "AWS CLI example update-user-attributes",
			do: func(c *cloud) (any, error) {
				o := c.own()
				out, err := o.update(with("given_name", "Ada"))
				return len(out.CodeDeliveryDetailsList), err
			},
			want: 0,
		},
		{
			name: "another address isn't verified, and gets a code", source: guide,
			do: func(c *cloud) (any, error) {
				o := c.own()
				out, err := o.update(with("email", moved))
				if err != nil {
					return nil, err
				}
				before, err := o.mail()
				if err != nil {
					return nil, err
				}
				if err := o.verify("email", o.code(moved)); err != nil {
					return nil, err
				}
				after, err := o.mail()
				d := out.CodeDeliveryDetailsList[0]
				return []any{*d.AttributeName, d.DeliveryMedium, *d.Destination, before, after}, err
			},
			want: []any{"email", types.DeliveryMediumTypeEmail, "a***@e***", []string{moved, "false"}, []string{moved, "true"}},
		},
		{
			name: "where it must be verified before, the old one stays until the code comes", source: guide,
			do: func(c *cloud) (any, error) {
				o := c.own(verifiedFirst)
				if _, err := o.update(with("email", moved)); err != nil {
					return nil, err
				}
				before, err := o.mail()
				if err != nil {
					return nil, err
				}
				if err := o.verify("email", o.code(moved)); err != nil {
					return nil, err
				}
				after, err := o.mail()
				return []any{before, after}, err
			},
			want: []any{[]string{ada, "true"}, []string{moved, "true"}},
		},
		{
			name: "another code goes to the address that waits", source: "model: GetUserAttributeVerificationCode; " + guide,
			do: func(c *cloud) (any, error) {
				o := c.own(verifiedFirst)
				if _, err := o.update(with("email", moved)); err != nil {
					return nil, err
				}
				first := o.code(moved)
				out, err := o.api.GetUserAttributeVerificationCode(o.ctx(), &idp.GetUserAttributeVerificationCodeInput{
					AccessToken: o.token, AttributeName: aws.String("email"),
				})
				if err != nil {
					return nil, err
				}
				sent := o.code(moved) != first || len(o.svc.Messages(moved)) == 2
				return []any{*out.CodeDeliveryDetails.AttributeName, sent}, o.verify("email", o.code(moved))
			},
			want: []any{"email", true},
		},
		{
			name: "an empty value takes an attribute away", source: "model: UpdateUserAttributes",
			do: func(c *cloud) (any, error) {
				o := c.own()
				if _, err := o.update(with("email", "")); err != nil {
					return nil, err
				}
				return o.mail()
			},
			want: []string{"", ""},
		},
		{
			name: "an address that another user has by now", source: "model: VerifyUserAttribute, AliasExistsException; apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, client := c.web(verifiedFirst)
				c.confirmed(pool, ada, "email_verified=true")
				out, err := c.signIn(client, ada, password)
				if err != nil {
					return nil, err
				}
				o := &own{cloud: c, pool: pool, client: client, token: out.AuthenticationResult.AccessToken}
				if _, err := o.update(with("email", moved)); err != nil {
					return nil, err
				}
				code := o.code(moved)
				c.confirmed(pool, moved)
				return nil, o.verify("email", code)
			},
			wantErr: "AliasExistsException: An account with the given email already exists.",
		},
		refused("a wrong code", "apps quote AWS", "CodeMismatchException: Invalid verification code provided, please try again.",
			func(o *own) error {
				if _, err := o.update(with("email", moved)); err != nil {
					return err
				}
				return o.verify("email", wrong(o.code(moved)))
			}),
		refused("a code that is a day old", "developer guide: quotas.html; apps quote AWS",
			"ExpiredCodeException: Invalid code provided, please request a code again.",
			func(o *own) error {
				if _, err := o.update(with("email", moved)); err != nil {
					return err
				}
				code := o.code(moved)
				o.clock.Step(24 * time.Hour)
				o.enter()
				return o.verify("email", code)
			}),
		refused("a mark of verification", "aws-amplify/amplify-js: apps quote AWS",
			"NotAuthorizedException: A client attempted to write unauthorized attribute",
			func(o *own) error { _, err := o.update(with("email_verified", "true")); return err }),
		refused("an attribute that isn't there", "amplify-swift#3981: the words",
			"InvalidParameterException: user.custom:team: Attribute does not exist in the schema.\n",
			func(o *own) error { _, err := o.update(with("custom:team", "a")); return err }),
		refused("an expired token", "apps quote AWS", "NotAuthorizedException: Access Token has expired",
			func(o *own) error {
				o.clock.Step(time.Hour)
				_, err := o.update(with("given_name", "Ada"))
				return err
			}),
		refused("a token of a user who is gone", "apps quote AWS", "UserNotFoundException: User does not exist.",
			func(o *own) error {
				_, err := o.api.AdminDeleteUser(o.ctx(), &idp.AdminDeleteUserInput{UserPoolId: o.pool, Username: aws.String("ada")})
				if err != nil {
					return err
				}
				_, err = o.mail()
				return err
			}),
		{
			name: "a token of the login pages needs the scope of the user's own profile", source: "amplify-js#1906",
			do: func(c *cloud) (any, error) {
				_, token := c.app(types.OAuthFlowTypeCode).token("openid")
				return c.api.GetUser(c.ctx(), &idp.GetUserInput{AccessToken: &token.AccessToken})
			},
			wantErr: "NotAuthorizedException: Access Token does not have required scopes",
		},
	})
}
