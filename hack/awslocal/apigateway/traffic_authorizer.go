package apigateway

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

var (
	errUnauthorized = &failure{
		kind:      types.GatewayResponseTypeUnauthorized,
		errorType: "UnauthorizedException",
		message:   "Unauthorized",
	}
	errExpired = &failure{
		kind:      types.GatewayResponseTypeUnauthorized,
		errorType: "UnauthorizedException",
		message:   "The incoming token has expired",
	}
)

// authorize lets the request pass or not, by the method's type of authorization.
func (x *exchange) authorize() error {
	switch *x.method.AuthorizationType {
	case authIAM:
		return x.authorizeIAM()
	case authCognito:
		return x.authorizeCognito()
	case authCustom: // Lambda authorizers aren't called: their methods stay shut
		return &failure{
			kind:      types.GatewayResponseTypeAuthorizerConfigurationError,
			errorType: "AuthorizerConfigurationException",
		}
	}
	return nil
}

// authorizeIAM wants a signature and doesn't verify it, as the control plane does.
func (x *exchange) authorizeIAM() error {
	if strings.HasPrefix(x.request.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		return nil
	}
	return &failure{
		kind:      types.GatewayResponseTypeMissingAuthenticationToken,
		errorType: "MissingAuthenticationTokenException",
		message:   "Missing Authentication Token",
	}
}

// authorizeCognito takes an ID token if the method has no scopes, and otherwise an access token with one of them:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
func (x *exchange) authorizeCognito() error {
	a := x.authorizer(x.method.AuthorizerId)
	token := x.bearer(a)
	if token == "" {
		return errUnauthorized
	}
	claims, err := x.verified(a, token)
	if err != nil {
		return err
	}
	scopes := x.method.AuthorizationScopes
	wanted := "id"
	if len(scopes) > 0 {
		wanted = "access"
	}
	if claims["token_use"] != wanted {
		return errUnauthorized
	}
	scope, _ := claims["scope"].(string)
	granted := strings.Fields(scope)
	if len(scopes) > 0 && !slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(granted, s) }) {
		return &failure{
			kind:      types.GatewayResponseTypeAccessDenied,
			errorType: "AccessDeniedException",
			message:   "User is not authorized to access this resource",
		}
	}
	x.claims = stringClaims(claims)
	return nil
}

// bearer is the token in the header that the authorizer names; the scheme before it may be missing.
func (x *exchange) bearer(a *types.Authorizer) string {
	name := "Authorization"
	if header, ok := strings.CutPrefix(text(a.IdentitySource), "method.request.header."); ok {
		name = header
	}
	value := strings.TrimSpace(x.request.Header.Get(name))
	if scheme, token, ok := strings.Cut(value, " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return value
}

// verified returns the claims of a token from one of the authorizer's pools.
func (x *exchange) verified(a *types.Authorizer, token string) (map[string]any, error) {
	key := authorizationKey{x.apiID, *x.stage.StageName, x.deploymentID, *a.Id, token}
	cached := !x.service.facts.NeverCachesAuthorizers
	if claims, ok := x.service.authorizations.get(key, x.now); ok && cached {
		return claims, nil
	}
	for _, pool := range a.ProviderARNs {
		claims, err := x.service.backends.Verify(pool, token, x.now)
		if err != nil {
			continue
		}
		if !audienceFits(a, claims) {
			return nil, errUnauthorized
		}
		if cached {
			x.service.authorizations.put(key, claims, x.cachedUntil(a, token))
		}
		return claims, nil
	}
	if x.wasGood(a, token) {
		return nil, errExpired
	}
	return nil, errUnauthorized
}

// wasGood tells a token whose only fault is its age: a second before it expired it would have passed.
func (x *exchange) wasGood(a *types.Authorizer, token string) bool {
	expiry, ok := expiryOf(token)
	return ok && slices.ContainsFunc(a.ProviderARNs, func(pool string) bool {
		_, err := x.service.backends.Verify(pool, token, expiry.Add(-time.Second))
		return err == nil
	})
}

// expiryOf reads when a token says that it expires, without verifying anything.
func expiryOf(token string) (time.Time, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return time.Time{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}, false
	}
	var claims struct {
		Exp int64 `json:"exp"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil || claims.Exp == 0 {
		return time.Time{}, false
	}
	return time.Unix(claims.Exp, 0), true
}

// audienceFits applies the identity validation expression, which a pool's authorizer matches with the audience.
func audienceFits(a *types.Authorizer, claims map[string]any) bool {
	expression := text(a.IdentityValidationExpression)
	if expression == "" {
		return true
	}
	re, err := regexp.Compile("^(?:" + expression + ")$")
	if err != nil {
		return false
	}
	audience, ok := claims["aud"]
	return ok && re.MatchString(claimText("aud", audience))
}

const defaultTTL = 300 // seconds

// cachedUntil is the end of the authorizer's time to live, or of the token's life if that comes first.
func (x *exchange) cachedUntil(a *types.Authorizer, token string) time.Time {
	seconds := int32(defaultTTL)
	if a.AuthorizerResultTtlInSeconds != nil {
		seconds = *a.AuthorizerResultTtlInSeconds
	}
	until := x.now.Add(time.Duration(seconds) * time.Second)
	if expiry, ok := expiryOf(token); ok && expiry.Before(until) {
		return expiry
	}
	return until
}

// checkKey: there are no API keys here, so that a method that wants one is shut to everybody.
func (x *exchange) checkKey() error {
	if !aws.ToBool(x.method.ApiKeyRequired) {
		return nil
	}
	return &failure{
		kind:      types.GatewayResponseTypeInvalidApiKey,
		errorType: "ForbiddenException",
		message:   http.StatusText(http.StatusForbidden),
	}
}
