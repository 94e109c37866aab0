package cognito

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

var (
	errUsedTOTP     = wire.Errorf(expiredCode, "Your software token has already been used once.")
	errPoolHasNone  = wire.Errorf(tokenMFANotFound, "Software Token MFA has not been enabled by the userPool")
	errUserHasNone  = wire.Errorf(tokenMFANotFound, "Software Token MFA does not exist for the user.")
	errWrongNewTOTP = wire.Errorf("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
)

// associateSoftwareToken gives a user a secret that counts once a code of it was verified. The one before counts no longer,
// though it is shown as if it did (amplify-js#1226).
func (s *Service) associateSoftwareToken(
	r wire.Request, in *idp.AssociateSoftwareTokenInput,
) (*idp.AssociateSoftwareTokenOutput, error) {
	ch, u, err := s.enrolling(in.AccessToken, in.Session, r.Now)
	if err != nil {
		return nil, err
	}
	fresh := newAuthenticator()
	out := &idp.AssociateSoftwareTokenOutput{SecretCode: aws.String(fresh.text())}
	if ch == nil {
		u.associated, u.authenticator, u.modified = fresh, nil, r.Now
		return out, nil
	}
	ch.used = true
	next := *ch
	next.used, next.associated = false, fresh
	out.Session = s.ask(&next, nil, r.Now).Session
	return out, nil
}

// verifySoftwareToken makes a secret the user's authenticator. What it verifies within a sign-in serves to end that.
func (s *Service) verifySoftwareToken(
	r wire.Request, in *idp.VerifySoftwareTokenInput,
) (*idp.VerifySoftwareTokenOutput, error) {
	ch, u, err := s.enrolling(in.AccessToken, in.Session, r.Now)
	if err != nil {
		return nil, err
	}
	fresh := u.associated
	if ch != nil {
		fresh = ch.associated
	}
	if err := u.enroll(fresh, *in.UserCode, aws.ToString(in.FriendlyDeviceName), r.Now); err != nil {
		return nil, err
	}
	out := &idp.VerifySoftwareTokenOutput{Status: types.VerifySoftwareTokenResponseTypeSuccess}
	if ch == nil {
		return out, nil
	}
	ch.used = true
	next := *ch
	next.used, next.associated, next.verified = false, nil, true
	out.Session = s.ask(&next, nil, r.Now).Session
	return out, nil
}

// enroll makes an authenticator the user's, if a code proves that it works.
func (u *user) enroll(fresh *authenticator, code, device string, now time.Time) error {
	if fresh == nil {
		return errUserHasNone
	}
	step, ok := fresh.step(code, now)
	if !ok {
		return errWrongNewTOTP
	}
	fresh.last, fresh.device = step, device
	u.authenticator, u.associated, u.modified = fresh, nil, now
	return nil
}

// enrolling finds who sets an authenticator up: the bearer of an access token, or whoever has to within a sign-in.
func (s *Service) enrolling(token, session *string, now time.Time) (*challenge, *user, error) {
	var ch *challenge
	var g *grant
	var err error
	switch {
	case (token == nil) == (session == nil):
		err = invalid("Either AccessToken or Session must be provided") // AWS's words are not known
	case session != nil:
		ch, err = s.setup(*session, now)
	default:
		g, err = s.bearer(token, now)
	}
	if err != nil {
		return nil, nil, err
	}
	if ch != nil {
		g = &grant{client: ch.client, user: ch.user}
	}
	if !g.client.pool.offers(factorTOTP) {
		return nil, nil, errPoolHasNone
	}
	return ch, g.user, nil
}

// setup finds the sign-in that waits for a second factor to be set up.
func (s *Service) setup(session string, now time.Time) (*challenge, error) {
	ch := s.challenges[session]
	if ch == nil {
		return nil, errInvalidSession
	}
	if err := ch.open(ch.client, types.ChallengeNameTypeMfaSetup, ch.user, now); err != nil {
		return nil, err
	}
	if ch.verified || !slices.Contains(ch.options, factorTOTP) {
		return nil, errInvalidSession
	}
	return ch, nil
}

// answerTOTP takes each code once.
func (s *Service) answerTOTP(
	ch *challenge, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	a := ch.user.authenticator
	if a == nil {
		return nil, errUserHasNone
	}
	step, ok := a.step(responses["SOFTWARE_TOKEN_MFA_CODE"], now)
	switch {
	case !ok:
		return nil, wire.Errorf(codeMismatch, "Invalid code received for user")
	case step <= a.last:
		return nil, errUsedTOTP
	}
	a.last = step
	return nil, nil
}
