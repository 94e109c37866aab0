package cognito_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// recoverByPhone frees e-mail addresses to be second factors.
func (s *secured) recoverByPhone() {
	s.t.Helper()
	_, err := s.api.UpdateUserPool(s.ctx(), &idp.UpdateUserPoolInput{
		UserPoolId: s.pool, AutoVerifiedAttributes: []types.VerifiedAttributeType{"email", "phone_number"},
		EmailConfiguration: s.describe(s.pool).EmailConfiguration, SmsConfiguration: s.describe(s.pool).SmsConfiguration,
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeVerifiedPhoneNumber, Priority: aws.Int32(1)},
		}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestMessageFactors(t *testing.T) {
	byText := func(c *cloud) *secured { return c.secured("ON", factors(smsMFA, totpMFA), "phone_number="+phone) }
	byMail := func(c *cloud) *secured {
		s := c.secured("ON", factors(emailOTP), "email="+ada)
		s.recoverByPhone()
		return s
	}
	check(t, setup{}, []behavior{
		{
			name: "a phone number gets a code", source: "AWS CLI example admin-initiate-auth; " + mfaGuide + ", step 6.3",
			do: func(c *cloud) (any, error) {
				s := byText(c)
				out := s.enter()
				return []any{out.ChallengeName, out.ChallengeParameters, len(s.code(phone))}, nil
			},
			want: []any{smsMFA, map[string]string{
				"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******0100", "USER_ID_FOR_SRP": "ada",
			}, 6},
		},
		{
			name: "the code gives tokens and verifies the number", source: mfaGuide + ": Amazon Cognito sets phone_number_verified",
			do: func(c *cloud) (any, error) {
				s := byText(c)
				out, err := s.answer(smsMFA, s.enter().Session, "SMS_MFA_CODE", s.code(phone))
				if err != nil {
					return nil, err
				}
				user, err := s.api.AdminGetUser(s.ctx(), &idp.AdminGetUserInput{UserPoolId: s.pool, Username: aws.String("ada")})
				return []any{out.AuthenticationResult != nil, user.UserAttributes[1:]}, err
			},
			want: []any{true, []types.AttributeType{with("phone_number", phone), with("phone_number_verified", "true")}},
		},
		{
			name: "an e-mail address that doesn't recover passwords gets one", source: mfaGuide + ", step 6.2; API reference: EMAIL_OTP_CODE",
			do: func(c *cloud) (any, error) {
				s := byMail(c)
				asked := s.enter()
				out, err := s.answer(emailOTP, asked.Session, "EMAIL_OTP_CODE", s.code(ada))
				return []any{
					asked.ChallengeName, asked.ChallengeParameters["CODE_DELIVERY_DESTINATION"],
					asked.ChallengeParameters["CODE_DELIVERY_DELIVERY_MEDIUM"], out.AuthenticationResult != nil,
				}, err
			},
			want: []any{emailOTP, "a***@e***", "EMAIL", true},
		},
		{
			name: "wrong codes are refused, each alike", source: otpRunbook + "; amplify-js#3066 of SMS_MFA",
			do: func(c *cloud) (any, error) {
				s := byMail(c)
				session, code := s.enter().Session, s.code(ada)
				var refusals []string
				for range 6 {
					_, err := s.answer(emailOTP, session, "EMAIL_OTP_CODE", wrong(code))
					refusals = append(refusals, explain(err))
				}
				_, err := s.answer(emailOTP, session, "EMAIL_OTP_CODE", code)
				return refusals[5], err
			},
			want: "CodeMismatchException: Invalid code or auth state for the user.",
		},
		{
			name: "a code is good as long as its session", source: otpRunbook,
			do: func(c *cloud) (any, error) {
				s := byText(c)
				session := s.enter().Session
				s.clock.Step(3 * time.Minute)
				return s.answer(smsMFA, session, "SMS_MFA_CODE", s.code(phone))
			},
			wantErr: "NotAuthorizedException: Invalid session for the user, session is expired.",
		},
		{
			name: "the pool's message is sent", source: "model: SmsAuthenticationMessage",
			do: func(c *cloud) (any, error) {
				s := byText(c)
				_, err := s.api.SetUserPoolMfaConfig(s.ctx(), &idp.SetUserPoolMfaConfigInput{
					UserPoolId: s.pool, MfaConfiguration: "ON", SmsMfaConfiguration: &types.SmsMfaConfigType{
						SmsAuthenticationMessage: aws.String("Code for notes: {####}"),
						SmsConfiguration:         &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::111111111111:role/texts")},
					},
				})
				s.enter()
				sent := s.svc.Messages(phone)
				return sent[0].Body[:16], err
			},
			want: "Code for notes: ",
		},
		{
			name: "with more than one factor a user chooses", source: mfaGuide + ", step 4.5; amplify-js confirmSignIn.test.ts: MFAS_CAN_CHOOSE",
			do: func(c *cloud) (any, error) {
				s := c.secured("OPTIONAL", factors(smsMFA, totpMFA), "phone_number="+phone)
				secret, token := s.enrolled("", false)
				s.prefer(token, &idp.SetUserMFAPreferenceInput{
					SMSMfaSettings:           &types.SMSMfaSettingsType{Enabled: true},
					SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true},
				})
				asked := s.enter()
				chosen, err := s.answer(selectMFA, asked.Session, "ANSWER", "SOFTWARE_TOKEN_MFA")
				if err != nil {
					return nil, err
				}
				out, err := s.answer(totpMFA, chosen.Session, "SOFTWARE_TOKEN_MFA_CODE", s.totp(secret, 0))
				return []any{
					asked.ChallengeName, asked.ChallengeParameters["MFAS_CAN_CHOOSE"], chosen.ChallengeName, out.AuthenticationResult != nil,
				}, err
			},
			want: []any{selectMFA, `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`, totpMFA, true},
		},
		{
			name: "a message that was chosen is sent then", source: "model: SELECT_MFA_TYPE",
			do: func(c *cloud) (any, error) {
				s := byText(c)
				_, verified := s.setUpBeside()
				asked := s.enter()
				before := len(s.svc.Messages(phone))
				chosen, err := s.answer(selectMFA, asked.Session, "ANSWER", "SMS_MFA")
				return []any{verified, before, chosen.ChallengeName, len(s.svc.Messages(phone))}, err
			},
			want: []any{true, 1, smsMFA, 2},
		},
		{
			name: "MFA that is off asks for nothing", source: mfaGuide + ", step 2",
			do: func(c *cloud) (any, error) {
				s := c.secured("OPTIONAL", factors(totpMFA))
				s.enrolled("", true)
				_, err := s.api.SetUserPoolMfaConfig(s.ctx(), &idp.SetUserPoolMfaConfigInput{UserPoolId: s.pool})
				return s.enter().AuthenticationResult != nil, err
			},
			want: true,
		},
	})
}

// setUpBeside gives a user of a pool that requires MFA an authenticator beside the phone number that signs in.
func (s *secured) setUpBeside() (secret string, verified bool) {
	s.t.Helper()
	out, err := s.answer(smsMFA, s.enter().Session, "SMS_MFA_CODE", s.code(phone))
	if err != nil {
		s.t.Fatal(err)
	}
	token := out.AuthenticationResult.AccessToken
	associated, err := s.api.AssociateSoftwareToken(s.ctx(), &idp.AssociateSoftwareTokenInput{AccessToken: token})
	if err != nil {
		s.t.Fatal(err)
	}
	code := s.totp(*associated.SecretCode, 0)
	_, err = s.api.VerifySoftwareToken(s.ctx(), &idp.VerifySoftwareTokenInput{AccessToken: token, UserCode: &code})
	return *associated.SecretCode, err == nil
}

func totp(on, preferred bool) *types.SoftwareTokenMfaSettingsType {
	return &types.SoftwareTokenMfaSettingsType{Enabled: on, PreferredMfa: preferred}
}

func TestMFAPreference(t *testing.T) {
	sms := func(on, preferred bool) *types.SMSMfaSettingsType {
		return &types.SMSMfaSettingsType{Enabled: on, PreferredMfa: preferred}
	}
	both := func(c *cloud) (*secured, *string) {
		s := c.secured("OPTIONAL", factors(smsMFA, totpMFA), "phone_number="+phone)
		_, token := s.enrolled("", false)
		return s, token
	}
	shown := func(s *secured) (any, error) {
		user, err := s.api.AdminGetUser(s.ctx(), &idp.AdminGetUserInput{UserPoolId: s.pool, Username: aws.String("ada")})
		return []any{aws.ToString(user.PreferredMfaSetting), user.UserMFASettingList}, err
	}
	refused := func(name, source, refusal string, in *idp.AdminSetUserMFAPreferenceInput) behavior {
		return behavior{name: name, source: source, wantErr: refusal, do: func(c *cloud) (any, error) {
			s := c.secured("OPTIONAL", factors(smsMFA, totpMFA, emailOTP))
			in.UserPoolId, in.Username = s.pool, aws.String("ada")
			return s.api.AdminSetUserMFAPreference(s.ctx(), in)
		}}
	}
	check(t, setup{}, []behavior{
		{
			name: "users see what they have turned on, and what they prefer", source: "model: GetUser, UserMFASettingList and PreferredMfaSetting",
			do: func(c *cloud) (any, error) {
				s, token := both(c)
				s.prefer(token, &idp.SetUserMFAPreferenceInput{SMSMfaSettings: sms(true, true), SoftwareTokenMfaSettings: totp(true, false)})
				user, err := s.api.GetUser(s.ctx(), &idp.GetUserInput{AccessToken: token})
				return []any{*user.Username, *user.PreferredMfaSetting, user.UserMFASettingList}, err
			},
			want: []any{"ada", "SMS_MFA", []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}},
		},
		{
			name: "what a request doesn't speak of stays; another preference replaces the first", source: "model: only one factor can be set as preferred",
			do: func(c *cloud) (any, error) {
				s, token := both(c)
				s.prefer(token, &idp.SetUserMFAPreferenceInput{SMSMfaSettings: sms(true, true)})
				s.prefer(token, &idp.SetUserMFAPreferenceInput{SoftwareTokenMfaSettings: totp(true, true)})
				return shown(s)
			},
			want: []any{"SOFTWARE_TOKEN_MFA", []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}},
		},
		{
			name: "what is turned off isn't asked for", source: "model: SetUserMFAPreference",
			do: func(c *cloud) (any, error) {
				s, token := both(c)
				s.prefer(token, &idp.SetUserMFAPreferenceInput{SoftwareTokenMfaSettings: totp(true, true)})
				s.prefer(token, &idp.SetUserMFAPreferenceInput{SoftwareTokenMfaSettings: totp(false, false)})
				return shown(s)
			},
			want: []any{"", []string(nil)},
		},
		{
			name: "an administrator does it for a user", source: "model: AdminSetUserMFAPreference",
			do: func(c *cloud) (any, error) {
				s, _ := both(c)
				_, err := s.api.AdminSetUserMFAPreference(s.ctx(), &idp.AdminSetUserMFAPreferenceInput{
					UserPoolId: s.pool, Username: aws.String("ada"), SMSMfaSettings: sms(true, true),
				})
				return s.enter().ChallengeName, err
			},
			want: smsMFA,
		},
		{
			name: "a factor that the pool doesn't offer can be preferred, and isn't asked for", source: "amplify-js#11260",
			do: func(c *cloud) (any, error) {
				s := c.secured("ON", factors(totpMFA), "phone_number="+phone)
				_, verified := s.setUp(s.enter().Session)
				done, err := s.answer(setupMFA, verified)
				if err != nil {
					return nil, err
				}
				s.prefer(done.AuthenticationResult.AccessToken, &idp.SetUserMFAPreferenceInput{SMSMfaSettings: sms(true, true)})
				user, err := s.api.GetUser(s.ctx(), &idp.GetUserInput{AccessToken: done.AuthenticationResult.AccessToken})
				return []any{*user.PreferredMfaSetting, s.enter().ChallengeName}, err
			},
			want: []any{"SMS_MFA", totpMFA},
		},
		{
			name: "passwords aren't recovered by the factor that is preferred", source: mfaGuide + "; apps quote AWS",
			do: func(c *cloud) (any, error) {
				s := c.secured("OPTIONAL", factors(smsMFA), "phone_number="+phone, "phone_number_verified=true")
				s.prefer(s.enter().AuthenticationResult.AccessToken, &idp.SetUserMFAPreferenceInput{SMSMfaSettings: sms(true, true)})
				return s.api.ForgotPassword(s.ctx(), &idp.ForgotPasswordInput{ClientId: s.client, Username: aws.String("ada")})
			},
			wantErr: "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number",
		},
		refused("an authenticator must be verified", "aws-sdk-js-v3#4645",
			"InvalidParameterException: User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
			&idp.AdminSetUserMFAPreferenceInput{SoftwareTokenMfaSettings: totp(true, true)}),
		refused("a phone number must be there", "aws-sdk-js-v3#4645 quotes it of SOFTWARE_TOKEN_MFA; floci tests it of SMS_MFA",
			"InvalidParameterException: User does not have delivery config set to turn on SMS_MFA",
			&idp.AdminSetUserMFAPreferenceInput{SMSMfaSettings: sms(true, false)}),
		refused("and so must an e-mail address", "aws-sdk-js-v3#4645 quotes it of SOFTWARE_TOKEN_MFA",
			"InvalidParameterException: User does not have delivery config set to turn on EMAIL_OTP",
			&idp.AdminSetUserMFAPreferenceInput{EmailMfaSettings: &types.EmailMfaSettingsType{Enabled: true}}),
		{
			name: "two preferences", source: "model: only one factor can be set as preferred; AWS's words are not known",
			do: func(c *cloud) (any, error) {
				s, token := both(c)
				return s.api.SetUserMFAPreference(s.ctx(), &idp.SetUserMFAPreferenceInput{
					AccessToken: token, SMSMfaSettings: sms(true, true), SoftwareTokenMfaSettings: totp(true, true),
				})
			},
			wantErr: "InvalidParameterException: Only one factor can be set as preferred",
		},
	})
}
