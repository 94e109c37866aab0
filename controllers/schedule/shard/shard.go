// Package shard says which SecuredAPIs a manager works on: what it keeps in memory, and the lease that its replicas compete for.
package shard

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// CacheOptions says what the manager keeps in memory: the SecuredAPIs that the selector selects, and of each namespace
// its labels and role. Of ConfigMaps it keeps the names of those that the operator wrote or may read. Secrets are not kept, and of a
// suspended object no spec. What a pass writes it read from the API server, so nothing that is left out gets lost.
func CacheOptions(selector labels.Selector) cache.Options {
	return cache.Options{
		ByObject: map[client.Object]cache.ByObject{
			&v1alpha1.SecuredAPI{}: {Label: selector, Transform: slim},
			&corev1.Namespace{}:    {Transform: onlyAccess},
			&corev1.ConfigMap{}:    {Label: withContent(), Transform: onlyName},
		},
	}
}

// withContent selects what the operator wrote or may read.
func withContent() labels.Selector {
	content, err := labels.NewRequirement(v1alpha1.ContentLabel, selection.In, []string{v1alpha1.ContentOutputs, v1alpha1.ContentInput})
	utilruntime.Must(err)
	return labels.NewSelector().Add(*content)
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
	if object.Spec.Suspend {
		object.Spec = claimed(&object.Spec)
		if object.Status.API != nil {
			object.Status.API.Routes = nil
		}
	}
	return object, nil
}

// claimed is what others need of the spec of a suspended object: where it is, what only one object can have, and how many
// routes it counts for in a policy. Passes over it read the whole from the API server.
func claimed(spec *v1alpha1.SecuredAPISpec) v1alpha1.SecuredAPISpec {
	left := v1alpha1.SecuredAPISpec{
		Suspend: true, Mode: spec.Mode, Region: spec.Region, Domain: spec.Domain,
		UserPoolRef: spec.UserPoolRef,
		UserPool:    v1alpha1.UserPoolSpec{Adopt: spec.UserPool.Adopt, SharedWith: spec.UserPool.SharedWith},
		Routes:      make([]v1alpha1.Route, len(spec.Routes)),
	}
	if adopt := spec.AdoptedAPI(); adopt != nil {
		left.API = &v1alpha1.APISpec{Adopt: adopt}
	}
	return left
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

// onlyName leaves of an object's metadata what says which one it is, and of which version.
func onlyName(in any) (any, error) {
	object, err := meta.Accessor(in)
	if err != nil { // what the watch missed a deletion of
		return in, nil //nolint:nilerr // it has no metadata, and nothing to drop
	}
	object.SetManagedFields(nil)
	object.SetAnnotations(nil)
	object.SetLabels(nil)
	object.SetOwnerReferences(nil)
	return in, nil
}

// Everyone reads the SecuredAPIs of all managers: from the cache if the selector selects all, else from the API server.
func Everyone(selector labels.Selector, cached, reader client.Reader) client.Reader {
	if selector == nil || selector.Empty() {
		return cached
	}
	return reader
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
