package controllers

import (
	"context"
	"fmt"
	"math/rand/v2"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/drift"
)

// A sweep lists an account and Region once in an interval, for all of its objects: what moved is looked at now, and what
// did not need not be read.

// setupSweeps starts a controller whose requests are the places where objects are.
func (r *SecuredAPIReconciler) setupSweeps(mgr ctrl.Manager, concurrency int) error {
	places := func(_ context.Context, o client.Object) []drift.Place {
		if object, ok := o.(*v1alpha1.SecuredAPI); ok && object.Status.Account != "" {
			return []drift.Place{placeOf(object)}
		}
		return nil
	}
	return builder.TypedControllerManagedBy[drift.Place](mgr).
		Named("sweep").
		Watches(&v1alpha1.SecuredAPI{}, handler.TypedEnqueueRequestsFromMapFunc(places)).
		WithOptions(controller.TypedOptions[drift.Place]{MaxConcurrentReconciles: concurrency}).
		Complete(reconcile.TypedFunc[drift.Place](r.sweep))
}

func placeOf(object *v1alpha1.SecuredAPI) drift.Place {
	return drift.Place{Account: object.Status.Account, Region: object.Status.Region}
}

// sweep lists a place, if it is time, and wakes the objects that it finds moved. After a restart the first sweep is at a
// random moment of the interval, and a place without objects is left alone.
func (r *SecuredAPIReconciler) sweep(ctx context.Context, place drift.Place) (ctrl.Result, error) {
	if wait := r.sweeps.Wait(place, r.Clock.Now(), afterStart(r.Resync)); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	objects, err := r.inPlace(ctx, place)
	if err != nil {
		return ctrl.Result{}, err
	}
	if len(objects) == 0 {
		r.sweeps.Forget(place)
		return ctrl.Result{}, nil
	}
	found, err := r.list(ctx, place, &objects[rand.IntN(len(objects))]) //nolint:gosec // no secret
	wait := spread(r.Resync)
	before := r.sweeps.Keep(place, found, r.Clock.Now().Add(wait))
	if err != nil {
		// To be logged; the next sweep is at its time.
		return ctrl.Result{}, fmt.Errorf("sweep, without which checks read the user pools one by one: %w", err)
	}
	for i := range objects {
		object := &objects[i]
		if what := r.moved(object, found, before); what != "" {
			ctrl.LoggerFrom(ctx).Info("Moved", "object", client.ObjectKeyFromObject(object), "what", what)
			if err := r.wake(ctx, object); err != nil {
				return ctrl.Result{}, err
			}
		}
	}
	return ctrl.Result{RequeueAfter: wait}, nil
}

// list lists a place on behalf of one of its objects, with that one's role and session: another each time, so that one
// role's trouble is not everybody's.
func (r *SecuredAPIReconciler) list(ctx context.Context, place drift.Place, object *v1alpha1.SecuredAPI) (drift.Listing, error) {
	role, err := r.roleOf(ctx, object.Namespace)
	if err != nil {
		return drift.Listing{}, err
	}
	clients, err := r.AWS.For(awsclient.Target{Region: place.Region, Role: role})
	if err != nil {
		return drift.Listing{}, fmt.Errorf("use the role of namespace %s: %w", object.Namespace, err)
	}
	ctx = quota.WithCaller(ctx, quota.Caller{Namespace: object.Namespace, Name: object.Name, Urgency: quota.Checked})
	ctx = awsclient.InAccount(ctx, place.Account)
	return drift.List(ctx, clients.Cognito, clients.APIGateway, r.Clock.Now())
}

// moved says what of an object moved, if anything did.
func (r *SecuredAPIReconciler) moved(object *v1alpha1.SecuredAPI, now, before drift.Listing) string {
	looked, _ := r.schedule.get(object.UID)
	pool, api := object.Status.UserPool, object.Status.API
	switch {
	case !object.DeletionTimestamp.IsZero():
		return ""
	case pool != nil && now.PoolMoved(before, pool.ID, looked.seen):
		return "user pool " + pool.ID
	case api != nil && now.APIGone(before, api.ID):
		return "REST API " + api.ID
	default:
		return ""
	}
}

// vouchFor is for how many intervals a sweep vouches: the next one may be late, but not fail to come.
const vouchFor = 2

// checks returns the parts that a pass checks: none, if it is no check.
func (r *SecuredAPIReconciler) checks(object *v1alpha1.SecuredAPI, next appointment) []string {
	if !next.recheck {
		return nil
	}
	pool, oldest := object.Status.UserPool, r.Clock.Now().Add(-vouchFor*r.Resync)
	vouched := pool != nil && r.sweeps.Vouches(placeOf(object), pool.ID, next.seen, oldest)
	return checked(object.Status.Verified, next.turn, vouched)
}
