package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/drift"
)

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
	r.schedule.wake(object.UID)
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
			ctrl.LoggerFrom(ctx).Info("Changed by somebody else",
				"object", client.ObjectKeyFromObject(object), "operation", change.Operation, "principal", change.Principal)
			if err := r.wake(ctx, object); err != nil {
				return err
			}
		}
	}
	return nil
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
		index(ctx, indexer, holdsPool, func(object *v1alpha1.SecuredAPI) []string {
			if object.Status.UserPool == nil {
				return nil
			}
			return []string{object.Status.UserPool.ID}
		}),
		index(ctx, indexer, holdsAPI, func(object *v1alpha1.SecuredAPI) []string {
			if object.Status.API == nil {
				return nil
			}
			return []string{object.Status.API.ID}
		}),
	)
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
