package cognito_test

import (
	"encoding/base64"
	"maps"
	"testing"
	"time"

	cognitosrp "github.com/alexrudd/cognito-srp/v4"
	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	verifier     = types.ChallengeNameTypePasswordVerifier
	measuredSRP  = "ministackorg/ministack#1758, measured on AWS"
	wrongAnswer  = "NotAuthorizedException: Incorrect username or password."
	missingClaim = "PASSWORD_CLAIM_SIGNATURE"
)

// proof is a sign-in by SRP: what an independent client makes of the password.
type proof struct {
	*cloud
	pool   *string
	client *types.UserPoolClientType
	srp    *cognitosrp.CognitoSRP
	out    *idp.InitiateAuthOutput
}

// srpPool is a pool with ada, and a client that isn't asked for flows: SRP is among its defaults.
func (c *cloud) srpPool(change ...func(*idp.CreateUserPoolClientInput)) (pool *string, client *types.UserPoolClientType) {
	c.t.Helper()
	pool = c.pool(func(in *idp.CreateUserPoolInput) { in.AliasAttributes = []types.AliasAttributeType{"email"} })
	c.confirmed(pool, "ada", "email="+ada, "email_verified=true")
	return pool, c.appClient(pool, change...)
}

func (c *cloud) newSRP(pool *string, client *types.UserPoolClientType, username, password string) *cognitosrp.CognitoSRP {
	c.t.Helper()
	srp, err := cognitosrp.NewCognitoSRP(username, password, *pool, *client.ClientId, client.ClientSecret)
	if err != nil {
		c.t.Fatal(err)
	}
	return srp
}

// prove begins a sign-in in srpPool.
func (c *cloud) prove(username, password string, change ...func(*idp.CreateUserPoolClientInput)) *proof {
	c.t.Helper()
	pool, client := c.srpPool(change...)
	return c.proveIn(pool, client, username, password)
}

func (c *cloud) proveIn(pool *string, client *types.UserPoolClientType, username, password string) *proof {
	c.t.Helper()
	p := &proof{cloud: c, pool: pool, client: client, srp: c.newSRP(pool, client, username, password)}
	out, err := c.userAuth(client.ClientId, srpFlow, p.srp.GetAuthParams())
	if err != nil {
		c.t.Fatal(err)
	}
	p.out = out
	return p
}

// responses are the client's, with changes in pairs of names and values.
func (p *proof) responses(changes ...string) map[string]string {
	p.t.Helper()
	responses, err := p.srp.PasswordVerifierChallenge(p.out.ChallengeParameters, p.clock.Now())
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(changes); i += 2 {
		responses[changes[i]] = changes[i+1]
	}
	return responses
}

func (p *proof) answer(changes ...string) (*idp.RespondToAuthChallengeOutput, error) {
	return p.userRespond(p.client.ClientId, p.out.Session, p.out.ChallengeName, p.responses(changes...))
}

func TestSRP(t *testing.T) {
	signsIn := func(name, source string, sign func(*cloud) *proof) behavior {
		return behavior{
			name: name, source: source, want: []bool{true, true, true},
			do: func(c *cloud) (any, error) {
				out, err := sign(c).answer()
				if err != nil {
					return nil, err
				}
				r := out.AuthenticationResult
				return []bool{r.AccessToken != nil, r.IdToken != nil, r.RefreshToken != nil}, nil
			},
		}
	}
	refused := func(name, source, refusal string, changes ...string) behavior {
		return behavior{
			name: name, source: source, wantErr: refusal,
			do: func(c *cloud) (any, error) { return c.prove("ada", password).answer(changes...) },
		}
	}
	check(t, setup{}, []behavior{
		signsIn("a proof of the password gives tokens", "model: USER_SRP_AUTH; alexrudd/cognito-srp is the client",
			func(c *cloud) *proof { return c.prove("ada", password) }),
		signsIn("an alias is as good as the name", measuredSRP, func(c *cloud) *proof { return c.prove(ada, password) }),
		signsIn("a client with a secret proves it in both requests", "model: SECRET_HASH in all challenge responses",
			func(c *cloud) *proof { return c.prove("ada", password, withSecret) }),
		signsIn("an e-mail address that is the user name is proven as the UUID that it stands for", "moto test_authorize_user_with_force_password_change_status, run on AWS",
			func(c *cloud) *proof {
				pool, _ := c.web()
				c.confirmed(pool, ada)
				return c.proveIn(pool, c.appClient(pool), ada, password)
			}),
		signsIn("a client with legacy flows has SRP", "model: ExplicitAuthFlows, ADMIN_NO_SRP_AUTH comes to the flows that there are",
			func(c *cloud) *proof {
				return c.prove("ada", password, withFlows(types.ExplicitAuthFlowsTypeAdminNoSrpAuth))
			}),
		{
			name:   "the challenge has five parameters and no session",
			source: measuredSRP + "; moto test_authorize_user_with_force_password_change_status answers without one",
			do: func(c *cloud) (any, error) {
				out := c.prove(ada, password).out
				p := out.ChallengeParameters
				_, err := base64.StdEncoding.DecodeString(p["SECRET_BLOCK"])
				return []any{
					out.ChallengeName, out.Session, len(p), p["USERNAME"], p["USER_ID_FOR_SRP"], len(p["SRP_B"]) > 700, p["SALT"] != "",
				}, err
			},
			want: []any{verifier, (*string)(nil), 5, "ada", "ada", true, true},
		},
		{
			name:   "an administrator begins and answers it as well",
			source: measuredSRP + "; model: AdminInitiateAuth",
			do: func(c *cloud) (any, error) {
				pool, client := c.srpPool()
				srp := c.newSRP(pool, client, "ada", password)
				out, err := c.adminAuth(pool, client.ClientId, srpFlow, srp.GetAuthParams())
				if err != nil {
					return nil, err
				}
				responses, err := srp.PasswordVerifierChallenge(out.ChallengeParameters, c.clock.Now())
				if err != nil {
					return nil, err
				}
				done, err := c.adminRespond(pool, client.ClientId, out.Session, out.ChallengeName, responses)
				return []any{out.ChallengeName, done != nil && done.AuthenticationResult != nil}, err
			},
			want: []any{verifier, true},
		},
		{
			name:   "a temporary password is to be replaced",
			source: "moto test_authorize_user_with_force_password_change_status, run on AWS; amazon-cognito-identity-js#180: no id in the parameters",
			do: func(c *cloud) (any, error) {
				pool, client := c.srpPool()
				if err := c.invite(pool, "bob"); err != nil {
					return nil, err
				}
				out, err := c.proveIn(pool, client, "bob", temporary).answer()
				if err != nil {
					return nil, err
				}
				done, err := c.userRespond(client.ClientId, out.Session, out.ChallengeName, chosen())
				return []any{out.ChallengeName, len(out.ChallengeParameters), done != nil && done.AuthenticationResult.RefreshToken != nil}, err
			},
			want: []any{newPassword, 2, true},
		},
		{
			name:    "a wrong password",
			source:  measuredSRP,
			do:      func(c *cloud) (any, error) { return c.prove("ada", "wrong").answer() },
			wantErr: wrongAnswer,
		},
		refused("a wrong signature", measuredSRP, wrongAnswer, missingClaim, base64.StdEncoding.EncodeToString(make([]byte, 32))),
		refused("a wrong secret block", measuredSRP, wrongAnswer, "PASSWORD_CLAIM_SECRET_BLOCK", base64.StdEncoding.EncodeToString(make([]byte, 64))),
		refused("another user's name", measuredSRP+", of the signature", wrongAnswer, "USERNAME", "bob"),
		refused("a day of two digits", measuredSRP+"; warrant#12", wrongAnswer, "TIMESTAMP", "Tue Sep 01 12:00:00 UTC 2026"),
		refused("a wrong day of the week", measuredSRP, wrongAnswer, "TIMESTAMP", "Wed Sep 1 12:00:00 UTC 2026"),
		refused("a time in another format", "amazon-cognito-identity-js#683",
			"InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.", "TIMESTAMP", "Tue Sep 1 12:00:00 +05:30 2026"),
		refused("no signature", "aws-sdk-cpp#452 quotes it for SRP_A", "InvalidParameterException: Missing required parameter "+missingClaim, missingClaim, ""),
		{
			name:   "no key",
			source: "aws-sdk-cpp#452",
			do: func(c *cloud) (any, error) {
				_, client := c.srpPool()
				return c.userAuth(client.ClientId, srpFlow, credentials("ada", password))
			},
			wantErr: "InvalidParameterException: Missing required parameter SRP_A",
		},
		{
			name:   "the client must allow it",
			source: "aws-samples/aws-serverless-workshops#277",
			do: func(c *cloud) (any, error) {
				pool, client := c.srpPool(withPasswords)
				return c.userAuth(client.ClientId, srpFlow, c.newSRP(pool, client, "ada", password).GetAuthParams())
			},
			wantErr: "InvalidParameterException: USER_SRP_AUTH is not enabled for the client.",
		},
		{
			name:   "an unknown user is told by default, when it begins",
			source: measuredSRP,
			do: func(c *cloud) (any, error) {
				pool, client := c.srpPool()
				return c.userAuth(client.ClientId, srpFlow, c.newSRP(pool, client, "bob", password).GetAuthParams())
			},
			wantErr: "UserNotFoundException: User does not exist.",
		},
		{
			name:   "the sub isn't a name",
			source: measuredSRP,
			do: func(c *cloud) (any, error) {
				pool, client := c.srpPool()
				user, err := c.api.AdminGetUser(c.ctx(), &idp.AdminGetUserInput{UserPoolId: pool, Username: aws.String("ada")})
				if err != nil {
					return nil, err
				}
				sub := *user.UserAttributes[0].Value
				return c.userAuth(client.ClientId, srpFlow, c.newSRP(pool, client, sub, password).GetAuthParams())
			},
			wantErr: "UserNotFoundException: User does not exist.",
		},
		{
			name:   "an unknown user can be kept secret: an id and a salt, the same each time",
			source: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
			do: func(c *cloud) (any, error) {
				hides := func(in *idp.CreateUserPoolClientInput) {
					in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
				}
				first := c.prove("bob", password, hides)
				second := c.proveIn(first.pool, first.client, "bob", password)
				a, b := first.out.ChallengeParameters, second.out.ChallengeParameters
				_, err := first.answer()
				return []any{
					len(a["USER_ID_FOR_SRP"]), a["USER_ID_FOR_SRP"] == b["USER_ID_FOR_SRP"], a["SALT"] == b["SALT"],
					a["SRP_B"] == b["SRP_B"], explain(err),
				}, nil
			},
			want: []any{36, true, true, false, wrongAnswer},
		},
		{
			name:   "an account has to be confirmed",
			source: "model: RespondToAuthChallenge, UserNotConfirmedException",
			do: func(c *cloud) (any, error) {
				pool, client := c.srpPool()
				if _, err := c.signUp(client.ClientId, "bob", password); err != nil {
					return nil, err
				}
				return c.proveIn(pool, client, "bob", password).answer()
			},
			wantErr: "UserNotConfirmedException: User is not confirmed.",
		},
		{
			name:   "a proof is good once",
			source: "RFC 5054: each sign-in has keys of its own",
			do: func(c *cloud) (any, error) {
				p := c.prove("ada", password)
				responses := p.responses()
				if _, err := p.userRespond(p.client.ClientId, nil, verifier, responses); err != nil {
					return nil, err
				}
				return p.userRespond(p.client.ClientId, nil, verifier, responses)
			},
			wantErr: wrongAnswer,
		},
		{
			name:   "a challenge lasts for three minutes",
			source: "model: AuthSessionValidity; apps quote AWS, of other challenges",
			do: func(c *cloud) (any, error) {
				p := c.prove("ada", password)
				c.clock.Step(3 * time.Minute)
				return p.answer()
			},
			wantErr: "NotAuthorizedException: Invalid session for the user, session is expired.",
		},
		{
			name:   "the secret must be proven in the answer, too",
			source: "model: SECRET_HASH in all challenge responses; amplify-android#2504",
			do: func(c *cloud) (any, error) {
				p := c.prove("ada", password, withSecret)
				responses := p.responses()
				maps.DeleteFunc(responses, func(name, _ string) bool { return name == "SECRET_HASH" })
				_, err := p.userRespond(p.client.ClientId, nil, verifier, responses)
				return nil, errWithout(err, *p.client.ClientId)
			},
			wantErr: "NotAuthorizedException: Client ID is configured with secret but SECRET_HASH was not received",
		},
	})
}
