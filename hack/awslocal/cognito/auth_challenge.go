package cognito

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// challenge is what a sign-in waits for an answer to.
type challenge struct {
	name    types.ChallengeNameType
	client  *client
	user    *user // nil if there is none and the client keeps that secret
	srp     *srpServer
	expires time.Time
	used    bool
}

var errSessionExpired = denied("Invalid session for the user, session is expired.")

// challengeResponses are the responses that each challenge needs.
var challengeResponses = map[types.ChallengeNameType][]string{
	types.ChallengeNameTypeNewPasswordRequired: {"USERNAME", "NEW_PASSWORD"},
	types.ChallengeNameTypePasswordVerifier: {
		"USERNAME", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP",
	},
}

// await keeps a challenge under the token with which its answer names it.
func (s *Service) await(token string, ch *challenge, now time.Time) {
	ch.expires = now.Add(time.Duration(aws.ToInt32(ch.client.AuthSessionValidity)) * time.Minute)
	s.challenges[token] = ch
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
	required, ok := challengeResponses[in.ChallengeName]
	if !ok {
		return nil, invalid("The local AWS doesn't have the challenge %s", in.ChallengeName)
	}
	responses := in.ChallengeResponses
	if err := requireParameters(responses, required...); err != nil {
		return nil, err
	}
	if err := c.trust(secretHash(responses), responses["USERNAME"]); err != nil {
		return nil, err
	}
	var next *idp.InitiateAuthOutput
	var err error
	switch {
	case in.ChallengeName == types.ChallengeNameTypePasswordVerifier:
		next, err = s.verifyPassword(c, responses, now)
	case in.Session == nil:
		err = invalid("Missing required parameter Session") // cognito-local quotes it
	default:
		next, err = s.replacePassword(c, *in.Session, responses, now)
	}
	if err != nil {
		return nil, err
	}
	return &idp.RespondToAuthChallengeOutput{
		AuthenticationResult: next.AuthenticationResult,
		ChallengeName:        next.ChallengeName, ChallengeParameters: next.ChallengeParameters, Session: next.Session,
	}, nil
}

// demandPassword answers a temporary password with the challenge to choose another. Required attributes that the user
// lacks are named, and are empty in the list of the user's (amazon-cognito-identity-js#180 shows an answer).
func (s *Service) demandPassword(c *client, u *user, now time.Time) (*idp.InitiateAuthOutput, error) {
	attributes, required := maps.Clone(u.attributes), []string{}
	delete(attributes, "sub")
	for _, name := range c.pool.missing(u.attributes) {
		attributes[name] = ""
		required = append(required, attributePrefix+name)
	}
	parameters := map[string]string{}
	for name, value := range map[string]any{"userAttributes": attributes, "requiredAttributes": required} {
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		parameters[name] = string(encoded)
	}
	token := newToken()
	s.await(token, &challenge{name: types.ChallengeNameTypeNewPasswordRequired, client: c, user: u}, now)
	return &idp.InitiateAuthOutput{
		ChallengeName: types.ChallengeNameTypeNewPasswordRequired, Session: &token, ChallengeParameters: parameters,
	}, nil
}

func (s *Service) replacePassword(
	c *client, session string, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	ch, ok := s.challenges[session]
	switch {
	case !ok || ch.client != c || ch.name != types.ChallengeNameTypeNewPasswordRequired,
		c.pool.users[ch.user.name] != ch.user, c.pool.find(responses["USERNAME"]) != ch.user:
		return nil, denied("Invalid session for the user.")
	case !now.Before(ch.expires):
		return nil, errSessionExpired
	case ch.used:
		return nil, denied("Invalid session for the user, session can only be used once.")
	}
	completed, err := c.completed(ch.user, responses)
	if err != nil {
		return nil, err
	}
	if err := c.pool.changePassword(ch.user, responses["NEW_PASSWORD"], now); err != nil {
		return nil, err
	}
	ch.user.attributes = completed
	ch.used = true
	return s.proceed(c, ch.user, now)
}

// attributePrefix is before the names of attributes in the answer to NEW_PASSWORD_REQUIRED.
const attributePrefix = "userAttributes."

// completed are a user's attributes with those that came with a new password.
func (c *client) completed(u *user, responses map[string]string) (map[string]string, error) {
	attributes := maps.Clone(u.attributes)
	for _, key := range slices.Sorted(maps.Keys(responses)) {
		name, ok := strings.CutPrefix(key, attributePrefix)
		if !ok {
			continue
		}
		if err := c.mayComplete(u, name); err != nil {
			return nil, err
		}
		if err := c.pool.assign(attributes, name, responses[key]); err != nil {
			return nil, err
		}
	}
	if missing := c.pool.missing(attributes); len(missing) > 0 {
		return nil, invalid("Invalid attributes given, %s is missing", missing[0])
	}
	return attributes, nil
}

// mayComplete refuses attributes that a user can't set with a new password. A required one that has a value can't be
// changed (model, AdminRespondToAuthChallenge).
func (c *client) mayComplete(u *user, name string) error {
	a := c.pool.attribute(name)
	switch {
	case a == nil:
		return nil // assign refuses it
	case strings.HasSuffix(name, "_verified") || !aws.ToBool(a.Mutable):
		return invalid("Cannot modify the non-mutable attribute %s", name)
	case aws.ToBool(a.Required) && u.attributes[name] != "":
		return denied("Cannot modify an already provided %s", name)
	case !c.mayWrite(name):
		return errUnauthorizedAttribute
	}
	return nil
}

// changePassword replaces a temporary password.
func (p *pool) changePassword(u *user, password string, now time.Time) error {
	if err := p.checkPassword(password); err != nil {
		return err
	}
	u.password = password
	u.status = types.UserStatusTypeConfirmed
	u.modified = now
	return nil
}
