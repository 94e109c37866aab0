package cognito_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	smsMFA    = types.ChallengeNameTypeSmsMfa
	totpMFA   = types.ChallengeNameTypeSoftwareTokenMfa
	emailOTP  = types.ChallengeNameTypeEmailOtp
	smsOTP    = types.ChallengeNameTypeSmsOtp
	selectMFA = types.ChallengeNameTypeSelectMfaType
	setupMFA  = types.ChallengeNameTypeMfaSetup

	phone = "+15555550100"

	mfaGuide   = "developer guide: user-pool-settings-mfa.html"
	totpGuide  = "developer guide: user-pool-settings-mfa-totp.html"
	liveTOTP   = "danb235/TerminalDB verify-live-totp.mjs, run on AWS"
	otpRunbook = "cognito-email-otp.md of onecgiar-pr, measured on AWS"
)

// secured is a pool with second factors, ada in it, and a client with which she signs in every way.
type secured struct {
	*cloud
	pool, client *string
}

func (c *cloud) secured(mode types.UserPoolMfaType, factors []types.ChallengeNameType, attributes ...string) *secured {
	c.t.Helper()
	config := &idp.SetUserPoolMfaConfigInput{MfaConfiguration: mode}
	pool := c.pool(func(in *idp.CreateUserPoolInput) {
		in.AutoVerifiedAttributes = []types.VerifiedAttributeType{"email", "phone_number"}
		in.Policies = withFactors("PASSWORD", "EMAIL_OTP", "SMS_OTP")
		if mode == types.UserPoolMfaTypeOn {
			in.Policies = withFactors("PASSWORD")
		}
		if slices.Contains(factors, smsMFA) {
			in.SmsConfiguration = &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::111111111111:role/texts")}
			config.SmsMfaConfiguration = &types.SmsMfaConfigType{SmsConfiguration: in.SmsConfiguration}
		}
		if slices.Contains(factors, emailOTP) {
			in.EmailConfiguration = &types.EmailConfigurationType{
				EmailSendingAccount: types.EmailSendingAccountTypeDeveloper,
				SourceArn:           aws.String("arn:aws:ses:us-east-1:111111111111:identity/example.com"),
			}
			config.EmailMfaConfiguration = &types.EmailMfaConfigType{}
		}
	})
	if slices.Contains(factors, totpMFA) {
		config.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
	}
	if config.UserPoolId = pool; mode != types.UserPoolMfaTypeOff {
		if _, err := c.api.SetUserPoolMfaConfig(c.ctx(), config); err != nil {
			c.t.Fatal(err)
		}
	}
	c.confirmed(pool, "ada", attributes...)
	flows := withFlows("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
	return &secured{cloud: c, pool: pool, client: c.appClient(pool, flows).ClientId}
}

func factors(list ...types.ChallengeNameType) []types.ChallengeNameType { return list }

// enter signs in with the password.
func (s *secured) enter() *idp.InitiateAuthOutput {
	s.t.Helper()
	out, err := s.signIn(s.client, "ada", password)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// answer responds to a challenge. Further responses are pairs of names and values.
func (s *secured) answer(
	name types.ChallengeNameType, session *string, pairs ...string,
) (*idp.RespondToAuthChallengeOutput, error) {
	responses := map[string]string{"USERNAME": "ada"}
	for i := 0; i < len(pairs); i += 2 {
		responses[pairs[i]] = pairs[i+1]
	}
	return s.userRespond(s.client, session, name, responses)
}

// enrolled gives ada an authenticator, preferred unless said otherwise, a step before now.
func (s *secured) enrolled(device string, preferred bool) (secret string, token *string) {
	s.t.Helper()
	token = s.enter().AuthenticationResult.AccessToken
	associated, err := s.api.AssociateSoftwareToken(s.ctx(), &idp.AssociateSoftwareTokenInput{AccessToken: token})
	if err != nil {
		s.t.Fatal(err)
	}
	in := &idp.VerifySoftwareTokenInput{AccessToken: token, UserCode: aws.String(s.totp(*associated.SecretCode, 0))}
	if device != "" {
		in.FriendlyDeviceName = &device
	}
	if _, err := s.api.VerifySoftwareToken(s.ctx(), in); err != nil {
		s.t.Fatal(err)
	}
	if preferred {
		s.prefer(token, &idp.SetUserMFAPreferenceInput{
			SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: true},
		})
	}
	s.clock.Step(30 * time.Second)
	return *associated.SecretCode, token
}

func (s *secured) prefer(token *string, in *idp.SetUserMFAPreferenceInput) {
	s.t.Helper()
	in.AccessToken = token
	if _, err := s.api.SetUserMFAPreference(s.ctx(), in); err != nil {
		s.t.Fatal(err)
	}
}

// totp is the code that an authenticator app shows some steps from now: RFC 6238.
func (s *secured) totp(secret string, steps int64) string {
	s.t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		s.t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(s.clock.Now().Unix()/30+steps)))
	sum := mac.Sum(nil)
	value := binary.BigEndian.Uint32(sum[sum[19]&0xf:]) & 0x7fffffff
	return fmt.Sprintf("%06d", value%1_000_000)
}
