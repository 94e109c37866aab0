package cognito

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/go-webauthn/webauthn/protocol"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// setUserPoolMfaConfig replaces the whole configuration: with the pool's id alone it turns MFA off. The rules were
// measured on AWS in August 2026; of the messages only the first is quoted from there.
func (s *Service) setUserPoolMfaConfig(
	r wire.Request, in *idp.SetUserPoolMfaConfigInput,
) (*idp.SetUserPoolMfaConfigOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	mode := in.MfaConfiguration
	if mode == "" {
		mode = types.UserPoolMfaTypeOff
	}
	factors := in.SmsMfaConfiguration != nil || in.SoftwareTokenMfaConfiguration != nil || in.EmailMfaConfiguration != nil
	if mode == types.UserPoolMfaTypeOff && factors {
		return nil, invalid("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
	}
	if mode != types.UserPoolMfaTypeOff && !factors {
		return nil, invalid("MFA needs a factor beside passkeys")
	}
	if mode != types.UserPoolMfaTypeOff && p.SmsConfiguration != nil && in.SmsMfaConfiguration == nil {
		// aws-amplify/amplify-backend#1481.
		return nil, invalid("Can't turn off SMS_MFA when SMS configuration is set for the user pool " +
			"with a required or optional MFAConfiguration.")
	}
	asked := idp.GetUserPoolMfaConfigOutput{
		EmailMfaConfiguration:         in.EmailMfaConfiguration,
		SmsMfaConfiguration:           in.SmsMfaConfiguration,
		SoftwareTokenMfaConfiguration: in.SoftwareTokenMfaConfiguration,
		WebAuthnConfiguration:         in.WebAuthnConfiguration,
	}
	if err := checkMFA(&p.UserPoolType, mode, &asked); err != nil {
		return nil, err
	}
	p.MfaConfiguration, p.mfa = mode, asked
	p.LastModifiedDate = aws.Time(r.Now)
	return &idp.SetUserPoolMfaConfigOutput{
		MfaConfiguration:              mode,
		EmailMfaConfiguration:         in.EmailMfaConfiguration,
		SmsMfaConfiguration:           in.SmsMfaConfiguration,
		SoftwareTokenMfaConfiguration: in.SoftwareTokenMfaConfiguration,
		WebAuthnConfiguration:         in.WebAuthnConfiguration,
	}, nil
}

// checkMFA refuses what a pool's MFA and its other settings cannot be together, whichever call comes last.
func checkMFA(p *types.UserPoolType, mode types.UserPoolMfaType, mfa *idp.GetUserPoolMfaConfigOutput) error {
	if mfa.EmailMfaConfiguration != nil && p.EmailConfiguration.EmailSendingAccount != types.EmailSendingAccountTypeDeveloper {
		return invalid("Email MFA needs the EmailSendingAccount DEVELOPER")
	}
	config := mfa.WebAuthnConfiguration
	if config != nil && config.RelyingPartyId != nil && protocol.ValidateRPID(*config.RelyingPartyId) != nil {
		return invalid("RelyingPartyId must be a domain name") // rule: passkeyGuide
	}
	if mode != types.UserPoolMfaTypeOn {
		return nil
	}
	return checkFirstFactors(p.Policies.SignInPolicy.AllowedFirstAuthFactors, config)
}

// checkFirstFactors refuses first factors that can't be followed by a second when MFA is required. OPTIONAL takes them.
func checkFirstFactors(factors []types.AuthFactorType, webAuthn *types.WebAuthnConfigurationType) error {
	for _, otp := range []types.AuthFactorType{types.AuthFactorTypeEmailOtp, types.AuthFactorTypeSmsOtp} {
		if slices.Contains(factors, otp) {
			return invalid("%s can't be a first factor when MFA is ON", otp)
		}
	}
	const multi = types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
	if slices.Contains(factors, types.AuthFactorTypeWebAuthn) && (webAuthn == nil || webAuthn.FactorConfiguration != multi) {
		return invalid("WEB_AUTHN as a first factor needs the FactorConfiguration %s when MFA is ON", multi)
	}
	return nil
}

func (s *Service) getUserPoolMfaConfig(
	r wire.Request, in *idp.GetUserPoolMfaConfigInput,
) (*idp.GetUserPoolMfaConfigOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	out := p.mfa
	out.MfaConfiguration = p.MfaConfiguration
	return &out, nil
}
