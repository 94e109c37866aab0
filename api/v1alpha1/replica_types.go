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

// Replica is a copy of a user pool in another Region. How it reaches users, which functions it calls, where it logs and what protects it
// are its own. Of email, sms, triggers and senderKeyARN, what is left out is as in a new replica.
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

	// logs say where the replica's logs go, as userPool.logs say of the pool: to a log group or a stream of the replica's Region, or to a
	// bucket. The replica does not log where those go. Without the field, the replica keeps the destinations that somebody else gave it.
	// +optional
	// +listType=map
	// +listMapKey=source
	// +kubebuilder:validation:MaxItems=2
	Logs []UserPoolLog `json:"logs,omitempty"`

	// webACLARN is a web ACL of AWS WAF that stands before the replica: a regional one of its Region and account. The pool's own does not
	// protect the replica.
	// +optional
	// +kubebuilder:validation:MinLength=20
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[A-Za-z0-9_-]+/[A-Za-z0-9-]+$')",message="webACLARN must be the ARN of a regional web ACL; write it like arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>"
	WebACLARN string `json:"webACLARN,omitempty"`

	// notifications say who sends the replica's mail about risky sign-ins. The texts are those of userPool.threatProtection.notifications,
	// which need this field.
	// +optional
	Notifications *ReplicaNotifications `json:"notifications,omitempty"`
}

// ReplicaNotifications says who sends a replica's mail about risky sign-ins.
type ReplicaNotifications struct {
	// identityARN is an identity in Amazon SES of the replica's Region: an address or a domain that is verified there.
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
