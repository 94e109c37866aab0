package cognito

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// initiateAuth signs in with a password or a refresh token. The other flows need SRP, passkeys, codes or Lambda
// triggers, which the local AWS doesn't have.
func (s *Service) initiateAuth(r wire.Request, in *idp.InitiateAuthInput) (*idp.InitiateAuthOutput, error) {
	switch in.AuthFlow {
	case types.AuthFlowTypeUserPasswordAuth:
		return s.passwordAuth(r, in)
	case types.AuthFlowTypeRefreshTokenAuth, types.AuthFlowTypeRefreshToken:
		return s.refreshAuth(r, in)
	case types.AuthFlowTypeAdminUserPasswordAuth, types.AuthFlowTypeAdminNoSrpAuth:
		return nil, invalid("Initiate Auth method not supported") // moto, tests/test_cognitoidp
	default:
		return nil, wire.Errorf("UnsupportedOperationException", "The local AWS doesn't have %s", in.AuthFlow)
	}
}

func (s *Service) passwordAuth(r wire.Request, in *idp.InitiateAuthInput) (*idp.InitiateAuthOutput, error) {
	login, hash, err := authParameters(in.AuthParameters, "USERNAME", "PASSWORD")
	if err != nil {
		return nil, err
	}
	c, err := s.trustedClient(in.ClientId, hash, login)
	if err != nil {
		return nil, err
	}
	if !c.allowsAuth(types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeUserPasswordAuth) {
		return nil, invalid("USER_PASSWORD_AUTH flow not enabled for this client")
	}
	u, err := s.authenticate(c, login, in.AuthParameters["PASSWORD"], r.Now)
	if err != nil {
		return nil, err
	}
	if u.status == types.UserStatusTypeForceChangePassword {
		return s.demandPassword(c, u, r.Now)
	}
	result, err := s.signIn(c, u, r.Now)
	return &idp.InitiateAuthOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, err
}

func (s *Service) refreshAuth(r wire.Request, in *idp.InitiateAuthInput) (*idp.InitiateAuthOutput, error) {
	token, hash, err := authParameters(in.AuthParameters, "REFRESH_TOKEN")
	if err != nil {
		return nil, err
	}
	var names []string
	if known, ok := s.refreshes[token]; ok {
		names = []string{known.grant.user.name, known.grant.user.sub()}
	}
	c, err := s.trustedClient(in.ClientId, hash, names...)
	if err != nil {
		return nil, err
	}
	if !c.allowsAuth(types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth, types.ExplicitAuthFlowsTypeAdminNoSrpAuth,
		types.ExplicitAuthFlowsTypeCustomAuthFlowOnly, types.ExplicitAuthFlowsTypeUserPasswordAuth) {
		return nil, invalid("REFRESH_TOKEN_AUTH flow not enabled for this client")
	}
	issued, err := s.redeem(c, token, r.Now)
	if err != nil {
		return nil, err
	}
	return &idp.InitiateAuthOutput{AuthenticationResult: issued.result(), ChallengeParameters: map[string]string{}}, nil
}

// authParameters takes the first parameter and the secret hash, and refuses a request that lacks one of the required.
func authParameters(parameters map[string]string, required ...string) (first string, hash *string, err error) {
	for _, name := range required {
		if parameters[name] == "" {
			return "", nil, invalid("Missing required parameter %s", name)
		}
	}
	if h, ok := parameters["SECRET_HASH"]; ok {
		hash = &h
	}
	return parameters[required[0]], hash, nil
}

// demandPassword answers a temporary password with the challenge to choose another.
func (s *Service) demandPassword(c *client, u *user, now time.Time) (*idp.InitiateAuthOutput, error) {
	attributes := maps.Clone(u.attributes)
	delete(attributes, "sub")
	encoded, err := json.Marshal(attributes)
	if err != nil {
		return nil, err
	}
	token := newToken()
	validity := time.Duration(aws.ToInt32(c.AuthSessionValidity)) * time.Minute
	s.challenges[token] = &challenge{client: c, user: u, expires: now.Add(validity)}
	return &idp.InitiateAuthOutput{
		ChallengeName: types.ChallengeNameTypeNewPasswordRequired,
		Session:       aws.String(token),
		ChallengeParameters: map[string]string{
			"USER_ID_FOR_SRP": u.name, "requiredAttributes": "[]", "userAttributes": string(encoded),
		},
	}, nil
}

func (s *Service) respondToAuthChallenge(
	r wire.Request, in *idp.RespondToAuthChallengeInput,
) (*idp.RespondToAuthChallengeOutput, error) {
	if in.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
		return nil, invalid("The local AWS doesn't have the challenge %s", in.ChallengeName)
	}
	login, hash, err := authParameters(in.ChallengeResponses, "USERNAME", "NEW_PASSWORD")
	if err != nil {
		return nil, err
	}
	c, err := s.trustedClient(in.ClientId, hash, login)
	if err != nil {
		return nil, err
	}
	ch, ok := s.challenges[aws.ToString(in.Session)]
	switch {
	case !ok || ch.client != c || c.pool.users[ch.user.name] != ch.user || c.pool.find(login) != ch.user:
		return nil, denied("Invalid session for the user.")
	case !r.Now.Before(ch.expires):
		return nil, denied("Invalid session for the user, session is expired.")
	}
	if err := c.pool.changePassword(ch.user, in.ChallengeResponses["NEW_PASSWORD"], r.Now); err != nil {
		return nil, err
	}
	delete(s.challenges, *in.Session)
	result, err := s.signIn(c, ch.user, r.Now)
	return &idp.RespondToAuthChallengeOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, err
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

// signIn gives the tokens of an API sign-in, whose only scope is that of the user's own profile
// (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html).
func (s *Service) signIn(c *client, u *user, now time.Time) (*types.AuthenticationResultType, error) {
	g := newGrant(c, u, []string{scopeAdmin}, now)
	issued, err := s.issue(g, now)
	if err != nil {
		return nil, err
	}
	issued.refresh = s.newRefresh(g, now)
	return issued.result(), nil
}

func (t tokens) result() *types.AuthenticationResultType {
	result := &types.AuthenticationResultType{
		AccessToken: aws.String(t.access), ExpiresIn: t.expiresIn, IdToken: aws.String(t.id), TokenType: aws.String("Bearer"),
	}
	if t.refresh != "" {
		result.RefreshToken = aws.String(t.refresh)
	}
	return result
}
