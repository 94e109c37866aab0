package cognito_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// invite makes a user with a temporary password.
func (c *cloud) invite(pool *string, username string, attributes ...types.AttributeType) error {
	_, err := c.api.AdminCreateUser(c.ctx(), &idp.AdminCreateUserInput{
		UserPoolId: pool, Username: &username, MessageAction: types.MessageActionTypeSuppress,
		TemporaryPassword: aws.String(temporary), UserAttributes: attributes,
	})
	return err
}

const temporary = "Temporary-horse-1"

func with(name, value string) types.AttributeType {
	return types.AttributeType{Name: &name, Value: &value}
}

// TestAttributeValues: whoever writes an attribute is held to the schema. AWS's words for values outside of it are not
// known, those for the schema itself are.
func TestAttributeValues(t *testing.T) {
	team := schema(
		text("team", lengths("2", "4")), number("size", values("1", "10")), attribute("lead", types.AttributeDataTypeBoolean),
		text("notes", developerOnly),
	)
	var rows []behavior
	for _, r := range []struct{ name, attribute, value, refusal string }{
		{"a string that is long enough", "custom:team", "ab", ""},
		{"a string of the most length", "custom:team", "äbcd", ""},
		{"a string that is too short", "custom:team", "a", "custom:team: String is shorter than 2\n"},
		{"a string that is too long", "custom:team", "abcde", "custom:team: String is longer than 4\n"},
		{"the least number", "custom:size", "1", ""},
		{"the most number", "custom:size", "10", ""},
		{"a number that is too small", "custom:size", "0", "custom:size: Value is less than 1\n"},
		{"a number that is too large", "custom:size", "10.5", "custom:size: Value is more than 10\n"},
		{"a number that is none", "custom:size", "many", "custom:size: Attribute is not a Number\n"},
		{"a truth value", "custom:lead", "True", ""},
		{"a truth value that is none", "custom:lead", "maybe", "custom:lead: Attribute is not a Boolean\n"},
		{"a date of birth has ten characters", "birthdate", "1815", "birthdate: String is shorter than 10\n"},
		{"an attribute that isn't there", "team", "ab", "team: Attribute does not exist in the schema.\n"},
		{"administrators write developers' attributes", "dev:custom:notes", "x", ""},
	} {
		b := behavior{
			name: r.name, source: schemaModel + " (limits); apps quote the beginning",
			do: func(c *cloud) (any, error) { return nil, c.invite(c.pool(team), "ada", with(r.attribute, r.value)) },
		}
		if r.refusal != "" {
			b.wantErr = "InvalidParameterException: Attributes did not conform to the schema: " + r.refusal
		}
		rows = append(rows, b)
	}
	check(t, setup{}, append(rows, behavior{
		name:   "who signs up is held to the schema",
		source: "model: SignUp, InvalidParameterException",
		do: func(c *cloud) (any, error) {
			_, client := c.web(team)
			_, err := c.api.SignUp(c.ctx(), &idp.SignUpInput{
				ClientId: client, Username: aws.String(ada), Password: aws.String(password),
				UserAttributes: []types.AttributeType{with("custom:team", "a")},
			})
			return nil, err
		},
		wantErr: "InvalidParameterException: Attributes did not conform to the schema: custom:team: String is shorter than 2\n",
	}, behavior{
		name:   "users don't write developers' attributes",
		source: schemaModel + ": DeveloperOnlyAttribute; apps quote the words",
		do: func(c *cloud) (any, error) {
			_, client := c.web(team)
			_, err := c.api.SignUp(c.ctx(), &idp.SignUpInput{
				ClientId: client, Username: aws.String(ada), Password: aws.String(password),
				UserAttributes: []types.AttributeType{with("dev:custom:notes", "x")},
			})
			return nil, err
		},
		wantErr: "NotAuthorizedException: A client attempted to write unauthorized attribute",
	}))
}

func TestUpdatedAttributes(t *testing.T) {
	fixed := func(a *types.SchemaAttributeType) { a.Mutable = aws.Bool(false) }
	team := schema(text("team", lengths("0", "4")), text("tenant", lengths("0", "4"), fixed))
	update := func(c *cloud, pool *string, attributes ...types.AttributeType) error {
		_, err := c.api.AdminUpdateUserAttributes(c.ctx(), &idp.AdminUpdateUserAttributesInput{
			UserPoolId: pool, Username: aws.String("ada"), UserAttributes: attributes,
		})
		return err
	}
	updates := func(name, source string, want any, attributes ...types.AttributeType) behavior {
		b := behavior{
			name: name, source: source, want: want,
			do: func(c *cloud) (any, error) {
				pool := c.pool(team)
				c.confirmed(pool, "ada", "email="+ada, "email_verified=true", "custom:team=a", "custom:tenant=a")
				if err := update(c, pool, attributes...); err != nil {
					return nil, err
				}
				user, err := c.api.AdminGetUser(c.ctx(), &idp.AdminGetUserInput{UserPoolId: pool, Username: aws.String("ada")})
				if err != nil {
					return nil, err
				}
				return user.UserAttributes[1:], nil
			},
		}
		if refusal, ok := want.(string); ok {
			b.want, b.wantErr = nil, "InvalidParameterException: "+refusal
		}
		return b
	}
	email, verified, tenant := with("email", ada), with("email_verified", "true"), with("custom:tenant", "a")
	const words = "apps quote AWS"
	check(t, setup{}, []behavior{
		updates("a mutable attribute changes", "model: AdminUpdateUserAttributes",
			[]types.AttributeType{with("custom:team", "b"), tenant, email, verified}, with("custom:team", "b")),
		updates("an empty value takes an attribute away", "model: AdminUpdateUserAttributes, UserAttributes",
			[]types.AttributeType{tenant, email, verified}, with("custom:team", "")),
		updates("an address that changes isn't verified any more", "model: AdminUpdateUserAttributes: email_verified marks it",
			[]types.AttributeType{with("custom:team", "a"), tenant, with("email", "a@example.org"), with("email_verified", "false")},
			with("email", "a@example.org")),
		updates("an attribute that isn't mutable", words+": user.custom:tenant, asked of a pool in September 2026; amplify-swift#3981",
			"user.custom:tenant: Attribute cannot be updated.\n", with("custom:tenant", "b")),
		updates("nor is the sub", "standard attributes: sub isn't mutable", "user.sub: Attribute cannot be updated.\n", with("sub", "b")),
		updates("an attribute that isn't there", words, "user.custom:floor: Attribute does not exist in the schema.\n", with("custom:floor", "b")),
		updates("a value that is too long", schemaModel,
			"Attributes did not conform to the schema: custom:team: String is longer than 4\n", with("custom:team", "abcde")),
		{
			name:   "another's address, where it is the user name",
			source: "model: AliasExistsException; apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, _ := c.web()
				c.confirmed(pool, ada)
				c.confirmed(pool, "bob@example.com")
				_, err := c.api.AdminUpdateUserAttributes(c.ctx(), &idp.AdminUpdateUserAttributesInput{
					UserPoolId: pool, Username: aws.String(ada), UserAttributes: []types.AttributeType{with("email", "bob@example.com")},
				})
				return nil, err
			},
			wantErr: "AliasExistsException: An account with the given email already exists.",
		},
	})
}
