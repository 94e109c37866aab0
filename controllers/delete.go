package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// delete takes down what the object made, and lets the object go when AWS was seen without it.
func (r *SecuredAPIReconciler) delete(ctx context.Context, object *v1alpha1.SecuredAPI, now appointment) (time.Duration, error) {
	if !controllerutil.ContainsFinalizer(object, Finalizer) {
		return 0, nil
	}
	if object.EffectiveDeletionPolicy() == v1alpha1.DeletionRetain {
		// Who is created anew would not find what is still being made, and make it twice.
		if wait := object.Status.UnderWay(r.Clock.Now().Add(-r.Settle)); wait > 0 {
			return wait, nil
		}
		return 0, r.letGo(ctx, object, "Retained", "Everything in AWS stays as it is")
	}
	w, err := r.begin(ctx, object, now)
	if err != nil && object.Status.Region == "" {
		// No Region to make anything in, so nothing was made.
		return 0, r.letGo(ctx, object, "Deleted", "Nothing was made in AWS")
	}
	if err != nil {
		return r.fail(ctx, object, now, err)
	}
	err = w.named(ctx, w.takeDown(ctx))
	if err == nil {
		w.clients.Forget(object.Namespace, object.Name)
		return 0, r.letGo(ctx, object, "Deleted", "AWS was seen without anything of this object")
	}
	if conflict := firstConflict(err); conflict != nil {
		return 0, conflict
	}
	now.pool, now.api = r.hold(judge(err, r.Clock.Now()), 0), hold{}
	deleting(&object.Status, object.Generation, now.pool.outcome)
	return r.conclude(ctx, w.status, now, err)
}

// takeDown deletes the user pool, right after it was asked whether it may go, and then the API, which lets nobody in without
// it. While the pool may not go, its users keep their API.
func (w *work) takeDown(ctx context.Context) error {
	if err := w.restAPI.ReserveDelete(ctx); err != nil {
		return err
	}
	if err := w.userPool.Delete(ctx, w.object); err != nil {
		return err
	}
	return w.restAPI.Delete(ctx, w.object.Spec.AdoptedAPI())
}

// unchanged fails if the object was edited since the pass began: what was to be deleted may be meant to stay by now.
func (w *work) unchanged(ctx context.Context) error {
	current := &v1alpha1.SecuredAPI{}
	if err := w.status.reader.Get(ctx, client.ObjectKeyFromObject(w.object), current); err != nil {
		return fmt.Errorf("read the object once more: %w", err)
	}
	if current.UID != w.object.UID || current.Generation != w.object.Generation {
		resource := v1alpha1.GroupVersion.WithResource("securedapis").GroupResource()
		return apierrors.NewConflict(resource, w.object.Name, errors.New("it was edited while it was being deleted"))
	}
	return nil
}

// deleting shows how a deletion goes: what is gone is not ready, and has no URL.
func deleting(status *v1alpha1.SecuredAPIStatus, generation int64, o outcome) {
	c := conditions{status, generation}
	if status.API == nil {
		status.Endpoint = ""
		for _, conditionType := range parts[1:] {
			c.set(conditionType, metav1.ConditionFalse, v1alpha1.ReasonDeleting, "The API is gone")
		}
	}
	if status.UserPool == nil {
		status.Domain, status.Issuer = "", ""
		c.set(v1alpha1.ConditionUserPoolReady, metav1.ConditionFalse, v1alpha1.ReasonDeleting, "The user pool is gone")
	}
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDeleting, o.message)
	c.progress(o)
}

func (r *SecuredAPIReconciler) letGo(ctx context.Context, object *v1alpha1.SecuredAPI, reason, note string) error {
	before := client.MergeFromWithOptions(object.DeepCopy(), client.MergeFromWithOptimisticLock{})
	controllerutil.RemoveFinalizer(object, Finalizer)
	if err := client.IgnoreNotFound(r.Client.Patch(ctx, object, before, fieldOwner)); err != nil {
		return fmt.Errorf("remove the finalizer: %w", err)
	}
	r.schedule.forget(object.UID)
	ctrl.LoggerFrom(ctx).Info(reason)
	r.event(object, corev1.EventTypeNormal, reason, note)
	return nil
}
