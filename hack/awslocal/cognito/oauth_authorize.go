package cognito

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// authRequest is a checked authorization request. It is in the query of /oauth2/authorize and of every page after it.
type authRequest struct {
	client       *client
	redirectURI  string
	responseType string
	scopes       []string
	state, nonce string
	challenge    string // PKCE; empty without
}

// authorization is an authorization code.
type authorization struct {
	grant       *grant
	redirectURI string
	challenge   string
	expires     time.Time
}

// codeValidity: "a one time use code that is valid for five minutes"
// (https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html).
const codeValidity = 5 * time.Minute

// authorize sends the browser to the login page, to the provider that it names, or, if it is signed in, back with what was asked for.
func (st *site) authorize(r *http.Request) answer {
	req, failure := st.authRequest(r, r.URL.Query())
	if failure != nil {
		return *failure
	}
	if session := st.session(r); session != nil && session.signedIn {
		return st.finish(r, req, session)
	}
	if provider, asks := req.client.asked(r.URL.Query()); provider != nil {
		return st.depart(r, req, provider)
	} else if asks {
		return st.fail(r, "Login option is not available. Please try another one", *req.client.ClientId)
	}
	return redirect(r, "login?"+r.URL.RawQuery)
}

// authRequest reads and checks the parameters of a request, in the order of authorization-endpoint.html: a client or redirect URI that
// can't be trusted leads to the error page, anything else back to the client.
func (st *site) authRequest(r *http.Request, query url.Values) (*authRequest, *answer) {
	c := st.domain.pool.clients[query.Get("client_id")]
	if c == nil {
		failure := st.fail(r, "Client does not exist", "")
		return nil, &failure
	}
	req := &authRequest{
		client:       c,
		redirectURI:  query.Get("redirect_uri"),
		responseType: query.Get("response_type"),
		state:        query.Get("state"),
		nonce:        query.Get("nonce"),
		challenge:    query.Get("code_challenge"),
		scopes:       strings.Fields(query.Get("scope")),
	}
	// "In app clients with one assigned IdP, replaces redirect_uri in authentication requests" (model).
	req.redirectURI = cmp.Or(req.redirectURI, aws.ToString(c.DefaultRedirectURI))
	if !slices.Contains(c.CallbackURLs, req.redirectURI) {
		failure := st.fail(r, "redirect_mismatch", *c.ClientId)
		return nil, &failure
	}
	if !aws.ToBool(c.AllowedOAuthFlowsUserPoolClient) {
		failure := st.fail(r, "Client is not enabled for OAuth2.0 flows.", *c.ClientId)
		return nil, &failure
	}
	if values := req.refuse(query.Get("code_challenge_method")); values != nil {
		failure := redirect(r, req.back(values))
		return nil, &failure
	}
	return req, nil
}

// flows are the flows of a client by the response type that asks for them.
var flows = map[string]types.OAuthFlowType{"code": types.OAuthFlowTypeCode, "token": types.OAuthFlowTypeImplicit}

// refuse tells what is wrong with a request whose redirect URI is right. A wrong scope is an invalid_request with a
// description, as deployments see it, whatever the documentation says.
func (req *authRequest) refuse(method string) url.Values {
	flow := flows[req.responseType]
	switch {
	case flow == "", req.challenge != "" && method != "S256", req.challenge == "" && method != "":
		return url.Values{"error": {"invalid_request"}}
	case !req.client.allowsFlow(flow):
		return url.Values{"error": {"unauthorized_client"}}
	}
	if len(req.scopes) == 0 {
		req.scopes = req.client.AllowedOAuthScopes
	}
	for _, scope := range req.scopes {
		needsOpenID := slices.Contains([]string{scopeEmail, scopePhone, scopeProfile}, scope)
		if !slices.Contains(req.client.AllowedOAuthScopes, scope) || needsOpenID && !slices.Contains(req.scopes, scopeOpenID) ||
			!slices.Contains(standardScopes, scope) && !req.client.pool.hasScope(scope) {
			return url.Values{"error": {"invalid_request"}, "error_description": {"invalid_scope"}}
		}
	}
	return nil
}

// finish answers a sign-in with a code, or with tokens in the fragment.
func (st *site) finish(r *http.Request, req *authRequest, session *session) answer {
	g := newGrant(req.client, session.user, req.scopes, session.authTime)
	g.nonce = req.nonce
	g.oauth = true
	if req.responseType == "code" {
		code := newUUID()
		st.codes[code] = &authorization{
			grant: g, redirectURI: req.redirectURI, challenge: req.challenge, expires: st.now.Add(codeValidity),
		}
		return redirect(r, req.back(url.Values{"code": {code}}))
	}
	issued, err := st.issue(g, tokensOfPages, st.now)
	if err != nil {
		return redirect(r, req.back(url.Values{"error": {"server_error"}}))
	}
	values := url.Values{
		"access_token": {issued.access}, "token_type": {"Bearer"}, "expires_in": {strconv.Itoa(int(issued.expiresIn))},
	}
	if issued.id != "" {
		values.Set("id_token", issued.id)
	}
	return redirect(r, req.back(values))
}

// back is the redirect URI with values and the state: in the query of a code flow, in the fragment of an implicit one.
func (req *authRequest) back(values url.Values) string {
	if req.state != "" {
		values.Set("state", req.state)
	}
	if req.responseType == "token" {
		return req.redirectURI + "#" + values.Encode()
	}
	separator := "?"
	if strings.Contains(req.redirectURI, "?") {
		separator = "&"
	}
	return req.redirectURI + separator + values.Encode()
}
