package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Operation is what the operator does to a resource in AWS.
//
// +kubebuilder:validation:Enum=Create;Update;Delete;Adopt
type Operation string

// The operations.
const (
	OperationCreate Operation = "Create"
	OperationUpdate Operation = "Update"
	OperationDelete Operation = "Delete"
	// OperationAdopt takes over what somebody else made: it writes the owner tags.
	OperationAdopt Operation = "Adopt"
)

// ResourceRecord is all that the operator knows of one resource in AWS.
type ResourceRecord struct {
	// name names the resource in this object: userPool, client/web, stage/prod.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=400
	Name string `json:"name"`

	// id identifies it in AWS. Empty while it does not exist, or is not known to.
	// +optional
	// +kubebuilder:validation:MaxLength=400
	ID string `json:"id,omitempty"`

	// under is the id of the parent that it was made in. A record under another parent is of something that is gone.
	// +optional
	// +kubebuilder:validation:MaxLength=400
	Under string `json:"under,omitempty"`

	// digest identifies what the resource was last made to hold.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`

	// blocks are the parts of the spec that the resource was made to hold. One that leaves the spec becomes AWS's default again.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=40
	// +kubebuilder:validation:items:MaxLength=64
	Blocks []string `json:"blocks,omitempty"`

	// tags are those of the spec that the resource was made to carry. One that leaves the spec is removed.
	// +optional
	// +kubebuilder:validation:MaxProperties=80
	Tags map[string]string `json:"tags,omitempty"`

	// verified is when AWS was seen to hold what digest says, and that was written down. Absent while that is in doubt.
	// Checks that find nothing write nothing.
	// +optional
	Verified *metav1.Time `json:"verified,omitempty"`

	// pending is a call that was about to be made and whose outcome is not known.
	// +optional
	Pending *PendingOperation `json:"pending,omitempty"`

	// inDoubt is a former call whose outcome was never known. Whatever was done since, it may still be carried out.
	// +optional
	InDoubt *CallInDoubt `json:"inDoubt,omitempty"`

	// awaited is a change that AWS took and that was not seen in effect yet: a read may trail, or AWS takes its time.
	// +optional
	Awaited *AwaitedChange `json:"awaited,omitempty"`

	// unproven exists in AWS and must not be used before it was proven.
	// +optional
	Unproven *UnprovenResource `json:"unproven,omitempty"`

	// retired were replaced, and are deleted in their time.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Retired []RetiredResource `json:"retired,omitempty"`

	// kept are facts that the resource's own code needs in the next pass.
	// +optional
	// +kubebuilder:validation:MaxProperties=20
	Kept map[string]string `json:"kept,omitempty"`

	// adopted says that somebody else made it and it was taken over.
	// +optional
	Adopted bool `json:"adopted,omitempty"`
}

// PendingOperation is a call that was about to be made.
type PendingOperation struct {
	// operation is what was to be done.
	// +required
	Operation Operation `json:"operation"`

	// token goes into a creation as a tag, or as what else the resource can carry, so that its result is known again: the id
	// itself where the operator gives it.
	// +optional
	// +kubebuilder:validation:MaxLength=400
	Token string `json:"token,omitempty"`

	// since is when the call was about to be made or failed with an unknown outcome. Absent for what may exist from before
	// this status.
	// +optional
	Since *metav1.MicroTime `json:"since,omitempty"`

	// digest identifies what was sent.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`
}

// AwaitedChange is a change that AWS took and that was not seen in effect yet.
type AwaitedChange struct {
	// since is when that was first seen.
	// +required
	Since metav1.MicroTime `json:"since"`

	// digest identifies what was sent, where a read may still show what was there before.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`
}

// CallInDoubt is a change or deletion that may still be carried out.
type CallInDoubt struct {
	// until is when it can have no effect any more.
	// +required
	Until metav1.MicroTime `json:"until"`

	// digest identifies what was sent. Empty for a deletion, and for calls that sent different things.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`
}

// UnprovenResource was made and is not proven yet.
type UnprovenResource struct {
	// id identifies it in AWS.
	// +required
	// +kubebuilder:validation:MaxLength=400
	ID string `json:"id"`

	// digest identifies what was sent.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Digest string `json:"digest,omitempty"`

	// from is when it can be proven at the earliest.
	// +optional
	From *metav1.Time `json:"from,omitempty"`
}

// RetiredResource was replaced.
type RetiredResource struct {
	// id identifies it in AWS.
	// +required
	// +kubebuilder:validation:MaxLength=400
	ID string `json:"id"`

	// under is the id of the parent that it was made in.
	// +optional
	// +kubebuilder:validation:MaxLength=400
	Under string `json:"under,omitempty"`

	// until is how long it stays at least.
	// +optional
	Until *metav1.Time `json:"until,omitempty"`
}
