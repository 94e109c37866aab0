package v1alpha1

// SignInAttribute is what a user may type instead of a user name.
//
// +kubebuilder:validation:Enum=Email;PhoneNumber
type SignInAttribute string

// The sign-in attributes, Cognito's UsernameAttributes.
const (
	SignInEmail       SignInAttribute = "Email"
	SignInPhoneNumber SignInAttribute = "PhoneNumber"
)

// Switch turns a feature on or off.
//
// +kubebuilder:validation:Enum=Enabled;Disabled
type Switch string

// The positions of a Switch.
const (
	Enabled  Switch = "Enabled"
	Disabled Switch = "Disabled"
)

// Tier is Cognito's feature plan, with a price of its own.
//
// +kubebuilder:validation:Enum=Lite;Essentials;Plus
type Tier string

// The tiers, the lowest first.
const (
	TierLite       Tier = "Lite"
	TierEssentials Tier = "Essentials"
	TierPlus       Tier = "Plus"
)

// Issuer is what tokens name as their issuer, Cognito's IssuerType.
//
// +kubebuilder:validation:Enum=Original;Updated
type Issuer string

// The issuers.
const (
	IssuerOriginal Issuer = "Original"
	IssuerUpdated  Issuer = "Updated"
)

// VerifiedAttribute is an attribute that a code or a link proves to be the user's.
//
// +kubebuilder:validation:Enum=Email;PhoneNumber
type VerifiedAttribute string

// The attributes that can be verified, Cognito's VerifiedAttributeType.
const (
	VerifiedEmail       VerifiedAttribute = "Email"
	VerifiedPhoneNumber VerifiedAttribute = "PhoneNumber"
)

// RecoveryMethod is a way for users to get in again who forgot their password.
//
// +kubebuilder:validation:Enum=Email;PhoneNumber;AdminOnly
type RecoveryMethod string

// The ways, Cognito's RecoveryOptionNameType.
const (
	RecoveryEmail       RecoveryMethod = "Email"
	RecoveryPhoneNumber RecoveryMethod = "PhoneNumber"
	RecoveryAdminOnly   RecoveryMethod = "AdminOnly"
)

// UserPoolSpec is the user pool's policy. What it does not name is left as it is in AWS.
//
// +kubebuilder:validation:XValidation:rule="!has(self.verifyBeforeUpdate) || self.verifyBeforeUpdate.all(a, a in (has(self.autoVerify) ? self.autoVerify : ['Email']))",message="verifyBeforeUpdate takes only what autoVerify names, Email if it is left out; name it there, too, or take it off",fieldPath=".verifyBeforeUpdate"
// +kubebuilder:validation:XValidation:rule="!has(self.tier) || self.tier != 'Lite' || !has(self.passwordPolicy) || !has(self.passwordPolicy.history) || self.passwordPolicy.history == 0",message="a password history needs a tier above Lite; set userPool.tier to Essentials, or history to 0",fieldPath=".passwordPolicy.history"
// +kubebuilder:validation:XValidation:rule="!has(self.triggers) || has(self.senderKeyARN) || !self.triggers.exists(t, t.event in ['CustomEmailSender', 'CustomSMSSender'])",message="CustomEmailSender and CustomSMSSender need userPool.senderKeyARN, the key of the codes that they get; set it",fieldPath=".senderKeyARN"
// +kubebuilder:validation:XValidation:rule="!has(self.aliases) || self.aliases.size() == 0 || !has(self.signInWith) || self.signInWith.size() == 0",message="aliases stand beside a user name, so they cannot go with signInWith; take one of the two off",fieldPath=".aliases"
// +kubebuilder:validation:XValidation:rule="!has(self.messages) || !has(self.messages.signInCode) || !has(self.messages.signInCode.subject) && !has(self.messages.signInCode.email) || has(self.mfa) && has(self.mfa.factors) && 'Email' in self.mfa.factors",message="subject and email of a signInCode need the second factor Email; add it to mfa.factors, or take them off",fieldPath=".messages.signInCode"
// +kubebuilder:validation:XValidation:rule="!has(self.threatProtection) || (has(self.tier) ? self.tier == 'Plus' : has(self.adopt))",message="threatProtection needs the Plus tier; set userPool.tier to Plus, or take it off",fieldPath=".threatProtection"
// +kubebuilder:validation:XValidation:rule="!has(self.logs) || !self.logs.exists(l, l.source == 'UserActivity') || (has(self.tier) ? self.tier == 'Plus' : has(self.adopt))",message="UserActivity is logged in the Plus tier only; set userPool.tier to Plus, or take it off",fieldPath=".logs"
// +kubebuilder:validation:XValidation:rule="!has(self.replica) || !has(self.tier) || self.tier != 'Lite'",message="a replica needs a tier above Lite; set userPool.tier to Essentials, or take replica off",fieldPath=".replica"
// +kubebuilder:validation:XValidation:rule="!has(self.replica) || has(self.kmsKeyARN) && self.kmsKeyARN.contains(':key/mrk-')",message="a replica needs userPool.kmsKeyARN, a multi-Region key, whose id begins with mrk-, that the replica's Region has, too; set it, or take replica off",fieldPath=".kmsKeyARN"
// +kubebuilder:validation:XValidation:rule="!has(self.replica) || !has(self.replica.logs) || !self.replica.logs.exists(l, l.source == 'UserActivity') || (has(self.tier) ? self.tier == 'Plus' : has(self.adopt))",message="a replica logs UserActivity in the Plus tier only; set userPool.tier to Plus, or take it off",fieldPath=".replica.logs"
// +kubebuilder:validation:XValidation:rule="!has(self.replica) || has(self.replica.notifications) || !has(self.threatProtection) || !has(self.threatProtection.notifications)",message="a replica sends notices from an identity of its own Region; set replica.notifications, or take threatProtection.notifications off",fieldPath=".replica.notifications"
// +kubebuilder:validation:XValidation:rule="!has(self.replica) || !has(self.replica.notifications) || has(self.threatProtection) && has(self.threatProtection.notifications)",message="a replica sends the notices of userPool.threatProtection.notifications; set those, or take replica.notifications off",fieldPath=".replica.notifications"
type UserPoolSpec struct {
	// adopt takes over a user pool that exists, with its users, made by hand or by another tool. status.plan shows first
	// what will change. signInWith must be what the pool has, for it cannot be changed; clients of the same name are
	// taken over, others stay.
	// +optional
	Adopt *AdoptUserPoolSpec `json:"adopt,omitempty"`

	// sharedWith says which other SecuredAPIs may use this user pool (spec.userPoolRef). The operator creates
	// their clients and resource servers in it, and its users can sign in at all of them. Defaults to those of the same namespace.
	// +optional
	SharedWith *SharedWith `json:"sharedWith,omitempty"`

	// tier is the feature plan of the user pool, which decides what the pool can do and what a user costs. A higher tier is set before
	// what needs it, a lower one after nothing needs the former any more. Defaults to Essentials.
	// +optional
	Tier Tier `json:"tier,omitempty"`

	// deletionProtection is Cognito's own protection: while it is Enabled, nobody can delete the user pool. That holds for the operator,
	// too, whatever deletionPolicy says: the deletion of this object waits until the field is Disabled. Then the operator turns the
	// protection off and goes on. It does not turn off one that a person turned on in AWS. Defaults to Disabled.
	// +optional
	DeletionProtection Switch `json:"deletionProtection,omitempty"`

	// signInWith says what users sign in with; empty means a user name of their choice. Immutable.
	// A sign-up is confirmed by a code sent by e-mail, so users without an e-mail user name have to give an address, too.
	// PhoneNumber alone needs selfSignUp Disabled: otherwise it needs sms, and PhoneNumber in autoVerify.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=2
	SignInWith []SignInAttribute `json:"signInWith,omitempty"`

	// selfSignUp says whether people may register themselves: Enabled (default), or Disabled, which leaves it to administrators.
	// +optional
	SelfSignUp Switch `json:"selfSignUp,omitempty"`

	// passwordPolicy is what a password must have. Left out whole, it is Cognito's own default: 8 characters with upper and
	// lower case, a number and a symbol. In a policy that is there, what is left out is not required.
	// +optional
	PasswordPolicy *PasswordPolicy `json:"passwordPolicy,omitempty"`

	// devices has Cognito remember the devices that users sign in with. Without it Cognito remembers none.
	// +optional
	Devices *Devices `json:"devices,omitempty"`

	// autoVerify says which addresses of users Cognito verifies, with a code or a link that it sends there: at the sign-up, and when
	// a user changes one. [] verifies none, so an administrator has to confirm each sign-up. Defaults to Email. PhoneNumber
	// needs sms. A pool that is made with [] does not require the e-mail address of who signs up, and Cognito cannot change that.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=2
	AutoVerify []VerifiedAttribute `json:"autoVerify,omitzero"`

	// verifyBeforeUpdate says which addresses keep their former value until the new one is verified. [] lets a new value take
	// its place at once. Defaults to what autoVerify says, and can name nothing else.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=2
	VerifyBeforeUpdate []VerifiedAttribute `json:"verifyBeforeUpdate,omitzero"`

	// recovery says how users get in again who forgot their password: by a code to a verified address, to the first one that they
	// have in this order. AdminOnly leaves it to administrators, and stands alone. Defaults to Email, then PhoneNumber.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	// +kubebuilder:validation:XValidation:rule="!('AdminOnly' in self) || self.size() == 1",message="AdminOnly leaves recovery to administrators, so it cannot go with another method; take one of them off"
	// +kubebuilder:validation:XValidation:rule="self.size() < 2 || self[0] != self[1]",message="a method stands once in the order; take one of them off"
	Recovery []RecoveryMethod `json:"recovery,omitempty"`

	// messages are texts that Cognito sends to users, as a whole: a text that is left out is Cognito's own.
	// +optional
	Messages *Messages `json:"messages,omitempty"`

	// usernameCase says whether user names, addresses among them, that differ in case only are one user. Defaults to Insensitive. Immutable.
	// +optional
	UsernameCase UsernameCase `json:"usernameCase,omitempty"`

	// aliases are what users may sign in with beside a user name of their choice, so they cannot go with signInWith. Immutable.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=3
	Aliases []Alias `json:"aliases,omitempty"`

	// standardAttributes are those of Cognito's own attributes that a user has to have, cannot change, or of which the length is limited.
	// The others are optional. Where a sign-up is confirmed by e-mail and the address is not the user name, email is required
	// without being named here. Immutable. The pool that is adopted must have the same.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=20
	StandardAttributes []StandardAttribute `json:"standardAttributes,omitempty"`

	// customAttributes are attributes of your own. You can only add items: Cognito neither changes nor removes an attribute. Others
	// that the pool has stay.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=50
	CustomAttributes []CustomAttribute `json:"customAttributes,omitempty"`

	// firstFactors are what users can begin a sign-in with. Defaults to Password. Others than Password need the Essentials tier,
	// and a login page or an application that offers them: the classic pages ask for passwords only.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:XValidation:rule="self.exists(f, f != 'Passkey')",message="Passkey cannot be the only first factor: nobody could register one; add Password, EmailOTP or SMSOTP"
	FirstFactors []FirstFactor `json:"firstFactors,omitempty"`

	// passkeys says how passkeys are registered and used.
	// +optional
	Passkeys *Passkeys `json:"passkeys,omitempty"`

	// mfa asks for a second factor.
	// +optional
	MFA *MFA `json:"mfa,omitempty"`

	// email says how the pool sends e-mail. Left out, Cognito sends it from its own address.
	// +optional
	Email *Email `json:"email,omitempty"`

	// sms says how the pool sends text messages. Without it, it sends none.
	// +optional
	SMS *SMS `json:"sms,omitempty"`

	// threatProtection answers risky sign-ins and passwords that have leaked. It needs the Plus tier.
	// +optional
	ThreatProtection *ThreatProtection `json:"threatProtection,omitempty"`

	// logs are where the pool's logs go, as a whole: a source that is left out is not logged.
	// +optional
	// +listType=map
	// +listMapKey=source
	// +kubebuilder:validation:MaxItems=2
	Logs []UserPoolLog `json:"logs,omitempty"`

	// kmsKeyARN is the key in AWS KMS that encrypts the pool's data. Defaults to a key of AWS. The operator needs kms:CreateGrant for it.
	// +optional
	// +kubebuilder:validation:MinLength=20
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$')",message="kmsKeyARN must be the ARN of a key in AWS KMS; write it like arn:aws:kms:<region>:<account>:key/<id>"
	KMSKeyARN string `json:"kmsKeyARN,omitempty"`

	// issuer is what tokens name as their issuer: the pool's Region (Original, the default), or a host that serves several Regions
	// (Updated). Programs that verify tokens must accept the new status.issuer when it changes.
	// +optional
	Issuer Issuer `json:"issuer,omitempty"`

	// webACLARN is a web ACL of AWS WAF that stands before the login pages and Cognito's API of the pool: a regional one of the pool's
	// Region and account. The operator needs the policy web-acls for it.
	// +optional
	// +kubebuilder:validation:MinLength=20
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[A-Za-z0-9_-]+/[A-Za-z0-9-]+$')",message="webACLARN must be the ARN of a regional web ACL; write it like arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>"
	WebACLARN string `json:"webACLARN,omitempty"`

	// replica is a copy of the pool in another Region, where users can sign in while the pool's own Region fails. AWS keeps it up to date.
	// It needs kmsKeyARN, a multi-Region key, and a tier above Lite; issuer Updated is advised. Nobody can sign up or change a password
	// at a replica, and it knows no second factor by app. The operator needs its permissions in that Region, too.
	// +optional
	Replica *Replica `json:"replica,omitempty"`

	// groups are groups that users can be put into. A user's tokens name the groups that the user is in (cognito:groups).
	// Who is in a group is not part of the spec. A group that leaves the spec is deleted, and its members lose it.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=100
	Groups []Group `json:"groups,omitempty"`

	// identityProviders are where users can sign in who have an account somewhere else.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=20
	IdentityProviders []IdentityProvider `json:"identityProviders,omitempty"`

	// triggers are functions that the pool calls while users sign up and sign in. A function that fails, or refuses, ends what the user
	// does. The operator takes triggers of other events off the pool. Without triggers, the pool keeps those that somebody else gave it.
	// +optional
	// +listType=map
	// +listMapKey=event
	// +kubebuilder:validation:MaxItems=13
	Triggers []Trigger `json:"triggers,omitempty"`

	// senderKeyARN is the key in AWS KMS with which Cognito encrypts the codes and passwords that the functions of CustomEmailSender and
	// CustomSMSSender are called with. The operator needs kms:CreateGrant for it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$')",message="senderKeyARN must be the ARN of a key in AWS KMS; write it like arn:aws:kms:<region>:<account>:key/<id>"
	SenderKeyARN string `json:"senderKeyARN,omitempty"`
}

// AdoptUserPoolSpec names a user pool that exists.
type AdoptUserPoolSpec struct {
	// id is the user pool's id.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=55
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9-]+_[0-9a-zA-Z]+$')",message="id must be the id of a user pool; write it like us-east-1_AbCdEfGhI"
	ID string `json:"id"`
}
