package v1alpha1

// LogSource is what a user pool logs, Cognito's EventSource.
//
// +kubebuilder:validation:Enum=Notifications;UserActivity
type LogSource string

// The sources.
const (
	LogNotifications LogSource = "Notifications"
	LogUserActivity  LogSource = "UserActivity"
)

// UserPoolLog sends what a source logs to one destination. Cognito writes there from then on, with permissions that the operator's role
// has to be allowed to give (iam-policy logs).
//
// +kubebuilder:validation:XValidation:rule="[has(self.logGroupARN), has(self.streamARN), has(self.bucketARN)].filter(d, d).size() == 1",message="a log has exactly one destination; set one of logGroupARN, streamARN and bucketARN"
// +kubebuilder:validation:XValidation:rule="self.source != 'Notifications' || has(self.logGroupARN) || !has(self.streamARN) && !has(self.bucketARN)",message="Notifications go to a log group only; set logGroupARN",fieldPath=".logGroupARN",reason=FieldValueRequired
type UserPoolLog struct {
	// source is what is logged: messages that could not be delivered (Notifications), or sign-ins and their risks (UserActivity), which
	// needs the Plus tier and threatProtection.
	// +required
	Source LogSource `json:"source"`

	// logGroupARN is a log group of CloudWatch Logs, of the pool's account.
	// +optional
	// +kubebuilder:validation:MinLength=20
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:logs:[a-z0-9-]+:[0-9]{12}:log-group:[A-Za-z0-9_./#-]+$')",message="logGroupARN must be the ARN of a log group; write it like arn:aws:logs:<region>:<account>:log-group:<name>"
	LogGroupARN string `json:"logGroupARN,omitempty"`

	// streamARN is a stream of Amazon Data Firehose.
	// +optional
	// +kubebuilder:validation:MinLength=20
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:firehose:[a-z0-9-]+:[0-9]{12}:deliverystream/[A-Za-z0-9_.-]+$')",message="streamARN must be the ARN of a stream of Amazon Data Firehose; write it like arn:aws:firehose:<region>:<account>:deliverystream/<name>"
	StreamARN string `json:"streamARN,omitempty"`

	// bucketARN is a bucket of Amazon S3.
	// +optional
	// +kubebuilder:validation:MinLength=16
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]+[a-z0-9]$')",message="bucketARN must be the ARN of a bucket; write it like arn:aws:s3:::<name>"
	BucketARN string `json:"bucketARN,omitempty"`
}
