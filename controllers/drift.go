package controllers

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// A sweep lists an account and Region once in an interval, for all of its objects: what moved is looked at now, and what
// did not need not be read.

// setupSweeps starts a controller whose requests are the places where objects are.
func (r *SecuredAPIReconciler) setupSweeps(mgr ctrl.Manager, concurrency int) error {
	places := func(_ context.Context, o client.Object) []drift.Place {
		object, ok := o.(*v1alpha1.SecuredAPI)
		if !ok || object.Status.Account == "" {
			return nil
		}
		place := placeOf(object)
		r.sweeps.Saw(place, client.ObjectKeyFromObject(object))
		return []drift.Place{place}
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
	if wait := r.sweeps.Wait(place, r.Clock.Now(), schedule.AfterStart(r.Schedule.Interval)); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	objects, err := r.inPlace(ctx, place)
	if err != nil {
		return ctrl.Result{}, err
	}
	behalf := r.onBehalfOf(place, objects)
	ctx = quota.WithCaller(ctx, quota.Caller{Namespace: behalf.Namespace, Name: behalf.Name, Urgency: quota.Checked})
	ctx = awsclient.InAccount(ctx, place.Account)
	clients, found, err := r.list(ctx, place, behalf.Namespace)
	wait := schedule.Spread(r.Schedule.Interval)
	before := r.sweeps.Keep(place, found, r.Clock.Now().Add(wait))
	if len(objects) == 0 && (awserr.Is(err, awserr.Denied) || awserr.Has(err, v1alpha1.ReasonWrongAccount)) {
		// No role is left that may list it.
		r.forget(place)
		return ctrl.Result{}, nil
	}
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
	left, err := r.findOrphans(ctx, place, clients, found, objects)
	if err != nil {
		// To be logged; the next sweep looks again.
		return ctrl.Result{}, fmt.Errorf("find what has no object: %w", err)
	}
	if len(objects) == 0 && !left {
		r.forget(place)
		return ctrl.Result{}, nil
	}
	return ctrl.Result{RequeueAfter: wait}, nil
}

func (r *SecuredAPIReconciler) forget(place drift.Place) {
	r.sweeps.Forget(place)
	r.orphans.Forget(place)
}

// onBehalfOf returns an object of a place, in whose session that is listed: another each time, so that one role's trouble is
// not everybody's. If all are gone, it is the one that was seen last.
func (r *SecuredAPIReconciler) onBehalfOf(place drift.Place, objects []v1alpha1.SecuredAPI) types.NamespacedName {
	if len(objects) > 0 {
		return client.ObjectKeyFromObject(&objects[rand.IntN(len(objects))]) //nolint:gosec // no secret
	}
	return r.sweeps.Object(place)
}

// list lists a place with the role of a namespace, or with the operator's own if the namespace is gone.
func (r *SecuredAPIReconciler) list(ctx context.Context, place drift.Place, namespace string) (*awsclient.Clients, drift.Listing, error) {
	role, err := r.roleOf(ctx, namespace)
	if apierrors.IsNotFound(err) {
		// The namespace went with its last object, and its role with it.
		role, err = "", nil
	}
	if err != nil {
		return nil, drift.Listing{}, err
	}
	clients, err := r.AWS.For(awsclient.Target{Region: place.Region, Role: role})
	if err != nil {
		return nil, drift.Listing{}, fmt.Errorf("use the role of namespace %s: %w", namespace, err)
	}
	found, err := drift.List(ctx, clients.Cognito, clients.APIGateway, r.Clock.Now())
	return clients, found, err
}

// moved says what of an object moved, if anything did.
func (r *SecuredAPIReconciler) moved(object *v1alpha1.SecuredAPI, now, before drift.Listing) string {
	seen := r.Schedule.Modified(object.UID)
	pool, api := object.Status.UserPool, object.Status.API
	switch {
	case !object.DeletionTimestamp.IsZero():
		return ""
	case pool != nil && now.PoolMoved(before, pool.ID, seen):
		return "user pool " + pool.ID
	case api != nil && now.APIGone(before, api.ID):
		return "REST API " + api.ID
	case api != nil && now.EndpointMoved(before, api.ID, restapi.Answers(&object.Status)):
		return "endpoint of REST API " + api.ID
	default:
		return ""
	}
}

// vouched says whether the last sweep saw the object's user pool as it was when it was last read.
func (r *SecuredAPIReconciler) vouched(object *v1alpha1.SecuredAPI) bool {
	pool := object.Status.UserPool
	return pool != nil && r.sweeps.Vouches(placeOf(object), pool.ID, r.Schedule.Modified(object.UID), r.Schedule.SweepsSince(r.Clock.Now()))
}

// What moved in AWS, by a sweep or an event, wakes the object that it belongs to: its next pass is now, and looks at
// everything.

// wakeDelay makes one pass of what is changed in one go, as by a deployment tool.
const wakeDelay = time.Second

// wakeSoon puts a woken object into the queue.
var wakeSoon = handler.Funcs{
	GenericFunc: func(_ context.Context, e event.GenericEvent, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
		queue.AddAfter(ctrl.Request{NamespacedName: client.ObjectKeyFromObject(e.Object)}, wakeDelay)
	},
}

// wake returns when the object's next pass is sure to be a whole check.
func (r *SecuredAPIReconciler) wake(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	r.Schedule.Wake(object.UID)
	select {
	case r.wakes <- event.GenericEvent{Object: object}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ReceiveEvents makes the leader receive events from a queue, which the operator's own credentials may read.
func (r *SecuredAPIReconciler) ReceiveEvents(mgr ctrl.Manager, config aws.Config, queueURL string) error {
	messages, err := drift.Client(config, queueURL)
	if err != nil {
		return err
	}
	return mgr.Add(&drift.Queue{URL: queueURL, SQS: messages, Signature: awsclient.Signature(r.Cluster), Changed: r.changed})
}

// changed wakes the objects that a change concerns. Ids are unique in an account and Region only.
func (r *SecuredAPIReconciler) changed(ctx context.Context, change drift.Change) error {
	for field, id := range map[string]string{holdsPool: change.Pool, holdsAPI: change.API} {
		if id == "" {
			continue
		}
		found := &v1alpha1.SecuredAPIList{}
		if err := r.Client.List(ctx, found, client.MatchingFields{field: id}); err != nil {
			return fmt.Errorf("find the object of %s %s: %w", field, id, err)
		}
		for i := range found.Items {
			object := &found.Items[i]
			if placeOf(object) != change.Place || !object.DeletionTimestamp.IsZero() {
				continue
			}
			if change.Signed && r.calls(ctx, object, change.Principal) {
				continue
			}
			ctrl.LoggerFrom(ctx).Info("Changed by somebody else",
				"object", client.ObjectKeyFromObject(object), "operation", change.Operation, "principal", change.Principal)
			if err := r.wake(ctx, object); err != nil {
				return err
			}
		}
	}
	return nil
}

// calls says whether the operator calls as a principal on behalf of an object. If that cannot be told, it does not.
func (r *SecuredAPIReconciler) calls(ctx context.Context, object *v1alpha1.SecuredAPI, principal string) bool {
	role, err := r.roleOf(ctx, object.Namespace)
	if err != nil {
		return false
	}
	clients, err := r.AWS.For(awsclient.Target{Region: object.Status.Region, Role: role})
	if err != nil {
		return false
	}
	ctx = quota.WithCaller(ctx, quota.Caller{Namespace: object.Namespace, Name: object.Name})
	return clients.Calls(ctx, object.Namespace, object.Name, principal)
}

// Fields by which the cache finds objects by what status says that they hold in AWS, and where.
const (
	holdsPlace = "status.place"
	holdsPool  = "status.userPool.id"
	holdsAPI   = "status.api.id"
)

// indexHoldings makes the cache find objects by what they hold.
func indexHoldings(ctx context.Context, indexer client.FieldIndexer) error {
	return errors.Join(
		index(ctx, indexer, holdsPlace, func(object *v1alpha1.SecuredAPI) []string {
			if object.Spec.Suspend {
				return nil
			}
			return []string{placeKey(placeOf(object))}
		}),
		index(ctx, indexer, holdsPool, holds(userpool.NamePool)),
		index(ctx, indexer, holdsAPI, holds(restapi.NameAPI)),
	)
}

// holds returns the id that an object's record of a resource has. Records are saved before the next call, what people read
// of them only when a pass ends: an event may come before.
func holds(name string) func(*v1alpha1.SecuredAPI) []string {
	return func(object *v1alpha1.SecuredAPI) []string {
		if known := object.Status.Resource(name); known != nil && known.ID != "" {
			return []string{known.ID}
		}
		return nil
	}
}

func placeKey(place drift.Place) string { return place.Account + "/" + place.Region }

// inPlace returns the objects that have something in a place, but for those that are suspended. They are the cache's own,
// not to be changed.
func (r *SecuredAPIReconciler) inPlace(ctx context.Context, place drift.Place) ([]v1alpha1.SecuredAPI, error) {
	found := &v1alpha1.SecuredAPIList{}
	err := r.Client.List(ctx, found, client.MatchingFields{holdsPlace: placeKey(place)}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list the objects in account %s, Region %s: %w", place.Account, place.Region, err)
	}
	return found.Items, nil
}
