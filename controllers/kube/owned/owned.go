// Package owned reads and writes the Secrets and ConfigMaps that a SecuredAPI owns in its namespace. What is somebody else's is
// never changed.
package owned

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// Objects are what one SecuredAPI owns.
type Objects struct {
	Client client.Client
	// Reader reads past the cache: the operator keeps the content of no Secret and no ConfigMap in memory.
	Reader client.Reader
	Owner  *v1alpha1.SecuredAPI
}

// Get reads the object of that name into object. It refuses one that is somebody else's, and remedy says what a person does then.
func (o Objects) Get(ctx context.Context, object client.Object, name, remedy string) error {
	if err := o.Reader.Get(ctx, client.ObjectKey{Namespace: o.Owner.Namespace, Name: name}, object); err != nil {
		return o.explain(fmt.Errorf("get %s %s: %w", Kind(object), name, err))
	}
	if !metav1.IsControlledBy(object, o.Owner) {
		whose := "is not this object's"
		if controller := metav1.GetControllerOf(object); controller != nil {
			whose = fmt.Sprintf("belongs to %s %s (uid %s)", controller.Kind, controller.Name, controller.UID)
		}
		return Foreign(object, whose, remedy)
	}
	return nil
}

// Input reads into object what the spec names and somebody else wrote. It is not found unless its label says that SecuredAPIs may
// read it: the operator may read every Secret of the namespace, and those who may write SecuredAPIs there perhaps none.
func (o Objects) Input(ctx context.Context, object client.Object, name string) error {
	err := o.Reader.Get(ctx, client.ObjectKey{Namespace: o.Owner.Namespace, Name: name}, object)
	if err == nil && object.GetLabels()[v1alpha1.ContentLabel] != v1alpha1.ContentInput {
		err = apierrors.NewNotFound(corev1.Resource(strings.ToLower(Kind(object))+"s"), name)
	}
	if err != nil {
		return o.explain(fmt.Errorf("get %s %s: %w", Kind(object), name, err))
	}
	return nil
}

// Foreign is the error of an object that is there and is for something else.
func Foreign(object client.Object, whose, remedy string) error {
	return awserr.Because(v1alpha1.ReasonOwnershipConflict, fmt.Errorf(
		"the %s %s exists and %s; %s or remove the %s", Kind(object), object.GetName(), whose, remedy, Kind(object)))
}

// Create creates the object under that name, as the owner's.
func (o Objects) Create(ctx context.Context, object client.Object, name string) error {
	object.SetNamespace(o.Owner.Namespace)
	object.SetName(name)
	object.SetOwnerReferences([]metav1.OwnerReference{by(o.Owner)})
	if err := o.Client.Create(ctx, object); err != nil {
		return o.explain(fmt.Errorf("create %s %s: %w", Kind(object), name, err))
	}
	return nil
}

// Update writes an object that Get read, unless somebody else wrote it since.
func (o Objects) Update(ctx context.Context, object client.Object) error {
	if err := o.Client.Update(ctx, object); err != nil {
		return o.explain(fmt.Errorf("update %s %s: %w", Kind(object), object.GetName(), err))
	}
	return nil
}

// Delete deletes an object that Get read, unless it was put to use again since. One that is gone is no error.
func (o Objects) Delete(ctx context.Context, object client.Object) error {
	uid, version := object.GetUID(), object.GetResourceVersion()
	err := o.Client.Delete(ctx, object, client.Preconditions{UID: &uid, ResourceVersion: &version})
	if err := client.IgnoreNotFound(err); err != nil {
		return o.explain(fmt.Errorf("delete %s %s: %w", Kind(object), object.GetName(), err))
	}
	return nil
}

// by does not ask to block the owner's deletion, as NewControllerRef does: that takes a right to the owner's finalizers
// where OwnerReferencesPermissionEnforcement is on, and nothing has to go before its owner.
func by(object *v1alpha1.SecuredAPI) metav1.OwnerReference {
	owner := metav1.NewControllerRef(object, v1alpha1.GroupVersion.WithKind("SecuredAPI"))
	owner.BlockOwnerDeletion = nil
	return *owner
}

// Kind is how people call an object.
func Kind(object client.Object) string {
	if _, is := object.(*corev1.Secret); is {
		return "Secret"
	}
	return "ConfigMap"
}
