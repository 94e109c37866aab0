package cognito_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestAuthenticators(t *testing.T) {
	optional := func(c *cloud) *secured { return c.secured("OPTIONAL", factors(totpMFA)) }
	associate := func(s *secured, token *string) (*idp.AssociateSoftwareTokenOutput, error) {
		return s.api.AssociateSoftwareToken(s.ctx(), &idp.AssociateSoftwareTokenInput{AccessToken: token})
	}
	verify := func(s *secured, token *string, code string) (*idp.VerifySoftwareTokenOutput, error) {
		return s.api.VerifySoftwareToken(s.ctx(), &idp.VerifySoftwareTokenInput{AccessToken: token, UserCode: &code})
	}
	refused := func(name, source, refusal string, do func(*secured, *string) error) behavior {
		return behavior{name: name, source: source, wantErr: refusal, do: func(c *cloud) (any, error) {
			s := optional(c)
			return nil, do(s, s.enter().AuthenticationResult.AccessToken)
		}}
	}
	check(t, setup{}, []behavior{
		{
			name: "a signed-in user gets a secret of 52 characters and no session", source: "amazon-cognito-identity-js#627; model: SecretCode",
			do: func(c *cloud) (any, error) {
				s := optional(c)
				out, err := associate(s, s.enter().AuthenticationResult.AccessToken)
				return []any{len(*out.SecretCode), out.Session}, err
			},
			want: []any{52, (*string)(nil)},
		},
		{
			name: "a code of the secret verifies it", source: "amazon-cognito-identity-js#627; model: VerifySoftwareToken",
			do: func(c *cloud) (any, error) {
				s := optional(c)
				token := s.enter().AuthenticationResult.AccessToken
				associated, err := associate(s, token)
				if err != nil {
					return nil, err
				}
				out, err := verify(s, token, s.totp(*associated.SecretCode, 0))
				return []any{out.Status, out.Session}, err
			},
			want: []any{types.VerifySoftwareTokenResponseTypeSuccess, (*string)(nil)},
		},
		{
			name: "codes are good 30 seconds before and after", source: totpGuide,
			do: func(c *cloud) (any, error) {
				s := optional(c)
				token := s.enter().AuthenticationResult.AccessToken
				associated, err := associate(s, token)
				if err != nil {
					return nil, err
				}
				var good []bool
				for _, steps := range []int64{-2, 2, -1, 1} {
					_, err := verify(s, token, s.totp(*associated.SecretCode, steps))
					good = append(good, err == nil)
					if err == nil {
						associated, _ = associate(s, token)
					}
				}
				return good, nil
			},
			want: []bool{false, false, true, true},
		},
		refused("a wrong code verifies nothing", "aws-amplify-auth-starters#15; ministack#1608",
			"EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA",
			func(s *secured, token *string) error {
				out, err := associate(s, token)
				if err != nil {
					return err
				}
				_, err = verify(s, token, wrong(s.totp(*out.SecretCode, 0)))
				return err
			}),
		refused("a code before a secret", "amazon-cognito-identity-js#630 quotes it of SOFTWARE_TOKEN_MFA",
			"SoftwareTokenMFANotFoundException: Software Token MFA does not exist for the user.",
			func(s *secured, token *string) error { _, err := verify(s, token, "123456"); return err }),
		refused("a code has six digits", "model: SoftwareTokenMFAUserCodeType; apps quote AWS, with both violations",
			"InvalidParameterException: 2 validation errors detected: Value at 'userCode' failed to satisfy constraint: Member must satisfy "+
				"regular expression pattern: [0-9]+; Value at 'userCode' failed to satisfy constraint: Member must have length greater than or equal to 6",
			func(s *secured, token *string) error { _, err := verify(s, token, "Aaaa"); return err }),
		refused("a token that isn't one", "apps quote AWS", "NotAuthorizedException: Invalid Access Token",
			func(s *secured, _ *string) error { _, err := associate(s, aws.String("a.b.c")); return err }),
		{
			name: "the pool must offer it", source: totpGuide,
			do: func(c *cloud) (any, error) {
				s := c.secured("OFF", nil)
				return associate(s, s.enter().AuthenticationResult.AccessToken)
			},
			wantErr: "SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool",
		},
		{
			name: "a verified authenticator isn't asked for until it is turned on", source: "amplify-js#7016; model: SetUserMFAPreference",
			do: func(c *cloud) (any, error) {
				s := optional(c)
				s.enrolled("", false)
				return s.enter().AuthenticationResult != nil, nil
			},
			want: true,
		},
		{
			name: "then it is, by its friendly name", source: "AWS CLI example respond-to-auth-challenge; developer guide: USER_ID_FOR_SRP",
			do: func(c *cloud) (any, error) {
				s := optional(c)
				s.enrolled("transparent", true)
				out := s.enter()
				return []any{out.ChallengeName, out.ChallengeParameters, out.AuthenticationResult == nil}, nil
			},
			want: []any{totpMFA, map[string]string{"FRIENDLY_DEVICE_NAME": "transparent", "USER_ID_FOR_SRP": "ada"}, true},
		},
		{
			name: "another secret ends it, though it is shown, until that is verified", source: "amplify-js#1226",
			do: func(c *cloud) (any, error) {
				s := optional(c)
				_, token := s.enrolled("", true)
				associated, err := associate(s, token)
				if err != nil {
					return nil, err
				}
				between := s.enter()
				user, err := s.api.GetUser(s.ctx(), &idp.GetUserInput{AccessToken: token})
				if err != nil {
					return nil, err
				}
				_, err = verify(s, token, s.totp(*associated.SecretCode, 0))
				return []any{between.AuthenticationResult != nil, user.UserMFASettingList, s.enter().ChallengeName}, err
			},
			want: []any{true, []string{"SOFTWARE_TOKEN_MFA"}, totpMFA},
		},
		{
			name: "SRP leads to it as well", source: "amazon-cognito-identity-js#630",
			do: func(c *cloud) (any, error) {
				s := optional(c)
				secret, _ := s.enrolled("", true)
				asked, err := s.proveIn(s.pool, &types.UserPoolClientType{ClientId: s.client}, "ada", password).answer()
				if err != nil {
					return nil, err
				}
				out, err := s.answer(totpMFA, asked.Session, "SOFTWARE_TOKEN_MFA_CODE", s.totp(secret, 0))
				return []any{asked.ChallengeName, asked.AuthenticationResult == nil, out.AuthenticationResult != nil}, err
			},
			want: []any{totpMFA, true, true},
		},
	})
}

func TestSoftwareTokenMFA(t *testing.T) {
	asked := func(c *cloud) (s *secured, secret string, session *string) {
		s = c.secured("OPTIONAL", factors(totpMFA))
		secret, _ = s.enrolled("", true)
		return s, secret, s.enter().Session
	}
	check(t, setup{}, []behavior{
		{
			name: "a code gives tokens", source: "AWS CLI example respond-to-auth-challenge",
			do: func(c *cloud) (any, error) {
				s, secret, session := asked(c)
				out, err := s.answer(totpMFA, session, "SOFTWARE_TOKEN_MFA_CODE", s.totp(secret, 0))
				return out.AuthenticationResult.AccessToken != nil && out.AuthenticationResult.RefreshToken != nil, err
			},
			want: true,
		},
		{
			name: "a wrong code is refused and the session goes on", source: "apps quote AWS: Invalid code received for user; " + liveTOTP,
			do: func(c *cloud) (any, error) {
				s, secret, session := asked(c)
				code := s.totp(secret, 0)
				_, mismatch := s.answer(totpMFA, session, "SOFTWARE_TOKEN_MFA_CODE", wrong(code))
				out, err := s.answer(totpMFA, session, "SOFTWARE_TOKEN_MFA_CODE", code)
				return []any{explain(mismatch), out != nil}, err
			},
			want: []any{"CodeMismatchException: Invalid code received for user", true},
		},
		{
			name: "a code is good once", source: "amplify-swift, TOTP integration tests, wait for the next code because of it",
			do: func(c *cloud) (any, error) {
				s, secret, session := asked(c)
				code := s.totp(secret, 0)
				if _, err := s.answer(totpMFA, session, "SOFTWARE_TOKEN_MFA_CODE", code); err != nil {
					return nil, err
				}
				return s.answer(totpMFA, s.enter().Session, "SOFTWARE_TOKEN_MFA_CODE", code)
			},
			wantErr: "ExpiredCodeException: Your software token has already been used once.",
		},
		{
			name: "also the one that verified the authenticator", source: "end-to-end tests of apps: Cognito rejects what VerifySoftwareToken took",
			do: func(c *cloud) (any, error) {
				s, secret, session := asked(c)
				return s.answer(totpMFA, session, "SOFTWARE_TOKEN_MFA_CODE", s.totp(secret, -1))
			},
			wantErr: "ExpiredCodeException: Your software token has already been used once.",
		},
		{
			name: "a session is used once", source: otpRunbook,
			do: func(c *cloud) (any, error) {
				s, secret, session := asked(c)
				if _, err := s.answer(totpMFA, session, "SOFTWARE_TOKEN_MFA_CODE", s.totp(secret, 0)); err != nil {
					return nil, err
				}
				return s.answer(totpMFA, session, "SOFTWARE_TOKEN_MFA_CODE", s.totp(secret, 1))
			},
			wantErr: "NotAuthorizedException: Invalid session for the user, session can only be used once.",
		},
		{
			name: "a session answers its own challenge", source: "apps quote AWS",
			do: func(c *cloud) (any, error) {
				s, secret, session := asked(c)
				return s.answer(smsMFA, session, "SMS_MFA_CODE", s.totp(secret, 0))
			},
			wantErr: "NotAuthorizedException: Invalid session for the user.",
		},
		{
			name: "the code must come", source: "aws-sdk-cpp#452 quotes it for SRP_A",
			do: func(c *cloud) (any, error) { s, _, session := asked(c); return s.answer(totpMFA, session) },

			wantErr: "InvalidParameterException: Missing required parameter SOFTWARE_TOKEN_MFA_CODE",
		},
		{
			name: "it stays good if the pool stops offering it", source: totpGuide,
			do: func(c *cloud) (any, error) {
				s := c.secured("OPTIONAL", factors(totpMFA, emailOTP))
				s.enrolled("", true)
				_, err := s.api.SetUserPoolMfaConfig(s.ctx(), &idp.SetUserPoolMfaConfigInput{
					UserPoolId: s.pool, MfaConfiguration: "OPTIONAL", EmailMfaConfiguration: &types.EmailMfaConfigType{},
				})
				return s.enter().ChallengeName, err
			},
			want: totpMFA,
		},
	})
}
