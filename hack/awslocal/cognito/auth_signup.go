package cognito

import (
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Sessions of a sign-up lead to a sign-in without another proof. They stand for challenges of these names, which nobody
// sees: that of SignUp waits for the confirmation, that of ConfirmSignUp for the sign-in.
const (
	signUpToConfirm factor = "CONFIRM_SIGN_UP"
	signUpToEnter   factor = "ENTER_AFTER_SIGN_UP"
)

// signUpSession begins a session for clients with ALLOW_USER_AUTH (aws-sdk-js-v3#6724); nil for others.
func (s *Service) signUpSession(c *client, u *user, name factor, now time.Time) *string {
	if !c.allowsAuth(types.ExplicitAuthFlowsTypeAllowUserAuth) {
		return nil
	}
	return s.ask(&challenge{name: name, client: c, user: u}, nil, now).Session
}

// signUpChallenge finds what a session of a sign-up waits for.
func (s *Service) signUpChallenge(
	c *client, session *string, login string, name factor, now time.Time,
) (*challenge, error) {
	ch := s.challenges[*session]
	if ch == nil {
		return nil, errInvalidSession
	}
	return ch, ch.open(c, name, c.pool.find(login), now)
}

// enterAfterSignUp signs in whoever has just confirmed a sign-up: "Amazon Cognito assumes the SMS or email message one-time
// verification password from ConfirmSignUp as the primary authentication factor" (InitiateAuth, model).
func (s *Service) enterAfterSignUp(c *client, session *string, login string, now time.Time) (*idp.InitiateAuthOutput, error) {
	ch, err := s.signUpChallenge(c, session, login, signUpToEnter, now)
	if err != nil {
		return nil, err
	}
	ch.used = true
	next, err := s.demand(c, ch.user, now)
	return s.conclude(c, ch.user, next, err, now)
}
