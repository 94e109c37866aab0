package cognito

import (
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
	// replaced is until when the token is good after another one took its place, which is successor; zero before.
	replaced  time.Time
	successor *refresh
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

// getTokensFromRefreshToken is for all clients, also for those that rotate refresh tokens.
func (s *Service) getTokensFromRefreshToken(
	r wire.Request, in *idp.GetTokensFromRefreshTokenInput,
) (*idp.GetTokensFromRefreshTokenOutput, error) {
	c, err := s.publicClient(in.ClientId)
	if err != nil {
		return nil, err
	}
	secret := aws.ToString(in.ClientSecret)
	switch {
	case !c.confidential():
	case secret == "":
		return nil, denied("Client %s is configured for secret but secret was not received", *c.ClientId)
	case !c.knows(secret, r.Now):
		return nil, denied("Unable to verify secret hash for client %s", *c.ClientId)
	}
	issued, err := s.redeem(c, *in.RefreshToken, r.Now)
	if err != nil {
		return nil, err
	}
	return &idp.GetTokensFromRefreshTokenOutput{AuthenticationResult: issued.result()}, nil
}

func (c *client) rotates() bool {
	return c.RefreshTokenRotation != nil && c.RefreshTokenRotation.Feature == types.FeatureTypeEnabled
}

// redeem takes a refresh token and gives new tokens. A client that rotates gets another refresh token too, and the old
// one is good for its grace period only (RefreshTokenRotationType, model). Who comes again within that time gets a token in
// the place of the one given before, and no more time (stackd's emulator, which was held against AWS).
func (s *Service) redeem(c *client, token string, now time.Time) (tokens, error) {
	r, ok := s.refreshes[token]
	switch {
	case !ok || !s.alive(r.grant):
		return tokens{}, denied("Invalid Refresh Token")
	case r.grant.client != c:
		return tokens{}, denied("Refresh Token has different Client.") // aws-sdk-js#4016
	case s.revoked[r.grant.originJTI]:
		return tokens{}, denied("Refresh Token has been revoked")
	case !now.Before(r.expires):
		return tokens{}, denied("Refresh Token has expired")
	case !r.replaced.IsZero() && !c.rotates():
		return tokens{}, denied("Refresh Token has been revoked")
	case !r.replaced.IsZero() && !now.Before(r.replaced):
		return tokens{}, wire.Errorf("RefreshTokenReuseException", "Refresh token reuse detected")
	}
	issued, err := s.issue(r.grant, now)
	if err != nil || !c.rotates() {
		return issued, err
	}
	if r.successor != nil {
		r.successor.replaced = now
	} else {
		r.replaced = now.Add(time.Duration(aws.ToInt32(c.RefreshTokenRotation.RetryGracePeriodSeconds)) * time.Second)
	}
	r.successor = &refresh{grant: r.grant, expires: r.expires}
	issued.refresh = newToken()
	s.refreshes[issued.refresh] = r.successor
	return issued, nil
}
