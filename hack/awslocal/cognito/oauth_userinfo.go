package cognito

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// userInfo tells the bearer of an access token about its user:
// https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html. All values are strings, that of
// email_verified too.
func (st *site) userInfo(r *http.Request) answer {
	raw, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return unauthorized(http.StatusBadRequest, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint")
	}
	g := st.grantOf(raw)
	if g == nil {
		return unauthorized(http.StatusUnauthorized, "invalid_token",
			"Access token is expired, disabled, or deleted, or the user has globally signed out.")
	}
	if !slices.Contains(g.scopes, scopeOpenID) {
		return unauthorized(http.StatusUnauthorized, "invalid_token", "Access token does not contain openid scope")
	}
	info := g.readable()
	info["sub"] = g.user.sub()
	info["username"] = g.user.name
	return jsonAnswer(http.StatusOK, info)
}

// grantOf reads a user's access token back; nil if it isn't one that is still good.
func (st *site) grantOf(raw string) *grant {
	claims, err := st.verify(st.domain.pool, raw, st.now)
	if err != nil || claims["token_use"] != "access" {
		return nil
	}
	name, _ := claims["username"].(string)
	origin, _ := claims["origin_jti"].(string)
	clientID, _ := claims["client_id"].(string)
	scope, _ := claims["scope"].(string)
	c, u := st.domain.pool.clients[clientID], st.domain.pool.users[name]
	if c == nil || u == nil || st.revoked[origin] {
		return nil
	}
	return &grant{client: c, user: u, scopes: strings.Fields(scope), oauth: true}
}

func unauthorized(status int, code, description string) answer {
	a := jsonAnswer(status, oauthError{Code: code, Description: description})
	a.header.Set("WWW-Authenticate", fmt.Sprintf("error=%q, error_description=%q", code, description))
	return a
}
