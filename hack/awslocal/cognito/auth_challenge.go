package cognito

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// challenge is what a sign-in waits for an answer to.
type challenge struct {
	name    types.ChallengeNameType
	client  *client
	user    *user // nil if there is none and the client keeps that secret
	expires time.Time
	used    bool

	srp     *srpServer
	session string   // that an SRP challenge came with; empty without one
	code    string   // that was sent
	options []factor // of a choice, or of what can be set up
	// associated is an authenticator that the user sets up; verified tells that it is the user's by now.
	associated *authenticator
	verified   bool
	custom     *customSignIn         // of a custom challenge
	passkey    *webauthn.SessionData // what a passkey has to sign
	request    any                   // how a page asks a browser for it
}

var (
	errInvalidSession = denied("Invalid session for the user.")
	errSessionExpired = denied("Invalid session for the user, session is expired.")
	errSessionUsed    = denied("Invalid session for the user, session can only be used once.")
)

// challengeKind is what the answer to a challenge needs, and who takes it. An answer leads to another challenge or, if
// there is none, to tokens. One that is refused can be given again: wrong codes were taken six times on a session, each
// refused alike (measured on AWS: cognito-email-otp.md of onecgiar-pr).
type challengeKind struct {
	required []string
	answer   func(*Service, *challenge, map[string]string, time.Time) (*idp.InitiateAuthOutput, error)
}

// challengeKinds are those of the local AWS. Responses: API reference, ChallengeResponses of RespondToAuthChallenge.
var challengeKinds = map[types.ChallengeNameType]challengeKind{
	types.ChallengeNameTypeNewPasswordRequired: {[]string{"USERNAME", "NEW_PASSWORD"}, (*Service).replacePassword},
	types.ChallengeNameTypePasswordVerifier: {
		[]string{"USERNAME", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP"}, (*Service).verifyPassword,
	},
	types.ChallengeNameTypeSelectChallenge: {[]string{"USERNAME", "ANSWER"}, (*Service).answerChoice},
	types.ChallengeNameTypePassword:        {[]string{"USERNAME", "PASSWORD"}, (*Service).answerPassword},
	types.ChallengeNameTypePasswordSrp:     {[]string{"USERNAME", "SRP_A"}, (*Service).answerSRP},
	types.ChallengeNameTypeSmsOtp:          {[]string{"USERNAME", "SMS_OTP_CODE"}, (*Service).answerCode},
	types.ChallengeNameTypeEmailOtp:        {[]string{"USERNAME", "EMAIL_OTP_CODE"}, (*Service).answerCode},
	types.ChallengeNameTypeSmsMfa:          {[]string{"USERNAME", "SMS_MFA_CODE"}, (*Service).answerCode},
	types.ChallengeNameTypeSoftwareTokenMfa: {
		[]string{"USERNAME", "SOFTWARE_TOKEN_MFA_CODE"}, (*Service).answerTOTP,
	},
	types.ChallengeNameTypeWebAuthn:        {[]string{"USERNAME", "CREDENTIAL"}, (*Service).answerPasskey},
	types.ChallengeNameTypeSelectMfaType:   {[]string{"USERNAME", "ANSWER"}, (*Service).answerFactorChoice},
	types.ChallengeNameTypeCustomChallenge: {[]string{"USERNAME", "ANSWER"}, (*Service).answerCustom},
	types.ChallengeNameTypeMfaSetup:        {[]string{"USERNAME"}, (*Service).answerSetup},
}

// await keeps a challenge under the token with which its answer names it.
func (s *Service) await(token string, ch *challenge, now time.Time) {
	ch.expires = now.Add(time.Duration(aws.ToInt32(ch.client.AuthSessionValidity)) * time.Minute)
	s.challenges[token] = ch
}

// ask is the answer that puts a challenge, with a session to answer it in.
func (s *Service) ask(ch *challenge, parameters map[string]string, now time.Time) *idp.InitiateAuthOutput {
	token := newToken()
	s.await(token, ch, now)
	return &idp.InitiateAuthOutput{ChallengeName: ch.name, ChallengeParameters: parameters, Session: &token}
}

// open tells whether a challenge waits for an answer of the user's through the client.
func (ch *challenge) open(c *client, name types.ChallengeNameType, u *user, now time.Time) error {
	switch {
	case ch.client != c, ch.name != name, ch.user != u, u != nil && c.pool.users[u.name] != u:
		return errInvalidSession
	case !now.Before(ch.expires):
		return errSessionExpired
	case ch.used:
		return errSessionUsed
	}
	return nil
}

func (s *Service) respondToAuthChallenge(
	r wire.Request, in *idp.RespondToAuthChallengeInput,
) (*idp.RespondToAuthChallengeOutput, error) {
	c, err := s.publicClient(in.ClientId)
	if err != nil {
		return nil, err
	}
	return s.respond(c, in, r.Now)
}

func (s *Service) adminRespondToAuthChallenge(
	r wire.Request, in *idp.AdminRespondToAuthChallengeInput,
) (*idp.AdminRespondToAuthChallengeOutput, error) {
	_, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	out, err := s.respond(c, &idp.RespondToAuthChallengeInput{
		ChallengeName: in.ChallengeName, ChallengeResponses: in.ChallengeResponses, Session: in.Session,
	}, r.Now)
	return (*idp.AdminRespondToAuthChallengeOutput)(out), err
}

// respond answers for users and administrators. What follows a challenge is what follows the beginning of a sign-in.
func (s *Service) respond(
	c *client, in *idp.RespondToAuthChallengeInput, now time.Time,
) (*idp.RespondToAuthChallengeOutput, error) {
	kind, ok := challengeKinds[in.ChallengeName]
	if !ok {
		return nil, invalid("The local AWS doesn't have the challenge %s", in.ChallengeName)
	}
	responses := in.ChallengeResponses
	if err := requireParameters(responses, kind.required...); err != nil {
		return nil, err
	}
	if err := c.trust(secretHash(responses), responses["USERNAME"]); err != nil {
		return nil, err
	}
	u, next, err := s.answer(c, in, now)
	if next, err = s.conclude(c, u, next, err, now); err != nil {
		return nil, err
	}
	return &idp.RespondToAuthChallengeOutput{
		AuthenticationResult: next.AuthenticationResult,
		ChallengeName:        next.ChallengeName, ChallengeParameters: next.ChallengeParameters, Session: next.Session,
	}, nil
}

// answer takes the answer to a challenge: who gave it, and what is asked next; nothing, if the user may go in.
func (s *Service) answer(
	c *client, in *idp.RespondToAuthChallengeInput, now time.Time,
) (*user, *idp.InitiateAuthOutput, error) {
	find := s.waiting
	if in.ChallengeName == types.ChallengeNameTypePasswordVerifier {
		find = s.waitingSRP
	}
	ch, err := find(c, in, now)
	if err != nil {
		return nil, nil, err
	}
	next, err := challengeKinds[in.ChallengeName].answer(s, ch, in.ChallengeResponses, now)
	if err != nil {
		return nil, nil, err
	}
	ch.used = true
	return ch.user, next, nil
}

// waiting finds the challenge that a session is of.
func (s *Service) waiting(c *client, in *idp.RespondToAuthChallengeInput, now time.Time) (*challenge, error) {
	if in.Session == nil {
		return nil, invalid("Missing required parameter Session") // cognito-local quotes it
	}
	ch, ok := s.challenges[*in.Session]
	if !ok {
		return nil, errInvalidSession
	}
	return ch, ch.open(c, in.ChallengeName, c.pool.find(in.ChallengeResponses["USERNAME"]), now)
}
