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

// UserPoolSpec is the user pool's policy. What it does not name is left as it is in AWS.
type UserPoolSpec struct {
	// adopt takes over a user pool that exists, with its users, made by hand or by another tool. status.plan shows first
	// what will change. signInWith must be what the pool has, for it cannot be changed; clients of the same name are
	// taken over, others stay.
	// +optional
	Adopt *AdoptUserPoolSpec `json:"adopt,omitempty"`

	// signInWith says what users sign in with; empty means a user name of their choice. Immutable.
	// A sign-up is confirmed by a code sent by e-mail, so users without an e-mail user name have to give an address, too.
	// PhoneNumber alone needs selfSignUp Disabled: a code by SMS would need an IAM role that this version does not set up.
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

	// groups are groups that users can be put into. A user's tokens name the groups that the user is in (cognito:groups).
	// Who is in a group is not part of the spec. A group that leaves the spec is deleted, and its members lose it.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=100
	Groups []Group `json:"groups,omitempty"`
}

// Group is a group of users. Cognito changes a description, a precedence and a role, and cannot take one away: a spec
// without one that the group has in AWS is InvalidSpec.
type Group struct {
	// name names the group in tokens. Another name is another group, without the members of the former one.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches(r'^[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+$')",message="name may hold only letters, digits, symbols and punctuation, and no spaces; write it like admins or night-shift"
	Name string `json:"name"`

	// description says for people what the group is for.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	Description string `json:"description,omitempty"`

	// precedence decides whose role a user prefers who is in several groups (cognito:preferred_role): that of the group with
	// the lowest value, 0 at least. Groups without a precedence come last.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Precedence *int32 `json:"precedence,omitempty"`

	// roleARN is the IAM role that the ID tokens of the group's members name (cognito:roles), for a Cognito identity pool.
	// The operator needs iam:PassRole for it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$')",message="roleARN must be the ARN of an IAM role; write it like arn:aws:iam::<account>:role/<name>"
	RoleARN string `json:"roleARN,omitempty"`
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

// PasswordPolicy is Cognito's PasswordPolicyType.
type PasswordPolicy struct {
	// minimumLength is the least number of characters, 6 to 99. Defaults to 8.
	// +optional
	// +kubebuilder:validation:Minimum=6
	// +kubebuilder:validation:Maximum=99
	MinimumLength int32 `json:"minimumLength,omitempty"`

	// requireUppercase asks for at least one upper-case letter.
	// +optional
	RequireUppercase bool `json:"requireUppercase,omitempty"`

	// requireLowercase asks for at least one lower-case letter.
	// +optional
	RequireLowercase bool `json:"requireLowercase,omitempty"`

	// requireNumbers asks for at least one digit.
	// +optional
	RequireNumbers bool `json:"requireNumbers,omitempty"`

	// requireSymbols asks for at least one symbol.
	// +optional
	RequireSymbols bool `json:"requireSymbols,omitempty"`
}

// ResourceServer is an API of one's own that clients ask scopes of.
type ResourceServer struct {
	// identifier names the resource server and is the first part of its scopes, for example https://notes.example.com.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches(r'^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$')",message="identifier may hold only printable ASCII characters, and no spaces, quotes or backslashes; write it like notes or https://notes.example.com"
	Identifier string `json:"identifier"`

	// scopes are what may be asked for.
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Scopes []ResourceServerScope `json:"scopes"`
}

// ResourceServerScope is one scope of a resource server.
type ResourceServerScope struct {
	// name is the scope's name, the part behind the slash.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches(r'^[\\x21\\x23-\\x2E\\x30-\\x5B\\x5D-\\x7E]+$')",message="name may hold only printable ASCII characters, and no spaces, slashes, quotes or backslashes; write it like read"
	Name string `json:"name"`

	// description says what the scope allows. Defaults to its name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Description string `json:"description,omitempty"`
}

// DomainSpec is the login pages' address.
type DomainSpec struct {
	// prefix is the first label of <prefix>.auth.<region>.amazoncognito.com, unique in the Region over all accounts.
	// Changing it moves the login pages: users keep their accounts, front ends need the new address.
	// The words aws, amazon and cognito are reserved.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",message="prefix may hold only lower-case letters, digits and hyphens, and must begin and end with a letter or digit; write it like notes-beta"
	// +kubebuilder:validation:XValidation:rule="!self.matches('(^|-)aws(-|$)') && !self.contains('amazon') && !self.contains('cognito')",message="prefix must not contain the reserved words aws, amazon or cognito; choose another word"
	Prefix string `json:"prefix"`
}
