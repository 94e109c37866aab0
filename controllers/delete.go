package controllers

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/schedule"
)

// delete takes down what the object made, and lets the object go when AWS was seen without it.
func (r *SecuredAPIReconciler) delete(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass) (time.Duration, error) {
	if !controllerutil.ContainsFinalizer(object, Finalizer) {
		return 0, nil
	}
	if object.EffectiveDeletionPolicy() == v1alpha1.DeletionRetain {
		// An object that is created anew would not find what is still being made, and make it twice.
		pending := &engine.Pass{Object: object, Now: r.Clock.Now, Grace: r.CreationGracePeriod}
		if wait := pending.UnderWay(); wait > 0 {
			return wait, nil
		}
		return 0, r.letGo(ctx, object, v1alpha1.EventRetained, "Everything in AWS stays as it is")
	}
	w, err := r.begin(ctx, object, now)
	if err != nil && r.nowhere(object) {
		return 0, r.letGo(ctx, object, v1alpha1.EventDeleted, "Nothing was made in AWS")
	}
	if err == nil && object.Status.Account == "" {
		// Without a status, the permissions of functions are found by their ARNs.
		w.account, err = w.clients.Account(ctx)
		err = w.named(ctx, err)
	}
	if err != nil {
		return r.fail(ctx, object, now, err)
	}
	// The pool goes right after it was asked whether it may, and then the API, which lets nobody in without it. While the
	// pool may not go, its users keep their API.
	if err = r.tenants().Unused(ctx, object); err == nil {
		err = w.named(ctx, w.pass.Remove(ctx, w.pool, w.api))
	}
	if err == nil {
		w.clients.Forget(object.Namespace, object.Name)
		return 0, r.letGo(ctx, object, v1alpha1.EventDeleted, "AWS was seen without anything of this object")
	}
	if conflict := firstConflict(err); conflict != nil {
		return 0, conflict
	}
	derive(object, w.clients.URLs)
	failed := schedule.Attempt{Outcome: outcome.Judge(err, r.Clock.Now())}
	outcome.Deleting(&object.Status, object.Generation, failed.Outcome)
	return r.conclude(ctx, w.status, now, schedule.Result{UserPool: failed}, err)
}

// nowhere says that there is no Region to make anything in, so nothing was made.
func (r *SecuredAPIReconciler) nowhere(object *v1alpha1.SecuredAPI) bool {
	return object.Status.Region == "" && r.AWS.Region(object.Spec.Region) == ""
}

func (r *SecuredAPIReconciler) letGo(ctx context.Context, object *v1alpha1.SecuredAPI, reason, note string) error {
	before := client.MergeFromWithOptions(object.DeepCopy(), client.MergeFromWithOptimisticLock{})
	controllerutil.RemoveFinalizer(object, Finalizer)
	if err := client.IgnoreNotFound(r.Client.Patch(ctx, object, before, fieldOwner)); err != nil {
		return fmt.Errorf("remove the finalizer: %w", err)
	}
	r.Schedule.Forget(object.UID)
	r.digests.Forget(object.UID)
	ctrl.LoggerFrom(ctx).Info(reason)
	r.event(object, corev1.EventTypeNormal, reason, note)
	return nil
}
