package cognito

import (
	"cmp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// firstCodeLength is how many digits a code has that is a first factor (measured on AWS: cognito-email-otp.md of
// onecgiar-pr, "Spike observations"). Codes that follow a password have six.
const firstCodeLength = 8

// codeResponses are the responses in which codes come.
var codeResponses = map[factor]string{
	factorSMS: "SMS_MFA_CODE", types.ChallengeNameTypeSmsOtp: "SMS_OTP_CODE", factorEmail: "EMAIL_OTP_CODE",
}

var errWrongCode = wire.Errorf(codeMismatch, "Invalid code or auth state for the user.")

// sendCode asks for a code that it sends. To a user that doesn't exist, whom the client keeps secret, nothing goes, and
// the destination is made up of the login.
func (s *Service) sendCode(
	c *client, u *user, f factor, login string, length int, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	ch := &challenge{name: f, client: c, user: u, code: randomText(digits, length)}
	medium, destination := mediumOf(types.VerifiedAttributeType(addresses[f])), aws.String(mask(login))
	if u != nil {
		subject, body := c.pool.codeTemplate(medium)
		details, err := s.send(c.pool, c, u, messageOfSignIn, Message{Medium: medium, Subject: subject, Body: body, Code: ch.code, At: now})
		if err != nil {
			return nil, err
		}
		destination = details.Destination
	}
	return s.ask(ch, map[string]string{
		"CODE_DELIVERY_DELIVERY_MEDIUM": string(medium), "CODE_DELIVERY_DESTINATION": *destination,
	}, now), nil
}

// codeTemplate is what a code for a sign-in is sent in. AWS's own texts are known of SMS only (the default of
// SmsAuthenticationMessage in terraform-provider-aws).
func (p *pool) codeTemplate(medium types.DeliveryMediumType) (subject, body string) {
	if medium == types.DeliveryMediumTypeSms {
		text := aws.ToString(p.SmsAuthenticationMessage)
		if sms := p.mfa.SmsMfaConfiguration; sms != nil {
			text = cmp.Or(aws.ToString(sms.SmsAuthenticationMessage), text)
		}
		return "", cmp.Or(text, "Your authentication code is {####}. ")
	}
	email := p.mfa.EmailMfaConfiguration
	if email == nil {
		email = &types.EmailMfaConfigType{}
	}
	return cmp.Or(aws.ToString(email.Subject), "Your authentication code"),
		cmp.Or(aws.ToString(email.Message), "Your authentication code is {####}")
}

// answerCode takes a code and marks the address as verified that it went to: "After your user completes MFA, Amazon
// Cognito sets their phone_number_verified or email_verified attribute to true" (user-pool-settings-mfa.html).
func (s *Service) answerCode(
	ch *challenge, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	if ch.user == nil || !same(ch.code, responses[codeResponses[ch.name]]) {
		return nil, errWrongCode
	}
	if mark := addresses[ch.name] + "_verified"; ch.user.attributes[mark] != "true" {
		ch.user.attributes[mark] = "true"
		ch.user.modified = now
	}
	return nil, nil
}
