package cognito

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// factor is a second factor, or a way to sign in, by the name of its challenge.
type factor = types.ChallengeNameType

const (
	factorSMS   = types.ChallengeNameTypeSmsMfa
	factorTOTP  = types.ChallengeNameTypeSoftwareTokenMfa
	factorEmail = types.ChallengeNameTypeEmailOtp
	// factorPasskey comes first and may stand for both. No challenge lists it as a second factor, and neither do the settings of a user
	// (GetUser, model: the possible values are the other three).
	factorPasskey = types.ChallengeNameTypeWebAuthn
)

// secondFactors are those that follow a password, in the order in which challenges list them.
var secondFactors = []factor{factorSMS, factorTOTP, factorEmail}

// addresses are the attributes that codes of a factor go to.
var addresses = map[factor]string{
	factorSMS: "phone_number", types.ChallengeNameTypeSmsOtp: "phone_number", factorEmail: "email",
}

// offers tells whether users of the pool can have a second factor. "An active SMS configuration automatically makes SMS
// messages an available MFA method" (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html).
func (p *pool) offers(f factor) bool {
	totp := p.mfa.SoftwareTokenMfaConfiguration
	return f == factorSMS && (p.SmsConfiguration != nil || p.mfa.SmsMfaConfiguration != nil) ||
		f == factorTOTP && totp != nil && totp.Enabled ||
		f == factorEmail && p.mfa.EmailMfaConfiguration != nil
}

// usable tells whether a user can answer a factor's challenge. An authenticator is good "even if you deactivate TOTP for
// the user pool later" (user-pool-settings-mfa-totp.html).
func (p *pool) usable(u *user, f factor) bool { return u.has(f) && (f == factorTOTP || p.offers(f)) }

// has tells whether a user has a verified authenticator, a passkey, or an address for a factor's codes.
func (u *user) has(f factor) bool {
	if f == factorTOTP {
		return u.authenticator != nil
	}
	if f == factorPasskey {
		return len(u.passkeys) > 0
	}
	return u.attributes[addresses[f]] != ""
}

// demanded are the second factors of which a sign-in needs one, by "Details of MFA logic at user runtime" in
// user-pool-settings-mfa.html: the one that the user prefers; else, if MFA is optional, those that the user has turned
// on; else all but the messages that recover passwords.
func (p *pool) demanded(u *user) []factor {
	if p.MfaConfiguration != types.UserPoolMfaTypeOn && p.MfaConfiguration != types.UserPoolMfaTypeOptional {
		return nil
	}
	if u.preferred != "" && p.usable(u, u.preferred) {
		return []factor{u.preferred}
	}
	var demanded []factor
	for _, f := range secondFactors {
		on := slices.Contains(u.factors, f)
		if p.MfaConfiguration == types.UserPoolMfaTypeOn {
			on = f != p.recoveryFactor()
		}
		if on && p.usable(u, f) {
			demanded = append(demanded, f)
		}
	}
	return demanded
}

// canSetUp are the factors that a user without one can get: an authenticator, or, without any address, whatever
// the pool offers but the messages that recover passwords (user-pool-settings-mfa.html, steps 6 and 8).
func (p *pool) canSetUp(u *user) []factor {
	reachable := u.attributes["email"] != "" || u.attributes["phone_number"] != ""
	var factors []factor
	for _, f := range secondFactors {
		if p.offers(f) && (f == factorTOTP || !reachable && f != p.recoveryFactor()) {
			factors = append(factors, f)
		}
	}
	return factors
}

// recoveryFactor is the message by which passwords are recovered first.
func (p *pool) recoveryFactor() factor {
	var first types.RecoveryOptionType
	for _, m := range p.AccountRecoverySetting.RecoveryMechanisms {
		if first.Priority == nil || *m.Priority < *first.Priority {
			first = m
		}
	}
	return recoveryFactors[first.Name]
}

var recoveryFactors = map[types.RecoveryOptionNameType]factor{
	types.RecoveryOptionNameTypeVerifiedEmail: factorEmail, types.RecoveryOptionNameTypeVerifiedPhoneNumber: factorSMS,
}

// hasFactor tells whether a sign-in of the user needs a second factor: such users "can only sign in with
// username-password authentication flows in choice-based sign-in" (user-pool-settings-mfa.html), but for passkeys that are both factors.
func (p *pool) hasFactor(u *user) bool {
	return p.MfaConfiguration == types.UserPoolMfaTypeOn || len(p.demanded(u)) > 0
}
