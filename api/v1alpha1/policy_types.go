package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// SecuredAPIPolicy says what the SecuredAPIs of the namespaces that it selects may ask for. Only an administrator of the
// cluster may write one. Where several select a namespace, all of them have to allow what a SecuredAPI asks for.
// As soon as there is one, a namespace that none selects may ask for nothing.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,shortName=sapipolicy
// +kubebuilder:printcolumn:name="Role",type=string,JSONPath=`.spec.roleARN`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type SecuredAPIPolicy struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says which namespaces are meant and what they may ask for.
	// +required
	Spec SecuredAPIPolicySpec `json:"spec"`
}

// SecuredAPIPolicyList is a list of SecuredAPIPolicies.
//
// +kubebuilder:object:root=true
type SecuredAPIPolicyList struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the SecuredAPIPolicies.
	Items []SecuredAPIPolicy `json:"items"`
}

// SecuredAPIPolicySpec says which namespaces are meant and what they may ask for. A list that is left out allows
// everything; a list without items allows nothing. Nothing may be adopted unless adopt names it.
type SecuredAPIPolicySpec struct {
	// namespaceSelector selects namespaces by their labels. An empty one selects all.
	// +required
	NamespaceSelector metav1.LabelSelector `json:"namespaceSelector"`

	// roleARN is the IAM role that everything is made with, perhaps of another account. It replaces the annotation
	// securedapi.dev/role-arn of the namespace.
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$')",message="roleARN must be the ARN of an IAM role; write it like arn:aws:iam::111122223333:role/tenant"
	RoleARN string `json:"roleARN,omitempty"`

	// regions are the AWS Regions that spec.region and spec.userPool.replica.region may name.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=32
	Regions []string `json:"regions,omitzero"`

	// functions are the Lambda functions that routes and triggers may call: names of functions in the account in which everything is
	// made, in which * stands for any characters, or whole ARNs.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=300
	Functions []string `json:"functions,omitzero"`

	// httpHosts are the hosts that routes may call. *.example.com stands for all hosts below example.com.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	HTTPHosts []string `json:"httpHosts,omitzero"`

	// domainPrefixes are those that spec.domain.prefix may name, in which * stands for any characters.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	DomainPrefixes []string `json:"domainPrefixes,omitzero"`

	// customDomains are the names that spec.domain.custom.name may have. *.example.com stands for all names below example.com.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	CustomDomains []string `json:"customDomains,omitzero"`

	// certificates are the ARNs of certificates that spec.domain.custom.certificateARN may name, in which * stands for any
	// characters.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=256
	Certificates []string `json:"certificates,omitzero"`

	// callbackHosts are the hosts of callback and logout URLs. *.example.com stands for all hosts below example.com.
	// With this list, URLs of an app's own scheme are refused: any app can register the scheme of another.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	CallbackHosts []string `json:"callbackHosts,omitzero"`

	// localhostCallbacks says whether callback and logout URLs may name localhost. Defaults to Allowed.
	// +optional
	LocalhostCallbacks Permission `json:"localhostCallbacks,omitempty"`

	// cognitoRoles are the ARNs of IAM roles that SecuredAPIs may give to Cognito, in which * stands for any characters:
	// spec.userPool.sms.roleARN, the same of spec.userPool.replica, and spec.userPool.groups[].roleARN.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=2048
	CognitoRoles []string `json:"cognitoRoles,omitzero"`

	// emailIdentities are the ARNs of identities in Amazon SES that spec.userPool.email.identityARN, the same of spec.userPool.replica, and
	// spec.userPool.threatProtection.notifications.identityARN may name, in which * stands for any characters. Every identity of the
	// account can be used otherwise.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=2048
	EmailIdentities []string `json:"emailIdentities,omitzero"`

	// kmsKeys are the ARNs of keys in AWS KMS that SecuredAPIs may give to Cognito, in which * stands for any characters:
	// spec.userPool.kmsKeyARN, spec.userPool.senderKeyARN and spec.userPool.replica.senderKeyARN.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=2048
	KMSKeys []string `json:"kmsKeys,omitzero"`

	// webACLs are the ARNs of web ACLs of AWS WAF that spec.userPool.webACLARN may name, in which * stands for any characters.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=2048
	WebACLs []string `json:"webACLs,omitzero"`

	// logDestinations are the ARNs of log groups, streams and buckets that spec.userPool.logs may name, in which * stands for any
	// characters. Those that the operator's role may open to logs can be used otherwise.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=2048
	LogDestinations []string `json:"logDestinations,omitzero"`

	// healthChecks are the ids of health checks of Amazon Route 53 that spec.domain.custom.failoverHealthCheckID may name, in which *
	// stands for any characters.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=64
	HealthChecks []string `json:"healthChecks,omitzero"`

	// adopt names what may be adopted.
	// +optional
	Adopt AdoptPolicy `json:"adopt,omitzero"`

	// deletionPolicies are those that a SecuredAPI may have.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=3
	DeletionPolicies []DeletionPolicy `json:"deletionPolicies,omitzero"`

	// limits bound how much a namespace may ask for.
	// +optional
	Limits PolicyLimits `json:"limits,omitzero"`
}

// Permission says whether something may be asked for.
//
// +kubebuilder:validation:Enum=Allowed;Refused
type Permission string

// The permissions.
const (
	Allowed Permission = "Allowed"
	Refused Permission = "Refused"
)

// AdoptPolicy names what may be adopted.
type AdoptPolicy struct {
	// userPoolIDs are the ids of user pools that spec.userPool.adopt.id may name.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=55
	UserPoolIDs []string `json:"userPoolIDs,omitempty"`

	// restAPIIDs are the ids of REST APIs that spec.api.adopt.id may name.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MaxLength=128
	RestAPIIDs []string `json:"restAPIIDs,omitempty"`
}

// PolicyLimits bound how much a namespace may ask for. One that is left out does not bound.
type PolicyLimits struct {
	// objects is how many SecuredAPIs the namespace may have. The oldest count first.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Objects *int32 `json:"objects,omitempty"`

	// routes is how many routes the namespace's SecuredAPIs may have together. The oldest count first.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Routes *int32 `json:"routes,omitempty"`

	// reconcilesPerMinute is how many passes the namespace may ask for in a minute, by edits and by the annotation
	// securedapi.dev/reconcile-at.
	// +optional
	// +kubebuilder:validation:Minimum=1
	ReconcilesPerMinute *int32 `json:"reconcilesPerMinute,omitempty"`
}
