package cognito

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// authFlow is a way to sign in.
type authFlow struct {
	allowedBy []types.ExplicitAuthFlowsType // a client needs one of them
	refusal   string                        // for a client that has none
	required  []string                      // parameters
	begin     func(*Service, *client, map[string]string, time.Time) (*idp.InitiateAuthOutput, error)
}

var (
	passwordFlow = authFlow{
		[]types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeUserPasswordAuth,
		},
		"USER_PASSWORD_AUTH flow not enabled for this client",
		[]string{"USERNAME", "PASSWORD"},
		(*Service).passwordAuth,
	}
	adminPasswordFlow = authFlow{
		[]types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth, types.ExplicitAuthFlowsTypeAdminNoSrpAuth,
		},
		"Auth flow not enabled for this client",
		[]string{"USERNAME", "PASSWORD"},
		(*Service).passwordAuth,
	}
	// Legacy flows were added to SRP, all but CUSTOM_AUTH_FLOW_ONLY.
	srpFlow = authFlow{
		[]types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAdminNoSrpAuth,
			types.ExplicitAuthFlowsTypeUserPasswordAuth,
		},
		"USER_SRP_AUTH is not enabled for the client.",
		[]string{"USERNAME", "SRP_A"},
		(*Service).srpAuth,
	}
	choiceFlow = authFlow{
		[]types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserAuth},
		"USER_AUTH flow not enabled for this client",
		[]string{"USERNAME"},
		(*Service).choiceAuth,
	}
	refreshFlow = authFlow{
		[]types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth, types.ExplicitAuthFlowsTypeAdminNoSrpAuth,
			types.ExplicitAuthFlowsTypeCustomAuthFlowOnly, types.ExplicitAuthFlowsTypeUserPasswordAuth,
		},
		"REFRESH_TOKEN_AUTH flow not enabled for this client",
		[]string{"REFRESH_TOKEN"},
		(*Service).refreshAuth,
	}
)

// userFlows are those of InitiateAuth, adminFlows those of AdminInitiateAuth (getmoto/moto#4836: AWS confirmed which).
var (
	userFlows = map[types.AuthFlowType]authFlow{
		types.AuthFlowTypeUserPasswordAuth: passwordFlow,
		types.AuthFlowTypeUserSrpAuth:      srpFlow,
		types.AuthFlowTypeUserAuth:         choiceFlow,
		types.AuthFlowTypeCustomAuth:       customFlow,
		types.AuthFlowTypeRefreshTokenAuth: refreshFlow,
		types.AuthFlowTypeRefreshToken:     refreshFlow,
	}
	adminFlows = map[types.AuthFlowType]authFlow{
		types.AuthFlowTypeAdminUserPasswordAuth: adminPasswordFlow,
		types.AuthFlowTypeAdminNoSrpAuth:        adminPasswordFlow,
		types.AuthFlowTypeUserSrpAuth:           srpFlow,
		types.AuthFlowTypeUserAuth:              choiceFlow,
		types.AuthFlowTypeCustomAuth:            customFlow,
		types.AuthFlowTypeRefreshTokenAuth:      refreshFlow,
		types.AuthFlowTypeRefreshToken:          refreshFlow,
	}
)

func (s *Service) initiateAuth(r wire.Request, in *idp.InitiateAuthInput) (*idp.InitiateAuthOutput, error) {
	c, err := s.publicClient(in.ClientId)
	if err != nil {
		return nil, err
	}
	return s.beginAuth(userFlows, in.AuthFlow, c, in.AuthParameters, in.ClientMetadata, in.Session, r.Now)
}

func (s *Service) adminInitiateAuth(r wire.Request, in *idp.AdminInitiateAuthInput) (*idp.AdminInitiateAuthOutput, error) {
	_, c, err := s.client(r, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	out, err := s.beginAuth(adminFlows, in.AuthFlow, c, in.AuthParameters, in.ClientMetadata, in.Session, r.Now)
	if err != nil {
		return nil, err
	}
	return (*idp.AdminInitiateAuthOutput)(out), nil
}

func (s *Service) beginAuth(
	flows map[types.AuthFlowType]authFlow, name types.AuthFlowType, c *client, parameters, metadata map[string]string,
	session *string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	flow, ok := flows[name]
	if !ok {
		return nil, invalid("Initiate Auth method not supported.")
	}
	if err := requireParameters(parameters, flow.required...); err != nil {
		return nil, err
	}
	if err := c.trust(secretHash(parameters), s.signers(parameters)...); err != nil {
		return nil, err
	}
	if !c.allowsAuth(flow.allowedBy...) {
		return nil, invalid("%s", flow.refusal)
	}
	if err := s.preAuthentication(c, parameters["USERNAME"], metadata); err != nil {
		return nil, err
	}
	if name == types.AuthFlowTypeUserAuth && session != nil {
		return s.enterAfterSignUp(c, session, parameters["USERNAME"], now)
	}
	return flow.begin(s, c, parameters, now)
}

// signers are the names of whoever signs in, of which a secret hash may be made.
func (s *Service) signers(parameters map[string]string) []string {
	if known, ok := s.refreshes[parameters["REFRESH_TOKEN"]]; ok {
		return []string{known.grant.user.name, known.grant.user.sub()}
	}
	return []string{parameters["USERNAME"]}
}

func requireParameters(parameters map[string]string, names ...string) error {
	for _, name := range names {
		if parameters[name] == "" {
			return invalid("Missing required parameter %s", name)
		}
	}
	return nil
}

func secretHash(parameters map[string]string) *string {
	if hash, ok := parameters["SECRET_HASH"]; ok {
		return &hash
	}
	return nil
}

func (s *Service) passwordAuth(c *client, parameters map[string]string, now time.Time) (*idp.InitiateAuthOutput, error) {
	u, err := s.authenticate(c, parameters["USERNAME"], parameters["PASSWORD"], now)
	if err != nil {
		return nil, err
	}
	next, err := s.demand(c, u, now)
	if next != nil {
		next.ChallengeParameters["USER_ID_FOR_SRP"] = u.name
	}
	return s.conclude(c, u, next, err, now)
}

// demand asks a user whose password was proven for what else is needed: another password, a second factor; nil if
// nothing is.
func (s *Service) demand(c *client, u *user, now time.Time) (*idp.InitiateAuthOutput, error) {
	if u.status == types.UserStatusTypeForceChangePassword {
		return s.demandPassword(c, u, now)
	}
	return s.demandFactor(c, u, now)
}

// conclude answers with what is asked next or, if that is nothing, with tokens.
func (s *Service) conclude(
	c *client, u *user, next *idp.InitiateAuthOutput, err error, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	if err != nil || next != nil {
		return next, err
	}
	result, err := s.signIn(c, u, now)
	return &idp.InitiateAuthOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, err
}

// signIn gives the tokens of an API sign-in, whose only scope is that of the user's own profile
// (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html).
func (s *Service) signIn(c *client, u *user, now time.Time) (*types.AuthenticationResultType, error) {
	if err := s.postAuthentication(c, u); err != nil {
		return nil, err
	}
	g := newGrant(c, u, []string{scopeAdmin}, now)
	issued, err := s.issue(g, tokensOfSignIn, now)
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
