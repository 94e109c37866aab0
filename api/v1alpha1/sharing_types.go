package v1alpha1

import (
	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// UserPoolRef names another SecuredAPI, whose user pool and login pages this object uses.
type UserPoolRef struct {
	// name is the other SecuredAPI's.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`

	// namespace is the other SecuredAPI's. Defaults to this object's own.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`
}

// SharedFrom says from which namespaces SecuredAPIs may use a user pool.
//
// +kubebuilder:validation:Enum=None;Same;Selector;All
type SharedFrom string

// The namespaces from which a user pool may be used.
const (
	SharedFromNone     SharedFrom = "None"
	SharedFromSame     SharedFrom = "Same"
	SharedFromSelector SharedFrom = "Selector"
	SharedFromAll      SharedFrom = "All"
)

// SharedWith is the consent that other SecuredAPIs use the user pool. The operator creates their clients and resource servers in it.
//
// +kubebuilder:validation:XValidation:rule="has(self.selector) == (has(self.from) && self.from == 'Selector')",message="selector is needed with from Selector, and with no other; set from to Selector, or take selector off",fieldPath=".selector"
type SharedWith struct {
	// from says in which namespaces: None, the Same as this object's, those that Selector selects, or All. Defaults to Same.
	// +optional
	From SharedFrom `json:"from,omitempty"`

	// selector selects namespaces by their labels.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// Shared says from which namespaces the spec lets others use its user pool.
func (s *UserPoolSpec) Shared() SharedFrom {
	if s.SharedWith == nil {
		return SharedFromSame
	}
	return cmp.Or(s.SharedWith.From, SharedFromSame)
}

// PoolOwner returns the SecuredAPI whose user pool the object uses, nil if it has its own.
func (s *SecuredAPI) PoolOwner() *UserPoolRef {
	if s.Spec.UserPoolRef == nil {
		return nil
	}
	return &UserPoolRef{Name: s.Spec.UserPoolRef.Name, Namespace: cmp.Or(s.Spec.UserPoolRef.Namespace, s.Namespace)}
}

// String names it as people do: namespace/name.
func (r *UserPoolRef) String() string { return r.Namespace + "/" + r.Name }
