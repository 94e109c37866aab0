package v1alpha1

// ThreatMode is what threat protection does, Cognito's AdvancedSecurityMode.
//
// +kubebuilder:validation:Enum=Disabled;Audit;Enforced
type ThreatMode string

// The modes, the weakest first.
const (
	ThreatDisabled ThreatMode = "Disabled"
	ThreatAudit    ThreatMode = "Audit"
	ThreatEnforced ThreatMode = "Enforced"
)

// CustomAuthMode is what threat protection does in sign-ins with one's own challenges, Cognito's CustomAuthMode.
//
// +kubebuilder:validation:Enum=Audit;Enforced
type CustomAuthMode string

// CompromisedAction is what happens to a password that is known to have leaked.
//
// +kubebuilder:validation:Enum=Block;Allow
type CompromisedAction string

// The actions.
const (
	CompromisedBlock CompromisedAction = "Block"
	CompromisedAllow CompromisedAction = "Allow"
)

// PasswordEvent is when a password is compared with those that have leaked.
//
// +kubebuilder:validation:Enum=SignIn;SignUp;PasswordChange
type PasswordEvent string

// The events, Cognito's EventFilterType.
const (
	EventSignIn         PasswordEvent = "SignIn"
	EventSignUp         PasswordEvent = "SignUp"
	EventPasswordChange PasswordEvent = "PasswordChange"
)

// TakeoverAction is the answer to a sign-in that may not be the user's.
//
// +kubebuilder:validation:Enum=Allow;MFAIfConfigured;RequireMFA;Block
type TakeoverAction string

// The answers, the weakest first.
const (
	TakeoverAllow           TakeoverAction = "Allow"
	TakeoverMFAIfConfigured TakeoverAction = "MFAIfConfigured"
	TakeoverRequireMFA      TakeoverAction = "RequireMFA"
	TakeoverBlock           TakeoverAction = "Block"
)

// CIDR is a range of IP addresses.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=43
// +kubebuilder:validation:XValidation:rule="isCIDR(self) && cidr(self) == cidr(self).masked()",message="an address range is written in CIDR notation and begins with its first address; write it like 192.0.2.0/24"
type CIDR string

// ThreatProtection says how Cognito answers risky sign-ins. The operator owns all of it: a field that is left out has its default.
//
// +kubebuilder:validation:XValidation:rule="has(self.mode) && self.mode != 'Disabled' || !has(self.compromisedPasswords) && !has(self.takeover) && !has(self.notifications) && (!has(self.blockCIDRs) || self.blockCIDRs.size() == 0) && (!has(self.allowCIDRs) || self.allowCIDRs.size() == 0)",message="mode Disabled allows no other field of threatProtection but customAuth; set mode to Audit or Enforced, or take the other fields off",fieldPath=".mode"
// +kubebuilder:validation:XValidation:rule="has(self.notifications) || !has(self.takeover) || !(has(self.takeover.low) && has(self.takeover.low.notify) && self.takeover.low.notify == 'Enabled' || has(self.takeover.medium) && has(self.takeover.medium.notify) && self.takeover.medium.notify == 'Enabled' || has(self.takeover.high) && has(self.takeover.high.notify) && self.takeover.high.notify == 'Enabled')",message="notifications are needed where takeover notifies users; name the identity in Amazon SES that sends them",fieldPath=".notifications",reason=FieldValueRequired
type ThreatProtection struct {
	// mode says what happens to risks: nothing (Disabled, the default), they are only logged (Audit), or answered (Enforced).
	// Addresses in blockCIDRs are blocked with Audit and with Enforced.
	// +optional
	Mode ThreatMode `json:"mode,omitempty"`

	// customAuth is the mode of sign-ins with the challenges of triggers (authFlows Custom). Left out, Cognito does not look for risks
	// in them.
	// +optional
	CustomAuth CustomAuthMode `json:"customAuth,omitempty"`

	// compromisedPasswords says what happens to a password that is known to have leaked. Left out, it is blocked at every event.
	// +optional
	CompromisedPasswords *CompromisedPasswords `json:"compromisedPasswords,omitempty"`

	// takeover says how sign-ins are answered that may not be the user's, by their risk. Left out, they are allowed.
	// +optional
	Takeover *Takeover `json:"takeover,omitempty"`

	// notifications are the e-mails about risky sign-ins, for the risks with notify Enabled.
	// +optional
	Notifications *ThreatNotifications `json:"notifications,omitempty"`

	// blockCIDRs are addresses from which nobody signs in, in CIDR notation.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=200
	BlockCIDRs []CIDR `json:"blockCIDRs,omitempty"`

	// allowCIDRs are addresses of which no risk is calculated, in CIDR notation.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=200
	AllowCIDRs []CIDR `json:"allowCIDRs,omitempty"`
}

// CompromisedPasswords are passwords that are known to have leaked.
type CompromisedPasswords struct {
	// action says what happens when a user has one: Block (default) or Allow.
	// +optional
	Action CompromisedAction `json:"action,omitempty"`

	// events are those at which a password is checked. Empty, the default, means all.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=3
	Events []PasswordEvent `json:"events,omitempty"`
}

// Takeover says how sign-ins are answered, by their risk.
type Takeover struct {
	// low is the answer to a low risk.
	// +optional
	Low *TakeoverAnswer `json:"low,omitempty"`

	// medium is the answer to a medium risk.
	// +optional
	Medium *TakeoverAnswer `json:"medium,omitempty"`

	// high is the answer to a high risk.
	// +optional
	High *TakeoverAnswer `json:"high,omitempty"`
}

// TakeoverAnswer is the answer to a risk.
type TakeoverAnswer struct {
	// action lets the user in (Allow, the default), asks users with a second factor for it (MFAIfConfigured), does so and blocks users
	// without one (RequireMFA), or blocks the sign-in (Block).
	// +optional
	Action TakeoverAction `json:"action,omitempty"`

	// notify Enabled sends the user an e-mail. It needs notifications. Defaults to Disabled.
	// +optional
	Notify Switch `json:"notify,omitempty"`
}

// ThreatNotifications says how users learn of risky sign-ins.
type ThreatNotifications struct {
	// identityARN is the identity in Amazon SES that mail is sent from: an address or a domain that is verified there.
	// +required
	// +kubebuilder:validation:MinLength=20
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity/.+$')",message="identityARN must be the ARN of an identity in Amazon SES; write it like arn:aws:ses:<region>:<account>:identity/<address or domain>"
	IdentityARN string `json:"identityARN"`

	// from is the address that people see as the sender.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=320
	From string `json:"from,omitempty"`

	// replyTo is the address that answers go to.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=320
	ReplyTo string `json:"replyTo,omitempty"`

	// blocked is sent when a sign-in was blocked. A text that is left out is Cognito's own.
	// +optional
	Blocked *ThreatNotice `json:"blocked,omitempty"`

	// mfa is sent when a second factor was asked for.
	// +optional
	MFA *ThreatNotice `json:"mfa,omitempty"`

	// allowed is sent when a sign-in was allowed.
	// +optional
	Allowed *ThreatNotice `json:"allowed,omitempty"`
}

// ThreatNotice is an e-mail about a risky sign-in.
//
// +kubebuilder:validation:XValidation:rule="has(self.html) || has(self.text)",message="an e-mail needs a body; set html, text or both",fieldPath=".text",reason=FieldValueRequired
type ThreatNotice struct {
	// subject is the e-mail's.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=140
	Subject string `json:"subject"`

	// html is the body in HTML.
	// +optional
	// +kubebuilder:validation:MinLength=6
	// +kubebuilder:validation:MaxLength=20000
	HTML string `json:"html,omitempty"`

	// text is the body without HTML.
	// +optional
	// +kubebuilder:validation:MinLength=6
	// +kubebuilder:validation:MaxLength=20000
	Text string `json:"text,omitempty"`
}
