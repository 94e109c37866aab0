package cognito_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestOneTimePasswords(t *testing.T) {
	mail := []string{"email=" + ada, "email_verified=true"}
	check(t, setup{}, []behavior{
		{
			name: "a preferred code is sent at once: eight digits", source: otpRunbook,
			do: func(c *cloud) (any, error) {
				s := c.choice(mail...)
				asked, err := s.begin("PREFERRED_CHALLENGE", "EMAIL_OTP")
				if err != nil {
					return nil, err
				}
				out, err := s.answer(emailOTP, asked.Session, "EMAIL_OTP_CODE", s.code(ada))
				return []any{asked.ChallengeName, asked.ChallengeParameters, len(s.code(ada)), out.AuthenticationResult != nil}, err
			},
			want: []any{emailOTP, map[string]string{
				"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@e***",
			}, 8, true},
		},
		{
			name: "by text, too", source: "API reference: ChallengeResponses, SMS_OTP",
			do: func(c *cloud) (any, error) {
				s := c.choice("phone_number="+phone, "phone_number_verified=true")
				asked, err := s.begin("PREFERRED_CHALLENGE", "SMS_OTP")
				if err != nil {
					return nil, err
				}
				out, err := s.answer(smsOTP, asked.Session, "SMS_OTP_CODE", s.code(phone))
				return out.AuthenticationResult != nil, err
			},
			want: true,
		},
		{
			name: "wrong codes, used sessions, old sessions", source: otpRunbook,
			do: func(c *cloud) (any, error) {
				s := c.choice(mail...)
				asked, err := s.begin("PREFERRED_CHALLENGE", "EMAIL_OTP")
				if err != nil {
					return nil, err
				}
				code := s.code(ada)
				_, mismatch := s.answer(emailOTP, asked.Session, "EMAIL_OTP_CODE", wrong(code))
				if _, err := s.answer(emailOTP, asked.Session, "EMAIL_OTP_CODE", code); err != nil {
					return nil, err
				}
				_, used := s.answer(emailOTP, asked.Session, "EMAIL_OTP_CODE", code)
				asked, err = s.begin("PREFERRED_CHALLENGE", "EMAIL_OTP")
				c.clock.Step(3*time.Minute + 54*time.Second)
				_, old := s.answer(emailOTP, asked.Session, "EMAIL_OTP_CODE", s.code(ada))
				return []any{explain(mismatch), explain(used), explain(old)}, err
			},
			want: []any{
				"CodeMismatchException: Invalid code or auth state for the user.",
				"NotAuthorizedException: Invalid session for the user, session can only be used once.",
				"NotAuthorizedException: Invalid session for the user, session is expired.",
			},
		},
		{
			name: "a preferred code comes with the other ways to sign in", source: otpRunbook,
			do: func(c *cloud) (any, error) {
				out, err := c.choice(mail...).begin("PREFERRED_CHALLENGE", "EMAIL_OTP")
				return out.AvailableChallenges, err
			},
			want: []types.ChallengeNameType{bySRP, byPass, emailOTP},
		},
		{
			name: "an administrator makes a user without a password, who is confirmed", source: otpRunbook + "; model: TemporaryPassword",
			do: func(c *cloud) (any, error) {
				s := c.choice()
				created, err := c.api.AdminCreateUser(c.ctx(), &idp.AdminCreateUserInput{
					UserPoolId: s.pool, Username: aws.String("bob"), MessageAction: types.MessageActionTypeSuppress,
					UserAttributes: []types.AttributeType{with("email", ada), with("email_verified", "true")},
				})
				if err != nil {
					return nil, err
				}
				out, err := s.begin("USERNAME", "bob", "PREFERRED_CHALLENGE", "EMAIL_OTP")
				return []any{created.User.UserStatus, out.ChallengeName, out.AvailableChallenges}, err
			},
			want: []any{types.UserStatusTypeConfirmed, emailOTP, []types.ChallengeNameType{emailOTP}},
		},
		{
			name: "people sign up without a password", source: "model: SignUp, Password",
			do: func(c *cloud) (any, error) {
				s := c.choice()
				_, err := c.api.SignUp(c.ctx(), &idp.SignUpInput{
					ClientId: s.client, Username: aws.String("bob"), UserAttributes: []types.AttributeType{with("email", ada)},
				})
				if err != nil {
					return nil, err
				}
				if err := c.confirm(s.client, "bob", c.code(ada)); err != nil {
					return nil, err
				}
				out, err := s.begin("USERNAME", "bob")
				return out.AvailableChallenges, err
			},
			want: []types.ChallengeNameType{emailOTP},
		},
		{
			name: "who has no password can't prove an empty one", source: "model: SignUp, Password; the words: apps quote AWS",
			do: func(c *cloud) (any, error) {
				s := c.choice()
				_, err := c.api.AdminCreateUser(c.ctx(), &idp.AdminCreateUserInput{
					UserPoolId: s.pool, Username: aws.String("bob"),
					UserAttributes: []types.AttributeType{with("email", ada), with("email_verified", "true")},
				})
				if err != nil {
					return nil, err
				}
				return s.proveIn(s.pool, &types.UserPoolClientType{ClientId: s.client}, "bob", "").answer()
			},
			wantErr: wrongAnswer,
		},
	})
}

func TestSignInAfterSignUp(t *testing.T) {
	const reported = "aws-sdk-js-v3#6724; model: SignUp, ConfirmSignUp and InitiateAuth, Session"
	signedUp := func(c *cloud) (*secured, *idp.SignUpOutput) {
		s := c.choice()
		out, err := c.api.SignUp(c.ctx(), &idp.SignUpInput{
			ClientId: s.client, Username: aws.String("bob"), Password: aws.String(password),
			UserAttributes: []types.AttributeType{with("email", ada)},
		})
		if err != nil {
			c.t.Fatal(err)
		}
		return s, out
	}
	confirmed := func(s *secured, session *string) (*idp.ConfirmSignUpOutput, error) {
		return s.api.ConfirmSignUp(s.ctx(), &idp.ConfirmSignUpInput{
			ClientId: s.client, Username: aws.String("bob"), ConfirmationCode: aws.String(s.code(ada)), Session: session,
		})
	}
	enter := func(s *secured, session *string) (*idp.InitiateAuthOutput, error) {
		return s.api.InitiateAuth(s.ctx(), &idp.InitiateAuthInput{
			ClientId: s.client, AuthFlow: userFlow, Session: session,
			AuthParameters: map[string]string{"USERNAME": "bob", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
		})
	}
	check(t, setup{}, []behavior{
		{
			name: "the session of a sign-up signs in, once", source: reported,
			do: func(c *cloud) (any, error) {
				s, first := signedUp(c)
				second, err := confirmed(s, first.Session)
				if err != nil {
					return nil, err
				}
				_, early := enter(s, first.Session)
				out, err := enter(s, second.Session)
				_, again := enter(s, second.Session)
				return []any{explain(early), out != nil && out.AuthenticationResult != nil, explain(again)}, err
			},
			want: []any{
				"NotAuthorizedException: Invalid session for the user.", true,
				"NotAuthorizedException: Invalid session for the user, session can only be used once.",
			},
		},
		{
			name:   "a confirmation without it gives one, too",
			source: "amplify-js 6.22.1, confirmSignUp.ts sends none and signs in with the one of the answer; amplify-js#14138: no second code",
			do: func(c *cloud) (any, error) {
				s, _ := signedUp(c)
				second, err := confirmed(s, nil)
				if err != nil {
					return nil, err
				}
				out, err := enter(s, second.Session)
				return out != nil && out.AuthenticationResult != nil, err
			},
			want: true,
		},
		{
			name: "it is as short as other sessions", source: "model: InitiateAuth, within the session duration; " + otpRunbook,
			do: func(c *cloud) (any, error) {
				s, first := signedUp(c)
				second, err := confirmed(s, first.Session)
				if err != nil {
					return nil, err
				}
				c.clock.Step(3 * time.Minute)
				return enter(s, second.Session)
			},
			wantErr: "NotAuthorizedException: Invalid session for the user, session is expired.",
		},
		{
			name: "a client without USER_AUTH gets none", source: reported,
			do: func(c *cloud) (any, error) {
				_, client := c.web()
				out, err := c.signUp(client, ada, password)
				return out.Session, err
			},
			want: (*string)(nil),
		},
	})
}
