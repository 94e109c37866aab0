package cognito_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const (
	passkeyMFAModel = "model: WebAuthnMfaSettingsType"
	bothFactors     = types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
)

func passkeyMFA(on bool) *types.WebAuthnMfaSettingsType {
	return &types.WebAuthnMfaSettingsType{Enabled: on}
}

// strict is a pool with MFA by an authenticator app, of which passkeys are both factors unless said otherwise. Ada has the app and a passkey.
func (c *cloud) strict(mode types.UserPoolMfaType, config types.WebAuthnFactorConfigurationType) (s *secured, d *device, token *string) {
	c.t.Helper()
	s, d = c.passkeyPool(&idp.SetUserPoolMfaConfigInput{
		MfaConfiguration: mode, SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
		WebAuthnConfiguration: &types.WebAuthnConfigurationType{RelyingPartyId: aws.String(relyingParty), FactorConfiguration: config},
	}), newDevice()
	if mode == types.UserPoolMfaTypeOn {
		_, verified := s.setUp(s.enter().Session)
		out, err := s.answer(setupMFA, verified)
		if err != nil {
			c.t.Fatal(err)
		}
		token = out.AuthenticationResult.AccessToken
	} else {
		_, token = s.enrolled("", false)
	}
	if err := s.tryRegister(token, d, key()); err != nil {
		c.t.Fatal(err)
	}
	return s, d, token
}

// both turns the authenticator app and passkeys on.
func (s *secured) both(token *string) {
	s.t.Helper()
	s.prefer(token, &idp.SetUserMFAPreferenceInput{SoftwareTokenMfaSettings: totp(true, false), WebAuthnMfaSettings: passkeyMFA(true)})
}

func TestPasskeysAsBothFactors(t *testing.T) {
	const on, optional = types.UserPoolMfaTypeOn, types.UserPoolMfaTypeOptional
	offered := func(name, source string, mode types.UserPoolMfaType, config types.WebAuthnFactorConfigurationType,
		turn func(*secured, *string), want ...types.ChallengeNameType,
	) behavior {
		return behavior{name: name, source: source, want: want, do: func(c *cloud) (any, error) {
			s, _, token := c.strict(mode, config)
			turn(s, token)
			out, err := s.begin()
			if err != nil {
				return nil, err
			}
			return out.AvailableChallenges, nil
		}}
	}
	apponly := func(s *secured, token *string) {
		s.prefer(token, &idp.SetUserMFAPreferenceInput{SoftwareTokenMfaSettings: totp(true, true)})
	}
	check(t, setup{}, []behavior{
		offered("where MFA is required, a passkey that is turned on can begin", passkeyMFAModel, on, bothFactors, (*secured).both, bySRP, byPass, webAuthn),
		offered("not one that isn't", passkeyMFAModel, on, bothFactors, apponly, bySRP, byPass),
		offered("where MFA is optional, it can for who has a second factor", passkeyMFAModel, optional, bothFactors, (*secured).both, bySRP, byPass, webAuthn),
		offered("not one that is a single factor", mfaGuide, optional, "SINGLE_FACTOR", apponly, bySRP, byPass),
		offered("but for who has no second factor", passkeyGuide, optional, "SINGLE_FACTOR", func(*secured, *string) {}, bySRP, byPass, webAuthn),
		{
			name: "no second factor is asked for", source: "model: WebAuthnConfigurationType.FactorConfiguration",
			do: func(c *cloud) (any, error) {
				s, d, token := c.strict(on, bothFactors)
				s.both(token)
				out, err := s.enterWith(d)
				if err != nil {
					return nil, err
				}
				return out.AuthenticationResult != nil, nil
			},
			want: true,
		},
		{
			name: "the user must be verified, whatever is preferred", source: passkeyMFAModel + "; AWS's words are not known",
			do: func(c *cloud) (any, error) {
				s, d, token := c.strict(on, bothFactors)
				s.both(token)
				d.authenticator.Options.UserNotVerified = true
				return s.enterWith(d)
			},
			wantErr: wrongPasskey,
		},
		{
			name: "at the registration, too", source: "model: WebAuthnFactorConfigurationType requires passkey authenticators to perform user verification",
			do: func(c *cloud) (any, error) {
				s, d, token := c.strict(on, bothFactors)
				d.authenticator.Options.UserNotVerified = true
				return nil, s.tryRegister(token, d, key())
			},
			wantErr: "WebAuthnCredentialNotSupportedException: The passkey is not supported: Error validating the authenticator response",
		},
		{
			name: "a second factor that is turned on meanwhile is not left out", source: mfaGuide + "; AWS's words are not known",
			do: func(c *cloud) (any, error) {
				s, d, token := c.strict(optional, "SINGLE_FACTOR")
				asked := s.prefersPasskey()
				apponly(s, token)
				return s.answer(webAuthn, asked.Session, "CREDENTIAL", d.sign(s, asked.ChallengeParameters))
			},
			wantErr: wrongPasskey,
		},
	})
}

func TestPasskeyPreference(t *testing.T) {
	const on = types.UserPoolMfaTypeOn
	// turned is a preference of a user with an authenticator app and a passkey, after both were turned on unless said otherwise.
	turned := func(name, source, refusal string, config types.WebAuthnFactorConfigurationType, wish *idp.SetUserMFAPreferenceInput, before bool) behavior {
		return behavior{name: name, source: source, wantErr: refusal, do: func(c *cloud) (any, error) {
			s, _, token := c.strict(types.UserPoolMfaTypeOptional, config)
			if before {
				s.both(token)
			}
			in := *wish
			in.AccessToken = token
			_, err := s.api.SetUserMFAPreference(s.ctx(), &in)
			return nil, err
		}}
	}
	const alone = "InvalidParameterException: Passkeys can't be the only second factor that is turned on"
	check(t, setup{}, []behavior{
		turned("passkeys must be both factors in the pool", "model: SetUserMFAPreference, WebAuthnMfaSettings; AWS's words are not known",
			"InvalidParameterException: Passkeys are not configured as a second factor of the user pool", "SINGLE_FACTOR",
			&idp.SetUserMFAPreferenceInput{SoftwareTokenMfaSettings: totp(true, false), WebAuthnMfaSettings: passkeyMFA(true)}, false),
		turned("another factor must be turned on as well", passkeyMFAModel+"; AWS's words are not known", alone, bothFactors,
			&idp.SetUserMFAPreferenceInput{WebAuthnMfaSettings: passkeyMFA(true)}, false),
		turned("and stay so", passkeyMFAModel+"; AWS's words are not known", alone, bothFactors,
			&idp.SetUserMFAPreferenceInput{SoftwareTokenMfaSettings: totp(false, false)}, true),
		turned("all can be turned off at once", passkeyMFAModel, "", bothFactors,
			&idp.SetUserMFAPreferenceInput{SoftwareTokenMfaSettings: totp(false, false), WebAuthnMfaSettings: passkeyMFA(false)}, true),
		{
			name: "a passkey must be there", source: "aws-sdk-js-v3#4645 quotes it of SOFTWARE_TOKEN_MFA; not known of passkeys",
			do: func(c *cloud) (any, error) {
				s, d, token := c.strict(on, bothFactors)
				if err := s.forget(token, d); err != nil {
					return nil, err
				}
				return s.api.SetUserMFAPreference(s.ctx(), &idp.SetUserMFAPreferenceInput{
					AccessToken: token, SoftwareTokenMfaSettings: totp(true, false), WebAuthnMfaSettings: passkeyMFA(true),
				})
			},
			wantErr: "InvalidParameterException: User does not have delivery config set to turn on WEB_AUTHN",
		},
		{
			name: "an administrator turns it on as well, and it isn't listed", source: "model: AdminSetUserMFAPreference; GetUser, UserMFASettingList",
			do: func(c *cloud) (any, error) {
				s, _, token := c.strict(on, bothFactors)
				_, err := s.api.AdminSetUserMFAPreference(s.ctx(), &idp.AdminSetUserMFAPreferenceInput{
					UserPoolId: s.pool, Username: aws.String("ada"),
					SoftwareTokenMfaSettings: totp(true, false), WebAuthnMfaSettings: passkeyMFA(true),
				})
				if err != nil {
					return nil, err
				}
				user, err := s.api.GetUser(s.ctx(), &idp.GetUserInput{AccessToken: token})
				if err != nil {
					return nil, err
				}
				return []any{s.prefersPasskey().ChallengeName, user.UserMFASettingList}, nil
			},
			want: []any{webAuthn, []string{"SOFTWARE_TOKEN_MFA"}},
		},
	})
}
