package v1alpha1

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
