package v1alpha1

// FirstFactor is what a user can begin a sign-in with, one of Cognito's AllowedFirstAuthFactors.
//
// +kubebuilder:validation:Enum=Password;EmailOTP;SMSOTP;Passkey
type FirstFactor string

// The first factors.
const (
	FirstFactorPassword FirstFactor = "Password"
	FirstFactorEmailOTP FirstFactor = "EmailOTP"
	FirstFactorSMSOTP   FirstFactor = "SMSOTP"
	FirstFactorPasskey  FirstFactor = "Passkey"
)

// MFAMode says who signs in with a second factor, Cognito's MfaConfiguration.
//
// +kubebuilder:validation:Enum=Disabled;Optional;Required
type MFAMode string

// The modes of multi-factor authentication.
const (
	MFADisabled MFAMode = "Disabled"
	MFAOptional MFAMode = "Optional"
	MFARequired MFAMode = "Required"
)

// MFAFactor is a second factor.
//
// +kubebuilder:validation:Enum=TOTP;SMS;Email
type MFAFactor string

// The second factors.
const (
	MFATOTP  MFAFactor = "TOTP"
	MFASMS   MFAFactor = "SMS"
	MFAEmail MFAFactor = "Email"
)

// MFA is multi-factor authentication: a second factor after the first one.
//
// +kubebuilder:validation:XValidation:rule="has(self.mode) && self.mode != 'Disabled' ? has(self.factors) && self.factors.size() > 0 : !has(self.factors) || self.factors.size() == 0",message="factors are needed with mode Optional and Required, and with no other mode; name at least one of TOTP, SMS and Email, or take them off",fieldPath=".factors"
type MFA struct {
	// mode says who signs in with a second factor: nobody (Disabled, the default), users who set one up (Optional), or
	// everybody (Required). With Required, users without a second factor set one up at their next sign-in.
	// +optional
	Mode MFAMode `json:"mode,omitempty"`

	// factors are what users may use as second factor: TOTP is an authenticator app. SMS needs sms, Email needs email.sender SES.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=3
	Factors []MFAFactor `json:"factors,omitempty"`
}

// UserVerification says whether a passkey needs the user's finger, face or PIN, Cognito's UserVerification.
//
// +kubebuilder:validation:Enum=Preferred;Required
type UserVerification string

// The user verifications.
const (
	UserVerificationPreferred UserVerification = "Preferred"
	UserVerificationRequired  UserVerification = "Required"
)

// Passkeys says how passkeys are registered and used. They are used if firstFactors has Passkey.
type Passkeys struct {
	// relyingPartyID is the domain that passkeys are bound to. A passkey works for it and its subdomains only, so users lose
	// their passkeys when it changes. Defaults to Cognito's own choice, the pool's domain.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=127
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)+$')",message="relyingPartyID must be a domain name; write it like auth.example.com"
	RelyingPartyID string `json:"relyingPartyID,omitempty"`

	// userVerification says whether a passkey needs the user's finger, face or PIN: Preferred (default) or Required.
	// +optional
	UserVerification UserVerification `json:"userVerification,omitempty"`

	// satisfyMFA Enabled lets a passkey count as both factors. Defaults to Disabled.
	// +optional
	SatisfyMFA Switch `json:"satisfyMFA,omitempty"`
}

// EmailSender says who sends a pool's e-mail, Cognito's EmailSendingAccount.
//
// +kubebuilder:validation:Enum=Cognito;SES
type EmailSender string

// The senders of e-mail.
const (
	EmailSenderCognito EmailSender = "Cognito"
	EmailSenderSES     EmailSender = "SES"
)

// Email says how the user pool sends e-mail.
//
// +kubebuilder:validation:XValidation:rule="!has(self.sender) || self.sender != 'SES' || has(self.identityARN)",message="identityARN is needed with sender SES; name the identity in Amazon SES that mail is sent from",fieldPath=".identityARN",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!has(self.configurationSet) || has(self.sender) && self.sender == 'SES'",message="configurationSet is for sender SES; set sender to SES, or take configurationSet off",fieldPath=".configurationSet"
type Email struct {
	// sender is who sends: Cognito (default), about 50 messages a day for the whole account, or SES.
	// +optional
	Sender EmailSender `json:"sender,omitempty"`

	// identityARN is the identity in Amazon SES that mail is sent from: an address or a domain that is verified there.
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity/.+$')",message="identityARN must be the ARN of an identity in Amazon SES; write it like arn:aws:ses:<region>:<account>:identity/<address or domain>"
	IdentityARN string `json:"identityARN,omitempty"`

	// from is the sender that people see: an address, or a name and an address in angle brackets.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=320
	From string `json:"from,omitempty"`

	// replyTo is the address that answers go to.
	// +optional
	// +kubebuilder:validation:MaxLength=320
	// +kubebuilder:validation:XValidation:rule="self.matches(r'^[^@\\s]+@[^@\\s]+$')",message="replyTo must be an e-mail address; write it like help@example.com"
	ReplyTo string `json:"replyTo,omitempty"`

	// configurationSet is the configuration set in Amazon SES that applies to the mail.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-zA-Z0-9_-]+$')",message="configurationSet may hold only letters, digits, underscores and hyphens; write it like login-mail"
	ConfigurationSet string `json:"configurationSet,omitempty"`
}

// SMS says how the user pool sends text messages. A pool keeps what it was given: when sms leaves the spec, the role stays in the
// pool, for AWS does not take it off.
type SMS struct {
	// roleARN is the IAM role with which Cognito sends through Amazon SNS. The operator needs iam:PassRole for it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$')",message="roleARN must be the ARN of an IAM role; write it like arn:aws:iam::<account>:role/<name>"
	RoleARN string `json:"roleARN"`

	// externalID is what Cognito names when it assumes the role. The role's trust policy can ask for it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1224
	ExternalID string `json:"externalID,omitempty"`

	// region is the Region of Amazon SNS that sends. Defaults to the pool's own.
	// +optional
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]{2,3}(-[a-z]+)+-[0-9]+$')",message="region must be the name of an AWS Region; write it like us-east-1"
	Region string `json:"region,omitempty"`
}
