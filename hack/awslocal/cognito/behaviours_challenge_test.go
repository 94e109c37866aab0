package cognito_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const newPassword = types.ChallengeNameTypeNewPasswordRequired

// invited is a sign-in of bob with his temporary password, in a pool that requires a family name.
func (c *cloud) invited(attributes ...types.AttributeType) (pool *string, client *types.UserPoolClientType, out *idp.AdminInitiateAuthOutput) {
	c.t.Helper()
	required := func(name string) types.SchemaAttributeType {
		return types.SchemaAttributeType{Name: &name, Required: aws.Bool(true), Mutable: aws.Bool(true)}
	}
	fixed := func(a *types.SchemaAttributeType) { a.Mutable = aws.Bool(false) }
	pool = c.pool(schema(required("family_name"), required("email"), text("team", lengths("0", "4"), fixed), text("floor", lengths("0", "2"))))
	client = c.appClient(pool, withFlows(types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth))
	if err := c.invite(pool, "bob", attributes...); err != nil {
		c.t.Fatal(err)
	}
	out, err := c.adminAuth(pool, client.ClientId, adminFlow, credentials("bob", temporary))
	if err != nil {
		c.t.Fatal(err)
	}
	return pool, client, out
}

func (c *cloud) adminRespond(
	pool, client, session *string, name types.ChallengeNameType, responses map[string]string,
) (*idp.AdminRespondToAuthChallengeOutput, error) {
	return c.api.AdminRespondToAuthChallenge(c.ctx(), &idp.AdminRespondToAuthChallengeInput{
		UserPoolId: pool, ClientId: client, Session: session, ChallengeName: name, ChallengeResponses: responses,
	})
}

func (c *cloud) userRespond(
	client, session *string, name types.ChallengeNameType, responses map[string]string,
) (*idp.RespondToAuthChallengeOutput, error) {
	return c.api.RespondToAuthChallenge(c.ctx(), &idp.RespondToAuthChallengeInput{
		ClientId: client, Session: session, ChallengeName: name, ChallengeResponses: responses,
	})
}

// chosen is an answer with a new password, and more pairs of names and values.
func chosen(more ...string) map[string]string {
	responses := map[string]string{"USERNAME": "bob", "NEW_PASSWORD": password}
	for i := 0; i < len(more); i += 2 {
		responses[more[i]] = more[i+1]
	}
	return responses
}

func TestNewPasswordRequired(t *testing.T) {
	email := with("email", "bob@example.com")
	refused := func(name, source string, responses map[string]string, refusal string) behavior {
		return behavior{
			name: name, source: source, wantErr: refusal,
			do: func(c *cloud) (any, error) {
				pool, client, out := c.invited(email, with("custom:team", "a"))
				return c.adminRespond(pool, client.ClientId, out.Session, newPassword, responses)
			},
		}
	}
	const name = "userAttributes.family_name"
	check(t, setup{}, []behavior{
		{
			name:   "the challenge names the user, the attributes, and those that are missing",
			source: "amazon-cognito-identity-js#180 shows an answer; aws-sdk-js#1290; developer guide: USER_ID_FOR_SRP of AdminInitiateAuth",
			do: func(c *cloud) (any, error) {
				_, _, out := c.invited(email, with("email_verified", "true"))
				var attributes map[string]string
				err := json.Unmarshal([]byte(out.ChallengeParameters["userAttributes"]), &attributes)
				return []any{
					out.ChallengeName, out.Session != nil, out.AuthenticationResult == nil, len(out.ChallengeParameters),
					out.ChallengeParameters["USER_ID_FOR_SRP"], out.ChallengeParameters["requiredAttributes"], attributes,
				}, err
			},
			want: []any{
				newPassword, true, true, 3, "bob", `["userAttributes.family_name"]`,
				map[string]string{"email": "bob@example.com", "email_verified": "true", "family_name": ""},
			},
		},
		{
			name:   "an administrator answers with a password and what is missing",
			source: "model: AdminRespondToAuthChallenge; amazon-quicksight-embedding-sample#11",
			do: func(c *cloud) (any, error) {
				pool, client, out := c.invited(email)
				done, err := c.adminRespond(pool, client.ClientId, out.Session, newPassword, chosen(name, "Stone", "userAttributes.custom:floor", "2"))
				if err != nil {
					return nil, err
				}
				user, err := c.api.AdminGetUser(c.ctx(), &idp.AdminGetUserInput{UserPoolId: pool, Username: aws.String("bob")})
				if err != nil {
					return nil, err
				}
				return []any{done.AuthenticationResult.IdToken != nil, done.ChallengeName, user.UserStatus, user.UserAttributes[1:]}, nil
			},
			want: []any{
				true, types.ChallengeNameType(""), types.UserStatusTypeConfirmed,
				[]types.AttributeType{with("custom:floor", "2"), email, with("family_name", "Stone")},
			},
		},
		{
			name:   "the user answers it as well",
			source: "model: RespondToAuthChallenge",
			do: func(c *cloud) (any, error) {
				_, client, out := c.invited(email)
				done, err := c.userRespond(client.ClientId, out.Session, newPassword, chosen(name, "Stone"))
				return done != nil && done.AuthenticationResult.AccessToken != nil, err
			},
			want: true,
		},
		{
			name:   "the new password is the password from then on",
			source: "model: AdminRespondToAuthChallenge",
			do: func(c *cloud) (any, error) {
				pool, client, out := c.invited(email)
				if _, err := c.adminRespond(pool, client.ClientId, out.Session, newPassword, chosen(name, "Stone")); err != nil {
					return nil, err
				}
				_, old := c.adminAuth(pool, client.ClientId, adminFlow, credentials("bob", temporary))
				next, err := c.adminAuth(pool, client.ClientId, adminFlow, credentials("bob", password))
				return []any{explain(old), next != nil && next.AuthenticationResult != nil}, err
			},
			want: []any{"NotAuthorizedException: Incorrect username or password.", true},
		},
		refused("what is missing must come", "aws-sdk-android#1402; aws-sdk-js#1290, of AdminRespondToAuthChallenge", chosen(),
			"InvalidParameterException: Invalid attributes given, family_name is missing"),
		refused("a required attribute that is there stays", "aws-saas-factory-bootcamp#67; model: AdminRespondToAuthChallenge",
			chosen(name, "Stone", "userAttributes.email", "bob@example.com"),
			"NotAuthorizedException: Cannot modify an already provided email"),
		refused("a mark of verification stays", "aws-sdk-ios#2203", chosen(name, "Stone", "userAttributes.email_verified", "true"),
			"InvalidParameterException: Cannot modify the non-mutable attribute email_verified"),
		refused("an attribute that isn't mutable stays", "aws-sdk-ios#2203: the words", chosen(name, "Stone", "userAttributes.custom:team", "b"),
			"InvalidParameterException: Cannot modify the non-mutable attribute custom:team"),
		refused("an attribute that isn't there", "amplify-js#2167: the words", chosen(name, "Stone", "userAttributes.team", "b"),
			"InvalidParameterException: Attributes did not conform to the schema: team: Attribute does not exist in the schema.\n"),
		refused("a value that is too long", schemaModel, chosen(name, "Stone", "userAttributes.custom:floor", "100"),
			"InvalidParameterException: Attributes did not conform to the schema: custom:floor: String is longer than 2\n"),
		refused("a password against the policy", "model: InvalidPasswordException; apps quote AWS", chosen("NEW_PASSWORD", "short", name, "Stone"),
			"InvalidPasswordException: Password did not conform with policy: Password not long enough"),
		refused("no password", "aws-sdk-cpp#452 quotes it for SRP_A", chosen("NEW_PASSWORD", ""),
			"InvalidParameterException: Missing required parameter NEW_PASSWORD"),
		refused("another's session", "apps quote AWS", chosen("USERNAME", "ada", name, "Stone"),
			"NotAuthorizedException: Invalid session for the user."),
		{
			name:   "a refused answer can be given again",
			source: "one request, one change",
			do: func(c *cloud) (any, error) {
				pool, client, out := c.invited(email)
				if _, err := c.adminRespond(pool, client.ClientId, out.Session, newPassword, chosen()); err == nil {
					return nil, nil
				}
				done, err := c.adminRespond(pool, client.ClientId, out.Session, newPassword, chosen(name, "Stone"))
				return done != nil, err
			},
			want: true,
		},
		{
			name:   "an answer is given once",
			source: "apps quote AWS: session can only be used once",
			do: func(c *cloud) (any, error) {
				pool, client, out := c.invited(email)
				if _, err := c.adminRespond(pool, client.ClientId, out.Session, newPassword, chosen(name, "Stone")); err != nil {
					return nil, err
				}
				return c.adminRespond(pool, client.ClientId, out.Session, newPassword, chosen(name, "Stone"))
			},
			wantErr: "NotAuthorizedException: Invalid session for the user, session can only be used once.",
		},
		{
			name:   "a session that nobody was given",
			source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, client, _ := c.invited(email)
				return c.adminRespond(pool, client.ClientId, aws.String("AYABeExampleExampleExample"), newPassword, chosen(name, "Stone"))
			},
			wantErr: "NotAuthorizedException: Invalid session for the user.",
		},
		{
			name:   "a session that is too short",
			source: "model: SessionType",
			do: func(c *cloud) (any, error) {
				pool, client, _ := c.invited(email)
				return c.adminRespond(pool, client.ClientId, aws.String("short"), newPassword, chosen(name, "Stone"))
			},
			wantErr: "InvalidParameterException: 1 validation error detected: Value at 'session' failed to satisfy constraint: " +
				"Member must have length greater than or equal to 20",
		},
		{
			name:   "a session lasts for three minutes",
			source: "model: AuthSessionValidity; apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, client, out := c.invited(email)
				c.clock.Step(3 * time.Minute)
				return c.adminRespond(pool, client.ClientId, out.Session, newPassword, chosen(name, "Stone"))
			},
			wantErr: "NotAuthorizedException: Invalid session for the user, session is expired.",
		},
		{
			name:   "the session must come",
			source: "jagregory/cognito-local, respondToAuthChallenge.test.ts",
			do: func(c *cloud) (any, error) {
				pool, client, _ := c.invited(email)
				return c.adminRespond(pool, client.ClientId, nil, newPassword, chosen(name, "Stone"))
			},
			wantErr: "InvalidParameterException: Missing required parameter Session",
		},
		{
			name:   "attributes that the client can't write",
			source: "model: WriteAttributes; apps quote AWS",
			do: func(c *cloud) (any, error) {
				pool, _, _ := c.invited(email)
				narrow := c.appClient(pool, withFlows(types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth), func(in *idp.CreateUserPoolClientInput) {
					in.WriteAttributes = []string{"email", "family_name"}
				})
				out, err := c.adminAuth(pool, narrow.ClientId, adminFlow, credentials("bob", temporary))
				if err != nil {
					return nil, err
				}
				responses := chosen(name, "Stone", "userAttributes.custom:floor", "2")
				return c.adminRespond(pool, narrow.ClientId, out.Session, newPassword, responses)
			},
			wantErr: "NotAuthorizedException: A client attempted to write unauthorized attribute",
		},
	})
}
