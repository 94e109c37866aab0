// Package v1alpha1 says what a SecuredAPI is: its fields, their rules (schema and CEL) and the
// words its conditions use. Everything else in the project starts from these types.
//
// +kubebuilder:object:generate=true
// +groupName=securedapi.dev
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var (
	// GroupVersion is the group and version of the types in this package.
	GroupVersion = schema.GroupVersion{Group: "securedapi.dev", Version: "v1alpha1"}

	schemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)

	// AddToScheme adds the types in this package to a scheme.
	AddToScheme = schemeBuilder.AddToScheme
)

func addKnownTypes(s *runtime.Scheme) error {
	s.AddKnownTypes(GroupVersion, &SecuredAPI{}, &SecuredAPIList{}, &SecuredAPIPolicy{}, &SecuredAPIPolicyList{})
	metav1.AddToGroupVersion(s, GroupVersion)
	return nil
}
