package cognito

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v3/jws"
)

// grant is one sign-in, or one request of a machine: who got what, through which client. All tokens that ever come of
// it share its origin.
type grant struct {
	client    *client
	user      *user // nil for client credentials
	scopes    []string
	nonce     string
	authTime  time.Time
	originJTI string
	eventID   string
	// oauth tells tokens of the domain's endpoints from those of InitiateAuth: they have a version, and ID tokens hold
	// what the scopes allow.
	oauth bool
}

func newGrant(c *client, u *user, scopes []string, now time.Time) *grant {
	g := &grant{client: c, user: u, scopes: scopes, authTime: now, originJTI: newUUID(), eventID: newUUID()}
	if u != nil {
		u.origins = append(u.origins, g.originJTI)
	}
	return g
}

// tokens are the answer to a grant.
type tokens struct {
	access, id, refresh string
	expiresIn           int32
}

// issue signs the tokens of a grant: an access token, and an ID token if a user signed in and the scopes say openid.
// Claims: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
// and …-using-the-id-token.html.
func (s *Service) issue(g *grant, source tokenSource, now time.Time) (tokens, error) {
	keys, err := g.client.pool.keys.load()
	if err != nil {
		return tokens{}, err
	}
	accessClaims, idClaims := s.accessClaims(g, now), map[string]any(nil)
	if g.user != nil && (!g.oauth || slices.Contains(g.scopes, scopeOpenID)) {
		idClaims = s.idClaims(g, now)
	}
	if err := s.preTokenGeneration(g, source, accessClaims, idClaims); err != nil {
		return tokens{}, err
	}
	access, err := sign(keys.access, accessClaims)
	if err != nil {
		return tokens{}, err
	}
	issued := tokens{access: access, expiresIn: int32(g.client.accessLifetime().Seconds())}
	if idClaims != nil {
		if g.oauth {
			// OpenID Connect Core 1.0, 3.2.2.10: the left half of the access token's hash.
			half := sha256.Sum256([]byte(access))
			idClaims["at_hash"] = base64.RawURLEncoding.EncodeToString(half[:16])
		}
		issued.id, err = sign(keys.id, idClaims)
	}
	return issued, err
}

// accessLifetime and idLifetime are the client's, or an hour.
func (c *client) accessLifetime() time.Duration {
	if d := c.accessValidity(); d > 0 {
		return d
	}
	return time.Hour
}

func (c *client) idLifetime() time.Duration {
	if d := c.idValidity(); d > 0 {
		return d
	}
	return time.Hour
}

func (s *Service) accessClaims(g *grant, now time.Time) map[string]any {
	claims := map[string]any{
		"iss":       s.issuer(g.client.pool),
		"client_id": *g.client.ClientId,
		"sub":       *g.client.ClientId, // a machine is its own subject
		"token_use": "access",
		"scope":     strings.Join(g.scopes, " "),
		"auth_time": g.authTime.Unix(),
		"iat":       now.Unix(),
		"exp":       now.Add(g.client.accessLifetime()).Unix(),
		"jti":       newUUID(),
	}
	if g.oauth {
		claims["version"] = 2
	}
	if g.user != nil {
		claims["sub"] = g.user.sub()
		claims["username"] = g.user.name
		claims["origin_jti"] = g.originJTI
		claims["event_id"] = g.eventID
		g.user.addGroups(claims)
	}
	return claims
}

func (s *Service) idClaims(g *grant, now time.Time) map[string]any {
	claims := map[string]any{}
	for name, value := range g.readable() {
		claims[name] = value
		if strings.HasSuffix(name, "_verified") {
			claims[name] = value == "true"
		}
	}
	claims["iss"] = s.issuer(g.client.pool)
	claims["aud"] = *g.client.ClientId
	claims["sub"] = g.user.sub()
	claims["cognito:username"] = g.user.name
	claims["token_use"] = "id"
	claims["auth_time"] = g.authTime.Unix()
	claims["iat"] = now.Unix()
	claims["exp"] = now.Add(g.client.idLifetime()).Unix()
	claims["jti"] = newUUID()
	claims["origin_jti"] = g.originJTI
	claims["event_id"] = g.eventID
	g.user.addGroups(claims)
	g.user.addRoles(claims)
	g.user.addIdentities(claims)
	if g.nonce != "" {
		claims["nonce"] = g.nonce
	}
	return claims
}

// profileClaims are what the scope profile stands for: OpenID Connect Core 1.0, 5.4.
var profileClaims = []string{
	"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
	"gender", "birthdate", "zoneinfo", "locale", "updated_at",
}

// readable are the user's attributes that the client may see. Scopes narrow them, but openid without another OpenID scope
// doesn't (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html).
func (g *grant) readable() map[string]string {
	attributes := g.attributes()
	narrowed := g.oauth && slices.ContainsFunc(g.scopes, func(scope string) bool {
		return scope == scopeEmail || scope == scopePhone || scope == scopeProfile
	})
	maps.DeleteFunc(attributes, func(name, _ string) bool { return narrowed && !slices.Contains(g.scopes, scopeOf(name)) })
	return attributes
}

// attributes are those that the client may see whatever the scopes are: the standard ones if it doesn't list any (model).
func (g *grant) attributes() map[string]string {
	attributes := map[string]string{}
	for name, value := range g.user.attributes {
		if slices.Contains(g.client.ReadAttributes, name) || g.client.ReadAttributes == nil && !strings.Contains(name, ":") {
			attributes[name] = value
		}
	}
	return attributes
}

func scopeOf(attribute string) string {
	switch attribute {
	case "email", "email_verified":
		return scopeEmail
	case "phone_number", "phone_number_verified":
		return scopePhone
	}
	if slices.Contains(profileClaims, attribute) {
		return scopeProfile
	}
	return ""
}

// Verify checks a token of the pool with the given ARN: its signature, its issuer, and that it hasn't expired. It
// returns the claims as JSON has them, numbers as [json.Number]. That a token was revoked can't be seen from outside.
func (s *Service) Verify(poolARN, rawToken string, now time.Time) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pools {
		if *p.Arn == poolARN {
			return s.verify(p, rawToken, now)
		}
	}
	return nil, fmt.Errorf("no user pool %s", poolARN)
}

var errTokenExpired = errors.New("expired")

func (s *Service) verify(p *pool, rawToken string, now time.Time) (map[string]any, error) {
	keys, err := p.keys.load()
	if err != nil {
		return nil, err
	}
	payload, err := jws.Verify([]byte(rawToken), jws.WithKeySet(keys.public))
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	var claims map[string]any
	if err := decoder.Decode(&claims); err != nil {
		return nil, fmt.Errorf("claims: %w", err)
	}
	if issuer := s.issuer(p); claims["iss"] != issuer {
		return nil, fmt.Errorf("issuer %v, want %s", claims["iss"], issuer)
	}
	if exp, _ := claims["exp"].(json.Number).Int64(); now.Unix() >= exp {
		return nil, fmt.Errorf("%w at %s", errTokenExpired, time.Unix(exp, 0).UTC())
	}
	return claims, nil
}
