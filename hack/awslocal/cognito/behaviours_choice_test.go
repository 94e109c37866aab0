package cognito_test

import (
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	choose    = types.ChallengeNameTypeSelectChallenge
	byPass    = types.ChallengeNameTypePassword
	bySRP     = types.ChallengeNameTypePasswordSrp
	userFlow  = types.AuthFlowTypeUserAuth
	choiceDoc = "developer guide: authentication-flows-selection-sdk.html"
)

// choice is a pool without MFA whose users may sign in with passwords and codes.
func (c *cloud) choice(attributes ...string) *secured {
	c.t.Helper()
	return c.secured("OFF", nil, attributes...)
}

// begin starts USER_AUTH. Further parameters are pairs of names and values.
func (s *secured) begin(pairs ...string) (*idp.InitiateAuthOutput, error) {
	parameters := map[string]string{"USERNAME": "ada"}
	for i := 0; i < len(pairs); i += 2 {
		parameters[pairs[i]] = pairs[i+1]
	}
	return s.userAuth(s.client, userFlow, parameters)
}

func TestChoice(t *testing.T) {
	mail := []string{"email=" + ada, "email_verified=true", "phone_number=" + phone}
	offered := func(name, source string, begin func(*cloud) (*idp.InitiateAuthOutput, error), want ...types.ChallengeNameType) behavior {
		return behavior{name: name, source: source, want: []any{choose, want, true, true}, do: func(c *cloud) (any, error) {
			out, err := begin(c)
			if err != nil {
				return nil, err
			}
			return []any{out.ChallengeName, out.AvailableChallenges, out.Session != nil, out.AuthenticationResult == nil}, nil
		}}
	}
	hidden := func(c *cloud, pairs ...string) (*idp.InitiateAuthOutput, error) {
		s := c.choice()
		client := c.appClient(s.pool, withFlows("ALLOW_USER_AUTH"), func(in *idp.CreateUserPoolClientInput) {
			in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
		})
		s.client = client.ClientId
		return s.begin(append(pairs, "USERNAME", "bob@example.com")...)
	}
	check(t, setup{}, []behavior{
		offered("a user chooses among what the pool allows and the user has", choiceDoc+"; the order: "+otpRunbook,
			func(c *cloud) (*idp.InitiateAuthOutput, error) { return c.choice(mail...).begin() }, bySRP, byPass, emailOTP),
		offered("a preference that the user doesn't have", choiceDoc,
			func(c *cloud) (*idp.InitiateAuthOutput, error) {
				return c.choice(mail...).begin("PREFERRED_CHALLENGE", "SMS_OTP")
			}, bySRP, byPass, emailOTP),
		offered("a passkey where the pool allows none", choiceDoc,
			func(c *cloud) (*idp.InitiateAuthOutput, error) {
				return c.choice().begin("PREFERRED_CHALLENGE", "WEB_AUTHN")
			}, bySRP, byPass),
		offered("a temporary password is needed, whatever is preferred", otpRunbook,
			func(c *cloud) (*idp.InitiateAuthOutput, error) {
				s := c.choice()
				if err := c.invite(s.pool, "bob", with("email", ada), with("email_verified", "true")); err != nil {
					return nil, err
				}
				return s.begin("USERNAME", "bob", "PREFERRED_CHALLENGE", "EMAIL_OTP")
			}, bySRP, byPass),
		offered("who has a second factor signs in with a password", mfaGuide,
			func(c *cloud) (*idp.InitiateAuthOutput, error) {
				s := c.secured("OPTIONAL", factors(totpMFA), mail...)
				s.enrolled("", true)
				return s.begin("PREFERRED_CHALLENGE", "EMAIL_OTP")
			}, bySRP, byPass),
		offered("so does everybody where MFA is required", mfaGuide,
			func(c *cloud) (*idp.InitiateAuthOutput, error) {
				return c.secured("ON", factors(totpMFA), mail...).begin()
			}, bySRP, byPass),
		offered("a user that is kept secret has what the pool allows", "developer guide: cognito-user-pool-managing-errors.html; tests of apps mock this answer",
			func(c *cloud) (*idp.InitiateAuthOutput, error) { return hidden(c) }, bySRP, byPass, emailOTP, smsOTP),
		{
			name: "the client must allow it", source: "troubleshooting guides of apps quote AWS; model: ALLOW_USER_AUTH",
			do: func(c *cloud) (any, error) {
				s := c.choice()
				s.client = c.appClient(s.pool, withPasswords).ClientId
				return s.begin()
			},
			wantErr: "InvalidParameterException: USER_AUTH flow not enabled for this client",
		},
		{
			name: "a name is needed", source: "aws-sdk-cpp#452 quotes it for SRP_A",
			do:      func(c *cloud) (any, error) { return c.choice().begin("USERNAME", "") },
			wantErr: "InvalidParameterException: Missing required parameter USERNAME",
		},
		{
			name: "an unknown user is told by default", source: "model: PreventUserExistenceErrors defaults to LEGACY",
			do:      func(c *cloud) (any, error) { return c.choice().begin("USERNAME", "bob") },
			wantErr: "UserNotFoundException: User does not exist.",
		},
		{
			name: "a user that is kept secret is told of a code that nobody gets", source: otpRunbook,
			do: func(c *cloud) (any, error) {
				out, err := hidden(c, "PREFERRED_CHALLENGE", "EMAIL_OTP")
				if err != nil {
					return nil, err
				}
				return []any{out.ChallengeName, out.ChallengeParameters["CODE_DELIVERY_DESTINATION"], len(c.svc.Messages("bob@example.com"))}, nil
			},
			want: []any{emailOTP, "b***@e***", 0},
		},
		{
			name: "an administrator begins it as well", source: "model: AdminInitiateAuth, USER_AUTH",
			do: func(c *cloud) (any, error) {
				s := c.choice()
				out, err := c.adminAuth(s.pool, s.client, userFlow, map[string]string{"USERNAME": "ada"})
				return out.ChallengeName, err
			},
			want: choose,
		},
		{
			name: "a preferred password may come at once", source: liveTOTP,
			do: func(c *cloud) (any, error) {
				out, err := c.choice().begin("PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password)
				return out.AuthenticationResult != nil, err
			},
			want: true,
		},
		{
			name: "and lead to a second factor", source: liveTOTP,
			do: func(c *cloud) (any, error) {
				out, err := c.secured("ON", factors(totpMFA)).begin("PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password)
				return out.ChallengeName, err
			},
			want: setupMFA,
		},
		{
			name: "a wrong one is refused", source: "apps quote AWS; " + liveTOTP,
			do: func(c *cloud) (any, error) {
				return c.choice().begin("PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", "wrong")
			},
			wantErr: wrongAnswer,
		},
		{
			name: "a preferred password may come after", source: "API reference: ChallengeResponses, PASSWORD",
			do: func(c *cloud) (any, error) {
				s := c.choice()
				asked, err := s.begin("PREFERRED_CHALLENGE", "PASSWORD")
				if err != nil {
					return nil, err
				}
				out, err := s.answer(byPass, asked.Session, "PASSWORD", password)
				return []any{asked.ChallengeName, out.AuthenticationResult != nil}, err
			},
			want: []any{byPass, true},
		},
	})
}

func TestSelectChallenge(t *testing.T) {
	mail := []string{"email=" + ada, "email_verified=true"}
	begun := func(c *cloud) (*secured, *string) {
		s := c.choice(mail...)
		out, err := s.begin()
		if err != nil {
			c.t.Fatal(err)
		}
		return s, out.Session
	}
	check(t, setup{}, []behavior{
		{
			name: "a password comes with the choice", source: "API reference: ChallengeResponses, SELECT_CHALLENGE",
			do: func(c *cloud) (any, error) {
				s, session := begun(c)
				out, err := s.answer(choose, session, "ANSWER", "PASSWORD", "PASSWORD", password)
				return out.AuthenticationResult != nil, err
			},
			want: true,
		},
		{
			name: "a code after it", source: "API reference: ChallengeResponses, SELECT_CHALLENGE",
			do: func(c *cloud) (any, error) {
				s, session := begun(c)
				asked, err := s.answer(choose, session, "ANSWER", "EMAIL_OTP")
				if err != nil {
					return nil, err
				}
				out, err := s.answer(emailOTP, asked.Session, "EMAIL_OTP_CODE", s.code(ada))
				return []any{asked.ChallengeName, out.AuthenticationResult != nil}, err
			},
			want: []any{emailOTP, true},
		},
		{
			name: "SRP goes on in its session", source: "API reference: SELECT_CHALLENGE; amplify-js handleSelectChallengeWithPasswordSRP",
			do: func(c *cloud) (any, error) {
				s, session := begun(c)
				client := &types.UserPoolClientType{ClientId: s.client}
				p := &proof{cloud: c, pool: s.pool, client: client, srp: c.newSRP(s.pool, client, "ada", password)}
				asked, err := s.answer(choose, session, "ANSWER", "PASSWORD_SRP", "SRP_A", p.srp.GetAuthParams()["SRP_A"])
				if err != nil {
					return nil, err
				}
				p.out = &idp.InitiateAuthOutput{ChallengeName: asked.ChallengeName, ChallengeParameters: asked.ChallengeParameters}
				_, without := p.answer()
				p.out.Session = asked.Session
				out, err := p.answer()
				return []any{asked.ChallengeName, explain(without), out != nil && out.AuthenticationResult != nil}, err
			},
			want: []any{verifier, "NotAuthorizedException: Invalid session for the user.", true},
		},
		{
			name: "only what was offered", source: "model: ANSWER must be one of AvailableChallenges; AWS's words are not known",
			do: func(c *cloud) (any, error) {
				s, session := begun(c)
				return s.answer(choose, session, "ANSWER", "SMS_OTP")
			},
			wantErr: "InvalidParameterException: Challenge SMS_OTP is not available for the user",
		},
		{
			name: "a wrong password can be tried again", source: "one request, one change",
			do: func(c *cloud) (any, error) {
				s, session := begun(c)
				_, refusal := s.answer(choose, session, "ANSWER", "PASSWORD", "PASSWORD", "wrong")
				out, err := s.answer(choose, session, "ANSWER", "PASSWORD", "PASSWORD", password)
				return []any{explain(refusal), out != nil}, err
			},
			want: []any{wrongAnswer, true},
		},
		{
			name: "a session is a user's", source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				s, session := begun(c)
				c.confirmed(s.pool, "bob")
				return s.answer(choose, session, "USERNAME", "bob", "ANSWER", "PASSWORD", "PASSWORD", password)
			},
			wantErr: "NotAuthorizedException: Invalid session for the user.",
		},
		{
			name: "an unconfirmed user can't choose", source: "model: UserNotConfirmedException",
			do: func(c *cloud) (any, error) {
				s := c.choice()
				if _, err := c.signUp(s.client, "bob", password); err != nil {
					return nil, err
				}
				return s.begin("USERNAME", "bob", "PREFERRED_CHALLENGE", "PASSWORD")
			},
			wantErr: "UserNotConfirmedException: User is not confirmed.",
		},
	})
}
