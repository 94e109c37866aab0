package cognito

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Scopes that every pool has: https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html.
const (
	scopeOpenID  = "openid"
	scopeEmail   = "email"
	scopePhone   = "phone"
	scopeProfile = "profile"
	scopeAdmin   = "aws.cognito.signin.user.admin"
)

var standardScopes = []string{scopeOpenID, scopeEmail, scopePhone, scopeProfile, scopeAdmin}

// settle checks a client after a request was laid over it, and fills in what Cognito derives.
func (c *client) settle() error {
	for _, check := range []func() error{
		c.checkOAuth, c.checkScopes, c.checkURLs, c.checkProviders, c.checkInitiated, c.checkAttributes, c.checkAuthFlows,
		c.checkValidity, c.checkRotation,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	if c.RefreshTokenValidity == 0 {
		c.RefreshTokenValidity = 30 // "overrides the value with the default value of 30 days" (model)
	}
	if r := c.RefreshTokenRotation; r != nil && (r.Feature == types.FeatureTypeDisabled || r.RetryGracePeriodSeconds == nil) {
		r.RetryGracePeriodSeconds = aws.Int32(0) // stackd's emulator, which was held against AWS
	}
	// Units are shown as soon as one is given, with the others' defaults
	// (terraform-provider-aws TestAccCognitoIDPUserPoolClient_tokenValidityUnits_AccessToken).
	if units := c.TokenValidityUnits; *units != (types.TokenValidityUnitsType{}) {
		units.AccessToken = cmp.Or(units.AccessToken, types.TimeUnitsTypeHours)
		units.IdToken = cmp.Or(units.IdToken, types.TimeUnitsTypeHours)
		units.RefreshToken = cmp.Or(units.RefreshToken, types.TimeUnitsTypeDays)
	}
	// Cognito keeps sets: what comes back isn't in the order that was sent (create-user-pool-client in the AWS CLI's
	// examples).
	c.ExplicitAuthFlows = set(c.ExplicitAuthFlows)
	c.SupportedIdentityProviders = set(c.SupportedIdentityProviders)
	c.CallbackURLs = set(c.CallbackURLs)
	c.LogoutURLs = set(c.LogoutURLs)
	c.AllowedOAuthFlows = set(c.AllowedOAuthFlows)
	c.AllowedOAuthScopes = set(c.AllowedOAuthScopes)
	c.ReadAttributes = given(c.ReadAttributes)
	c.WriteAttributes = given(c.WriteAttributes)
	return nil
}

func set[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

// given is a set of attributes; an empty one counts as not given (terraform-provider-aws#28684, aws-cdk#21835).
func given(attributes []string) []string {
	if len(attributes) == 0 {
		return nil
	}
	return set(attributes)
}

func (c *client) checkOAuth() error {
	if aws.ToBool(c.AllowedOAuthFlowsUserPoolClient) && (len(c.AllowedOAuthFlows) == 0 || len(c.AllowedOAuthScopes) == 0) {
		return invalid("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	}
	machine := slices.Contains(c.AllowedOAuthFlows, types.OAuthFlowTypeClientCredentials)
	human := slices.Contains(c.AllowedOAuthFlows, types.OAuthFlowTypeCode) ||
		slices.Contains(c.AllowedOAuthFlows, types.OAuthFlowTypeImplicit)
	switch {
	case machine && human:
		return wire.Errorf(invalidOAuthFlow, "client_credentials flow can not be selected along with code flow or implicit flow.")
	case machine && !c.confidential():
		return wire.Errorf(invalidOAuthFlow, "client_credentials flow can not be selected if client does not have a client secret.")
	case human && len(c.CallbackURLs) == 0:
		return wire.Errorf(invalidOAuthFlow, "CallbackUrls can not be empty when code flow or implicit flow is selected")
	}
	if machine {
		for _, scope := range standardScopes {
			if slices.Contains(c.AllowedOAuthScopes, scope) {
				return wire.Errorf(invalidOAuthFlow, "%s is not supported with client_credentials flow", scope)
			}
		}
	}
	return nil
}

func (c *client) checkScopes() error {
	for _, scope := range c.AllowedOAuthScopes {
		if !slices.Contains(standardScopes, scope) && !c.pool.hasScope(scope) {
			return wire.Errorf("ScopeDoesNotExistException", "Invalid scope requested: %s", scope)
		}
	}
	return nil
}

func (c *client) checkURLs() error {
	for _, raw := range slices.Concat(c.CallbackURLs, c.LogoutURLs) {
		u, err := url.Parse(raw)
		switch {
		case err != nil || !u.IsAbs():
			return invalid("%s is not an absolute URI", raw)
		case strings.Contains(raw, "#"):
			return invalid("%s cannot use fragment", raw)
		case u.Scheme == "http" && !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()):
			return invalid("%s cannot use the HTTP protocol.", raw)
		}
	}
	if uri := c.DefaultRedirectURI; uri != nil && !slices.Contains(c.CallbackURLs, *uri) {
		return invalid("DefaultRedirectURI must be in the CallbackURLs list")
	}
	return nil
}

// checkProviders knows the pool's own users and its identity providers.
func (c *client) checkProviders() error {
	for _, provider := range c.SupportedIdentityProviders {
		if !c.pool.hasProvider(provider) {
			return invalid("The provider %s does not exist for User Pool %s.", provider, *c.pool.Id)
		}
	}
	return nil
}

// localUsers is the name of the pool itself among the identity providers of a client.
const localUsers = "COGNITO"

// checkAttributes wants attributes that there are. All clients can write what the pool requires: a list without is refused (seen on
// AWS: aws-cdk#2608).
func (c *client) checkAttributes() error {
	const unwritable = "Invalid write attributes specified while creating a client"
	for _, a := range c.pool.SchemaAttributes {
		if aws.ToBool(a.Required) && *a.Name != "sub" && len(c.WriteAttributes) > 0 && !slices.Contains(c.WriteAttributes, *a.Name) {
			return invalid(unwritable)
		}
	}
	for _, name := range c.ReadAttributes {
		if c.pool.attribute(name) == nil {
			return invalid("Invalid read attributes specified while creating a client")
		}
	}
	for _, name := range c.WriteAttributes {
		if c.pool.attribute(name) == nil || name == "sub" || strings.HasSuffix(name, "_verified") {
			return invalid(unwritable)
		}
	}
	return nil
}

// checkAuthFlows refuses legacy flows beside those that begin with ALLOW_ (model; AWS's words are not known).
func (c *client) checkAuthFlows() error {
	isNew := func(f types.ExplicitAuthFlowsType) bool { return strings.HasPrefix(string(f), "ALLOW_") }
	isOld := func(f types.ExplicitAuthFlowsType) bool { return !isNew(f) }
	if slices.ContainsFunc(c.ExplicitAuthFlows, isNew) && slices.ContainsFunc(c.ExplicitAuthFlows, isOld) {
		return invalid("Legacy ExplicitAuthFlows can't be combined with flows that begin with ALLOW_")
	}
	choice := slices.Contains(c.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserAuth)
	if choice && c.pool.UserPoolTier == types.UserPoolTierTypeLite {
		return wire.Errorf(unavailableInTier, "ALLOW_USER_AUTH is not available in the LITE tier")
	}
	if aws.ToBool(c.EnablePropagateAdditionalUserContextData) && !c.confidential() {
		return invalid("EnablePropagateAdditionalUserContextData needs a client secret")
	}
	return nil
}

// checkRotation: REFRESH_TOKEN_AUTH would hand out tokens without replacing the refresh token.
func (c *client) checkRotation() error {
	switch {
	case !c.rotates():
		return nil
	case c.pool.UserPoolTier == types.UserPoolTierTypeLite:
		return wire.Errorf(unavailableInTier,
			"The following features need to be disabled for the LITE pricing tier configured: Refresh Token Rotation")
	case slices.Contains(c.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth):
		return invalid("ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.")
	}
	return nil
}

// checkValidity: access and ID tokens 5 minutes to 1 day, refresh tokens 1 hour to 10 years (model).
func (c *client) checkValidity() error {
	const day, minute = 24 * time.Hour, time.Minute
	refresh := cmp.Or(c.refreshValidity(), 30*day)
	for _, t := range []struct {
		given     bool
		d         time.Duration
		low, high time.Duration
	}{
		{c.AccessTokenValidity != nil, c.accessValidity(), 5 * minute, day},
		{c.IdTokenValidity != nil, c.idValidity(), 5 * minute, day},
		{c.RefreshTokenValidity != 0, refresh, 60 * minute, 3650 * day},
	} {
		if t.given && (t.d < t.low || t.d > t.high) {
			return invalid("Invalid range for token validity.")
		}
	}
	if c.accessValidity() > refresh || c.idValidity() > refresh {
		return invalid("Access and Id Token expiration times must be less than or equal to refresh token expiration times.")
	}
	return nil
}
