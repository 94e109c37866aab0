package rules_test

import "github.com/securedapi/securedapi/api/v1alpha1"

// The roles with which pools send text messages.
const (
	textsRole      = "arn:aws:iam::111111111111:role/Texts"
	otherTextsRole = "arn:aws:iam::111111111111:role/OtherTexts"
)

const (
	identity      = "arn:aws:ses:us-east-1:111111111111:identity/example.com"
	otherIdentity = "arn:aws:ses:us-east-1:111111111111:identity/notes.example.com"
)

func withSES(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.Email = &v1alpha1.Email{Sender: v1alpha1.EmailSenderSES, IdentityARN: identity}
}

func withTexts(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.SMS = &v1alpha1.SMS{RoleARN: textsRole} }

func withMFA(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.MFA = &v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFATOTP}}
}

// withCodes sends codes by e-mail and by SMS.
func withCodes(o *v1alpha1.SecuredAPI) {
	withSES(o)
	withTexts(o)
	o.Spec.UserPool.MFA = &v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFAEmail, v1alpha1.MFASMS}}
}

func withPasskeys(o *v1alpha1.SecuredAPI) {
	o.Spec.UserPool.FirstFactors = []v1alpha1.FirstFactor{v1alpha1.FirstFactorPassword, v1alpha1.FirstFactorPasskey}
	o.Spec.UserPool.Passkeys = &v1alpha1.Passkeys{RelyingPartyID: "auth.example.com"}
}

// signInEdits change how users sign in.
var signInEdits = []edit{
	{"one-time passwords", of("userPool.firstFactors"), nil, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.FirstFactors = []v1alpha1.FirstFactor{v1alpha1.FirstFactorEmailOTP, v1alpha1.FirstFactorPassword}
	}, "~ userPool.firstFactors: Password -> EmailOTP,Password"},
	{"no firstFactors", of("userPool.firstFactors"), withPasskeys, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.FirstFactors = nil }, "~ userPool.firstFactors: Passkey,Password -> Password"},
	{"passkeys", of("userPool.passkeys"), nil, withPasskeys, "~ userPool.firstFactors: Password -> Passkey,Password; + mfa Disabled"},
	{"no passkeys", of("userPool.passkeys"), withPasskeys, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Passkeys = nil }, "- mfa"},
	{"another relying party", of("userPool.passkeys.relyingPartyID"), withPasskeys, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Passkeys.RelyingPartyID = "login.example.com"
	}, "~ mfa.relyingPartyID: auth.example.com -> login.example.com"},
	{"user verification", of("userPool.passkeys.userVerification"), withPasskeys, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Passkeys.UserVerification = v1alpha1.UserVerificationRequired
	}, "~ mfa.userVerification: Preferred -> Required"},
	{"passkeys as both factors", of("userPool.passkeys.satisfyMFA"), withPasskeys, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Passkeys.SatisfyMFA = v1alpha1.Enabled
	}, "~ mfa.satisfyMFA: Disabled -> Enabled"},
	{"a second factor", of("userPool.mfa"), nil, withMFA, "+ mfa Optional"},
	{"no second factor", of("userPool.mfa"), withMFA, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.MFA = nil }, "- mfa"},
	{"a second factor for everybody", of("userPool.mfa.mode"), withMFA, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.MFA.Mode = v1alpha1.MFARequired }, "~ mfa.mode: Optional -> Required"},
	{"another second factor", of("userPool.mfa.factors"), func(o *v1alpha1.SecuredAPI) { withMFA(o); withSES(o) }, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.MFA.Factors = []v1alpha1.MFAFactor{v1alpha1.MFAEmail}
	}, "~ mfa.factors: TOTP -> Email"},
	{"texts of codes", of("userPool.messages.signInCode", "userPool.messages.signInCode.subject", "userPool.messages.signInCode.email", "userPool.messages.signInCode.sms"), withCodes, func(o *v1alpha1.SecuredAPI) {
		o.Spec.UserPool.Messages = &v1alpha1.Messages{SignInCode: &v1alpha1.SignInCode{Subject: "Your code", Email: "Code: {####}", SMS: "{####}, here"}}
	}, `~ mfa.signInCode.email: "" -> Code: {####}`},
	{"no texts of codes", of("userPool.messages"), func(o *v1alpha1.SecuredAPI) {
		withCodes(o)
		o.Spec.UserPool.Messages = &v1alpha1.Messages{SignInCode: &v1alpha1.SignInCode{Email: "Code: {####}"}}
	}, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Messages = nil }, `~ mfa.signInCode.email: Code: {####} -> ""`},
	{"e-mail by SES", of("userPool.email", "userPool.email.sender"), nil, withSES, "~ userPool.email.sender: Cognito -> SES"},
	{"no email", of("userPool.email"), withSES, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Email = nil }, "~ userPool.email.sender: SES -> Cognito"},
	{"no email and no second factor by e-mail", of("userPool.email", "userPool.mfa"), func(o *v1alpha1.SecuredAPI) {
		withSES(o)
		o.Spec.UserPool.MFA = &v1alpha1.MFA{Mode: v1alpha1.MFAOptional, Factors: []v1alpha1.MFAFactor{v1alpha1.MFAEmail}}
	}, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Email, o.Spec.UserPool.MFA = nil, nil }, "- mfa"},
	{"another identity", of("userPool.email.identityARN"), withSES, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Email.IdentityARN = otherIdentity }, "~ userPool.email.identityARN: " + identity + " -> " + otherIdentity},
	{"from", of("userPool.email.from"), withSES, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Email.From = "Notes <notes@example.com>" }, `~ userPool.email.from: "" -> Notes <notes@example.com>`},
	{"replyTo", of("userPool.email.replyTo"), withSES, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Email.ReplyTo = "help@example.com" }, `~ userPool.email.replyTo: "" -> help@example.com`},
	{"configurationSet", of("userPool.email.configurationSet"), withSES, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.Email.ConfigurationSet = "login" }, `~ userPool.email.configurationSet: "" -> login`},
	{"texts", of("userPool.sms"), nil, withTexts, `~ userPool.sms.roleARN: "" -> ` + textsRole},
	{"another role for texts", of("userPool.sms.roleARN"), withTexts, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.SMS.RoleARN = otherTextsRole }, "~ userPool.sms.roleARN: " + textsRole + " -> " + otherTextsRole},
	{"an external id", of("userPool.sms.externalID"), withTexts, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.SMS.ExternalID = "notes" }, `~ userPool.sms.externalID: "" -> notes`},
	{"texts from another Region", of("userPool.sms.region"), withTexts, func(o *v1alpha1.SecuredAPI) { o.Spec.UserPool.SMS.Region = "us-west-2" }, "~ userPool.sms.region: us-east-1 -> us-west-2"},
}
