package cognito

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// refresh is a refresh token.
type refresh struct {
	grant   *grant
	expires time.Time
	// retired is until when a token is good that was rotated out; zero, while it wasn't.
	retired time.Time
	child   *refresh // the newest token that it was rotated for
}

var (
	errInvalidRefresh = denied("Invalid Refresh Token")
	errReusedRefresh  = wire.Errorf("RefreshTokenReuseException", "Refresh token reuse detected")
)

// rotates tells whether the client gets another refresh token with every refresh.
func (c *client) rotates() bool {
	return c.RefreshTokenRotation != nil && c.RefreshTokenRotation.Feature == types.FeatureTypeEnabled
}

// alive tells whether the pool, the client and the user of a grant are still there.
func (s *Service) alive(g *grant) bool {
	return s.clients[*g.client.ClientId] == g.client && (g.user == nil || g.client.pool.users[g.user.name] == g.user)
}

// newRefresh makes a refresh token for a grant.
func (s *Service) newRefresh(g *grant, now time.Time) string {
	token := newToken()
	s.refreshes[token] = &refresh{grant: g, expires: now.Add(g.client.refreshValidity())}
	return token
}

func (s *Service) refreshAuth(c *client, parameters map[string]string, now time.Time) (*idp.InitiateAuthOutput, error) {
	issued, err := s.redeem(c, parameters["REFRESH_TOKEN"], now)
	if err != nil {
		return nil, err
	}
	return &idp.InitiateAuthOutput{AuthenticationResult: issued.result(), ChallengeParameters: map[string]string{}}, nil
}

// getTokensFromRefreshToken serves clients with and without rotation. It takes the secret itself, not a hash.
func (s *Service) getTokensFromRefreshToken(
	r wire.Request, in *idp.GetTokensFromRefreshTokenInput,
) (*idp.GetTokensFromRefreshTokenOutput, error) {
	c, err := s.publicClient(in.ClientId)
	if err != nil {
		return nil, err
	}
	if err := c.trustSecret(in.ClientSecret, r.Now); err != nil {
		return nil, err
	}
	issued, err := s.redeem(c, *in.RefreshToken, r.Now)
	if errors.Is(err, errInvalidRefresh) {
		err = denied("Invalid Refresh Token.") // aws-sdk-js-v3#7162
	}
	if err != nil {
		return nil, err
	}
	return &idp.GetTokensFromRefreshTokenOutput{AuthenticationResult: issued.result()}, nil
}

// trustSecret checks the secret of a client that has one.
func (c *client) trustSecret(secret *string, now time.Time) error {
	switch {
	case !c.confidential():
	case aws.ToString(secret) == "":
		return denied("Client %s is configured for secret but secret was not received", *c.ClientId)
	case !c.knows(*secret, now):
		return denied("Unable to verify secret hash for client %s", *c.ClientId)
	}
	return nil
}

// redeem takes a refresh token and gives new tokens. A client that rotates gets another refresh token too, "valid for the
// remaining duration of the original" (amazon-cognito-user-pools-using-the-refresh-token.html), and the old one is good for
// its grace period only (RefreshTokenRotationType, model).
func (s *Service) redeem(c *client, token string, now time.Time) (tokens, error) {
	r, ok := s.refreshes[token]
	switch {
	case !ok || !s.alive(r.grant):
		return tokens{}, errInvalidRefresh
	case r.grant.client != c:
		return tokens{}, denied("Refresh Token has different Client.") // aws-sdk-js#4016
	case s.revoked[r.grant.originJTI]:
		return tokens{}, denied("Refresh Token has been revoked")
	case !now.Before(r.expires):
		return tokens{}, denied("Refresh Token has expired")
	case !r.retired.IsZero() && !c.rotates():
		return tokens{}, denied("Refresh Token has been revoked")
	case !r.retired.IsZero() && !now.Before(r.retired):
		return tokens{}, errReusedRefresh
	}
	issued, err := s.issue(r.grant, tokensOfRefresh, now)
	if err == nil && c.rotates() {
		issued.refresh = s.rotate(r, now)
	}
	return issued, err
}

// rotate replaces a refresh token. Of the tokens that one was replaced by within its grace period, the last is good.
func (s *Service) rotate(r *refresh, now time.Time) string {
	if r.retired.IsZero() {
		grace := aws.ToInt32(r.grant.client.RefreshTokenRotation.RetryGracePeriodSeconds)
		r.retired = now.Add(time.Duration(grace) * time.Second)
	}
	if r.child != nil {
		r.child.retired = now
	}
	token := newToken()
	r.child = &refresh{grant: r.grant, expires: r.expires}
	s.refreshes[token] = r.child
	return token
}
