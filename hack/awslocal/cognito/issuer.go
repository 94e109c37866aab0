package cognito

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// issuer is the URL that a pool's tokens name. In AWS it is https://cognito-idp.{Region}.amazonaws.com/{pool}, or
// https://issuer-cognito-idp.{Region}.amazonaws.com/{pool} for an UPDATED issuer (model: IssuerConfigurationType); here the server's own
// address stands for both, with a folder for the second. Both serve the same keys.
func (s *Service) issuer(p *pool) string {
	if config := p.IssuerConfiguration; config != nil && config.Type == types.IssuerTypeUpdated {
		return s.env.BaseURL() + "/issuer/" + *p.Id
	}
	return s.env.BaseURL() + "/" + *p.Id
}

// ServeIssuer serves what OpenID Connect clients discover below a pool's issuer.
func (s *Service) ServeIssuer(poolID string, w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	a := s.answerIssuer(poolID, r.URL.Path)
	s.mu.Unlock()
	a.header.Set("Access-Control-Allow-Origin", "*")
	a.writeTo(w)
}

func (s *Service) answerIssuer(poolID, path string) answer {
	p, ok := s.pools[poolID]
	if !ok {
		return jsonAnswer(http.StatusNotFound, map[string]string{"message": "User pool " + poolID + " does not exist."})
	}
	switch path {
	case "/.well-known/openid-configuration":
		return jsonAnswer(http.StatusOK, s.discovery(p))
	case "/.well-known/jwks.json":
		keys, err := p.keys.load()
		if err != nil {
			return jsonAnswer(http.StatusInternalServerError, map[string]string{"message": err.Error()})
		}
		return jsonAnswer(http.StatusOK, keys.public)
	}
	return jsonAnswer(http.StatusNotFound, map[string]string{"message": "Not found"})
}

// discovery has the members of Cognito's document. The endpoints are the domain's, and missing without one.
func (s *Service) discovery(p *pool) map[string]any {
	document := map[string]any{
		"issuer":                                s.issuer(p),
		"jwks_uri":                              s.issuer(p) + "/.well-known/jwks.json",
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"response_types_supported":              []types.OAuthFlowType{types.OAuthFlowTypeCode, "token"},
		"scopes_supported":                      []string{scopeOpenID, scopeEmail, scopePhone, scopeProfile},
		"subject_types_supported":               []string{"public"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
	}
	for _, d := range s.domains {
		if d.pool != p {
			continue
		}
		base := d.baseURL(s.env.BaseURL())
		document["authorization_endpoint"] = base + "/oauth2/authorize"
		document["token_endpoint"] = base + "/oauth2/token"
		document["userinfo_endpoint"] = base + "/oauth2/userInfo"
		document["revocation_endpoint"] = base + "/oauth2/revoke"
		document["end_session_endpoint"] = base + "/logout"
	}
	return document
}

// answer is an HTTP response that is written once the service's memory is free again.
type answer struct {
	status int
	header http.Header
	body   []byte
	// outside gives the answer instead, without the service's lock: it calls somebody else.
	outside func(context.Context) answer
}

func jsonAnswer(status int, v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		return answer{status: http.StatusInternalServerError, header: http.Header{}}
	}
	return answer{status: status, header: http.Header{"Content-Type": {"application/json;charset=UTF-8"}}, body: body}
}

func (a answer) writeTo(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // fails only if the reader has gone
}
