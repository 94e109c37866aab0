package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// fieldOwner is our name in managedFields.
const fieldOwner = client.FieldOwner("securedapi")

// statusWriter writes one object's status, in one pass: by server-side apply, with the resourceVersion that was read,
// and only what differs from what was written last.
type statusWriter struct {
	client  client.Client
	reader  client.Reader
	object  *v1alpha1.SecuredAPI
	written v1alpha1.SecuredAPIStatus
	// stalled is what the object said when it was read, if it waited for a person.
	stalled string
}

func newStatusWriter(c client.Client, reader client.Reader, object *v1alpha1.SecuredAPI) *statusWriter {
	return &statusWriter{
		client: c, reader: reader, object: object, written: *object.Status.DeepCopy(), stalled: stalledMessage(&object.Status),
	}
}

// conclude ends a pass that came to err: it writes down what the conditions say by now and that the pass was made, if the
// annotation asked for one, tells of what newly waits for a person, and says when to look again.
func (r *SecuredAPIReconciler) conclude(ctx context.Context, status *statusWriter, now appointment, err error) (time.Duration, error) {
	object := status.object
	if at := object.RequestedReconcile(); at != "" {
		object.Status.LastHandledReconcileAt = at
	}
	if err := status.Save(ctx); err != nil {
		return 0, err
	}
	r.stalled(ctx, object, status.stalled)
	return r.next(object, now, err)
}

// maxStatusTries bounds the tries against people who edit the object meanwhile.
const maxStatusTries = 5

// Save writes the status if it changed. It fails with a conflict if anybody else wrote the status: then somebody else
// is acting on the object, or what was read was old. An edit of spec or metadata alone is no conflict.
func (w *statusWriter) Save(ctx context.Context) error {
	if equality.Semantic.DeepEqual(w.written, w.object.Status) {
		return nil
	}
	var err error
	for range maxStatusTries {
		if err = w.apply(ctx); !apierrors.IsConflict(err) {
			return err
		}
		current := &v1alpha1.SecuredAPI{}
		if err := w.reader.Get(ctx, client.ObjectKeyFromObject(w.object), current); err != nil {
			return fmt.Errorf("read the object again: %w", err)
		}
		if current.UID != w.object.UID || !equality.Semantic.DeepEqual(current.Status, w.written) {
			return err
		}
		w.object.ResourceVersion = current.ResourceVersion
	}
	return err
}

func (w *statusWriter) apply(ctx context.Context) error {
	status, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&w.object.Status)
	if err != nil {
		return fmt.Errorf("convert status: %w", err)
	}
	u := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": v1alpha1.GroupVersion.String(), "kind": "SecuredAPI",
		"metadata": map[string]any{
			"namespace": w.object.Namespace, "name": w.object.Name,
			"uid": string(w.object.UID), "resourceVersion": w.object.ResourceVersion,
		},
		"status": status,
	}}
	err = w.client.Status().Apply(ctx, client.ApplyConfigurationFromUnstructured(u), fieldOwner, client.ForceOwnership)
	if err != nil {
		return fmt.Errorf("write status: %w", err)
	}
	w.object.ResourceVersion = u.GetResourceVersion()
	// As the API server keeps it: times lose what is beyond their precision.
	kept, _, err := unstructured.NestedMap(u.Object, "status")
	if err != nil {
		return fmt.Errorf("read the written status: %w", err)
	}
	w.written = v1alpha1.SecuredAPIStatus{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(kept, &w.written); err != nil {
		return fmt.Errorf("read the written status: %w", err)
	}
	w.object.Status = *w.written.DeepCopy()
	return nil
}
