package cognito_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// ofFunctions begins the ARNs of functions. What one does, its name says: an answer in JSON, in Base64.
const ofFunctions = "arn:aws:lambda:us-east-1:111111111111:function:"

// answering is a function with an answer: what is in its response.
func answering(response string) *string {
	return aws.String(ofFunctions + base64.RawURLEncoding.EncodeToString([]byte(response)))
}

// Functions that do something else.
var (
	missing   = aws.String(ofFunctions + "missing")
	forbidden = aws.String(ofFunctions + "forbidden")
	refusing  = aws.String(ofFunctions + "refusing") // says no
	telling   = aws.String(ofFunctions + "telling")  // fails with what it was told
	garbled   = aws.String(ofFunctions + "garbled")
	approving = answering(`{}`)
)

func functions(_ context.Context, arn, _ string, event []byte) (answer []byte, failed bool, err error) {
	switch name := strings.TrimPrefix(arn, ofFunctions); name {
	case "missing":
		return nil, false, wire.Errorf("ResourceNotFoundException", "Function not found: %s", arn)
	case "forbidden":
		return nil, false, wire.Errorf("AccessDeniedException", "no")
	case "refusing":
		return []byte(`{"errorMessage": "no", "errorType": "errorString"}`), true, nil
	case "define", "create", "verify":
		response, err := json.Marshal(map[string]any{"response": challenging(name, event)})
		return response, false, err
	case "garbled":
		return []byte(`"ok"`), false, nil
	case "telling":
		var e struct {
			Version, TriggerSource string
			Request                map[string]any
		}
		if err := json.Unmarshal(event, &e); err != nil {
			return nil, false, err
		}
		if attributes, ok := e.Request["userAttributes"].(map[string]any); ok {
			delete(attributes, "sub")
		}
		told, err := json.Marshal(e)
		if err != nil {
			return nil, false, err
		}
		answer, err := json.Marshal(map[string]string{"errorMessage": string(told)})
		return answer, true, err
	default:
		response, err := base64.RawURLEncoding.DecodeString(name)
		return []byte(`{"response":` + string(response) + `}`), false, err
	}
}

// challenging are the functions of a sign-in that asks a question twice at most.
func challenging(name string, event []byte) map[string]any {
	var e struct {
		Request struct {
			Session []struct{ ChallengeResult bool }
			Private map[string]string `json:"privateChallengeParameters"`
			Answer  string            `json:"challengeAnswer"`
		}
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return nil
	}
	rounds := e.Request.Session
	switch {
	case name == "create":
		return map[string]any{"publicChallengeParameters": map[string]string{"question": "1+1"}, "privateChallengeParameters": map[string]string{"answer": "2"}}
	case name == "verify":
		return map[string]any{"answerCorrect": e.Request.Answer == e.Request.Private["answer"]}
	case len(rounds) > 0 && rounds[len(rounds)-1].ChallengeResult:
		return map[string]any{"issueTokens": true}
	case len(rounds) > 1:
		return map[string]any{"failAuthentication": true}
	default:
		return map[string]any{"challengeName": "CUSTOM_CHALLENGE"}
	}
}

var withFunctions = setup{options: []cognito.Option{cognito.WithFunctions(functions)}}

// calling has a pool call functions.
func calling(config types.LambdaConfigType) func(*idp.CreateUserPoolInput) {
	return func(in *idp.CreateUserPoolInput) { in.LambdaConfig = &config }
}

// triggers are pages of the developer guide.
const triggers = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-"

func TestSignUpTriggers(t *testing.T) {
	signUp := func(config types.LambdaConfigType) func(*cloud) (any, error) {
		return func(c *cloud) (any, error) {
			pool, client := c.web(calling(config))
			out, err := c.signUp(client, ada, password)
			if err != nil {
				return nil, err
			}
			return []any{out.UserConfirmed, out.CodeDeliveryDetails != nil, c.status(pool, ada), c.attribute(pool, ada, "email_verified")}, nil
		}
	}
	check(t, withFunctions, []behavior{
		{"a function that lets people sign up", triggers + "pre-sign-up.html", signUp(types.LambdaConfigType{PreSignUp: approving}), []any{false, true, types.UserStatusTypeUnconfirmed, ""}, ""},
		{"one that confirms them", triggers + "pre-sign-up.html: autoConfirmUser", signUp(types.LambdaConfigType{PreSignUp: answering(`{"autoConfirmUser": true}`)}), []any{true, false, types.UserStatusTypeConfirmed, ""}, ""},
		{"one that knows their address", triggers + "pre-sign-up.html: autoVerifyEmail", signUp(types.LambdaConfigType{PreSignUp: answering(`{"autoConfirmUser": true, "autoVerifyEmail": true}`)}), []any{true, false, types.UserStatusTypeConfirmed, "true"}, ""},
		{"one that refuses", "amplify-flutter#1051", signUp(types.LambdaConfigType{PreSignUp: refusing}), nil, "UserLambdaValidationException: PreSignUp failed with error no."},
		{"one that may not be called", "awslabs/service-workbench-on-aws#1136; other reports name the code", signUp(types.LambdaConfigType{PreSignUp: forbidden}), nil, "UnexpectedLambdaException: PreSignUp invocation failed due to error AccessDeniedException."},
		{"one that is not there", "an analogy", signUp(types.LambdaConfigType{PreSignUp: missing}), nil, "UnexpectedLambdaException: PreSignUp invocation failed due to error ResourceNotFoundException."},
		{"one that answers something else", "amazon-cognito-identity-js#633", signUp(types.LambdaConfigType{PreSignUp: garbled}), nil, "InvalidLambdaResponseException: Unrecognizable lambda output"},
		{"who is told of a sign-up", triggers + "post-confirmation.html", signUp(types.LambdaConfigType{PreSignUp: answering(`{"autoConfirmUser": true}`), PostConfirmation: refusing}), nil, "UserLambdaValidationException: PostConfirmation failed with error no."},
		{"what a function is told", triggers + "pre-sign-up.html", func(c *cloud) (any, error) {
			_, client := c.web(calling(types.LambdaConfigType{PreSignUp: telling}))
			_, err := c.api.SignUp(c.ctx(), &idp.SignUpInput{
				ClientId: client, Username: aws.String(ada), Password: aws.String(password),
				ValidationData: []types.AttributeType{{Name: aws.String("from"), Value: aws.String("friends")}},
			})
			return nil, err
		}, nil, `UserLambdaValidationException: PreSignUp failed with error {"Version":"1","TriggerSource":"PreSignUp_SignUp","Request":{"userAttributes":{"email":"ada@example.com"},"validationData":{"from":"friends"}}}.`},
		{"an administrator's user, of whom the answer is ignored", triggers + "pre-sign-up.html: ignored for AdminCreateUser", func(c *cloud) (any, error) {
			pool := c.pool(byEmail, calling(types.LambdaConfigType{PreSignUp: answering(`{"autoConfirmUser": true}`)}))
			_, err := c.api.AdminCreateUser(c.ctx(), &idp.AdminCreateUserInput{UserPoolId: pool, Username: aws.String(ada)})
			return c.status(pool, ada), err
		}, types.UserStatusTypeForceChangePassword, ""},
		{"a user who is refused does not exist", triggers + "pre-sign-up.html", func(c *cloud) (any, error) {
			pool, client := c.web(calling(types.LambdaConfigType{PreSignUp: refusing}))
			_, _ = c.signUp(client, ada, password)
			out, err := c.api.ListUsers(c.ctx(), &idp.ListUsersInput{UserPoolId: pool})
			return len(out.Users), err
		}, 0, ""},
		{"a user whose confirmation somebody is told of stays confirmed", triggers + "post-confirmation.html", func(c *cloud) (any, error) {
			pool, client := c.web(calling(types.LambdaConfigType{PostConfirmation: refusing}))
			if _, err := c.signUp(client, ada, password); err != nil {
				return nil, err
			}
			err := c.confirm(client, ada, c.code(ada))
			return []string{explain(err), string(c.status(pool, ada))}, nil
		}, []string{"UserLambdaValidationException: PostConfirmation failed with error no.", "CONFIRMED"}, ""},
	})
}

func (c *cloud) attribute(pool *string, username, name string) string {
	c.t.Helper()
	out, err := c.api.AdminGetUser(c.ctx(), &idp.AdminGetUserInput{UserPoolId: pool, Username: aws.String(username)})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, a := range out.UserAttributes {
		if *a.Name == name {
			return *a.Value
		}
	}
	return ""
}

// entered signs a user in, who is in a group, and returns some claims of the two tokens.
func (c *cloud) entered(config types.LambdaConfigType, tier types.UserPoolTierType, claims ...string) (any, error) {
	pool, client := c.web(calling(config), func(in *idp.CreateUserPoolInput) { in.UserPoolTier = tier })
	c.confirmed(pool, ada, "email="+ada)
	if _, err := c.api.CreateGroup(c.ctx(), &idp.CreateGroupInput{UserPoolId: pool, GroupName: aws.String("editors")}); err != nil {
		return nil, err
	}
	if _, err := c.api.AdminAddUserToGroup(c.ctx(), &idp.AdminAddUserToGroupInput{
		UserPoolId: pool, GroupName: aws.String("editors"), Username: aws.String(ada),
	}); err != nil {
		return nil, err
	}
	out, err := c.signIn(client, ada, password)
	if err != nil {
		return nil, err
	}
	got := map[string]any{}
	for token, raw := range map[string]*string{"access": out.AuthenticationResult.AccessToken, "id": out.AuthenticationResult.IdToken} {
		verified, err := c.svc.Verify(*c.describe(pool).Arn, *raw, c.clock.Now())
		if err != nil {
			return nil, err
		}
		for _, claim := range claims {
			if value, ok := verified[claim]; ok {
				got[token+"."+claim] = value
			}
		}
	}
	return got, nil
}

func TestSignInTriggers(t *testing.T) {
	enter := func(config types.LambdaConfigType, claims ...string) func(*cloud) (any, error) {
		return func(c *cloud) (any, error) { return c.entered(config, types.UserPoolTierTypeEssentials, claims...) }
	}
	versioned := func(version types.PreTokenGenerationLambdaVersionType, function *string) types.LambdaConfigType {
		return types.LambdaConfigType{PreTokenGenerationConfig: &types.PreTokenGenerationVersionConfigType{LambdaArn: function, LambdaVersion: version}}
	}
	first := func(details string) types.LambdaConfigType {
		return types.LambdaConfigType{PreTokenGeneration: answering(`{"claimsOverrideDetails": ` + details + `}`)}
	}
	later := func(details string) types.LambdaConfigType {
		return versioned(types.PreTokenGenerationLambdaVersionTypeV20, answering(`{"claimsAndScopeOverrideDetails": `+details+`}`))
	}
	const tokens = triggers + "pre-token-generation.html"
	groups := []any{"editors"}
	check(t, withFunctions, []behavior{
		{"a function that refuses a sign-in", triggers + "pre-authentication.html", enter(types.LambdaConfigType{PreAuthentication: refusing}), nil, "UserLambdaValidationException: PreAuthentication failed with error no."},
		{"one that does not", triggers + "pre-authentication.html", enter(types.LambdaConfigType{PreAuthentication: approving, PostAuthentication: approving}), map[string]any{}, ""},
		{"what it is told", triggers + "pre-authentication.html", enter(types.LambdaConfigType{PreAuthentication: telling}), nil, `UserLambdaValidationException: PreAuthentication failed with error {"Version":"1","TriggerSource":"PreAuthentication_Authentication","Request":{"userAttributes":{"cognito:user_status":"CONFIRMED","email":"ada@example.com"},"userNotFound":false,"validationData":null}}.`},
		{"one after the sign-in", triggers + "post-authentication.html", enter(types.LambdaConfigType{PostAuthentication: refusing}), nil, "UserLambdaValidationException: PostAuthentication failed with error no."},

		{"a claim that is added to the ID token alone", tokens + ", V1_0", enter(first(`{"claimsToAddOrOverride": {"team": "red"}}`), "team", "cognito:groups"), map[string]any{"id.team": "red", "id.cognito:groups": groups, "access.cognito:groups": groups}, ""},
		{"one that is taken off", tokens + ", claimsToSuppress", enter(first(`{"claimsToSuppress": ["email"]}`), "email"), map[string]any{}, ""},
		{"groups", tokens + ", groupOverrideDetails", enter(first(`{"groupOverrideDetails": {"groupsToOverride": ["readers"]}}`), "cognito:groups"), map[string]any{"id.cognito:groups": []any{"readers"}, "access.cognito:groups": []any{"readers"}}, ""},
		{"no groups", tokens + `: "If you provide an empty or null object in the response, then the groups are suppressed"`, enter(first(`{"groupOverrideDetails": {}}`), "cognito:groups"), map[string]any{}, ""},
		{"a claim that no function changes", tokens + `: "You can't modify the following claims"`, enter(first(`{"claimsToAddOrOverride": {"token_use": "access"}, "claimsToSuppress": ["aud"]}`), "token_use"), map[string]any{"id.token_use": "id", "access.token_use": "access"}, ""},
		{"an answer for another version", tokens, enter(versioned(types.PreTokenGenerationLambdaVersionTypeV20, answering(`{"claimsOverrideDetails": {"claimsToAddOrOverride": {"team": "red"}}}`)), "team"), map[string]any{}, ""},
		{"both tokens", tokens + ", V2_0", enter(later(`{"idTokenGeneration": {"claimsToAddOrOverride": {"team": "red"}}, "accessTokenGeneration": {"claimsToAddOrOverride": {"level": 7}}}`), "team", "level"), map[string]any{"id.team": "red", "access.level": json.Number("7")}, ""},
		{"scopes", tokens + ", scopesToAdd and scopesToSuppress", enter(later(`{"accessTokenGeneration": {"scopesToAdd": ["notes/read"], "scopesToSuppress": ["aws.cognito.signin.user.admin"]}}`), "scope"), map[string]any{"access.scope": "notes/read"}, ""},
		{"what a function is told in the second version", tokens, enter(versioned(types.PreTokenGenerationLambdaVersionTypeV20, telling)), nil, `UserLambdaValidationException: PreTokenGeneration failed with error {"Version":"2","TriggerSource":"TokenGeneration_Authentication","Request":{"groupConfiguration":{"groupsToOverride":["editors"],"iamRolesToOverride":[],"preferredRole":null},"scopes":["aws.cognito.signin.user.admin"],"userAttributes":{"cognito:user_status":"CONFIRMED","email":"ada@example.com"}}}.`},
		{"a refresh", tokens + ", TokenGeneration_RefreshTokens", func(c *cloud) (any, error) {
			pool, client := c.web()
			c.confirmed(pool, ada, "email="+ada)
			out, err := c.signIn(client, ada, password)
			if err != nil {
				return nil, err
			}
			if _, err := c.api.UpdateUserPool(c.ctx(), &idp.UpdateUserPoolInput{UserPoolId: pool, LambdaConfig: &types.LambdaConfigType{PreTokenGeneration: refusing}}); err != nil {
				return nil, err
			}
			_, err = c.userAuth(client, types.AuthFlowTypeRefreshTokenAuth, map[string]string{"REFRESH_TOKEN": *out.AuthenticationResult.RefreshToken})
			return nil, err
		}, nil, "UserLambdaValidationException: PreTokenGeneration failed with error no."},
	})
}

func TestCustomMessage(t *testing.T) {
	sent := func(function *string) func(*cloud) (any, error) {
		return func(c *cloud) (any, error) {
			_, client := c.web(calling(types.LambdaConfigType{CustomMessage: function}))
			if _, err := c.signUp(client, ada, password); err != nil {
				return nil, err
			}
			m := c.svc.Messages(ada)[0]
			return []string{m.Subject, strings.ReplaceAll(m.Body, m.Code, "CODE")}, nil
		}
	}
	const page = triggers + "custom-message.html"
	check(t, withFunctions, []behavior{
		{"a function that writes the message", page, sent(answering(`{"emailSubject": "Come in", "emailMessage": "Here: {####}", "smsMessage": "no"}`)), []string{"Come in", "Here: CODE"}, ""},
		{"one that leaves it", page, sent(approving), []string{"Your verification code", "Your confirmation code is CODE"}, ""},
		{"one that fails", page, sent(refusing), nil, "UserLambdaValidationException: CustomMessage failed with error no."},
		{"what it is told", page, sent(telling), nil, `UserLambdaValidationException: CustomMessage failed with error {"Version":"1","TriggerSource":"CustomMessage_SignUp","Request":{"codeParameter":"{####}","userAttributes":{"cognito:user_status":"UNCONFIRMED","email":"ada@example.com"},"usernameParameter":"{username}"}}.`},
	})
}

func TestTriggerConfiguration(t *testing.T) {
	create := func(config types.LambdaConfigType, tier types.UserPoolTierType) func(*cloud) (any, error) {
		return func(c *cloud) (any, error) {
			_, err := c.api.CreateUserPool(c.ctx(), &idp.CreateUserPoolInput{PoolName: aws.String("notes"), LambdaConfig: &config, UserPoolTier: tier})
			return nil, err
		}
	}
	tokens := func(function *string, version types.PreTokenGenerationLambdaVersionType) *types.PreTokenGenerationVersionConfigType {
		return &types.PreTokenGenerationVersionConfigType{LambdaArn: function, LambdaVersion: version}
	}
	sender := &types.CustomEmailLambdaVersionConfigType{LambdaArn: approving, LambdaVersion: types.CustomEmailSenderLambdaVersionTypeV10}
	check(t, setup{}, []behavior{
		{"a function is an ARN", "the model's ArnType", create(types.LambdaConfigType{PreSignUp: aws.String("a-function-without-an-arn")}, ""), nil, `InvalidParameterException: 1 validation error detected: Value 'a-function-without-an-arn' at 'lambdaConfig.preSignUp' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`},
		{"a version is one of three", "the model's PreTokenGenerationLambdaVersionType", create(types.LambdaConfigType{PreTokenGenerationConfig: tokens(approving, "V4_0")}, ""), nil, "InvalidParameterException: 1 validation error detected: Value 'V4_0' at 'lambdaConfig.preTokenGenerationConfig.lambdaVersion' failed to satisfy constraint: Member must satisfy enum value set: [V1_0, V2_0, V3_0]"},
		{"both members of one trigger are equal", "model: LambdaConfigType", create(types.LambdaConfigType{PreTokenGeneration: approving, PreTokenGenerationConfig: tokens(refusing, "V1_0")}, ""), nil, "InvalidParameterException: PreTokenGeneration must be the LambdaArn of PreTokenGenerationConfig"},
		{"the Lite tier has the first version", triggers + "pre-token-generation.html", create(types.LambdaConfigType{PreTokenGenerationConfig: tokens(approving, "V1_0")}, types.UserPoolTierTypeLite), nil, ""},
		{"and no other", triggers + "pre-token-generation.html", create(types.LambdaConfigType{PreTokenGenerationConfig: tokens(approving, "V2_0")}, types.UserPoolTierTypeLite), nil, "FeatureUnavailableInTierException: PreTokenGeneration V2_0 is not available in the LITE tier"},
		{"a sender needs a key", triggers + "custom-sender-triggers.html", create(types.LambdaConfigType{CustomEmailSender: sender}, ""), nil, "InvalidParameterException: KMSKeyID is required with CustomEmailSender and CustomSMSSender"},
		{"a sender with a key", triggers + "custom-sender-triggers.html", create(types.LambdaConfigType{CustomEmailSender: sender, KMSKeyID: aws.String("arn:aws:kms:us-east-1:111111111111:key/a")}, ""), nil, ""},
	})
}

// The login pages call the same functions.
func TestTriggersOfPages(t *testing.T) {
	for _, tc := range []struct {
		reason string
		config types.LambdaConfigType
		want   string
	}{
		{"before a sign-in", types.LambdaConfigType{PreAuthentication: refusing}, "PreAuthentication failed with error no."},
		{"after it", types.LambdaConfigType{PostAuthentication: refusing}, "PostAuthentication failed with error no."},
	} {
		c := start(t, withFunctions)
		a := c.app(types.OAuthFlowTypeCode, calling(tc.config))
		c.confirmed(a.pool, ada, "email="+ada)
		if says := c.browser().open(a.url("/login")).submit(login(ada, password)).says(); says != "Sign in: "+tc.want {
			t.Errorf("%s: got %q, want %q", tc.reason, says, tc.want)
		}
	}
}

// A sign-in whose challenges are a team's own.
func TestCustomChallenge(t *testing.T) {
	named := func(name string) *string { return aws.String(ofFunctions + name) }
	config := types.LambdaConfigType{DefineAuthChallenge: named("define"), CreateAuthChallenge: named("create"), VerifyAuthChallengeResponse: named("verify")}
	enter := func(config types.LambdaConfigType, flow types.ExplicitAuthFlowsType, answers ...string) func(*cloud) (any, error) {
		return func(c *cloud) (any, error) {
			pool := c.pool(byEmail, calling(config))
			client := c.appClient(pool, withFlows(flow)).ClientId
			c.confirmed(pool, ada, "email="+ada)
			begun, err := c.userAuth(client, types.AuthFlowTypeCustomAuth, map[string]string{"USERNAME": ada})
			if err != nil {
				return nil, err
			}
			got := []any{begun.ChallengeName, begun.ChallengeParameters["question"]}
			session := begun.Session
			for _, answer := range answers {
				out, err := c.api.RespondToAuthChallenge(c.ctx(), &idp.RespondToAuthChallengeInput{
					ClientId: client, ChallengeName: types.ChallengeNameTypeCustomChallenge, Session: session,
					ChallengeResponses: map[string]string{"USERNAME": ada, "ANSWER": answer},
				})
				if err != nil {
					return nil, err
				}
				session = out.Session
				got = append(got, out.ChallengeName, out.AuthenticationResult != nil)
			}
			return got, nil
		}
	}
	const page, custom = triggers + "challenge.html", types.ExplicitAuthFlowsTypeAllowCustomAuth
	asked := types.ChallengeNameTypeCustomChallenge
	check(t, withFunctions, []behavior{
		{"the right answer", page, enter(config, custom, "2"), []any{asked, "1+1", types.ChallengeNameType(""), true}, ""},
		{"a wrong answer, and another question", page, enter(config, custom, "3", "2"), []any{asked, "1+1", asked, false, types.ChallengeNameType(""), true}, ""},
		{"wrong answers", page + ", failAuthentication", enter(config, custom, "3", "4"), nil, "NotAuthorizedException: Incorrect username or password."},
		{"a client that may not", "as the other flows say it", enter(config, types.ExplicitAuthFlowsTypeAllowUserPasswordAuth), nil, "InvalidParameterException: CUSTOM_AUTH is not enabled for the client."},
		{"a pool without the functions", "threads of aws-amplify quote it", enter(types.LambdaConfigType{}, custom), nil, "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool."},
		{"a function that fails", page, enter(types.LambdaConfigType{DefineAuthChallenge: refusing, CreateAuthChallenge: named("create"), VerifyAuthChallengeResponse: named("verify")}, custom), nil, "UserLambdaValidationException: DefineAuthChallenge failed with error no."},
	})
}

func TestUserMigration(t *testing.T) {
	enter := func(function *string) func(*cloud) (any, error) {
		return func(c *cloud) (any, error) {
			pool, client := c.web(calling(types.LambdaConfigType{UserMigration: function}))
			out, err := c.signIn(client, ada, password)
			if err != nil {
				return nil, err
			}
			return []any{out.AuthenticationResult != nil, c.status(pool, ada), c.attribute(pool, ada, "given_name")}, nil
		}
	}
	const page = triggers + "migrate-user.html"
	check(t, withFunctions, []behavior{
		{"a user whom the function knows", page, enter(answering(`{"userAttributes": {"email_verified": "true", "given_name": "Ada"}, "finalUserStatus": "CONFIRMED"}`)), []any{true, types.UserStatusTypeConfirmed, "Ada"}, ""},
		{"one who needs another password", page + ": RESET_REQUIRED", enter(answering(`{"userAttributes": {"email_verified": "true"}}`)), nil, "PasswordResetRequiredException: Password reset required for the user"},
		{"one whom it does not know", "amplify-flutter#3779", enter(refusing), nil, "UserLambdaValidationException: UserMigration failed with error no."},
		{"what it is told", page, enter(telling), nil, `UserLambdaValidationException: UserMigration failed with error {"Version":"1","TriggerSource":"UserMigration_Authentication","Request":{"password":"Correct-horse-1"}}.`},
		{"no function", "as before", enter(nil), nil, "UserNotFoundException: User does not exist."},
	})
}
