package controllers

import (
	"bytes"
	"context"
	"errors"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/drift/sweeper"
	"github.com/securedapi/securedapi/controllers/kube/outputs"
	"github.com/securedapi/securedapi/controllers/kube/owned"
	"github.com/securedapi/securedapi/controllers/outcome"
)

// What spec.outputs asks for is written at the end of a pass, from the status that the pass leaves. The names are in status before
// anything is created, so what a former spec asked for is found again and deleted.

// +kubebuilder:rbac:groups="",resources=configmaps,verbs=list;watch

// fieldConfigMap is indexed, so that a change of a ConfigMap finds the object that writes it.
const fieldConfigMap = "spec.outputs.configMapName"

// managedByLabel is Kubernetes' own. It says to people who writes an object.
const (
	managedByLabel = "app.kubernetes.io/managed-by"
	managedBy      = "securedapi"
)

// output is one of the two: a ConfigMap or a Secret.
type output struct {
	owned.Objects

	// name is what the spec asks for, and written what status has; each is empty if there is none.
	name    string
	written *string
	// secret says that it is a Secret, which has the secrets of clients, too.
	secret bool
}

func (w *work) outputs() []*output {
	spec, written := w.object.Spec.Outputs, &w.object.Status.Outputs
	return []*output{
		{Objects: w.secrets.Objects, name: spec.ConfigMapName, written: &written.ConfigMapName},
		{Objects: w.secrets.Objects, name: spec.SecretName, written: &written.SecretName, secret: true},
	}
}

// releaseOutputs deletes what the spec does not ask for any more. It comes before the phases, for the name may be that of a client's
// Secret by now, and after them, for the new name may have been one. Where the new name is somebody else's, the former one stays.
func (w *work) releaseOutputs(ctx context.Context) error {
	var errs []error
	for _, o := range w.outputs() {
		if *o.written != "" && *o.written != o.name {
			errs = append(errs, o.release(ctx))
		}
	}
	return errors.Join(errs...)
}

func (o *output) release(ctx context.Context) error {
	if o.name != "" {
		if _, err := o.get(ctx, o.name); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	object, err := o.get(ctx, *o.written)
	if err == nil {
		err = o.Delete(ctx, object)
	}
	// It is gone, or it is somebody else's by now.
	if apierrors.IsNotFound(err) || awserr.Has(err, v1alpha1.ReasonOwnershipConflict) {
		err = nil
	}
	if err == nil {
		*o.written = ""
	}
	return err
}

// writeOutputs writes what the spec asks for. Nothing is created before all is there once: a pod that starts with a part of the
// values would keep it.
func (w *work) writeOutputs(ctx context.Context, complete bool) error {
	var errs []error
	for _, o := range w.outputs() {
		// One that could not be released yet keeps the place.
		if o.name != "" && (*o.written == o.name || *o.written == "" && complete) {
			errs = append(errs, w.writeOutput(ctx, o))
		}
	}
	return errors.Join(errs...)
}

func (w *work) writeOutput(ctx context.Context, o *output) error {
	object, err := o.get(ctx, o.name)
	exists := err == nil
	if err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	values, err := w.outputValues(ctx, o.secret)
	if err != nil {
		return err
	}
	*o.written = o.name
	if exists {
		if !fill(object, values) {
			return nil
		}
		if !immutable(object) {
			return o.Update(ctx, object)
		}
		// Somebody froze it, so it is made anew.
		if err := o.Delete(ctx, object); err != nil {
			return err
		}
	}
	if err := w.status.Save(ctx); err != nil {
		return err
	}
	object = o.empty()
	fill(object, values)
	return o.Create(ctx, object, o.name)
}

// outputValues are the values by their keys, for a Secret with the secrets of clients.
func (w *work) outputValues(ctx context.Context, withSecrets bool) (map[string]string, error) {
	secrets := map[string]string{}
	for i := range w.object.Status.Clients {
		known := &w.object.Status.Clients[i]
		if !withSecrets || known.SecretName == "" {
			continue
		}
		var err error
		if secrets[known.Name], err = w.secrets.Value(ctx, known.Name); err != nil {
			return nil, err
		}
	}
	return outputs.Of(&w.object.Status, secrets)
}

// empty is the Go value that the API server's answer goes into.
func (o *output) empty() client.Object {
	if o.secret {
		return &corev1.Secret{}
	}
	return &corev1.ConfigMap{}
}

// get returns the object of that name, and refuses one that is not an output of ours.
func (o *output) get(ctx context.Context, name string) (client.Object, error) {
	object, remedy := o.empty(), "choose another name in spec.outputs.configMapName"
	if o.secret {
		remedy = "choose another name in spec.outputs.secretName"
	}
	if err := o.Get(ctx, object, name, remedy); err != nil {
		return nil, err
	}
	// The object also owns the Secrets of its clients.
	if secret, is := object.(*corev1.Secret); is && (secret.Labels[v1alpha1.ContentLabel] == "" || secret.Type != corev1.SecretTypeOpaque) {
		return nil, owned.Foreign(object, "is not one of spec.outputs", remedy)
	}
	return object, nil
}

// fill gives an object the values and no others, and says whether it did not have them.
func fill(object client.Object, values map[string]string) bool {
	changed := mark(object)
	switch object := object.(type) {
	case *corev1.ConfigMap:
		changed = changed || !maps.Equal(object.Data, values) || len(object.BinaryData) > 0
		object.Data, object.BinaryData = values, nil
	case *corev1.Secret:
		data := make(map[string][]byte, len(values))
		for key, value := range values {
			data[key] = []byte(value)
		}
		changed = changed || !maps.EqualFunc(object.Data, data, bytes.Equal)
		object.Data = data
	}
	return changed
}

// mark labels an object as an output, and says whether it had no label.
func mark(object client.Object) bool {
	labels := object.GetLabels()
	if labels[v1alpha1.ContentLabel] == v1alpha1.ContentOutputs && labels[managedByLabel] == managedBy {
		return false
	}
	if labels == nil {
		labels = map[string]string{}
	}
	labels[v1alpha1.ContentLabel], labels[managedByLabel] = v1alpha1.ContentOutputs, managedBy
	object.SetLabels(labels)
	return true
}

func immutable(object client.Object) bool {
	switch object := object.(type) {
	case *corev1.ConfigMap:
		return object.Immutable != nil && *object.Immutable
	case *corev1.Secret:
		return object.Immutable != nil && *object.Immutable
	default:
		return false
	}
}

// judgeOutputs is the outcome of what the API server said to the outputs.
func (r *SecuredAPIReconciler) judgeOutputs(err error) outcome.Outcome {
	o := outcome.Judge(err, r.Clock.Now())
	switch {
	case o.OK(), o.Stalled:
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err):
		// Somebody else wrote it in between.
		o.Reason, o.Keep, o.After = v1alpha1.ReasonProgressing, false, outcome.RetrySoon
	default:
		o.Reason, o.Keep = v1alpha1.ReasonOutputsNotWritten, false
	}
	return o
}

// touchedOutputs has the object reconciled whose ConfigMap somebody changed or deleted, or who waits for the name. Secrets are not
// watched: they are compared in each pass.
func (r *SecuredAPIReconciler) touchedOutputs() handler.Funcs {
	return r.touched(fieldConfigMap, r.Schedule.Touch)
}

// touched has the objects reconciled whose field names what somebody changed or deleted.
func (r *SecuredAPIReconciler) touched(field string, touch func(types.UID)) handler.Funcs {
	touched := func(ctx context.Context, named client.Object, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
		objects := &v1alpha1.SecuredAPIList{}
		err := r.Client.List(ctx, objects, client.InNamespace(named.GetNamespace()),
			client.MatchingFields{field: named.GetName()}, client.UnsafeDisableDeepCopy)
		if err != nil {
			// The next drift check sees it.
			ctrl.LoggerFrom(ctx).Error(err, "List who names a ConfigMap or Secret", "field", field, "name", named.GetName())
			return
		}
		for i := range objects.Items {
			object := &objects.Items[i]
			if !object.DeletionTimestamp.IsZero() || object.Spec.Mode == v1alpha1.ModePlan {
				// Its passes look at AWS, and write no outputs.
				continue
			}
			touch(object.UID)
			queue.AddAfter(ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}, sweeper.WakeDelay)
		}
	}
	return handler.Funcs{
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			touched(ctx, e.ObjectNew, queue)
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			touched(ctx, e.Object, queue)
		},
		GenericFunc: func(ctx context.Context, e event.GenericEvent, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			touched(ctx, e.Object, queue)
		},
	}
}
