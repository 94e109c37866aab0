package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// SecuredAPI is a REST API behind a login: a Cognito user pool with its login pages and app clients, and an
// API Gateway REST API whose routes only registered users may call, unless a route says otherwise.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=sapi
// +kubebuilder:selectablefield:JSONPath=`.spec.domain.prefix`
// +kubebuilder:selectablefield:JSONPath=`.spec.domain.custom.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.userPool.adopt.id`
// +kubebuilder:selectablefield:JSONPath=`.spec.api.adopt.id`
// +kubebuilder:selectablefield:JSONPath=`.spec.userPoolRef.name`
// +kubebuilder:validation:XValidation:rule="!has(self.spec.outputs) || !has(self.spec.outputs.secretName) || !has(self.spec.clients) || self.spec.clients.all(c, !('ClientCredentials' in c.flows || has(c.secret)) || self.spec.outputs.secretName != (has(c.secret) && has(c.secret.name) ? c.secret.name : self.metadata.name + '-' + c.name))",message="secretName is the name of the Secret of a client; choose another name, or rename the client",messageExpression="'\\x22' + self.spec.outputs.secretName + '\\x22' + ': secretName is the name of the Secret of a client; choose another name, or rename the client'",fieldPath=".spec.outputs.secretName"
// +kubebuilder:validation:XValidation:rule="!has(self.spec.clients) || self.spec.clients.all(c, !has(c.secret) || !has(c.secret.name) || self.spec.clients.all(d, d.name == c.name || c.secret.name != (has(d.secret) && has(d.secret.name) ? d.secret.name : self.metadata.name + '-' + d.name)))",message="each client's secret is in a Secret of its own, and secret.name names that of another client; choose another name",fieldPath=".spec.clients"
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Endpoint",type=string,JSONPath=`.status.endpoint`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Mode",type=string,JSONPath=`.spec.mode`,priority=1
// +kubebuilder:printcolumn:name="Domain",type=string,JSONPath=`.status.domain`,priority=1
// +kubebuilder:printcolumn:name="Policy",type=string,JSONPath=`.status.policy`,priority=1
type SecuredAPI struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says who may sign in, from which front ends, and which routes they may call.
	// +required
	Spec SecuredAPISpec `json:"spec"`

	// status says what there is in AWS, as last read back from it.
	// +optional
	// +kubebuilder:default={"observedGeneration":-1}
	Status SecuredAPIStatus `json:"status,omitempty"`
}

// SecuredAPIList is a list of SecuredAPIs.
//
// +kubebuilder:object:root=true
type SecuredAPIList struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the SecuredAPIs.
	Items []SecuredAPI `json:"items"`
}

// DeletionPolicy says what becomes of the AWS resources when the SecuredAPI is deleted.
//
// +kubebuilder:validation:Enum=Protect;Delete;Retain
type DeletionPolicy string

// The deletion policies.
const (
	// DeletionProtect takes everything down, unless the user pool has users: then deletion waits.
	DeletionProtect DeletionPolicy = "Protect"
	// DeletionDelete takes everything down, users included.
	DeletionDelete DeletionPolicy = "Delete"
	// DeletionRetain leaves everything in AWS as it is and lets go of it.
	DeletionRetain DeletionPolicy = "Retain"
)

// TagValue is the value of a tag in AWS.
//
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:Pattern=`^[\p{L}\p{Z}\p{N}_.:/=+@-]*$`
type TagValue string

// Mode says whether the operator acts on the plan or only shows it.
//
// +kubebuilder:validation:Enum=Apply;Plan
type Mode string

// The modes.
const (
	// ModeApply makes AWS agree with the spec.
	ModeApply Mode = "Apply"
	// ModePlan writes nothing to AWS: status.plan says what Apply would do.
	ModePlan Mode = "Plan"
)

// ReconcileAtAnnotation asks for a look at everything now: any value that was not handled yet, a time for example.
const ReconcileAtAnnotation = "securedapi.dev/reconcile-at"

// RoleARNAnnotation is on a Namespace: the IAM role that its objects are made with, perhaps of another account.
const RoleARNAnnotation = "securedapi.dev/role-arn"

// ContentLabel is on the ConfigMaps and Secrets of spec.outputs, with the value ContentOutputs, and on those that the spec may read,
// with the value ContentInput. The operator watches the ConfigMaps that have it.
const (
	ContentLabel   = "securedapi.dev/content"
	ContentOutputs = "outputs"
	ContentInput   = "input"
)

// SecuredAPISpec is what a SecuredAPI asks for.
//
// +kubebuilder:validation:XValidation:rule="has(self.region) == has(oldSelf.region) && (!has(self.region) || self.region == oldSelf.region)",message="region is immutable: a user pool cannot move, and its users cannot be copied with their passwords; set it back, or make another SecuredAPI in the other Region",messageExpression="(has(self.region) ? '\\x22' + self.region + '\\x22' : 'none') + ': region is immutable: a user pool cannot move, and its users cannot be copied with their passwords; set it back, or make another SecuredAPI in the other Region'",fieldPath=".region"
// +kubebuilder:validation:XValidation:rule="(has(self.userPool) && has(self.userPool.signInWith) ? self.userPool.signInWith : []) == (has(oldSelf.userPool) && has(oldSelf.userPool.signInWith) ? oldSelf.userPool.signInWith : [])",message="signInWith is immutable: Cognito cannot change it, and a new user pool would lose the users; set it back, or make another SecuredAPI",fieldPath=".userPool.signInWith"
// +kubebuilder:validation:XValidation:rule="(has(self.userPool) && has(self.userPool.usernameCase) ? self.userPool.usernameCase : 'Insensitive') == (has(oldSelf.userPool) && has(oldSelf.userPool.usernameCase) ? oldSelf.userPool.usernameCase : 'Insensitive')",message="usernameCase is immutable: Cognito cannot change it, and a new user pool would lose the users; set it back, or make another SecuredAPI",fieldPath=".userPool.usernameCase"
// +kubebuilder:validation:XValidation:rule="(has(self.userPool) && has(self.userPool.aliases) ? self.userPool.aliases : []) == (has(oldSelf.userPool) && has(oldSelf.userPool.aliases) ? oldSelf.userPool.aliases : [])",message="aliases are immutable: Cognito cannot change them, and a new user pool would lose the users; set them back, or make another SecuredAPI",fieldPath=".userPool.aliases"
// +kubebuilder:validation:XValidation:rule="(has(self.userPool) && has(self.userPool.standardAttributes) ? self.userPool.standardAttributes : []) == (has(oldSelf.userPool) && has(oldSelf.userPool.standardAttributes) ? oldSelf.userPool.standardAttributes : [])",message="standardAttributes are immutable: Cognito cannot change them, and a new user pool would lose the users; set them back, or make another SecuredAPI",fieldPath=".userPool.standardAttributes"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.userPool) || !has(oldSelf.userPool.customAttributes) || has(self.userPool) && has(self.userPool.customAttributes) && oldSelf.userPool.customAttributes.all(o, o in self.userPool.customAttributes)",message="customAttributes are only added to: Cognito neither changes nor removes one; put back those that were there",fieldPath=".userPool.customAttributes"
// +kubebuilder:validation:XValidation:rule="has(self.userPoolRef) == has(oldSelf.userPoolRef) && (!has(self.userPoolRef) || self.userPoolRef == oldSelf.userPoolRef)",message="userPoolRef is immutable: clients cannot move to another user pool, and its users are others; set it back, or make another SecuredAPI",fieldPath=".userPoolRef"
// +kubebuilder:validation:XValidation:rule="!has(self.userPoolRef) || !has(self.userPool)",message="userPool cannot go with userPoolRef, which names whose user pool is used; take one of the two off",fieldPath=".userPool"
// +kubebuilder:validation:XValidation:rule="!has(self.userPoolRef) || !has(self.domain)",message="domain cannot go with userPoolRef, because a user pool has one, which is its owner's; take one of the two off",fieldPath=".domain"
// +kubebuilder:validation:XValidation:rule="has(self.domain) || has(self.userPoolRef) || has(self.userPool) && has(self.userPool.adopt) || !has(self.clients) || self.clients.all(c, c.flows.size() == 0)",message="clients with a flow get their tokens from a domain, and there is none; set domain.prefix or domain.custom, or flows: [] for clients of Cognito's API alone",fieldPath=".domain",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="has(self.domain) || !has(self.userPool) || has(self.userPool.adopt) || !has(self.userPool.messages) || !has(self.userPool.messages.verification) || !has(self.userPool.messages.verification.by) || self.userPool.messages.verification.by != 'Link'",message="verification by Link needs a domain, and there is none; set domain.prefix or domain.custom, or set by to Code",fieldPath=".userPool.messages.verification.by"
// +kubebuilder:validation:XValidation:rule="has(self.domain) && has(self.domain.pages) && self.domain.pages == 'Managed' || !has(self.clients) || self.clients.all(c, !has(c.branding) && !has(c.terms))",message="a client's branding and terms are for Managed pages only; set domain.pages to Managed, or take them off",fieldPath=".domain"
// +kubebuilder:validation:XValidation:rule="has(self.domain) || !has(self.clients) || self.clients.all(c, !has(c.classicStyle))",message="a classicStyle is for the pages of a domain, and there is no domain; set domain.prefix or domain.custom, or take classicStyle off",fieldPath=".domain"
// +kubebuilder:validation:XValidation:rule="!has(self.domain) || !has(self.domain.custom) || !has(self.domain.custom.failoverHealthCheckID) || has(self.userPool) && has(self.userPool.replica)",message="a domain fails over to a replica of the user pool, and there is none; set userPool.replica, or take failoverHealthCheckID off",fieldPath=".domain.custom.failoverHealthCheckID"
type SecuredAPISpec struct {
	// region is the AWS Region of everything this SecuredAPI makes. Defaults to the operator's Region. Immutable.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]{2,3}(-[a-z]+)+-[0-9]+$')",message="region must be the name of an AWS Region; write it like us-east-1"
	Region string `json:"region,omitempty"`

	// stage is the API Gateway stage that serves the routes: the last part of the endpoint's path.
	// +optional
	// +kubebuilder:default=prod
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_-]+$')",message="stage may hold only letters, digits, underscores and hyphens; write it like prod or v1"
	Stage string `json:"stage,omitempty"`

	// deletionPolicy says what becomes of the AWS resources when this object is deleted.
	// Protect takes all down, unless the user pool has users: then deletion waits and says so.
	// Delete takes all down, users included. Retain leaves all in AWS and lets go of it.
	// Defaults to Protect, or to Retain where a user pool or an API was adopted.
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// mode says what becomes of the plan, the difference between this spec and AWS.
	// Apply carries it out. Plan writes nothing to AWS and shows it in status.plan.
	// +optional
	// +kubebuilder:default=Apply
	Mode Mode `json:"mode,omitempty"`

	// acknowledge is the hash of the plan in status.plan that a person agrees to. A plan that loses users, and the
	// adoption of what others made, are not carried out without.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	Acknowledge string `json:"acknowledge,omitempty"`

	// tags are put on the user pool, the REST API and its stage. Tags that others write beside them stay.
	// +optional
	// +kubebuilder:validation:MaxProperties=40
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.lowerAscii().startsWith('aws:') && !k.lowerAscii().startsWith('securedapi.dev/'))",message="tags may not begin with aws: or securedapi.dev/, which are AWS's and the operator's; choose another key"
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.matches('^[\\\\p{L}\\\\p{Z}\\\\p{N}_.:/=+@-]{1,128}$'))",message="a tag's key has 1 to 128 letters, digits, spaces and _ . : / = + - @; choose another key"
	Tags map[string]TagValue `json:"tags,omitempty"`

	// suspend stops everything: nothing is read from AWS or written to it, also not for a deletion, until it is false again.
	// +optional
	Suspend bool `json:"suspend,omitempty"`

	// outputs are a ConfigMap and a Secret that the operator writes for programs and front ends: ids, URLs and the secrets
	// of clients. What was written under a former name is deleted.
	// +optional
	Outputs OutputsSpec `json:"outputs,omitzero"`

	// userPoolRef is another SecuredAPI, whose user pool and domain are used. Clients, resource servers and routes are this
	// object's own. The other one has to consent (userPool.sharedWith), and be of the same Region and IAM role. Immutable.
	// +optional
	// +structType=atomic
	UserPoolRef *UserPoolRef `json:"userPoolRef,omitempty"`

	// userPool is the Cognito user pool: how users sign up and sign in.
	// +optional
	UserPool UserPoolSpec `json:"userPool,omitzero"`

	// domain is the address of the login pages. Without it, and without userPoolRef, there are no login pages, and clients
	// have no flows: users sign in through Cognito's API alone.
	// +optional
	Domain *DomainSpec `json:"domain,omitempty"`

	// clients are the front ends and programs that may ask for tokens.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	Clients []Client `json:"clients,omitempty"`

	// resourceServers define your own scopes, for clients and routes, written identifier/scope.
	// +optional
	// +listType=map
	// +listMapKey=identifier
	// +kubebuilder:validation:MaxItems=25
	ResourceServers []ResourceServer `json:"resourceServers,omitempty"`

	// routes are the API's methods, each with its backend. A route is for registered users unless it says Guest. One path
	// may stand in several routes, each with other methods. The order of routes means nothing. A spec without
	// routes has a user pool and no API.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=300
	Routes []Route `json:"routes,omitempty"`

	// api is about the REST API as a whole.
	// +optional
	API *APISpec `json:"api,omitempty"`
}

// OutputsSpec names what the operator writes for programs and front ends.
type OutputsSpec struct {
	// configMapName is a ConfigMap in this object's namespace with what status publishes: ids and URLs as keys for envFrom, and
	// config.json for front ends. This object owns it. One that exists and is not this object's stays as it is.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$')",message="configMapName may hold only lower-case letters, digits, hyphens and dots, and must begin and end with a letter or digit, also around a dot; write it like notes-config"
	ConfigMapName string `json:"configMapName,omitempty"`

	// secretName is a Secret in this object's namespace with the same, and with the secrets of clients. This object owns it. One
	// that exists and is not this object's stays as it is, and so does a client's own.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$')",message="secretName may hold only lower-case letters, digits, hyphens and dots, and must begin and end with a letter or digit, also around a dot; write it like notes-credentials"
	SecretName string `json:"secretName,omitempty"`
}

// APISpec is the REST API beside its routes.
type APISpec struct {
	// adopt takes over a REST API that exists, made by hand or by another tool. status.plan shows first what will change.
	// +optional
	Adopt *AdoptAPISpec `json:"adopt,omitempty"`

	// authorizer says which tokens open the guarded routes.
	// +optional
	Authorizer *AuthorizerSpec `json:"authorizer,omitempty"`
}

// AdoptAPISpec names a REST API that exists.
type AdoptAPISpec struct {
	// id is the REST API's id. Its methods, authorizers and gateway responses become those of this spec; stages
	// that the spec doesn't name stay.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]+$')",message="id must be the id of a REST API; write it like abc123defg, as `aws apigateway get-rest-apis` lists it"
	ID string `json:"id"`
}
