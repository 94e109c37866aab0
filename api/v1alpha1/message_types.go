package v1alpha1

// VerifyBy is how a user proves that an e-mail address is theirs.
//
// +kubebuilder:validation:Enum=Code;Link
type VerifyBy string

// The ways.
const (
	VerifyByCode VerifyBy = "Code"
	VerifyByLink VerifyBy = "Link"
)

// Messages are texts that Cognito sends to users. A text that is left out is Cognito's own.
type Messages struct {
	// verification is sent to an address that is to be verified.
	// +optional
	Verification *VerificationMessage `json:"verification,omitempty"`

	// invitation is sent to users whom an administrator creates.
	// +optional
	Invitation *Invitation `json:"invitation,omitempty"`

	// signInCode is sent to users who sign in with a code: as a second factor, or as a one-time password.
	// +optional
	SignInCode *SignInCode `json:"signInCode,omitempty"`
}

// VerificationMessage proves that an address is the user's.
//
// +kubebuilder:validation:XValidation:rule="!has(self.email) || (has(self.by) && self.by == 'Link' ? self.email.contains('{##') && self.email.contains('##}') : self.email.contains('{####}'))",message="email must hold {####} in the place of the code, or with by Link a text like {##Confirm##} for the link; add it",fieldPath=".email"
type VerificationMessage struct {
	// by says what the e-mail holds: a Code that the user types, or a Link that the user opens. A Link needs a domain, and confirms
	// sign-ups only: a changed address is verified by a code. Defaults to Code.
	// +optional
	By VerifyBy `json:"by,omitempty"`

	// subject is the e-mail's.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=140
	Subject string `json:"subject,omitempty"`

	// email is the e-mail's body, which may be HTML. It holds {####} in the place of the code, or, by Link, {##a text##} in that of
	// the link.
	// +optional
	// +kubebuilder:validation:MinLength=6
	// +kubebuilder:validation:MaxLength=20000
	Email string `json:"email,omitempty"`

	// sms is the text message, with {####} in the place of the code.
	// +optional
	// +kubebuilder:validation:MinLength=6
	// +kubebuilder:validation:MaxLength=140
	// +kubebuilder:validation:XValidation:rule="self.contains('{####}')",message="sms must hold {####} in the place of the code; add it"
	SMS string `json:"sms,omitempty"`
}

// Invitation tells a user the name and the temporary password that an administrator gave.
type Invitation struct {
	// subject is the e-mail's.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=140
	Subject string `json:"subject,omitempty"`

	// email is the e-mail's body, which may be HTML. It holds {username} and {####} in the places of the name and the password.
	// +optional
	// +kubebuilder:validation:MinLength=6
	// +kubebuilder:validation:MaxLength=20000
	// +kubebuilder:validation:XValidation:rule="self.contains('{username}') && self.contains('{####}')",message="email must hold {username} and {####} in the places of the user name and the temporary password; add them"
	Email string `json:"email,omitempty"`

	// sms is the text message. It holds {username} and {####} in the places of the name and the password.
	// +optional
	// +kubebuilder:validation:MinLength=6
	// +kubebuilder:validation:MaxLength=140
	// +kubebuilder:validation:XValidation:rule="self.contains('{username}') && self.contains('{####}')",message="sms must hold {username} and {####} in the places of the user name and the temporary password; add them"
	SMS string `json:"sms,omitempty"`
}

// SignInCode brings the code that a user signs in with. Cognito takes texts of an e-mail for a second factor only, so subject and
// email need Email among the factors of mfa; they are those of one-time passwords, too, then.
type SignInCode struct {
	// subject is the e-mail's.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=140
	Subject string `json:"subject,omitempty"`

	// email is the e-mail's body, which may be HTML, with {####} in the place of the code.
	// +optional
	// +kubebuilder:validation:MinLength=6
	// +kubebuilder:validation:MaxLength=20000
	// +kubebuilder:validation:XValidation:rule="self.contains('{####}')",message="email must hold {####} in the place of the code; add it"
	Email string `json:"email,omitempty"`

	// sms is the text message, with {####} in the place of the code.
	// +optional
	// +kubebuilder:validation:MinLength=6
	// +kubebuilder:validation:MaxLength=140
	// +kubebuilder:validation:XValidation:rule="self.contains('{####}')",message="sms must hold {####} in the place of the code; add it"
	SMS string `json:"sms,omitempty"`
}
