// Package controllers reconciles SecuredAPIs. One controller runs two ordered phases, userpool and restapi, and is
// the only writer to Kubernetes: finalizer, status, events and the Secrets of clients.
package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/drift"
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
	// SecretOverlap is how long a client's former secret stays good beside the one that replaces it.
	SecretOverlap time.Duration
	// Clock tells the time.
	Clock clock.PassiveClock

	schedule schedule
	sweeps   drift.Sweeps
	wakes    chan event.GenericEvent
}

// +kubebuilder:rbac:groups=securedapi.dev,resources=securedapis,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=securedapi.dev,resources=securedapis/status,verbs=get;patch
// +kubebuilder:rbac:groups=securedapi.dev,resources=securedapis/finalizers,verbs=update
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;create;update;delete
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

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

// SetupWithManager starts the controller with the manager. Status writes do not wake it: only a new generation does,
// a deletion being one, the annotation that asks for a pass, what moved in AWS, or time. Of the workers, at most
// WorkersOfAPlace are at work in one account and Region.
func (r *SecuredAPIReconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager, concurrency int) error {
	if err := errors.Join(indexClaims(ctx, mgr.GetFieldIndexer()), indexHoldings(ctx, mgr.GetFieldIndexer())); err != nil {
		return err
	}
	if err := r.setupSweeps(mgr, concurrency); err != nil {
		return fmt.Errorf("set up the sweeps: %w", err)
	}
	r.wakes = make(chan event.GenericEvent)
	wakes := predicate.Or[client.Object](predicate.GenerationChangedPredicate{}, reconcileRequested)
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.SecuredAPI{}, builder.WithPredicates(wakes)).
		WatchesRawSource(source.Channel(r.wakes, wakeSoon)).
		WithOptions(controller.Options{MaxConcurrentReconciles: concurrency, NewQueue: newWorkers(r.workplace)}).
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
	ctx = quota.WithCaller(ctx, quota.Caller{Namespace: object.Namespace, Name: object.Name, Urgency: urgency(object, appointment)})
	ctx = awsclient.InAccount(ctx, object.Status.Account)
	after, err := r.work(ctx, object, appointment)
	return r.finish(object, after, err)
}

// work does what the object asks for.
func (r *SecuredAPIReconciler) work(ctx context.Context, object *v1alpha1.SecuredAPI, now appointment) (time.Duration, error) {
	switch deleted := !object.DeletionTimestamp.IsZero(); {
	case object.Spec.Suspend:
		r.schedule.forget(object.UID)
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
func urgency(object *v1alpha1.SecuredAPI, now appointment) quota.Urgency {
	switch {
	case object.DeletionTimestamp.IsZero() && object.Status.ObservedGeneration != object.Generation || object.RequestedReconcile() != "":
		return quota.Asked
	case now.recheck && now.woken == 0:
		return quota.Checked
	default:
		return quota.Retried
	}
}

// finish turns a pass's end into the controller's result. Who lost a race for the object starts over.
func (r *SecuredAPIReconciler) finish(object *v1alpha1.SecuredAPI, after time.Duration, err error) (ctrl.Result, error) {
	if apierrors.IsConflict(err) {
		after, err = retrySoon, nil
	}
	next, _ := r.schedule.get(object.UID)
	return ctrl.Result{RequeueAfter: after, Priority: next.priority()}, err
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
	journal  *ownership.Journal
	status   *statusWriter
	clients  *awsclient.Clients
	secrets  *clientSecrets
	userPool *userpool.Phase
	restAPI  *restapi.Phase
}

func (r *SecuredAPIReconciler) begin(ctx context.Context, object *v1alpha1.SecuredAPI, next appointment) (*work, error) {
	// What status says stays, also when the operator's default Region changes.
	region := object.Spec.Region
	if object.Status.Region != "" {
		region = object.Status.Region
	}
	region, err := r.AWS.Region(region)
	if err != nil {
		return nil, awserr.Because(v1alpha1.ReasonInvalidSpec, err)
	}
	role, err := r.roleOf(ctx, object.Namespace)
	if err != nil {
		return nil, err
	}
	clients, err := r.AWS.For(awsclient.Target{Region: region, Role: role})
	if err != nil {
		return nil, awserr.Because(v1alpha1.ReasonAccessDenied,
			fmt.Errorf("annotation %s of namespace %s: %w", v1alpha1.RoleARNAnnotation, object.Namespace, err))
	}
	w := &work{
		object:  object,
		status:  newStatusWriter(r.Client, r.Reader, object),
		clients: clients,
		secrets: &clientSecrets{client: r.Client, reader: r.Reader, object: object},
	}
	object.Status.Region = region
	owner := ownership.Owner{Cluster: r.Cluster, Namespace: object.Namespace, Name: object.Name, UID: string(object.UID)}
	journal := &ownership.Journal{
		Status: &object.Status, Save: w.status.Save, Now: r.Clock.Now, Settle: r.Settle,
		Check: r.checks(object, next), Whole: next.whole,
	}
	w.journal = journal
	w.userPool = &userpool.Phase{
		Cognito: w.clients.Cognito,
		Owner:   owner, Secrets: w.secrets, Journal: journal, Unchanged: w.unchanged, Status: &object.Status, SecretOverlap: r.SecretOverlap,
	}
	w.restAPI = &restapi.Phase{
		APIGateway: w.clients.APIGateway, Lambda: w.clients.Lambda,
		Owner: owner, Journal: journal, Reserve: w.clients.Reserve, Status: &object.Status,
	}
	return w, nil
}

// roleOf returns the role that a namespace's objects are made with, if an administrator gave it one. An object cannot
// name a role: who may write objects could take any.
func (r *SecuredAPIReconciler) roleOf(ctx context.Context, namespace string) (string, error) {
	metadata := &metav1.PartialObjectMetadata{}
	metadata.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	if err := r.Client.Get(ctx, client.ObjectKey{Name: namespace}, metadata); err != nil {
		return "", fmt.Errorf("read the annotations of namespace %s: %w", namespace, err)
	}
	return metadata.Annotations[v1alpha1.RoleARNAnnotation], nil
}

// named says who the operator is beside each call that it may not make.
func (w *work) named(ctx context.Context, err error) error {
	var parts []error
	for _, part := range flatten(err) {
		if awserr.Is(part, awserr.Denied) {
			part = fmt.Errorf("%w (the operator is %s)", part, w.clients.Principal(ctx))
		}
		parts = append(parts, part)
	}
	return errors.Join(parts...)
}

// pass runs both phases, writes status once more if it differs, and says when to look again. The second phase runs when
// the user pool is known, not when the first succeeded: the API is repaired also while Cognito throttles.
func (r *SecuredAPIReconciler) pass(ctx context.Context, object *v1alpha1.SecuredAPI, now appointment) (time.Duration, error) {
	w, err := r.begin(ctx, object, now)
	if err == nil {
		w.journal.Consent, err = r.consents(ctx, object)
		// The plan that was agreed to is of everything.
		w.journal.Whole = w.journal.Whole || w.journal.Consent
	}
	if err != nil {
		return r.fail(ctx, object, now, err)
	}
	if object.Status.ObservedGeneration != object.Generation {
		markWorking(&object.Status, object.Generation)
	}
	unpinned := object.Status.Account == ""
	var poolErr, apiErr error
	now.pool, poolErr = r.attempt(ctx, now.pool, now.recheck, func(ctx context.Context) error {
		if err := r.claimPool(ctx, object); err != nil {
			return err
		}
		done, err := w.userPool.Reconcile(ctx, object)
		r.applied(ctx, object, done)
		return w.named(ctx, errors.Join(err, w.publish(ctx)))
	})
	if poolErr == nil && !w.userPool.Modified.IsZero() {
		now.seen = w.userPool.Modified
	}
	if unpinned && object.Status.Account != "" {
		w.clients.BelongsTo(ctx, object.Status.Account)
	}
	if object.Status.UserPool == nil {
		now.api = hold{outcome: awaiting(now.pool.outcome), until: now.pool.until}
	} else {
		now.api, apiErr = r.attempt(ctx, now.api, now.recheck, func(ctx context.Context) error {
			if err := r.claimAPI(ctx, object); err != nil {
				return err
			}
			done, err := w.restAPI.Reconcile(ctx, &object.Spec)
			r.applied(ctx, object, done)
			return w.named(ctx, errors.Join(err, w.publish(ctx)))
		})
	}
	if conflict := firstConflict(poolErr, apiErr); conflict != nil {
		return 0, conflict
	}
	err = errors.Join(poolErr, apiErr)
	now = r.showPending(ctx, object, now, err)
	if !now.recheck || !converged(object) || !waitsToLook(err) {
		summarize(&object.Status, object.Generation, now.pool.outcome, now.api.outcome)
	}
	return r.conclude(ctx, w.status, now, err)
}

// fail writes down an error that keeps a pass from beginning.
func (r *SecuredAPIReconciler) fail(ctx context.Context, object *v1alpha1.SecuredAPI, now appointment, err error) (time.Duration, error) {
	status := newStatusWriter(r.Client, r.Reader, object)
	now.pool = r.hold(judge(err, r.Clock.Now()), 0)
	now.api = now.pool
	if now.pool.outcome.stalled {
		object.Status.Plan = nil
	}
	summarize(&object.Status, object.Generation, now.pool.outcome, now.api.outcome)
	return r.conclude(ctx, status, now, err)
}
