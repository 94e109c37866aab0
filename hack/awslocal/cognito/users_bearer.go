package cognito

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

var (
	errInvalidToken = denied("Invalid Access Token")
	errRevokedToken = denied("Access Token has been revoked")
	errUserGone     = wire.Errorf(userNotFound, "User does not exist.")
)

// bearer is who calls with an access token, which must have the scope of the user's own profile. Sentences: as apps quote
// them from AWS.
func (s *Service) bearer(token *string, now time.Time) (*grant, error) {
	c := s.clients[clientOf(*token)]
	if c == nil {
		return nil, errInvalidToken
	}
	g, err := s.grantOf(c.pool, *token, now)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(g.scopes, scopeAdmin) {
		return nil, denied("Access Token does not have required scopes")
	}
	return g, nil
}

// clientOf reads the client's id in an access token, before anybody has verified it.
func clientOf(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return ""
	}
	var claims struct {
		ClientID string `json:"client_id"`
	}
	if err := json.Unmarshal(decoded, &claims); err != nil {
		return ""
	}
	return claims.ClientID
}

// grantOf reads a user's access token back, if it is still good.
func (s *Service) grantOf(p *pool, raw string, now time.Time) (*grant, error) {
	claims, err := s.verify(p, raw, now)
	if errors.Is(err, errTokenExpired) {
		return nil, denied("Access Token has expired")
	}
	if err != nil || claims["token_use"] != "access" {
		return nil, errInvalidToken
	}
	name, _ := claims["username"].(string)
	origin, _ := claims["origin_jti"].(string)
	clientID, _ := claims["client_id"].(string)
	scope, _ := claims["scope"].(string)
	c, u := p.clients[clientID], p.users[name]
	switch {
	case c == nil:
		return nil, errInvalidToken
	case s.revoked[origin]:
		return nil, errRevokedToken
	case u == nil || u.sub() != claims["sub"]:
		return nil, errUserGone
	}
	return &grant{client: c, user: u, scopes: strings.Fields(scope), oauth: true}, nil
}

// getUser shows a user the attributes that the client may read.
func (s *Service) getUser(r wire.Request, in *idp.GetUserInput) (*idp.GetUserOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	shown := user{attributes: g.attributes()}
	shown.attributes["sub"] = g.user.sub()
	return &idp.GetUserOutput{
		Username:            aws.String(g.user.name),
		UserAttributes:      shown.attributeList(nil),
		PreferredMfaSetting: g.user.preferredSetting(),
		UserMFASettingList:  g.user.factorList(),
	}, nil
}
