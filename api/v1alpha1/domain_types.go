package v1alpha1

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
