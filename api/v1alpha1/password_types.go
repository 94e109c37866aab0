package v1alpha1

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

	// history is how many of a user's former passwords cannot be used again, 0 to 24. It needs a tier above Lite. Defaults to 0.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=24
	History int32 `json:"history,omitempty"`

	// temporaryValidity is how long a password is good that an administrator gave a user: whole days, 24h to 8760h. Defaults to 168h.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$') || duration(self) >= duration('24h') && duration(self) <= duration('8760h') && duration(self).getSeconds() % 86400 == 0 && duration(self).getMilliseconds() % 1000 == 0",message="temporaryValidity must be whole days, 1 to 365; write it in hours, like 168h for 7 days"
	TemporaryValidity Duration `json:"temporaryValidity,omitempty"`
}
