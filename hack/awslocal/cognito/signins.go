package cognito

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// signIns is what the service remembers of people who sign in or have done so.
type signIns struct {
	sessions   map[string]*session       // by the browser's cookie
	codes      map[string]*authorization // by authorization code
	refreshes  map[string]*refresh       // by refresh token
	challenges map[string]*challenge     // by their Session, or, of SRP, by their SECRET_BLOCK
	revoked    map[string]bool           // by the origin of tokens
	departures map[string]*departure     // by the state that a provider gives back
	assertions map[string]bool           // of SAML that signed somebody in, by provider and ID
}

func newSignIns() signIns {
	return signIns{
		sessions:   map[string]*session{},
		codes:      map[string]*authorization{},
		refreshes:  map[string]*refresh{},
		challenges: map[string]*challenge{},
		revoked:    map[string]bool{},
		departures: map[string]*departure{},
		assertions: map[string]bool{},
	}
}

// session is a browser's cookie at a pool's domain.
type session struct {
	user     *user // nil for a name that is nobody's, where the client keeps that secret
	pool     *pool
	signedIn bool // false while a sign-up, a new password or an answer is pending
	// challenge is the session of the answer that is pending; empty without one.
	challenge string
	authTime  time.Time
	expires   time.Time
}

// replacesPassword tells whether the person has just shown a temporary password.
func (s *session) replacesPassword() bool {
	return s != nil && s.user != nil && s.challenge == "" && s.user.status == types.UserStatusTypeForceChangePassword
}

// sessionValidity: "Amazon Cognito HostedUI uses cookies that are valid for an hour"
// (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html).
const sessionValidity = time.Hour

var (
	errWrongPassword = denied("Incorrect username or password.")
	errUnconfirmed   = wire.Errorf("UserNotConfirmedException", "User is not confirmed.")
)

// authenticate checks a user name and a password. Sentences: as apps quote them from AWS. That somebody has to confirm
// the account comes before the password (ministack#1758, measured on AWS).
func (s *Service) authenticate(c *client, login, password string, now time.Time) (*user, error) {
	u := c.pool.find(login)
	if u == nil {
		var err error
		if u, err = s.migrate(c, login, password, now); err != nil {
			return nil, err
		}
	}
	switch {
	case u == nil:
		return nil, c.unknown("User does not exist.", errWrongPassword)
	case u.status == types.UserStatusTypeUnconfirmed:
		return nil, errUnconfirmed
	case u.password != password || password == "":
		return nil, errWrongPassword
	}
	return u, c.pool.admit(u, now)
}

// admit tells whether a user may go on who has proven a password.
func (p *pool) admit(u *user, now time.Time) error {
	switch {
	case u.status == types.UserStatusTypeUnconfirmed:
		return errUnconfirmed
	case u.status == types.UserStatusTypeForceChangePassword && !now.Before(u.temporaryUntil):
		return denied("Temporary password has expired and must be reset by an administrator.")
	}
	return nil
}

// allowsAuth tells whether InitiateAuth takes a flow from the client. Without ExplicitAuthFlows, refresh tokens, SRP
// and custom flows are allowed, no refresh tokens where they are rotated; legacy flows always allow refresh tokens (model).
func (c *client) allowsAuth(flows ...types.ExplicitAuthFlowsType) bool {
	allowed := c.ExplicitAuthFlows
	if len(allowed) == 0 {
		allowed = []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowCustomAuth,
		}
		if !c.rotates() {
			allowed = append(allowed, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth)
		}
	}
	return slices.ContainsFunc(flows, func(f types.ExplicitAuthFlowsType) bool { return slices.Contains(allowed, f) })
}
