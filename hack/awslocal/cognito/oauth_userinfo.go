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
	g, err := st.grantOf(st.domain.pool, raw, st.now)
	if err != nil {
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

func unauthorized(status int, code, description string) answer {
	a := jsonAnswer(status, oauthError{Code: code, Description: description})
	a.header.Set("WWW-Authenticate", fmt.Sprintf("error=%q, error_description=%q", code, description))
	return a
}
