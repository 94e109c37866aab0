package cognito

import (
	"encoding/json"
	"slices"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// demandFactor asks for a second factor, for a choice among some, or for one to be set up; nil if none is needed.
func (s *Service) demandFactor(c *client, u *user, now time.Time) (*idp.InitiateAuthOutput, error) {
	demanded := c.pool.demanded(u)
	switch {
	case len(demanded) == 1:
		return s.demandOne(c, u, demanded[0], now)
	case len(demanded) > 1:
		return s.offer(&challenge{name: types.ChallengeNameTypeSelectMfaType, client: c, user: u, options: demanded}, "MFAS_CAN_CHOOSE", now)
	case c.pool.MfaConfiguration != types.UserPoolMfaTypeOn:
		return nil, nil
	}
	options := c.pool.canSetUp(u)
	if len(options) == 0 {
		return nil, invalid("The user has no attribute for a second factor and can't set one up") // AWS's words are not known
	}
	return s.offer(&challenge{name: types.ChallengeNameTypeMfaSetup, client: c, user: u, options: options}, "MFAS_CAN_SETUP", now)
}

// offer asks for a choice. The options are a list in JSON.
func (s *Service) offer(ch *challenge, parameter string, now time.Time) (*idp.InitiateAuthOutput, error) {
	options, err := json.Marshal(ch.options)
	if err != nil {
		return nil, err
	}
	return s.ask(ch, map[string]string{parameter: string(options)}, now), nil
}

// demandOne asks for one second factor. FRIENDLY_DEVICE_NAME: AWS CLI example respond-to-auth-challenge.
func (s *Service) demandOne(c *client, u *user, f factor, now time.Time) (*idp.InitiateAuthOutput, error) {
	if f != factorTOTP {
		return s.sendCode(c, u, f, "", codeLength, now)
	}
	parameters := map[string]string{}
	if u.authenticator.device != "" {
		parameters["FRIENDLY_DEVICE_NAME"] = u.authenticator.device
	}
	return s.ask(&challenge{name: f, client: c, user: u}, parameters, now), nil
}

// answerFactorChoice goes on with the factor that was chosen. The API reference has EMAIL_MFA for what challenges call
// EMAIL_OTP, so both are taken.
func (s *Service) answerFactorChoice(
	ch *challenge, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	chosen := factor(responses["ANSWER"])
	if chosen == "EMAIL_MFA" {
		chosen = factorEmail
	}
	if !slices.Contains(ch.options, chosen) || !ch.client.pool.usable(ch.user, chosen) {
		return nil, invalid("Invalid MFA type %s", chosen) // AWS's words are not known
	}
	return s.demandOne(ch.client, ch.user, chosen, now)
}

// answerSetup ends the setup of an authenticator, whose session is that of VerifySoftwareToken, or begins with an e-mail
// address (amplify-js handleChallengeName sends it as EMAIL), which a code then proves.
func (s *Service) answerSetup(
	ch *challenge, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	address := responses["EMAIL"]
	switch {
	case ch.verified:
		return nil, nil
	case address == "" || !slices.Contains(ch.options, factorEmail):
		return nil, errInvalidSession
	}
	if err := ch.client.pool.update(ch.user.attributes, ch.user, "email", address); err != nil {
		return nil, err
	}
	ch.user.modified = now
	return s.demandOne(ch.client, ch.user, factorEmail, now)
}
