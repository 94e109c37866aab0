package v1alpha1

// TriggerEvent is what a user pool calls a function for, one of the members of Cognito's LambdaConfig.
//
// +kubebuilder:validation:Enum=PreSignUp;PostConfirmation;PreAuthentication;PostAuthentication;CustomMessage;DefineAuthChallenge;CreateAuthChallenge;VerifyAuthChallengeResponse;UserMigration;PreTokenGeneration;InboundFederation;CustomEmailSender;CustomSMSSender
type TriggerEvent string

// The events.
const (
	TriggerPreSignUp                   TriggerEvent = "PreSignUp"
	TriggerPostConfirmation            TriggerEvent = "PostConfirmation"
	TriggerPreAuthentication           TriggerEvent = "PreAuthentication"
	TriggerPostAuthentication          TriggerEvent = "PostAuthentication"
	TriggerCustomMessage               TriggerEvent = "CustomMessage"
	TriggerDefineAuthChallenge         TriggerEvent = "DefineAuthChallenge"
	TriggerCreateAuthChallenge         TriggerEvent = "CreateAuthChallenge"
	TriggerVerifyAuthChallengeResponse TriggerEvent = "VerifyAuthChallengeResponse"
	TriggerUserMigration               TriggerEvent = "UserMigration"
	TriggerPreTokenGeneration          TriggerEvent = "PreTokenGeneration"
	TriggerInboundFederation           TriggerEvent = "InboundFederation"
	TriggerCustomEmailSender           TriggerEvent = "CustomEmailSender"
	TriggerCustomSMSSender             TriggerEvent = "CustomSMSSender"
)

// TriggerVersion is the version of the event that a function is called with.
//
// +kubebuilder:validation:Enum=V1;V2;V3
type TriggerVersion string

// The versions.
const (
	TriggerV1 TriggerVersion = "V1"
	TriggerV2 TriggerVersion = "V2"
	TriggerV3 TriggerVersion = "V3"
)

// Trigger is a Lambda function that a user pool calls.
//
// +kubebuilder:validation:XValidation:rule="!has(self.version) || self.version == 'V1' || self.event == 'PreTokenGeneration'",message="V2 and V3 are versions of PreTokenGeneration alone; take version off",fieldPath=".version"
type Trigger struct {
	// event is what the function is called for. CustomEmailSender and CustomSMSSender send messages in Cognito's place, and need
	// senderKeyARN.
	// +required
	Event TriggerEvent `json:"event"`

	// function is the function's name, name:alias, or ARN. A name means this account and Region. The operator gives the user pool the
	// permission to call it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=170
	// +kubebuilder:validation:XValidation:rule="self.matches('^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:)?[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$')",message="function must be a name, name:alias, or a full ARN; write it like Claims, Claims:live or arn:aws:lambda:<region>:<account>:function:Claims"
	Function string `json:"function"`

	// version is the version of the event that the function is called with. Defaults to V1. PreTokenGeneration has V2, in which a
	// function changes access tokens, too, and V3, in which it also changes those of programs; both need a tier above Lite.
	// +optional
	Version TriggerVersion `json:"version,omitempty"`
}
