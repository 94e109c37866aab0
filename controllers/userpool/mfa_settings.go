package userpool

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

const (
	blockMFA      = "mfa"
	blockPasskeys = "passkeys"
)

// mfaSettings is what the pool is set to.
type mfaSettings struct {
	engine.Blocks

	Mode             types.UserPoolMfaType
	TOTP, SMS, Email bool
	// RelyingPartyID is empty for Cognito's own choice.
	RelyingPartyID   string
	UserVerification types.UserVerificationType
	SatisfyMFA       bool
	// Sender is the role with which a code by SMS is sent; nil without one.
	Sender *smsSettings `json:",omitempty"`
	// SignInCode are the texts that bring a code.
	SignInCode texts `json:",omitzero"`
}

// mfaConfig is what GetUserPoolMfaConfig answers.
type mfaConfig = cip.GetUserPoolMfaConfigOutput

// desired is nil if the spec has no block of it.
func (r mfa) desired() (*mfaSettings, error) {
	pool := &r.p.Object.Spec.UserPool
	if pool.MFA == nil && pool.Passkeys == nil {
		return nil, nil
	}
	want := &mfaSettings{
		Blocks: r.p.BlocksOf(NameMFA, map[string]bool{
			blockMFA: pool.MFA != nil, blockPasskeys: pool.Passkeys != nil, blockMessages: pool.Messages != nil,
		}),
		Mode: types.UserPoolMfaTypeOff, UserVerification: types.UserVerificationTypePreferred,
	}
	if asked := pool.MFA; asked != nil {
		for mode, words := range mfaModes {
			if words == string(asked.Mode) {
				want.Mode = mode
			}
		}
		want.TOTP = slices.Contains(asked.Factors, v1alpha1.MFATOTP)
		want.SMS = slices.Contains(asked.Factors, v1alpha1.MFASMS)
		want.Email = slices.Contains(asked.Factors, v1alpha1.MFAEmail)
		if want.SMS {
			want.Sender = smsOf(pool.SMS, r.p.Object.Status.Region)
		}
	}
	if asked := messages(pool); asked != nil {
		want.SignInCode = asked.SignInCode
	}
	if asked := pool.Passkeys; asked != nil {
		want.RelyingPartyID, want.SatisfyMFA = asked.RelyingPartyID, asked.SatisfyMFA == v1alpha1.Enabled
		if asked.UserVerification == v1alpha1.UserVerificationRequired {
			want.UserVerification = types.UserVerificationTypeRequired
		}
	}
	return want, nil
}

// mfaModes are Cognito's modes in the spec's words.
var mfaModes = map[types.UserPoolMfaType]string{
	types.UserPoolMfaTypeOff:      string(v1alpha1.MFADisabled),
	types.UserPoolMfaTypeOptional: string(v1alpha1.MFAOptional),
	types.UserPoolMfaTypeOn:       string(v1alpha1.MFARequired),
}

// strict orders the modes: a higher one keeps more people out.
func strict(have *mfaConfig) int {
	return slices.Index([]types.UserPoolMfaType{types.UserPoolMfaTypeOff, types.UserPoolMfaTypeOptional, types.UserPoolMfaTypeOn}, mode(have))
}

func mode(have *mfaConfig) types.UserPoolMfaType {
	if have.MfaConfiguration == "" {
		return types.UserPoolMfaTypeOff
	}
	return have.MfaConfiguration
}

// mfaFields are what the spec sets.
var mfaFields = slices.Concat(factorFields, passkeyFields, codeFields)

// factorFields are the second factors.
var factorFields = []engine.Field[mfaSettings, mfaConfig]{
	{
		Name: "mode", Block: blockMFA, Class: plan.InPlace,
		Words:   func(have *mfaConfig) string { return mfaModes[mode(have)] },
		Weakens: func(have, laid *mfaConfig) bool { return strict(laid) < strict(have) },
		Set:     func(have *mfaConfig, want *mfaSettings) { have.MfaConfiguration = want.Mode },
	},
	{
		Name: "factors", Block: blockMFA, Class: plan.InPlace,
		Words: func(have *mfaConfig) string {
			var factors []v1alpha1.MFAFactor
			if mode(have) == types.UserPoolMfaTypeOff {
				return ""
			}
			if c := have.SoftwareTokenMfaConfiguration; c != nil && c.Enabled {
				factors = append(factors, v1alpha1.MFATOTP)
			}
			if have.SmsMfaConfiguration != nil {
				factors = append(factors, v1alpha1.MFASMS)
			}
			if have.EmailMfaConfiguration != nil {
				factors = append(factors, v1alpha1.MFAEmail)
			}
			return engine.Join(factors)
		},
		Set: setFactors,
	},
}

// passkeyFields are how passkeys are used.
var passkeyFields = []engine.Field[mfaSettings, mfaConfig]{
	{
		Name: "relyingPartyID", Block: blockPasskeys, Class: plan.InPlace,
		Words: func(have *mfaConfig) string { return aws.ToString(webAuthn(have).RelyingPartyId) },
		Set: func(have *mfaConfig, want *mfaSettings) {
			config := webAuthn(have)
			if want.RelyingPartyID != "" {
				config.RelyingPartyId = &want.RelyingPartyID
			}
			have.WebAuthnConfiguration = config
		},
	},
	{
		Name: "userVerification", Block: blockPasskeys, Class: plan.InPlace,
		Words: func(have *mfaConfig) string {
			if verifies(have) {
				return string(v1alpha1.UserVerificationRequired)
			}
			return string(v1alpha1.UserVerificationPreferred)
		},
		Weakens: func(have, laid *mfaConfig) bool {
			return verifies(have) && !verifies(laid)
		},
		Set: func(have *mfaConfig, want *mfaSettings) {
			config := webAuthn(have)
			config.UserVerification = want.UserVerification
			have.WebAuthnConfiguration = config
		},
	},
	{
		Name: "satisfyMFA", Block: blockPasskeys, Class: plan.InPlace,
		Words:   func(have *mfaConfig) string { return engine.Switch(satisfiesMFA(have)) },
		Weakens: func(have, laid *mfaConfig) bool { return !satisfiesMFA(have) && satisfiesMFA(laid) },
		Set: func(have *mfaConfig, want *mfaSettings) {
			config := webAuthn(have)
			config.FactorConfiguration = types.WebAuthnFactorConfigurationTypeSingleFactor
			if want.SatisfyMFA {
				config.FactorConfiguration = types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
			}
			have.WebAuthnConfiguration = config
		},
	},
}

// setFactors keeps the texts of the messages. A configuration of SMS or e-mail turns that factor on, so one that is not wanted goes.
func setFactors(have *mfaConfig, want *mfaSettings) {
	sms, email := have.SmsMfaConfiguration, have.EmailMfaConfiguration
	have.SoftwareTokenMfaConfiguration, have.SmsMfaConfiguration, have.EmailMfaConfiguration = nil, nil, nil
	if want.TOTP {
		have.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
	}
	if want.SMS {
		config := types.SmsMfaConfigType{}
		if sms != nil {
			config = *sms
		}
		if want.Sender != nil {
			config.SmsConfiguration = want.Sender.configuration()
		}
		have.SmsMfaConfiguration = &config
	}
	if want.Email {
		have.EmailMfaConfiguration = &types.EmailMfaConfigType{}
		if email != nil {
			have.EmailMfaConfiguration = email
		}
	}
}

// webAuthn is a copy of how passkeys are used.
func webAuthn(have *mfaConfig) *types.WebAuthnConfigurationType {
	var config types.WebAuthnConfigurationType
	if have.WebAuthnConfiguration != nil {
		config = *have.WebAuthnConfiguration
	}
	return &config
}

func satisfiesMFA(have *mfaConfig) bool {
	return webAuthn(have).FactorConfiguration == types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
}

func verifies(have *mfaConfig) bool {
	return webAuthn(have).UserVerification == types.UserVerificationTypeRequired
}
