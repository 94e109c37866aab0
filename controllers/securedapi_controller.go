// Package controllers reconciles SecuredAPIs. One controller brings about two lists of resources, first userpool's and then
// restapi's, and is the only writer to Kubernetes: finalizer, status, events, the Secrets of clients and outputs.
package controllers

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/drift/sweeper"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/kube/watch"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/tenancy"
)

// Finalizer is added before the first AWS call, and removed when reads of AWS show nothing that the object made.
const Finalizer = "securedapi.dev/finalizer"

// SecuredAPIReconciler makes AWS agree with SecuredAPIs.
type SecuredAPIReconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Reader reads from the API server. A pass that may call AWS reads the object with it: a cache can be old.
	Reader client.Reader
	// Everyone reads the SecuredAPIs of all managers. Those of this one are in the cache.
	Everyone client.Reader
	// AWS makes the clients.
	AWS *awsclient.Factory
	// Cluster identifies this cluster in owner tags.
	Cluster string
	// Recorder records events.
	Recorder events.EventRecorder
	// Schedule decides when an object is reconciled, and what its passes read.
	Schedule *schedule.Schedule
	// CreationGracePeriod is how long a call whose outcome is not known is given to show its effect.
	CreationGracePeriod time.Duration
	// SecretOverlap is how long a client's former secret stays good beside the one that replaces it, where the spec does not say it.
	SecretOverlap time.Duration
	// RequirePolicy makes every namespace need a SecuredAPIPolicy, also while there is none.
	RequirePolicy bool
	// ReconcilesPerMinute is how many passes each namespace may ask for in a minute whose policies give no bound; 0 does not
	// bound them.
	ReconcilesPerMinute int
	// Clock tells the time.
	Clock clock.PassiveClock

	limits  schedule.Limits
	digests engine.Digests
	swept   sweeper.State
	secrets *watch.Secrets
}

// tenants decides who may have what.
func (r *SecuredAPIReconciler) tenants() *tenancy.Tenants {
	return &tenancy.Tenants{
		Client: r.Client, Reader: r.Reader, Everyone: r.Everyone, Cluster: r.Cluster, Region: r.AWS.Region, Schedule: r.Schedule,
		RequirePolicy: r.RequirePolicy, ReconcilesPerMinute: r.ReconcilesPerMinute, Limits: &r.limits,
	}
}

// sweeper finds the objects that others' changes in AWS concern.
func (r *SecuredAPIReconciler) sweeper() *sweeper.Sweeper {
	return &sweeper.Sweeper{
		Client: r.Client, Reader: r.Reader, AWS: r.AWS, Tenants: r.tenants(), Schedule: r.Schedule, Clock: r.Clock, State: &r.swept,
	}
}

// ReceiveEvents makes the leader receive events from a queue, which the operator's own credentials may read.
func (r *SecuredAPIReconciler) ReceiveEvents(mgr ctrl.Manager, config aws.Config, queueURL string) error {
	return r.sweeper().ReceiveEvents(mgr, config, queueURL)
}

// An event is of one resourceVersion, so none is repeated, which would take patch.
//
// +kubebuilder:rbac:groups=securedapi.dev,resources=securedapis,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=securedapi.dev,resources=securedapis/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create

// reconcileRequested lets an edit of the annotation through that asks for a pass.
var reconcileRequested = predicate.Funcs{
	CreateFunc: func(event.CreateEvent) bool { return false },
	DeleteFunc: func(event.DeleteEvent) bool { return false },
	UpdateFunc: func(e event.UpdateEvent) bool {
		const at = v1alpha1.ReconcileAtAnnotation
		return e.ObjectOld.GetAnnotations()[at] != e.ObjectNew.GetAnnotations()[at]
	},
	GenericFunc: func(event.GenericEvent) bool { return false },
}

// SetupWithManager starts the controller with the manager. A pass is triggered by a new generation (a deletion is one), by the
// reconcile-at annotation, by a change that a sweep or an event found in AWS, by an edit of a ConfigMap that it writes or reads, or by
// time; not by a write of status. At most schedule.WorkersPerPlace workers are busy in one account and Region, and half of all workers for
// one namespace.
func (r *SecuredAPIReconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager, concurrency int) error {
	if err := r.index(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	tenants, sweeps := r.tenants(), r.sweeper()
	if err := sweeps.SetupWithManager(mgr, concurrency); err != nil {
		return fmt.Errorf("set up the sweeps: %w", err)
	}
	if err := mgr.Add(manager.RunnableFunc(tenants.TellPolicies)); err != nil {
		return fmt.Errorf("set up the message about policies: %w", err)
	}
	secrets, err := r.setupSecrets(mgr)
	if err != nil {
		return err
	}
	wakes := predicate.Or[client.Object](predicate.GenerationChangedPredicate{}, reconcileRequested)
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.SecuredAPI{}, builder.WithPredicates(wakes)).
		Watches(&v1alpha1.SecuredAPI{}, tenants.WakeWaiting()).
		Watches(&v1alpha1.SecuredAPI{}, tenants.WakeSharing()).
		WatchesRawSource(sweeps.Source()).
		Watches(&v1alpha1.SecuredAPIPolicy{}, handler.EnqueueRequestsFromMapFunc(tenants.Affected)).
		WatchesMetadata(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(tenants.Affected),
			builder.WithPredicates(predicate.Or[client.Object](predicate.LabelChangedPredicate{}, predicate.AnnotationChangedPredicate{}))).
		WatchesMetadata(&corev1.ConfigMap{}, r.touchedOutputs(), builder.WithPredicates(predicate.ResourceVersionChangedPredicate{})).
		WatchesRawSource(source.Channel(secrets, r.touchedInputs(fieldSecret))).
		WatchesMetadata(&corev1.ConfigMap{}, r.touchedInputs(fieldInput), builder.WithPredicates(predicate.ResourceVersionChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: concurrency, NewQueue: r.newQueue(concurrency)}).
		Complete(r)
}

// Metrics returns the metrics about objects. awsclient registers those about calls to AWS.
func (r *SecuredAPIReconciler) Metrics() []prometheus.Collector {
	objects := func() ([]v1alpha1.SecuredAPI, error) {
		all := &v1alpha1.SecuredAPIList{}
		err := r.Client.List(context.Background(), all, client.UnsafeDisableDeepCopy)
		return all.Items, err
	}
	return append(r.swept.Metrics(),
		outcome.Metrics{List: objects, Now: r.Clock.Now}, r.Schedule.Freshness(), r.tenants().Policies())
}

// Reconcile runs one pass over one object, if it is due.
func (r *SecuredAPIReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	cached := &v1alpha1.SecuredAPI{}
	if err := r.Client.Get(ctx, req.NamespacedName, cached); err != nil {
		if apierrors.IsNotFound(err) {
			r.watchSecrets(ctx, req.Namespace)
		}
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if _, wait := r.Schedule.Next(cached, r.Clock.Now()); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	// Another one: decoding leaves alone what the answer does not name.
	object := &v1alpha1.SecuredAPI{}
	if err := r.Reader.Get(ctx, req.NamespacedName, object); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	now, _ := r.Schedule.Next(object, r.Clock.Now())
	if wait, err := r.tenants().Limit(ctx, object, now, r.Clock.Now()); wait > 0 || err != nil {
		return ctrl.Result{RequeueAfter: wait}, err
	}
	ctx = quota.WithCaller(ctx, quota.Caller{
		Namespace: object.Namespace, Name: object.Name, Urgency: urgency(object, now), Repairs: now.Repairs() || now.Late(),
	})
	ctx = awsclient.InAccount(ctx, object.Status.Account)
	after, err := r.work(ctx, object, now)
	if apierrors.IsConflict(err) {
		// Somebody else wrote the object.
		after, err = outcome.RetrySoon, nil
	}
	return ctrl.Result{RequeueAfter: after, Priority: new(r.Schedule.Priority(object.UID))}, err
}

// work does what the object asks for.
func (r *SecuredAPIReconciler) work(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass) (time.Duration, error) {
	r.watchSecrets(ctx, object.Namespace)
	switch deleted := !object.DeletionTimestamp.IsZero(); {
	case object.Spec.Suspend:
		r.Schedule.Forget(object.UID)
		return 0, r.suspend(ctx, object)
	case deleted && object.Spec.Mode == v1alpha1.ModePlan:
		return r.planDelete(ctx, object, now)
	case deleted:
		return r.delete(ctx, object, now)
	}
	if err := r.addFinalizer(ctx, object); err != nil {
		return 0, err
	}
	if object.Spec.Mode == v1alpha1.ModePlan {
		return r.planOnly(ctx, object, now)
	}
	return r.pass(ctx, object, now)
}

// urgency is how soon the object's calls are to be made, where the account's quota makes objects wait.
func urgency(object *v1alpha1.SecuredAPI, now schedule.Pass) quota.Urgency {
	switch {
	case object.DeletionTimestamp.IsZero() && !schedule.Observed(object) || object.RequestedReconcile() != "",
		now.Repairs():
		return quota.Asked
	case now.Kind == schedule.Check:
		return quota.Checked
	default:
		return quota.Retried
	}
}

func (r *SecuredAPIReconciler) addFinalizer(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	before := client.MergeFromWithOptions(object.DeepCopy(), client.MergeFromWithOptimisticLock{})
	if !controllerutil.AddFinalizer(object, Finalizer) {
		return nil
	}
	if err := r.Client.Patch(ctx, object, before, fieldOwner); err != nil {
		return fmt.Errorf("add the finalizer: %w", err)
	}
	return nil
}

// newQueue makes the controller's queue, which shares the workers out between places and namespaces.
func (r *SecuredAPIReconciler) newQueue(
	concurrency int,
) func(string, workqueue.TypedRateLimiter[ctrl.Request]) workqueue.TypedRateLimitingInterface[ctrl.Request] {
	return func(name string, limiter workqueue.TypedRateLimiter[ctrl.Request]) workqueue.TypedRateLimitingInterface[ctrl.Request] {
		queue := priorityqueue.New(name, func(o *priorityqueue.Opts[ctrl.Request]) { o.RateLimiter = limiter })
		seatOf := func(request ctrl.Request) schedule.Seat[drift.Place] {
			return schedule.Seat[drift.Place]{Place: r.Workplace(request), Namespace: request.Namespace}
		}
		return schedule.NewQueue(queue, schedule.WorkersPerPlace, schedule.WorkersPerNamespace(concurrency), seatOf)
	}
}

// Workplace returns the account and Region that a request's calls go to, as far as they are known before the pass: the
// account of the namespace's role, or the operator's own.
func (r *SecuredAPIReconciler) Workplace(request ctrl.Request) drift.Place {
	ctx := context.Background()
	object := &v1alpha1.SecuredAPI{}
	if err := r.Client.Get(ctx, request.NamespacedName, object); err != nil {
		// It is gone, and its pass finds that out.
		return drift.Place{}
	}
	place := drift.Place{Region: object.Status.Region}
	if place.Region == "" {
		place.Region = r.AWS.Region(object.Spec.Region)
	}
	if role, err := r.tenants().Role(ctx, object.Namespace); err == nil && role != "" {
		place.Account, _ = awsclient.RoleAccount(role)
	}
	return place
}
