package cognito

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (s *Service) setUserMFAPreference(
	r wire.Request, in *idp.SetUserMFAPreferenceInput,
) (*idp.SetUserMFAPreferenceOutput, error) {
	g, err := s.bearer(in.AccessToken, r.Now)
	if err != nil {
		return nil, err
	}
	wishes := wishesOf(in.SMSMfaSettings, in.SoftwareTokenMfaSettings, in.EmailMfaSettings, in.WebAuthnMfaSettings)
	return &idp.SetUserMFAPreferenceOutput{}, g.client.pool.prefer(g.user, wishes, r.Now)
}

func (s *Service) adminSetUserMFAPreference(
	r wire.Request, in *idp.AdminSetUserMFAPreferenceInput,
) (*idp.AdminSetUserMFAPreferenceOutput, error) {
	p, u, err := s.user(r, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	wishes := wishesOf(in.SMSMfaSettings, in.SoftwareTokenMfaSettings, in.EmailMfaSettings, in.WebAuthnMfaSettings)
	return &idp.AdminSetUserMFAPreferenceOutput{}, p.prefer(u, wishes, r.Now)
}

// wish is what a request says of a factor. One that it doesn't speak of stays as it is.
type wish struct {
	factor        factor
	on, preferred bool
}

func wishesOf(
	sms *types.SMSMfaSettingsType, totp *types.SoftwareTokenMfaSettingsType, email *types.EmailMfaSettingsType,
	passkey *types.WebAuthnMfaSettingsType,
) []wish {
	var wishes []wish
	if sms != nil {
		wishes = append(wishes, wish{factorSMS, sms.Enabled, sms.PreferredMfa})
	}
	if totp != nil {
		wishes = append(wishes, wish{factorTOTP, totp.Enabled, totp.PreferredMfa})
	}
	if email != nil {
		wishes = append(wishes, wish{factorEmail, email.Enabled, email.PreferredMfa})
	}
	if passkey != nil {
		wishes = append(wishes, wish{factorPasskey, passkey.Enabled, false})
	}
	return wishes
}

// prefer changes which second factors a user has turned on and which of them comes first, all or nothing. To turn one on
// needs a verified authenticator or an address (aws-sdk-js-v3#4645 quotes the refusal), but not that the pool offers it
// (amplify-js#11260); "only one factor can be set as preferred" (model), in words that are not known. Passkeys need a pool where they
// are both factors, and another factor beside them "to prevent account lockout" (model, WebAuthnMfaSettingsType).
func (p *pool) prefer(u *user, wishes []wish, now time.Time) error {
	factors, preferred := slices.Clone(u.factors), u.preferred
	chosen := 0
	for _, w := range wishes {
		switch {
		case w.on && w.factor == factorPasskey && !p.passkeysAreBothFactors():
			return invalid("Passkeys are not configured as a second factor of the user pool")
		case w.on && !u.has(w.factor):
			return invalid("User does not have delivery config set to turn on %s", w.factor)
		case w.preferred && !w.on:
			return invalid("%s can't be preferred while it is turned off", w.factor)
		}
		factors = slices.DeleteFunc(factors, func(f factor) bool { return f == w.factor })
		if w.on {
			factors = append(factors, w.factor)
		}
		switch {
		case w.preferred:
			preferred = w.factor
			chosen++
		case preferred == w.factor:
			preferred = ""
		}
	}
	if len(factors) == 1 && factors[0] == factorPasskey {
		return invalid("Passkeys can't be the only second factor that is turned on")
	}
	if chosen > 1 {
		return invalid("Only one factor can be set as preferred")
	}
	u.factors, u.preferred, u.modified = factors, preferred, now
	return nil
}

func (u *user) preferredSetting() *string {
	if u.preferred == "" {
		return nil
	}
	return aws.String(string(u.preferred))
}

// factorList are the factors that are turned on; nil if none is.
func (u *user) factorList() []string {
	var list []string
	for _, f := range secondFactors {
		if slices.Contains(u.factors, f) {
			list = append(list, string(f))
		}
	}
	return list
}
