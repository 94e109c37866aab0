package cognito

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// oauthError is the body of a refusal. Cognito rarely describes more than the code:
// https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html.
type oauthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

func (e *oauthError) Error() string { return e.Code }

var (
	errInvalidRequest = &oauthError{Code: "invalid_request"}
	errInvalidClient  = &oauthError{Code: "invalid_client"}
	errInvalidSecret  = &oauthError{Code: "invalid_client", Description: "invalid_client_secret"} // deployments' logs
	errInvalidGrant   = &oauthError{Code: "invalid_grant"}
	errInvalidScope   = &oauthError{Code: "invalid_scope"}
	errUnauthorized   = &oauthError{Code: "unauthorized_client"}
	errUnsupported    = &oauthError{Code: "unsupported_grant_type"}
)

// tokenResponse is the body of tokens.
type tokenResponse struct {
	IDToken      string `json:"id_token,omitempty"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	ExpiresIn    int32  `json:"expires_in"`
	TokenType    string `json:"token_type"`
}

// token exchanges a code, a refresh token or a client's secret for tokens.
func (st *site) token(r *http.Request) answer {
	issued, err := st.exchange(r)
	if err != nil {
		return refusal(http.StatusBadRequest, err)
	}
	a := jsonAnswer(http.StatusOK, tokenResponse{
		IDToken:      issued.id,
		AccessToken:  issued.access,
		RefreshToken: issued.refresh,
		ExpiresIn:    issued.expiresIn,
		TokenType:    "Bearer",
	})
	a.header.Set("Cache-Control", "no-store")
	return a
}

func refusal(status int, err error) answer {
	if e, ok := errors.AsType[*oauthError](err); ok {
		return jsonAnswer(status, e)
	}
	return jsonAnswer(http.StatusInternalServerError, oauthError{Code: "server_error", Description: err.Error()})
}

func (st *site) exchange(r *http.Request) (tokens, error) {
	c, err := st.authenticateClient(r)
	if err != nil {
		return tokens{}, err
	}
	switch r.PostForm.Get("grant_type") {
	case "":
		return tokens{}, errInvalidRequest
	case "authorization_code":
		return st.exchangeCode(c, r.PostForm)
	case "refresh_token":
		return st.exchangeRefresh(c, r.PostForm)
	case "client_credentials":
		return st.exchangeCredentials(c, r.PostForm)
	}
	return tokens{}, errUnsupported
}

// authenticateClient takes the client's id and secret from the Authorization header or from the form.
func (st *site) authenticateClient(r *http.Request) (*client, error) {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	c := st.domain.pool.clients[id]
	if c == nil {
		return nil, errInvalidClient
	}
	if !c.knows(secret, st.now) {
		return nil, errInvalidSecret
	}
	return c, nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// exchangeCode takes a code once: it is gone however the exchange ends.
func (st *site) exchangeCode(c *client, form url.Values) (tokens, error) {
	if !c.allowsFlow(types.OAuthFlowTypeCode) {
		return tokens{}, errUnauthorized
	}
	if form.Get("code") == "" || form.Get("redirect_uri") == "" {
		return tokens{}, errInvalidRequest
	}
	a, ok := st.codes[form.Get("code")]
	if !ok || a.grant.client != c {
		return tokens{}, errInvalidGrant
	}
	delete(st.codes, form.Get("code"))
	if !st.now.Before(a.expires) || !st.alive(a.grant) ||
		a.redirectURI != form.Get("redirect_uri") || !a.proves(form.Get("code_verifier")) {
		return tokens{}, errInvalidGrant
	}
	issued, err := st.issue(a.grant, tokensOfPages, st.now)
	if err != nil {
		return tokens{}, err
	}
	issued.refresh = st.newRefresh(a.grant, st.now)
	return issued, nil
}

// proves checks a PKCE verifier: RFC 7636, 4.6.
func (a *authorization) proves(verifier string) bool {
	if a.challenge == "" {
		return true
	}
	sum := sha256.Sum256([]byte(verifier))
	return same(base64.RawURLEncoding.EncodeToString(sum[:]), a.challenge)
}

func (st *site) exchangeRefresh(c *client, form url.Values) (tokens, error) {
	token := form.Get("refresh_token")
	if token == "" {
		return tokens{}, errInvalidRequest
	}
	if known, ok := st.refreshes[token]; !ok || known.grant.client != c {
		return tokens{}, errInvalidGrant
	}
	issued, err := st.redeem(c, token, st.now)
	if err != nil {
		return tokens{}, errInvalidGrant
	}
	return issued, nil
}

// exchangeCredentials gives a machine an access token with the client's scopes, or some of them.
func (st *site) exchangeCredentials(c *client, form url.Values) (tokens, error) {
	if !c.allowsFlow(types.OAuthFlowTypeClientCredentials) {
		return tokens{}, errUnauthorized
	}
	scopes := strings.Fields(form.Get("scope"))
	if len(scopes) == 0 {
		scopes = c.AllowedOAuthScopes
	}
	for _, scope := range scopes {
		if !slices.Contains(c.AllowedOAuthScopes, scope) || !c.pool.hasScope(scope) {
			return tokens{}, errInvalidScope
		}
	}
	g := newGrant(c, nil, scopes, st.now)
	g.oauth = true
	return st.issue(g, tokensOfProgram, st.now)
}

// revoke ends a refresh token and all tokens of its origin:
// https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html.
func (st *site) revoke(r *http.Request) answer {
	c, err := st.authenticateClient(r)
	if err != nil {
		return refusal(http.StatusUnauthorized, err)
	}
	token := r.PostForm.Get("token")
	if token == "" {
		return refusal(http.StatusBadRequest, errInvalidRequest)
	}
	switch err := st.end(c, token, st.now); {
	case errors.Is(err, errNoRevocation):
		return refusal(http.StatusBadRequest, errInvalidRequest)
	case err != nil:
		return refusal(http.StatusBadRequest, &oauthError{Code: "unsupported_token_type"})
	}
	return answer{status: http.StatusOK, header: http.Header{}}
}
