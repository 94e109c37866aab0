package cognito

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// The codes are the model's; AWS's words are not known.
var (
	errNoRevocation = wire.Errorf("UnsupportedOperationException", "Token revocation is not enabled for the client")
	errNoRefresh    = wire.Errorf("UnsupportedTokenTypeException", "Only refresh tokens can be revoked")
)

// globalSignOut ends what the user was given through any client. "Other requests might be valid until your user's token
// expires" (model): who only verifies tokens, as API Gateway does, takes them until then.
func (s *Service) globalSignOut(r wire.Request, in *idp.GlobalSignOutInput) (*idp.GlobalSignOutOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	for _, origin := range g.user.origins {
		s.revoked[origin] = true
	}
	g.user.origins = nil
	return &idp.GlobalSignOutOutput{}, nil
}

// revokeToken ends one sign-in.
func (s *Service) revokeToken(r wire.Request, in *idp.RevokeTokenInput) (*idp.RevokeTokenOutput, error) {
	c, err := s.publicClient(in.ClientId)
	if err != nil {
		return nil, err
	}
	if err := c.trustSecret(in.ClientSecret, r.Now); err != nil {
		return nil, err
	}
	if err := s.end(c, *in.Token, r.Now); err != nil {
		return nil, err
	}
	return &idp.RevokeTokenOutput{}, nil
}

// end revokes a refresh token and all tokens of its origin. One that isn't known counts as revoked.
func (s *Service) end(c *client, token string, now time.Time) error {
	if !aws.ToBool(c.EnableTokenRevocation) {
		return errNoRevocation
	}
	if _, err := s.verify(c.pool, token, now); err == nil {
		return errNoRefresh
	}
	if known, ok := s.refreshes[token]; ok && known.grant.client == c {
		s.revoked[known.grant.originJTI] = true
	}
	return nil
}
