package cognito

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// Sign-in at a provider of OpenID Connect, and at Google and Apple, which are such. Source unless another stands beside:
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-flow.html.

const backOIDC = "/oauth2/idpresponse"

// departOIDC is where a browser leaves to.
func (st *site) departOIDC(ctx context.Context, one *provider, state, nonce string) (string, error) {
	details := one.ProviderDetails
	query := url.Values{
		"client_id": {details["client_id"]}, "redirect_uri": {st.back(backOIDC)}, "scope": {details["authorize_scopes"]},
		"response_type": {"code"}, "state": {state},
	}
	if plainOAuth[one.ProviderType] {
		return details["authorize_url"] + "?" + query.Encode(), nil
	}
	query.Set("nonce", nonce)
	if one.posts() {
		query.Set("response_mode", "form_post")
	}
	at, err := st.endpoints(ctx, one.ProviderType, details)
	if err != nil {
		return "", err
	}
	return at.Authorize + "?" + query.Encode(), nil
}

// arriveOIDC takes a browser back from a provider.
func (st *site) arriveOIDC(r *http.Request) answer {
	query := r.URL.Query()
	if r.Method == http.MethodPost {
		query = r.PostForm
	}
	left := st.returned(query.Get("state"))
	if left == nil || left.provider.ProviderType == types.IdentityProviderTypeTypeSaml ||
		left.provider.posts() != (r.Method == http.MethodPost) {
		return st.fail(r, "Invalid state", "")
	}
	if failure := query.Get("error"); failure != "" {
		return redirect(r, left.req.back(url.Values{"error": {failure}, "error_description": {query.Get("error_description")}}))
	}
	return st.arrive(r, left, func(ctx context.Context, one *provider) (*person, error) {
		var claims map[string]any
		var err error
		if plainOAuth[one.ProviderType] {
			claims, err = st.profile(ctx, one, query.Get("code"), st.back(backOIDC))
		} else {
			claims, err = st.ask(ctx, one, query.Get("code"), left.nonce, st.back(backOIDC))
		}
		if err != nil {
			return nil, err
		}
		subject, _ := claims[subjects[one.ProviderType]].(string)
		if subject == "" {
			return nil, errors.New("the provider does not say who the user is")
		}
		if one.posts() {
			maps.Copy(claims, posted(query))
		}
		return &person{subject: subject, claims: claims}, nil
	})
}

// endpoints are a provider's, from its discovery document and the details that count instead.
type endpoints struct {
	Issuer     string `json:"issuer"`
	Authorize  string `json:"authorization_endpoint"`
	Token      string `json:"token_endpoint"`
	Attributes string `json:"userinfo_endpoint"`
	Keys       string `json:"jwks_uri"`
}

// endpoints looks a provider's up. Of Google's the address of attributes is left as discovered: the People API, which Cognito asks, is
// not emulated.
func (s *Service) endpoints(
	ctx context.Context, kind types.IdentityProviderTypeType, details map[string]string,
) (endpoints, error) {
	var found endpoints
	if details["authorize_url"] == "" || details["token_url"] == "" || details["attributes_url"] == "" || details["jwks_uri"] == "" {
		if err := s.fetch(ctx, http.MethodGet, details["oidc_issuer"]+"/.well-known/openid-configuration", nil, "", &found); err != nil {
			return found, err
		}
	}
	found.Issuer = cmp.Or(found.Issuer, details["oidc_issuer"])
	found.Authorize = cmp.Or(details["authorize_url"], found.Authorize)
	found.Token = cmp.Or(details["token_url"], found.Token)
	found.Keys = cmp.Or(details["jwks_uri"], found.Keys)
	if kind != types.IdentityProviderTypeTypeGoogle {
		found.Attributes = cmp.Or(details["attributes_url"], found.Attributes)
	}
	return found, nil
}

// ask turns a code into what the provider says of the user: the claims of the ID token, which is verified, and then those of its
// attributes. Cognito sends the secret in the body ("client_secret_post").
func (st *site) ask(
	ctx context.Context, one *provider, code, nonce, back string,
) (map[string]any, error) {
	details := one.ProviderDetails
	at, err := st.endpoints(ctx, one.ProviderType, details)
	if err != nil {
		return nil, err
	}
	var answered struct {
		ID     string `json:"id_token"`
		Access string `json:"access_token"`
	}
	secret, err := one.clientSecret(st.env.Clock.Now())
	if err != nil {
		return nil, err
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {back},
		"client_id": {details["client_id"]}, "client_secret": {secret},
	}
	if err := st.fetch(ctx, http.MethodPost, at.Token, strings.NewReader(form.Encode()), "", &answered); err != nil {
		return nil, err
	}
	claims, err := st.identify(ctx, answered.ID, at, details["client_id"], nonce)
	if err != nil {
		return nil, err
	}
	if at.Attributes == "" {
		return claims, nil
	}
	more := map[string]any{}
	method := cmp.Or(details["attributes_request_method"], http.MethodGet)
	if err := st.fetch(ctx, method, at.Attributes, nil, answered.Access, &more); err != nil {
		return nil, err
	}
	if more["sub"] != claims["sub"] {
		return nil, errors.New("userInfo is of another subject")
	}
	maps.Copy(claims, more)
	return claims, nil
}

// identify verifies an ID token.
func (st *site) identify(ctx context.Context, raw string, at endpoints, clientID, nonce string) (map[string]any, error) {
	var set json.RawMessage
	if err := st.fetch(ctx, http.MethodGet, at.Keys, nil, "", &set); err != nil {
		return nil, err
	}
	keys, err := jwk.Parse(set)
	if err != nil {
		return nil, fmt.Errorf("keys of the provider: %w", err)
	}
	payload, err := jws.Verify([]byte(raw), jws.WithKeySet(keys))
	if err != nil {
		return nil, fmt.Errorf("bad id_token signature: %w", err)
	}
	claims := map[string]any{}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return nil, fmt.Errorf("claims of the id_token: %w", err)
	}
	audience, _ := claims["aud"].([]any)
	expires, _ := claims["exp"].(float64)
	switch subject, _ := claims["sub"].(string); {
	case claims["iss"] != at.Issuer:
		// TimothyJones/github-cognito-openid-wrapper#100
		return nil, fmt.Errorf("Bad id_token issuer %v", claims["iss"]) //nolint:staticcheck // Cognito's words
	case claims["aud"] != clientID && !slices.Contains(audience, any(clientID)):
		return nil, errors.New("bad id_token audience")
	case !st.env.Clock.Now().Before(time.Unix(int64(expires), 0)):
		return nil, errors.New("the id_token has expired")
	case claims["nonce"] != nonce:
		return nil, errors.New("bad id_token nonce")
	case subject == "":
		return nil, errors.New("the id_token has no subject")
	}
	return claims, nil
}

// providerTimeout: Cognito gives up after a while, too; how long it waits is not known.
const providerTimeout = 5 * time.Second

// fetch calls a provider, and reads its answer as JSON.
func (s *Service) fetch(ctx context.Context, method, target string, body io.Reader, token string, into any) error {
	text, err := s.reach(ctx, method, target, body, token)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// reach calls a provider.
func (s *Service) reach(ctx context.Context, method, target string, body io.Reader, token string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, providerTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	client := &http.Client{Transport: s.settings.network}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s of the provider answers %d", request.URL.Path, response.StatusCode)
	}
	return text, nil
}
