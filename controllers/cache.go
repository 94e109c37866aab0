package controllers

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// CacheOptions says what the manager keeps in memory: the SecuredAPIs that the selector selects, and of each namespace
// its labels and role. Secrets are not kept. What a pass writes it read from the API server, so nothing that is left out gets lost.
func CacheOptions(selector labels.Selector) cache.Options {
	return cache.Options{
		ByObject: map[client.Object]cache.ByObject{
			&v1alpha1.SecuredAPI{}: {Label: selector, Transform: slim},
			&corev1.Namespace{}:    {Transform: onlyAccess},
		},
	}
}

// slim drops what is long and says nothing that passes, claims and appointments need.
func slim(in any) (any, error) {
	object, ok := in.(*v1alpha1.SecuredAPI)
	if !ok { // what the watch missed a deletion of
		return in, nil
	}
	object.ManagedFields = nil
	delete(object.Annotations, corev1.LastAppliedConfigAnnotation)
	if object.Status.Plan != nil {
		object.Status.Plan.Changes = nil
	}
	return object, nil
}

// onlyAccess leaves of a namespace's metadata what accessOf reads: name, labels and the annotation with the role.
func onlyAccess(in any) (any, error) {
	object, err := meta.Accessor(in)
	if err != nil { // what the watch missed a deletion of
		return in, nil //nolint:nilerr // it has no metadata, and nothing to drop
	}
	object.SetManagedFields(nil)
	annotations := object.GetAnnotations()
	maps.DeleteFunc(annotations, func(key, _ string) bool { return key != v1alpha1.RoleARNAnnotation })
	object.SetAnnotations(annotations)
	return in, nil
}

// leaseName is the lease of the manager that works on all SecuredAPIs.
const leaseName = "securedapi.dev"

// LeaseName is the lease that the replicas of one manager compete for. Managers of different selectors have different
// ones, so that they work side by side.
func LeaseName(selector labels.Selector) string {
	if selector.Empty() {
		return leaseName
	}
	sum := sha256.Sum256([]byte(selector.String()))
	return leaseName + "-" + hex.EncodeToString(sum[:4])
}
