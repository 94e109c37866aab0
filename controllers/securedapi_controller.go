// Package controllers reconciles SecuredAPIs. One controller runs two ordered phases, userpool and restapi, and is
// the only writer to Kubernetes: finalizer, status, events and the Secrets of clients.
package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// Finalizer is on every SecuredAPI from before the first AWS call until AWS was seen without what it made.
const Finalizer = "securedapi.dev/finalizer"

// SecuredAPIReconciler makes AWS agree with SecuredAPIs.
type SecuredAPIReconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Reader reads from the API server. A pass that may call AWS reads the object with it: a cache can be old.
	Reader client.Reader
	// AWS makes the clients.
	AWS *awsclient.Factory
	// Cluster identifies this cluster in owner tags.
	Cluster string
	// Recorder records events.
	Recorder events.EventRecorder
	// Resync is the interval between checks for drift; each is stretched by up to a tenth.
	Resync time.Duration
	// Settle is how long a creation whose reply was lost is looked for before it is made again.
	Settle time.Duration
	// Clock tells the time.
	Clock clock.PassiveClock

	schedule schedule
}

// +kubebuilder:rbac:groups=securedapi.dev,resources=securedapis,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=securedapi.dev,resources=securedapis/status,verbs=get;patch
// +kubebuilder:rbac:groups=securedapi.dev,resources=securedapis/finalizers,verbs=update
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;create;update;delete
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// SetupWithManager starts the controller with the manager. Status writes do not wake it: only a new generation does,
// a deletion being one, or time.
func (r *SecuredAPIReconciler) SetupWithManager(mgr ctrl.Manager, concurrency int) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.SecuredAPI{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: concurrency}).
		Complete(r)
}

// Reconcile runs one pass over one object, if it is due.
func (r *SecuredAPIReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	object := &v1alpha1.SecuredAPI{}
	if err := r.Client.Get(ctx, req.NamespacedName, object); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	appointment, wait := r.schedule.due(object, r.Clock.Now(), r.Resync)
	if wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	if err := r.Reader.Get(ctx, req.NamespacedName, object); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !object.DeletionTimestamp.IsZero() {
		return r.finish(r.delete(ctx, object, appointment))
	}
	if err := r.addFinalizer(ctx, object); err != nil {
		return ctrl.Result{}, err
	}
	return r.finish(r.pass(ctx, object, appointment))
}

// finish turns a pass's end into the controller's result. Who lost a race for the object starts over.
func (r *SecuredAPIReconciler) finish(after time.Duration, err error) (ctrl.Result, error) {
	if apierrors.IsConflict(err) {
		return ctrl.Result{RequeueAfter: retrySoon}, nil
	}
	return ctrl.Result{RequeueAfter: after}, err
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

// work is what one pass over one object works with.
type work struct {
	object   *v1alpha1.SecuredAPI
	status   *statusWriter
	clients  *awsclient.Clients
	secrets  *clientSecrets
	userPool *userpool.Phase
	restAPI  *restapi.Phase
}

func (r *SecuredAPIReconciler) begin(object *v1alpha1.SecuredAPI, next appointment) (*work, error) {
	// What status says stays, also when the operator's default Region changes.
	region := object.Spec.Region
	if object.Status.Region != "" {
		region = object.Status.Region
	}
	region, err := r.AWS.Region(region)
	if err != nil {
		return nil, awserr.Because(v1alpha1.ReasonInvalidSpec, err)
	}
	w := &work{
		object:  object,
		status:  newStatusWriter(r.Client, r.Reader, object),
		clients: r.AWS.For(region),
		secrets: &clientSecrets{client: r.Client, reader: r.Reader, object: object},
	}
	object.Status.Region = region
	owner := ownership.Owner{Cluster: r.Cluster, Namespace: object.Namespace, Name: object.Name, UID: string(object.UID)}
	journal := &ownership.Journal{
		Status: &object.Status, Save: w.status.Save, Now: r.Clock.Now, Settle: r.Settle,
		Recheck: next.recheck, Turn: next.turn,
	}
	w.userPool = &userpool.Phase{
		Cognito: w.clients.Cognito,
		Owner:   owner, Secrets: w.secrets, Journal: journal, Status: &object.Status,
	}
	w.restAPI = &restapi.Phase{
		APIGateway: w.clients.APIGateway, Lambda: w.clients.Lambda,
		Owner: owner, Journal: journal, Status: &object.Status,
	}
	return w, nil
}

// pass runs both phases, writes status once more if it differs, and says when to look again. The second phase runs when
// the user pool is known, not when the first succeeded: the API is repaired also while Cognito throttles.
func (r *SecuredAPIReconciler) pass(ctx context.Context, object *v1alpha1.SecuredAPI, now appointment) (time.Duration, error) {
	w, err := r.begin(object, now)
	if err != nil {
		return r.fail(ctx, object, now, err)
	}
	if object.Status.ObservedGeneration != object.Generation {
		markWorking(&object.Status, object.Generation)
	}
	stalledBefore := stalledMessage(&object.Status)
	var poolErr, apiErr error
	now.pool, poolErr = r.attempt(ctx, now.pool, now.recheck, func(ctx context.Context) error {
		done, err := w.userPool.Reconcile(ctx, object)
		r.applied(ctx, object, done)
		return errors.Join(err, w.publish(ctx))
	})
	if object.Status.UserPool == nil {
		now.api = hold{outcome: awaiting(now.pool.outcome), until: now.pool.until}
	} else {
		now.api, apiErr = r.attempt(ctx, now.api, now.recheck, func(ctx context.Context) error {
			done, err := w.restAPI.Reconcile(ctx, &object.Spec)
			r.applied(ctx, object, done)
			return errors.Join(err, w.publish(ctx))
		})
	}
	if conflict := firstConflict(poolErr, apiErr); conflict != nil {
		return 0, conflict
	}
	summarize(&object.Status, object.Generation, now.pool.outcome, now.api.outcome)
	if err := w.status.Save(ctx); err != nil {
		return 0, err
	}
	r.stalled(ctx, object, stalledBefore)
	return r.next(object, now, errors.Join(poolErr, apiErr))
}

// fail writes down an error that keeps a pass from beginning.
func (r *SecuredAPIReconciler) fail(ctx context.Context, object *v1alpha1.SecuredAPI, now appointment, err error) (time.Duration, error) {
	status := newStatusWriter(r.Client, r.Reader, object)
	before := stalledMessage(&object.Status)
	now.pool = r.hold(judge(err, r.Clock.Now()), 0)
	now.api = now.pool
	summarize(&object.Status, object.Generation, now.pool.outcome, now.api.outcome)
	if err := status.Save(ctx); err != nil {
		return 0, err
	}
	r.stalled(ctx, object, before)
	return r.next(object, now, err)
}
