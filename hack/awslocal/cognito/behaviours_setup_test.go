package cognito_test

import (
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// setUp goes through the setup of an authenticator within a sign-in, up to VerifySoftwareToken.
func (s *secured) setUp(session *string) (secret string, verified *string) {
	s.t.Helper()
	associated, err := s.api.AssociateSoftwareToken(s.ctx(), &idp.AssociateSoftwareTokenInput{Session: session})
	if err != nil {
		s.t.Fatal(err)
	}
	code := s.totp(*associated.SecretCode, 0)
	out, err := s.api.VerifySoftwareToken(s.ctx(), &idp.VerifySoftwareTokenInput{Session: associated.Session, UserCode: &code})
	if err != nil {
		s.t.Fatal(err)
	}
	return *associated.SecretCode, out.Session
}

func TestMFASetup(t *testing.T) {
	required := func(c *cloud) *secured { return c.secured("ON", factors(totpMFA)) }
	check(t, setup{}, []behavior{
		{
			name: "who has no factor must set one up", source: liveTOTP,
			do: func(c *cloud) (any, error) {
				out := required(c).enter()
				return []any{out.ChallengeName, out.ChallengeParameters["MFAS_CAN_SETUP"], out.Session != nil, out.AuthenticationResult == nil}, nil
			},
			want: []any{setupMFA, `["SOFTWARE_TOKEN_MFA"]`, true, true},
		},
		{
			name: "setting up an authenticator ends with tokens", source: liveTOTP,
			do: func(c *cloud) (any, error) {
				s := required(c)
				_, verified := s.setUp(s.enter().Session)
				out, err := s.answer(setupMFA, verified)
				return out.AuthenticationResult != nil, err
			},
			want: true,
		},
		{
			name: "and the next sign-in asks for it", source: liveTOTP,
			do: func(c *cloud) (any, error) {
				s := required(c)
				secret, verified := s.setUp(s.enter().Session)
				if _, err := s.answer(setupMFA, verified); err != nil {
					return nil, err
				}
				s.clock.Step(30 * time.Second)
				asked := s.enter()
				out, err := s.answer(totpMFA, asked.Session, "SOFTWARE_TOKEN_MFA_CODE", s.totp(secret, 0))
				return []any{asked.ChallengeName, out != nil}, err
			},
			want: []any{totpMFA, true},
		},
		{
			name: "a session without a verified authenticator ends nothing", source: "model: the session of VerifySoftwareToken; words: apps quote AWS",
			do: func(c *cloud) (any, error) {
				s := required(c)
				return s.answer(setupMFA, s.enter().Session)
			},
			wantErr: "NotAuthorizedException: Invalid session for the user.",
		},
		{
			name: "a session is associated once", source: "apps quote AWS: session can only be used once",
			do: func(c *cloud) (any, error) {
				s := required(c)
				session := s.enter().Session
				s.setUp(session)
				return s.api.AssociateSoftwareToken(s.ctx(), &idp.AssociateSoftwareTokenInput{Session: session})
			},
			wantErr: "NotAuthorizedException: Invalid session for the user, session can only be used once.",
		},
		{
			name: "a session of another challenge sets nothing up", source: "model: the session of MFA_SETUP; words: apps quote AWS",
			do: func(c *cloud) (any, error) {
				s := c.secured("OPTIONAL", factors(totpMFA))
				s.enrolled("", true)
				return s.api.AssociateSoftwareToken(s.ctx(), &idp.AssociateSoftwareTokenInput{Session: s.enter().Session})
			},
			wantErr: "NotAuthorizedException: Invalid session for the user.",
		},
		{
			name: "a temporary password is replaced first", source: totpGuide + ": after the password, Cognito challenges to set up MFA",
			do: func(c *cloud) (any, error) {
				s := required(c)
				if err := s.invite(s.pool, "bob"); err != nil {
					return nil, err
				}
				first, err := s.signIn(s.client, "bob", temporary)
				if err != nil {
					return nil, err
				}
				next, err := s.userRespond(s.client, first.Session, newPassword, chosen())
				return []any{first.ChallengeName, next.ChallengeName}, err
			},
			want: []any{newPassword, setupMFA},
		},
		{
			name: "without any address, all factors can be set up but what recovers passwords", source: mfaGuide + ", step 8",
			do: func(c *cloud) (any, error) {
				return c.secured("ON", factors(totpMFA, smsMFA, emailOTP)).enter().ChallengeParameters["MFAS_CAN_SETUP"], nil
			},
			want: `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`,
		},
		{
			name: "an address that recovers passwords is no factor: an authenticator is set up", source: mfaGuide + ", step 6",
			do: func(c *cloud) (any, error) {
				return c.secured("ON", factors(totpMFA, emailOTP), "email="+ada).enter().ChallengeParameters["MFAS_CAN_SETUP"], nil
			},
			want: `["SOFTWARE_TOKEN_MFA"]`,
		},
		{
			name: "an e-mail address is set up with its code", source: "amplify-js handleChallengeName: EMAIL; " + mfaGuide + ", step 8",
			do: func(c *cloud) (any, error) {
				s := c.secured("ON", factors(emailOTP))
				s.recoverByPhone()
				first := s.enter()
				asked, err := s.answer(setupMFA, first.Session, "EMAIL", ada)
				if err != nil {
					return nil, err
				}
				out, err := s.answer(emailOTP, asked.Session, "EMAIL_OTP_CODE", s.code(ada))
				return []any{first.ChallengeParameters["MFAS_CAN_SETUP"], asked.ChallengeName, out.AuthenticationResult != nil}, err
			},
			want: []any{`["EMAIL_OTP"]`, emailOTP, true},
		},
	})
}
