package v1alpha1

// ReplicaState says whether a replica serves users, Cognito's UpdateReplicaStatusType.
//
// +kubebuilder:validation:Enum=Inactive;Active
type ReplicaState string

// The states.
const (
	ReplicaInactive ReplicaState = "Inactive"
	ReplicaActive   ReplicaState = "Active"
)

// Replica is a copy of a user pool in another Region.
type Replica struct {
	// region is the AWS Region of the replica, another one than the user pool's. When it changes, the replica is deleted, and then made in
	// the other Region: a user pool has one replica at most.
	// +required
	// +kubebuilder:validation:MinLength=5
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]{2,3}(-[a-z]+)+-[0-9]+$')",message="region must be the name of an AWS Region; write it like us-west-2"
	Region string `json:"region"`

	// state says whether users can sign in at the replica: Active, or Inactive, in which it is kept up to date and serves nobody. Defaults
	// to Inactive.
	// +optional
	State ReplicaState `json:"state,omitempty"`
}

// ReplicaStatus is the replica of a user pool.
type ReplicaStatus struct {
	// region is the Region of the replica.
	// +required
	// +kubebuilder:validation:MaxLength=32
	Region string `json:"region"`

	// arn is the replica's ARN.
	// +required
	// +kubebuilder:validation:MaxLength=2048
	ARN string `json:"arn"`

	// state is what AWS said last of it: CREATING, INACTIVE, ACTIVE or DELETING.
	// +optional
	// +kubebuilder:validation:MaxLength=32
	State string `json:"state,omitempty"`
}
