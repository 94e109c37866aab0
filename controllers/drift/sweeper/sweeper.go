// Package sweeper finds the objects that a sweep or an event of AWS concerns, and has them checked.
package sweeper

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/prometheus/client_golang/prometheus"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
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
	"github.com/securedapi/securedapi/controllers/tenancy"
)

// Sweeper lists each account and Region where objects are, and receives events.
type Sweeper struct {
	// Client reads from the cache.
	Client client.Client
	// Reader reads from the API server.
	Reader client.Reader
	// AWS makes the clients.
	AWS *awsclient.Factory
	// Tenants says with which role a namespace's place is listed.
	Tenants *tenancy.Tenants
	// Schedule decides when an object is reconciled.
	Schedule *schedule.Schedule
	// Clock tells the time.
	Clock clock.PassiveClock
	// State is what sweeps leave for the next ones.
	State *State
}

// State is what the sweeps of one manager know. The zero State knows nothing.
type State struct {
	sweeps  drift.Sweeps
	orphans drift.Orphans
	wakes   chan event.GenericEvent
}

// Metrics returns the metrics about what sweeps found.
func (s *State) Metrics() []prometheus.Collector {
	return []prometheus.Collector{&s.orphans, drift.Found}
}

// A sweep lists an account and Region once in an interval, for all of its objects: what moved is looked at now, and what
// did not need not be read.

// SetupWithManager starts a controller whose requests are the places where objects are.
func (s *Sweeper) SetupWithManager(mgr ctrl.Manager, concurrency int) error {
	s.State.wakes = make(chan event.GenericEvent)
	places := func(_ context.Context, o client.Object) []drift.Place {
		object, ok := o.(*v1alpha1.SecuredAPI)
		if !ok || object.Status.Account == "" {
			return nil
		}
		place := placeOf(object)
		s.State.sweeps.Saw(place, client.ObjectKeyFromObject(object))
		return []drift.Place{place}
	}
	return builder.TypedControllerManagedBy[drift.Place](mgr).
		Named("sweep").
		Watches(&v1alpha1.SecuredAPI{}, handler.TypedEnqueueRequestsFromMapFunc(places)).
		WithOptions(controller.TypedOptions[drift.Place]{MaxConcurrentReconciles: concurrency}).
		Complete(reconcile.TypedFunc[drift.Place](s.sweep))
}

func placeOf(object *v1alpha1.SecuredAPI) drift.Place {
	return drift.Place{Account: object.Status.Account, Region: object.Status.Region}
}

// sweep lists a place, if it is time, and wakes the objects that it finds moved. After a restart the first sweep is at a
// random moment of the interval, and a place without objects is left alone.
func (s *Sweeper) sweep(ctx context.Context, place drift.Place) (ctrl.Result, error) {
	if wait := s.State.sweeps.Wait(place, s.Clock.Now(), schedule.AfterStart(s.Schedule.Interval)); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	objects, err := s.inPlace(ctx, place)
	if err != nil {
		return ctrl.Result{}, err
	}
	behalf := s.onBehalfOf(place, objects)
	ctx = quota.WithCaller(ctx, quota.Caller{Namespace: behalf.Namespace, Name: behalf.Name, Urgency: quota.Checked})
	ctx = awsclient.InAccount(ctx, place.Account)
	clients, found, err := s.list(ctx, place, behalf.Namespace)
	wait := schedule.Spread(s.Schedule.Interval)
	before := s.State.sweeps.Keep(place, found, s.Clock.Now().Add(wait))
	if len(objects) == 0 && (awserr.Is(err, awserr.Denied) || awserr.Has(err, v1alpha1.ReasonWrongAccount)) {
		// No role is left that may list it.
		s.forget(place)
		return ctrl.Result{}, nil
	}
	if err != nil {
		// To be logged; the next sweep is at its time.
		return ctrl.Result{}, fmt.Errorf("sweep, without which checks read the user pools one by one: %w", err)
	}
	for i := range objects {
		object := &objects[i]
		if what := s.moved(object, found, before); what != "" {
			ctrl.LoggerFrom(ctx).Info("Moved", "object", client.ObjectKeyFromObject(object), "what", what)
			if err := s.wake(ctx, object); err != nil {
				return ctrl.Result{}, err
			}
		}
	}
	left, err := s.findOrphans(ctx, place, clients, found, objects)
	if err != nil {
		// To be logged; the next sweep looks again.
		return ctrl.Result{}, fmt.Errorf("find what has no object: %w", err)
	}
	if len(objects) == 0 && !left {
		s.forget(place)
		return ctrl.Result{}, nil
	}
	return ctrl.Result{RequeueAfter: wait}, nil
}

func (s *Sweeper) forget(place drift.Place) {
	s.State.sweeps.Forget(place)
	s.State.orphans.Forget(place)
}

// onBehalfOf returns an object of a place, in whose session that is listed: another each time, so that one role's trouble is
// not everybody's. If all are gone, it is the one that was seen last.
func (s *Sweeper) onBehalfOf(place drift.Place, objects []v1alpha1.SecuredAPI) types.NamespacedName {
	if len(objects) > 0 {
		return client.ObjectKeyFromObject(&objects[rand.IntN(len(objects))]) //nolint:gosec // no secret
	}
	return s.State.sweeps.Object(place)
}

// list lists a place with the role of a namespace, or with the operator's own if the namespace is gone.
func (s *Sweeper) list(ctx context.Context, place drift.Place, namespace string) (*awsclient.Clients, drift.Listing, error) {
	role, err := s.Tenants.Role(ctx, namespace)
	if apierrors.IsNotFound(err) {
		// The namespace went with its last object, and its role with it.
		role, err = "", nil
	}
	if err != nil {
		return nil, drift.Listing{}, err
	}
	clients, err := s.AWS.For(awsclient.Target{Region: place.Region, Role: role})
	if err != nil {
		return nil, drift.Listing{}, fmt.Errorf("use the role of namespace %s: %w", namespace, err)
	}
	found, err := drift.List(ctx, clients.Cognito, clients.APIGateway, s.Clock.Now())
	return clients, found, err
}

// moved says what of an object moved, if anything did.
func (s *Sweeper) moved(object *v1alpha1.SecuredAPI, now, before drift.Listing) string {
	seen := s.Schedule.Modified(object.UID)
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

// Vouches says whether the last sweep saw the object's user pool as it was when it was last read.
func (s *Sweeper) Vouches(object *v1alpha1.SecuredAPI) bool {
	pool := object.Status.UserPool
	seen, oldest := s.Schedule.Modified(object.UID), s.Schedule.SweepsSince(s.Clock.Now())
	return pool != nil && s.State.sweeps.Vouches(placeOf(object), pool.ID, seen, oldest)
}
