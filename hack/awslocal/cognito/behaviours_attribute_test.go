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
