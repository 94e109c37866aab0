package cognito

import (
	"slices"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// choiceAuth lets people choose how to sign in. With a PREFERRED_CHALLENGE that the user has, that comes at once; else
// the answer lists what the user has
// (https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html).
func (s *Service) choiceAuth(c *client, parameters map[string]string, now time.Time) (*idp.InitiateAuthOutput, error) {
	u := c.pool.find(parameters["USERNAME"])
	switch {
	case u == nil && !c.hidesUsers():
		return nil, c.unknown("User does not exist.", nil)
	case u != nil && u.status == types.UserStatusTypeUnconfirmed:
		return nil, errUnconfirmed
	}
	available := s.firstFactors(c.pool, u)
	preferred := factor(parameters["PREFERRED_CHALLENGE"])
	if !slices.Contains(available, preferred) {
		out := s.ask(&challenge{
			name: types.ChallengeNameTypeSelectChallenge, client: c, user: u, options: available,
		}, map[string]string{}, now)
		out.AvailableChallenges = available
		return out, nil
	}
	next, err := s.begin(c, u, preferred, parameters, now)
	if next != nil && next.ChallengeName == preferred {
		next.AvailableChallenges = available
	}
	return s.conclude(c, u, next, err, now)
}

// firstFactors are the ways to sign in that a user has, in the order that AWS lists them in. Who has a temporary password
// needs it, whatever the pool allows (measured on AWS: cognito-email-otp.md of onecgiar-pr), and codes go to
// verified addresses. A user that needs a second factor can only do with a password, or with a passkey that stands for both. For a user
// that doesn't exist, they are those of the pool, as for one without passkeys.
func (s *Service) firstFactors(p *pool, u *user) []factor {
	allowed := p.Policies.SignInPolicy.AllowedFirstAuthFactors
	factors := []factor{types.ChallengeNameTypePasswordSrp, types.ChallengeNameTypePassword}
	if u != nil && u.status == types.UserStatusTypeForceChangePassword {
		return factors
	}
	if u != nil && p.hasFactor(u) {
		if p.passkeysAreBothFactors() && slices.Contains(u.factors, factorPasskey) && s.offersPasskey(p, u) {
			factors = append(factors, factorPasskey)
		}
		return factors
	}
	if u != nil && u.password == "" {
		factors = nil
	}
	for _, f := range []factor{types.ChallengeNameTypeEmailOtp, types.ChallengeNameTypeSmsOtp} {
		has := u == nil || u.attributes[addresses[f]] != "" && u.attributes[addresses[f]+"_verified"] == "true"
		if has && slices.Contains(allowed, types.AuthFactorType(f)) {
			factors = append(factors, f)
		}
	}
	if u != nil && s.offersPasskey(p, u) {
		factors = append(factors, factorPasskey)
	}
	return factors
}

// passwordless tells whether a user may do without a password: "when your user pool supports passwordless sign-in with
// email or SMS OTPs" (SignUp and AdminCreateUser, model) and the user has the address.
func (p *pool) passwordless(u *user) bool {
	allowed := p.Policies.SignInPolicy.AllowedFirstAuthFactors
	return slices.ContainsFunc([]factor{types.ChallengeNameTypeEmailOtp, types.ChallengeNameTypeSmsOtp}, func(f factor) bool {
		return slices.Contains(allowed, types.AuthFactorType(f)) && u.attributes[addresses[f]] != ""
	})
}

// begin starts what was chosen. A password or the first step of SRP may be there already: then it is taken at once. A passkey can't be:
// it signs what is asked here (amplify-js handleWebAuthnSignInResult).
func (s *Service) begin(
	c *client, u *user, chosen factor, parameters map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	login := parameters["USERNAME"]
	ch := &challenge{name: chosen, client: c, user: u}
	switch {
	case chosen == types.ChallengeNameTypePassword && parameters["PASSWORD"] != "":
		return s.answerPassword(ch, parameters, now)
	case chosen == types.ChallengeNameTypePasswordSrp && parameters["SRP_A"] != "":
		return s.answerSRP(ch, parameters, now)
	case chosen == types.ChallengeNameTypeEmailOtp, chosen == types.ChallengeNameTypeSmsOtp:
		return s.sendCode(c, u, chosen, login, firstCodeLength, now)
	case chosen == factorPasskey:
		return s.demandPasskey(c, u, now)
	}
	return s.ask(ch, map[string]string{}, now), nil
}

// answerChoice goes on with what was chosen.
func (s *Service) answerChoice(
	ch *challenge, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	chosen := factor(responses["ANSWER"])
	if !slices.Contains(ch.options, chosen) {
		return nil, invalid("Challenge %s is not available for the user", chosen) // AWS's words are not known
	}
	return s.begin(ch.client, ch.user, chosen, responses, now)
}

func (s *Service) answerPassword(
	ch *challenge, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	u, err := s.authenticate(ch.client, responses["USERNAME"], responses["PASSWORD"], now)
	if err != nil {
		return nil, err
	}
	return s.demand(ch.client, u, now)
}

// answerSRP begins SRP within a session, which goes on with it.
func (s *Service) answerSRP(
	ch *challenge, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	out, err := s.srpAuth(ch.client, responses, now)
	if err != nil {
		return nil, err
	}
	session := newToken()
	s.challenges[out.ChallengeParameters["SECRET_BLOCK"]].session = session
	out.Session = &session
	return out, nil
}
