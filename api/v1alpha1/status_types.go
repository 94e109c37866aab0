package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// SecuredAPIStatus is what there is in AWS. It holds no secret.
type SecuredAPIStatus struct {
	// observedGeneration is the generation that AWS was last seen to agree with, or that was found impossible; -1 before.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// region is where everything was made; it stays when the operator's default changes.
	// +optional
	// +kubebuilder:validation:MaxLength=32
	Region string `json:"region,omitempty"`

	// account is the AWS account that holds everything, as the user pool's ARN told. With credentials of another account
	// nothing is written.
	// +optional
	// +kubebuilder:validation:MaxLength=12
	Account string `json:"account,omitempty"`

	// policy names the SecuredAPIPolicies that allow what the spec asks for, by which the operator last went. Empty in a
	// cluster without policies.
	// +optional
	// +kubebuilder:validation:MaxLength=4096
	Policy string `json:"policy,omitempty"`

	// lastHandledReconcileAt is the value of the annotation securedapi.dev/reconcile-at that was last acted on.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// plan is what would be done: present in mode Plan, and while a plan waits for spec.acknowledge.
	// +optional
	Plan *PlanStatus `json:"plan,omitempty"`

	// endpoint is the URL that the routes' paths go behind.
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	Endpoint string `json:"endpoint,omitempty"`

	// domain is the URL of the login pages.
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	Domain string `json:"domain,omitempty"`

	// dnsRecords are the records that the custom domain needs. The operator makes none, and does not look whether they are there.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=4
	DNSRecords []DNSRecord `json:"dnsRecords,omitempty"`

	// issuer is the tokens' iss claim, where OpenID Connect discovery starts.
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	Issuer string `json:"issuer,omitempty"`

	// userPool is the Cognito user pool.
	// +optional
	UserPool *UserPoolStatus `json:"userPool,omitempty"`

	// clients are the app clients.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=50
	Clients []ClientStatus `json:"clients,omitempty"`

	// api is the API Gateway REST API.
	// +optional
	API *APIStatus `json:"api,omitempty"`

	// outputs are the ConfigMap and the Secret that were written, or were about to be.
	// +optional
	Outputs OutputsStatus `json:"outputs,omitzero"`

	// resources are the records of all that there is in AWS, or may be: ids, what is pending, and what was verified.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=600
	Resources []ResourceRecord `json:"resources,omitempty"`

	// foreignResources are what somebody else made in the user pool or the API and what may let people in: other stages, app
	// clients, identity providers and triggers that the spec does not have. The operator does not change them.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=100
	ForeignResources []ForeignResource `json:"foreignResources,omitempty"`

	// conditions are Ready (the summary), UserPoolReady, APIReady, Deployed, AllRoutesGuarded, with a custom domain DomainsReady and,
	// only while true, Reconciling and Stalled.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// DNSRecord is a record that a person has to make.
type DNSRecord struct {
	// name is the domain name.
	// +required
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`

	// type is A, for an alias record of Route 53. Elsewhere it is a CNAME record.
	// +required
	// +kubebuilder:validation:MaxLength=8
	Type string `json:"type"`

	// target is what the record points to.
	// +required
	// +kubebuilder:validation:MaxLength=253
	Target string `json:"target"`

	// hostedZoneID is the hosted zone of the target, for an alias record.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	HostedZoneID string `json:"hostedZoneID,omitempty"`
}

// OutputsStatus names what the operator wrote for programs and front ends.
type OutputsStatus struct {
	// configMapName is the ConfigMap.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	ConfigMapName string `json:"configMapName,omitempty"`

	// secretName is the Secret.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	SecretName string `json:"secretName,omitempty"`
}

// PlanStatus is the difference between the spec and what AWS was last seen to hold.
type PlanStatus struct {
	// hash identifies the plan: the same changes have the same hash.
	// +required
	// +kubebuilder:validation:MaxLength=64
	Hash string `json:"hash"`

	// mode is the mode that it was made in.
	// +required
	Mode Mode `json:"mode"`

	// changes are what would be done, in order; none if AWS agrees with the spec.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=500
	Changes []PlannedChange `json:"changes,omitempty"`

	// omitted is how many changes more there are than the list holds.
	// +optional
	Omitted int32 `json:"omitted,omitempty"`
}

// PlannedChange is one change of a plan.
type PlannedChange struct {
	// change says it in words: + creates, ~ updates, - deletes, = adopts as it is, for example
	// "~ userPool.passwordPolicy.minimumLength: 6 -> 8".
	// +required
	// +kubebuilder:validation:MaxLength=2048
	Change string `json:"change"`

	// class says what it does to those who use the API: inPlace, redeploy, replace or losesUsers; weakens, which lowers a
	// protection, whatever else it does; or adopts, which takes over what this object did not make.
	// +required
	// +kubebuilder:validation:MaxLength=32
	Class string `json:"class"`
}

// ForeignResource is something in the user pool or the API that this object did not make.
type ForeignResource struct {
	// name is its kind and name: stage/copy, client/mobile, identityProvider/Okta, trigger/preTokenGeneration.
	// +required
	// +kubebuilder:validation:MaxLength=400
	Name string `json:"name"`

	// id identifies it in AWS: a client's id, the deployment that a stage serves, the ARN of a trigger's function.
	// +optional
	// +kubebuilder:validation:MaxLength=400
	ID string `json:"id,omitempty"`

	// in is the resource that holds it: userPool or api.
	// +required
	// +kubebuilder:validation:MaxLength=400
	In string `json:"in"`
}

// UserPoolStatus is the user pool.
type UserPoolStatus struct {
	// id is the user pool's id.
	// +required
	// +kubebuilder:validation:MaxLength=55
	ID string `json:"id"`

	// arn is the user pool's ARN.
	// +required
	// +kubebuilder:validation:MaxLength=2048
	ARN string `json:"arn"`

	// owner is the SecuredAPI that it belongs to, if that is another one.
	// +optional
	// +structType=atomic
	Owner *UserPoolRef `json:"owner,omitempty"`

	// issuer is the issuer of the pool's tokens, as it was last seen: the Original or the Updated one, which has another host.
	// +optional
	Issuer Issuer `json:"issuer,omitempty"`

	// replica is the pool's replica in another Region.
	// +optional
	Replica *ReplicaStatus `json:"replica,omitempty"`
}

// APIStatus is the REST API.
type APIStatus struct {
	// id is the REST API's id.
	// +required
	// +kubebuilder:validation:MaxLength=128
	ID string `json:"id"`

	// stage is the stage that serves the deployment.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Stage string `json:"stage,omitempty"`

	// deploymentID is the deployment that was proven and that the stage was seen to serve.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	DeploymentID string `json:"deploymentID,omitempty"`

	// digest identifies the API's definition that was deployed; the deployment carries it in its description.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`

	// routes are the methods that the stage serves and who may call them, as read back before the stage was given them.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=1000
	Routes []ServedRoute `json:"routes,omitempty"`

	// clients says whose ID tokens the routes take, if not any client's of the user pool.
	// +optional
	Clients TokenClients `json:"clients,omitempty"`
}

// ServedRoute is one method on one path, as deployed.
type ServedRoute struct {
	// path is the route's path.
	// +required
	// +kubebuilder:validation:MaxLength=512
	Path string `json:"path"`

	// method is the HTTP method.
	// +required
	Method Method `json:"method"`

	// access says who may call it.
	// +required
	Access Access `json:"access"`

	// scopes are those of which an access token must hold one.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=256
	Scopes []string `json:"scopes,omitempty"`

	// backend is what answers: a function's ARN or a URL.
	// +required
	// +kubebuilder:validation:MaxLength=1024
	Backend string `json:"backend"`
}
