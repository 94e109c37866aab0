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

// Replica is a copy of a user pool in another Region. How it reaches users, and which functions it calls, is its own: what is left out is
// as in a new replica.
//
// +kubebuilder:validation:XValidation:rule="!has(self.triggers) || has(self.senderKeyARN) || !self.triggers.exists(t, t.event in ['CustomEmailSender', 'CustomSMSSender'])",message="CustomEmailSender and CustomSMSSender need replica.senderKeyARN, the key of the codes that they get; set it",fieldPath=".senderKeyARN"
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

	// email says how the replica sends e-mail, from an identity of its Region. Left out, Cognito sends it from its own address.
	// +optional
	Email *Email `json:"email,omitempty"`

	// sms says how the replica sends text messages. Without it, it sends none.
	// +optional
	SMS *SMS `json:"sms,omitempty"`

	// triggers are functions of the replica's Region that the replica calls, as userPool.triggers are of the pool. It does not call those.
	// +optional
	// +listType=map
	// +listMapKey=event
	// +kubebuilder:validation:MaxItems=13
	Triggers []Trigger `json:"triggers,omitempty"`

	// senderKeyARN is userPool.senderKeyARN for functions of the replica: a key of its Region.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$')",message="senderKeyARN must be the ARN of a key in AWS KMS; write it like arn:aws:kms:<region>:<account>:key/<id>"
	SenderKeyARN string `json:"senderKeyARN,omitempty"`
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
