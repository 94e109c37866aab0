// Package sts is the Security Token Service of the local AWS: GetCallerIdentity and AssumeRole.
//
// An access key belongs to an account, and with it everything that is called with the key: of a key that AssumeRole
// gave out (assume.go), to the account of the role; of one that is twelve digits, to the account of that number; of
// any other, to the account that the server is for. The last two kinds are the account's root user.
//
// Every role exists and lets everybody in, unless Deny was called for it or it has a trust policy, which the server evaluates
// before it calls this package; and, unlike on AWS, root may assume roles.
package sts

import (
	"errors"
	"regexp"
	"strings"
	"sync"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Why temporary credentials aren't taken. How it is said differs from service to service.
var (
	ErrInvalidToken = errors.New("the access key is not known, or the session token is not its own")
	ErrExpiredToken = errors.New("the session is over")
)

// Service is STS in all accounts and Regions.
type Service struct {
	env     wire.Env
	account string // of keys that say nothing else

	mu       sync.Mutex
	sessions map[string]session // by access key
	denied   map[string]bool    // by the ARN of the role
}

// session is a set of temporary credentials.
type session struct {
	principal wire.Principal
	token     string
}

// New returns a service in which keys belong to account unless they say otherwise.
func New(env wire.Env, account string) *Service {
	return &Service{env: env, account: account, sessions: map[string]session{}, denied: map[string]bool{}}
}

// Deny refuses every AssumeRole of a role from now on, whatever its trust policy and the callers' policies say.
func (s *Service) Deny(roleARN string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied[roleARN] = true
}

// Allow undoes Deny.
func (s *Service) Allow(roleARN string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.denied, roleARN)
}

// temporaryPrefix marks the keys given out here. After a restart they are not known any more and must be refused:
// whoever holds one would else find himself in another account.
const temporaryPrefix = "ASIALOCAL"

var accountRegexp = regexp.MustCompile(`^\d{12}$`)

// Principal returns the principal of an access key. The token is the session's, which must come with every call; keys that are
// not temporary have none. An expired session's principal is returned beside the error.
func (s *Service) Principal(key, token string) (wire.Principal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.sessions[key]
	switch {
	case !ok && strings.HasPrefix(key, temporaryPrefix), ok && found.token != token:
		return wire.Root(s.account, key), ErrInvalidToken
	case ok && !found.principal.Session.Expires.IsZero() && !s.env.Clock.Now().Before(found.principal.Session.Expires):
		return found.principal, ErrExpiredToken
	case ok:
		return found.principal, nil
	case accountRegexp.MatchString(key):
		return wire.Root(key, key), nil
	default:
		return wire.Root(s.account, key), nil
	}
}

func callerIdentity(req wire.Request) callerIdentityResponse {
	return callerIdentityResponse{ARN: req.Caller.ARN, UserID: req.Caller.ID, Account: req.Caller.Account}
}
