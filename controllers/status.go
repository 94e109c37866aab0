package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/validate"
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
	// stalled is what the object said when it was read, if it waited for a person, warned what it warned of, and foreign what
	// others had made by then.
	stalled, warned string
	foreign         []v1alpha1.ForeignResource
}

func newStatusWriter(c client.Client, reader client.Reader, object *v1alpha1.SecuredAPI) *statusWriter {
	return &statusWriter{
		client: c, reader: reader, object: object, written: *object.Status.DeepCopy(), stalled: outcome.StalledMessage(&object.Status),
		warned:  outcome.Warnings(&object.Status),
		foreign: slices.Clone(object.Status.ForeignResources),
	}
}

// conclude ends a pass that came to err: it writes down what the conditions say by now and, if the annotation asked for it and
// nothing is left to do but for a person, that this was done; records an event of what newly waits for a person; and says when to
// reconcile again.
func (r *SecuredAPIReconciler) conclude(ctx context.Context, status *statusWriter, now schedule.Pass, result schedule.Result, err error,
) (time.Duration, error) {
	object := status.object
	if at := object.RequestedReconcile(); at != "" && result.Ended() {
		object.Status.LastHandledReconcileAt = at
	}
	if object.DeletionTimestamp.IsZero() {
		outcome.Warn(&object.Status, object.Generation, validate.Warnings(&object.Spec))
	}
	if err := status.Save(ctx); err != nil {
		return 0, err
	}
	r.stalled(ctx, object, status.stalled)
	r.warned(object, status.warned)
	r.foreign(ctx, object, status.foreign)
	after, backoff := r.Schedule.Done(object, now, result, r.Clock.Now())
	if backoff {
		// At once, but for the queue's backoff.
		return 0, err
	}
	return after, nil
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

// maxNote is the number of bytes that the API server takes as an event's note.
const maxNote = 1024

const actionReconcile = "Reconcile"

// applied records what was done, in the plan's own words, and apart what of it lowered a protection.
func (r *SecuredAPIReconciler) applied(ctx context.Context, object *v1alpha1.SecuredAPI, done plan.Plan) {
	if done.Empty() {
		return
	}
	ctrl.LoggerFrom(ctx).Info("Applied", "plan", done.String())
	r.event(object, corev1.EventTypeNormal, v1alpha1.EventApplied, done.String())
	if weaker := done.Class(plan.Weakens); len(weaker) > 0 {
		ctrl.LoggerFrom(ctx).Info("Weakened", "plan", weaker.String())
		r.event(object, corev1.EventTypeWarning, v1alpha1.EventWeakened, "A protection is lower than it was: "+weaker.String())
	}
}

// drifted records what somebody else changed in AWS, when that is found: the repair may have to wait.
func (r *SecuredAPIReconciler) drifted(ctx context.Context, object *v1alpha1.SecuredAPI, repair plan.Plan) {
	if repair.Empty() {
		return
	}
	kind, _, _ := strings.Cut(repair[0].Part, "/")
	drift.Found.WithLabelValues(object.Namespace, kind).Inc()
	ctrl.LoggerFrom(ctx).Info("Drifted", "repair", repair.String())
	// Events of one reason and one object are taken for one event, with the note of the first: what is found in one pass differs by its part.
	r.eventOn(object, "status.resources{"+repair[0].Part+"}", corev1.EventTypeWarning, v1alpha1.EventDrifted,
		"AWS is not as it was left; the operator restores it: "+repair.String())
}

// stalled records that a person has to act, once.
func (r *SecuredAPIReconciler) stalled(ctx context.Context, object *v1alpha1.SecuredAPI, before string) {
	stalled := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionStalled)
	if message := outcome.StalledMessage(&object.Status); stalled != nil && message != before {
		ctrl.LoggerFrom(ctx).Error(errors.New(message), "Stalled", "reason", stalled.Reason)
		r.event(object, corev1.EventTypeWarning, stalled.Reason, message)
	}
}

// warned records what is newly doubtful in the spec, once.
func (r *SecuredAPIReconciler) warned(object *v1alpha1.SecuredAPI, before string) {
	if now := outcome.Warnings(&object.Status); now != "" && now != before {
		r.event(object, corev1.EventTypeWarning, v1alpha1.ReasonDoubtfulSpec, now)
	}
}

// foreign records what others newly made in the user pool or the API.
func (r *SecuredAPIReconciler) foreign(ctx context.Context, object *v1alpha1.SecuredAPI, before []v1alpha1.ForeignResource) {
	var found []string
	for _, one := range object.Status.ForeignResources {
		if !slices.Contains(before, one) {
			found = append(found, strings.TrimSpace(one.Name+" "+one.ID)+" in "+one.In)
		}
	}
	if len(found) > 0 {
		ctrl.LoggerFrom(ctx).Info("Found what this object did not make", "resources", found)
		r.event(object, corev1.EventTypeWarning, v1alpha1.EventForeignResources, "Somebody else made "+strings.Join(found, ", ")+
			"; it may give access that the spec does not give; the operator does not change it; delete it in AWS if you do not want it")
	}
}

func (r *SecuredAPIReconciler) event(object *v1alpha1.SecuredAPI, eventType, reason, note string) {
	r.eventOn(object, "", eventType, reason, note)
}

// eventOn records an event on a part of the object; an empty path is the whole.
func (r *SecuredAPIReconciler) eventOn(object *v1alpha1.SecuredAPI, path, eventType, reason, note string) {
	if len(note) > maxNote {
		note = strings.ToValidUTF8(note[:maxNote-len("…")], "") + "…"
	}
	regarding := &corev1.ObjectReference{
		APIVersion: v1alpha1.GroupVersion.String(), Kind: "SecuredAPI", Namespace: object.Namespace, Name: object.Name, UID: object.UID,
		ResourceVersion: object.ResourceVersion, FieldPath: path,
	}
	r.Recorder.Eventf(regarding, nil, eventType, reason, actionReconcile, "%s", note)
}
