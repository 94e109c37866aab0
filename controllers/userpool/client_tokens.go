package userpool

import (
	"cmp"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const blockTokens = "tokens"

// tokenSettings is how long a client's tokens and sign-ins are good, and what becomes of its refresh tokens. Cognito takes each
// validity in one unit; in seconds it can say all that the schema allows.
type tokenSettings struct {
	Access, ID, Refresh, Grace int32 // seconds
	Session                    int32 // minutes
	Revocation, Rotation       bool
}

// How long tokens are good that nobody says it of: Cognito's own defaults.
const (
	tokenValidity   = time.Hour
	refreshValidity = 30 * 24 * time.Hour
	sessionMinutes  = 3
)

func defaultTokens() *tokenSettings {
	const hour, month = int32(tokenValidity / time.Second), int32(refreshValidity / time.Second)
	return &tokenSettings{Access: hour, ID: hour, Refresh: month, Session: sessionMinutes, Revocation: true}
}

// tokens are the spec's, nil if it says nothing of them.
func tokens(spec *v1alpha1.ClientTokens) (*tokenSettings, error) {
	if spec == nil {
		return nil, nil
	}
	want := defaultTokens()
	for _, given := range []struct {
		length v1alpha1.Duration
		unit   time.Duration
		to     *int32
	}{
		{spec.Access, time.Second, &want.Access},
		{spec.ID, time.Second, &want.ID},
		{spec.Refresh, time.Second, &want.Refresh},
		{spec.RotationGrace, time.Second, &want.Grace},
		{spec.Session, time.Minute, &want.Session},
	} {
		if given.length == "" {
			continue
		}
		length, err := given.length.Parse()
		if err != nil {
			return nil, err
		}
		*given.to = int32(length / given.unit) //nolint:gosec // the schema bounds it
	}
	want.Revocation = spec.Revocation != v1alpha1.Disabled
	want.Rotation = spec.Rotation == v1alpha1.Enabled
	return want, nil
}

// tokens are those that the client is made with.
func (s *clientSettings) tokens() *tokenSettings { return cmp.Or(s.Tokens, defaultTokens()) }

// clientTokenFields are the block tokens.
var clientTokenFields = []engine.Field[clientSettings, types.UserPoolClientType]{
	{
		Name: "tokens.access", Block: blockTokens, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string {
			return lasts(aws.ToInt32(have.AccessTokenValidity), units(have).AccessToken, time.Hour, tokenValidity)
		},
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.AccessTokenValidity, have.TokenValidityUnits = &want.tokens().Access, units(have)
			have.TokenValidityUnits.AccessToken = types.TimeUnitsTypeSeconds
		},
	},
	{
		Name: "tokens.id", Block: blockTokens, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string {
			return lasts(aws.ToInt32(have.IdTokenValidity), units(have).IdToken, time.Hour, tokenValidity)
		},
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.IdTokenValidity, have.TokenValidityUnits = &want.tokens().ID, units(have)
			have.TokenValidityUnits.IdToken = types.TimeUnitsTypeSeconds
		},
	},
	{
		Name: "tokens.refresh", Block: blockTokens, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string {
			return lasts(have.RefreshTokenValidity, units(have).RefreshToken, 24*time.Hour, refreshValidity)
		},
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.RefreshTokenValidity, have.TokenValidityUnits = want.tokens().Refresh, units(have)
			have.TokenValidityUnits.RefreshToken = types.TimeUnitsTypeSeconds
		},
	},
	{
		Name: "tokens.session", Block: blockTokens, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string {
			return lasts(aws.ToInt32(have.AuthSessionValidity), types.TimeUnitsTypeMinutes, 0, sessionMinutes*time.Minute)
		},
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.AuthSessionValidity = &want.tokens().Session
		},
	},
	{
		Name: "tokens.revocation", Block: blockTokens, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string {
			return engine.Switch(aws.ToBool(have.EnableTokenRevocation))
		},
		Weakens: func(have, laid *types.UserPoolClientType) bool {
			return aws.ToBool(have.EnableTokenRevocation) && !*laid.EnableTokenRevocation
		},
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.EnableTokenRevocation = &want.tokens().Revocation
		},
	},
	{
		Name: "tokens.rotation", Block: blockTokens, Class: plan.InPlace,
		Words:   func(have *types.UserPoolClientType) string { return engine.Switch(rotates(have)) },
		Weakens: func(have, laid *types.UserPoolClientType) bool { return rotates(have) && !rotates(laid) },
		Set: func(have *types.UserPoolClientType, want *clientSettings) {
			have.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeDisabled}
			if want.tokens().Rotation {
				have.RefreshTokenRotation.Feature = types.FeatureTypeEnabled
				have.RefreshTokenRotation.RetryGracePeriodSeconds = &want.tokens().Grace
			}
		},
	},
	{
		Name: "tokens.rotationGrace", Block: blockTokens, Class: plan.InPlace,
		Words: func(have *types.UserPoolClientType) string {
			if !rotates(have) {
				return "0s"
			}
			return lasts(aws.ToInt32(have.RefreshTokenRotation.RetryGracePeriodSeconds), types.TimeUnitsTypeSeconds, 0, 0)
		},
		// It goes with the rotation.
		Set: func(*types.UserPoolClientType, *clientSettings) {},
	},
}

func rotates(have *types.UserPoolClientType) bool {
	return have.RefreshTokenRotation != nil && have.RefreshTokenRotation.Feature == types.FeatureTypeEnabled
}

// units is a copy of what a client has.
func units(have *types.UserPoolClientType) *types.TokenValidityUnitsType {
	var all types.TokenValidityUnitsType
	if have.TokenValidityUnits != nil {
		all = *have.TokenValidityUnits
	}
	return &all
}

// lasts puts a length of time into words, in the largest unit that it is a whole number of. One of no unit is in the one given,
// and one of zero lasts as long as otherwise says.
func lasts(n int32, unit types.TimeUnitsType, without, otherwise time.Duration) string {
	switch unit {
	case types.TimeUnitsTypeSeconds:
		without = time.Second
	case types.TimeUnitsTypeMinutes:
		without = time.Minute
	case types.TimeUnitsTypeHours:
		without = time.Hour
	case types.TimeUnitsTypeDays:
		without = 24 * time.Hour
	}
	switch length := cmp.Or(time.Duration(n)*without, otherwise); {
	case length > 0 && length%time.Hour == 0:
		return fmt.Sprintf("%dh", length/time.Hour)
	case length > 0 && length%time.Minute == 0:
		return fmt.Sprintf("%dm", length/time.Minute)
	default:
		return fmt.Sprintf("%ds", length/time.Second)
	}
}
