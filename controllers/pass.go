package controllers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/clientsecret"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/controllers/inputs"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/owned"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/userpool"
	"github.com/securedapi/securedapi/controllers/validate"
)

// work is what one pass over one object works with.
type work struct {
	object  *v1alpha1.SecuredAPI
	status  *statusWriter
	clients *awsclient.Clients
	secrets *clientsecret.Secrets
	pass    *engine.Pass
	cognito *userpool.Cognito
	// role is the IAM role that everything is made with, empty for the operator's own.
	role string
	// denied says what the policies do not allow of what the spec asks for.
	denied error
	// account is the one of the credentials, as far as they or STS tell it. What status says, a user pool told.
	account string
	// pool and api are the two lists of what can be in AWS, in the order in which it is made.
	pool, api []engine.Kind
}

// begin prepares a pass: whose credentials, which Region, and what is looked at.
func (r *SecuredAPIReconciler) begin(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass) (*work, error) {
	// What status says stays, also when the operator's default Region changes, or the Regions that it knows.
	region := object.Status.Region
	if region == "" {
		if region = r.AWS.Region(object.Spec.Region); region == "" {
			return nil, validate.Spec(&object.Spec, validate.Facts{})
		}
	}
	a, err := r.accessOf(ctx, object.Namespace)
	if err != nil {
		return nil, err
	}
	clients, err := r.AWS.For(awsclient.Target{Region: region, Role: a.role})
	if err != nil {
		return nil, awserr.Because(v1alpha1.ReasonAccessDenied, fmt.Errorf("%s: %w", a.from, err))
	}
	loan, err := r.lender(ctx, object)
	if err != nil {
		return nil, err
	}
	w := &work{
		object:  object,
		role:    a.role,
		status:  newStatusWriter(r.Client, r.Reader, object),
		clients: clients,
		secrets: &clientsecret.Secrets{Objects: owned.Objects{
			Client: client.WithFieldOwner(r.Client, string(fieldOwner)), Reader: r.Reader, Owner: object,
		}},
	}
	w.denied = r.allowed(ctx, a, object)
	object.Status.Region, object.Status.Policy = region, a.grant.Names()
	namespace := a.namespaceUID
	if len(object.Status.Resources) == 0 {
		if namespace, err = r.namespaceUID(ctx, object.Namespace); err != nil {
			return nil, err
		}
	}
	w.pass = &engine.Pass{
		Object: object,
		Owner: engine.Owner{
			Cluster: r.Cluster, Namespace: object.Namespace, Name: object.Name, UID: string(object.UID), NamespaceUID: namespace,
		},
		Whole: now.Kind == schedule.Full, Grace: r.CreationGracePeriod, Now: r.Clock.Now,
		Save: w.save, Unchanged: w.unchanged, Reserve: clients.Reserve, Digests: &r.digests,
	}
	if a.grant.Any() {
		w.pass.MayAdopt = func(root, id string) error {
			if root == restapi.NameAPI {
				return a.grant.MayAdoptAPI(id)
			}
			return a.grant.MayAdoptPool(id)
		}
	}
	w.pass.Drifted = func(repair plan.Plan) {
		if schedule.Observed(object) {
			quota.Repair(ctx)
		}
		r.drifted(ctx, object, repair)
	}
	poolARN := func(id string) string {
		return clients.URLs.UserPoolARN(cmp.Or(w.account, object.Status.Account), id)
	}
	w.cognito = &userpool.Cognito{
		API: clients.Cognito, Lambda: clients.Lambda, WAF: clients.WAF, PoolARN: poolARN,
		Secrets: w.secrets, SecretOverlap: r.SecretOverlap, Inputs: inputs.Of(ctx, w.secrets.Objects), Loan: loan,
	}
	if w.cognito.Borrowers, err = borrowers(ctx, r.Client, object); err != nil {
		return nil, err
	}
	w.pool = userpool.Kinds(w.cognito)
	w.api = restapi.Kinds(&restapi.Gateway{API: clients.APIGateway, Lambda: clients.Lambda, PoolARN: poolARN})
	w.pass.Checks = now.Pick(w.pass.Checkable(slices.Concat(w.pool, w.api)), r.vouched(object))
	return w, nil
}

// check refuses a spec that cannot work, before the first call to Cognito and API Gateway. Of the account, the credentials know more
// than status. Where neither does and the spec names one, STS is asked, once for all objects.
func (w *work) check(ctx context.Context) error {
	w.account = w.clients.KnownAccount(ctx)
	facts := validate.Facts{
		Region: w.clients.URLs.Region, Partition: w.clients.URLs.Partition(), Account: cmp.Or(w.account, w.object.Status.Account),
	}
	err := validate.Spec(&w.object.Spec, facts)
	if err != nil || facts.Account != "" || !validate.NamesAccount(&w.object.Spec) {
		return err
	}
	if facts.Account, err = w.clients.Account(ctx); err != nil {
		return w.named(ctx, err)
	}
	w.account = facts.Account
	return validate.Spec(&w.object.Spec, facts)
}

// prepare begins a pass that may change AWS. It fails, and then nothing is made, if the spec is not allowed or cannot work, or adopts
// what is not there.
func (r *SecuredAPIReconciler) prepare(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass) (*work, error) {
	w, err := r.begin(ctx, object, now)
	if err != nil {
		return nil, err
	}
	if err := r.borrow(ctx, w); err != nil {
		return nil, err
	}
	if len(object.Status.Resources) == 0 && w.denied != nil {
		return nil, w.denied
	}
	if err := w.check(ctx); err != nil {
		return nil, err
	}
	// What there is already is kept guarded.
	w.pass.Denied = w.denied != nil
	if w.pass.Consent, err = r.consents(ctx, object); err != nil {
		return nil, err
	}
	// The plan that was agreed to is of everything.
	w.pass.Whole = w.pass.Whole || w.pass.Consent
	return w, w.named(ctx, w.pass.Foresee(ctx, slices.Concat(w.pool, w.api)))
}

// pass makes AWS agree with the spec: first the user pool, then the API, which begins when the pool is known, not when
// everything of it converged. The API is repaired also while Cognito throttles.
func (r *SecuredAPIReconciler) pass(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass) (time.Duration, error) {
	w, err := r.prepare(ctx, object, now)
	if err != nil {
		return r.fail(ctx, object, now, err)
	}
	if object.Status.ObservedGeneration != object.Generation {
		outcome.MarkWorking(&object.Status, object.Generation)
	}
	if err := w.releaseOutputs(ctx); err != nil {
		ctrl.LoggerFrom(ctx).Info("A former output stays for now", "reason", err.Error())
	}
	unpinned := object.Status.Account == ""
	var result schedule.Result
	var poolErr, apiErr error
	result.UserPool, poolErr = r.attempt(ctx, now.UserPool(), func(ctx context.Context) error {
		if err := r.claimPool(ctx, object); err != nil {
			return err
		}
		return r.apply(ctx, w, w.pool)
	})
	if unpinned && object.Status.Account != "" {
		w.clients.BelongsTo(ctx, object.Status.Account)
	}
	if object.Status.UserPool == nil {
		result.API.Outcome = outcome.Awaiting(result.UserPool.Outcome)
	} else {
		result.API, apiErr = r.attempt(ctx, now.API(), func(ctx context.Context) error {
			if err := r.claimAPI(ctx, object); err != nil {
				return err
			}
			return r.apply(ctx, w, w.api)
		})
	}
	if conflict := firstConflict(poolErr, apiErr); conflict != nil {
		if w.pass.Wrote() {
			r.Schedule.Wrote(object.UID)
		}
		return 0, conflict
	}
	if poolErr == nil {
		result.Modified = w.cognito.Modified
	}
	err = errors.Join(poolErr, apiErr)
	result.Wrote, result.NotFound = w.pass.Wrote(), awserr.Is(err, awserr.NotFound)
	caller := quota.CallerOf(ctx)
	result.Repairs = caller.Repairs && caller.Urgency == quota.Asked
	r.showPending(ctx, object, &result, err)
	outputsErr := errors.Join(w.releaseOutputs(ctx), w.writeOutputs(ctx, result.UserPool.Outcome.OK() && result.API.Outcome.OK()))
	result.Outputs.Outcome = r.judgeOutputs(outputsErr)
	err = errors.Join(err, outputsErr)
	if now.Kind != schedule.Check || !schedule.Converged(object) || !outcome.OnlyReads(err) {
		beside := outcome.Beside(result.UserPool.Outcome, result.API.Outcome, outcome.Judge(w.denied, r.Clock.Now()), result.Outputs.Outcome)
		outcome.Summarize(&object.Status, object.Generation, result.UserPool.Outcome, result.API.Outcome, beside)
	}
	return r.conclude(ctx, w.status, now, result, err)
}

// attempt runs a phase, unless it waits for a person and is not to be tried yet: then its outcome stays.
func (r *SecuredAPIReconciler) attempt(ctx context.Context, before schedule.Phase, phase func(context.Context) error,
) (schedule.Attempt, error) {
	if before.Skip(r.Clock.Now()) {
		return schedule.Attempt{Outcome: before.Outcome, Skipped: true}, nil
	}
	ctx, calls := awsclient.Tally(ctx)
	err := phase(ctx)
	return schedule.Attempt{Outcome: outcome.Judge(err, r.Clock.Now()), Calls: int(calls.Load())}, err
}

// apply makes AWS agree with one list, and tells people what was done and what there is then.
func (r *SecuredAPIReconciler) apply(ctx context.Context, w *work, kinds []engine.Kind) error {
	before := len(w.pass.Done())
	err := w.pass.Apply(ctx, kinds)
	r.applied(ctx, w.object, w.pass.Done()[before:])
	if published := w.publish(ctx); published != nil {
		err = errors.Join(err, published)
	}
	return w.named(ctx, err)
}

// fail writes down an error that keeps a pass from beginning.
func (r *SecuredAPIReconciler) fail(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass, err error) (time.Duration, error) {
	status := newStatusWriter(r.Client, r.Reader, object)
	failed := schedule.Attempt{Outcome: outcome.Judge(err, r.Clock.Now())}
	if failed.Outcome.Stalled {
		object.Status.Plan = nil
	}
	outcome.Summarize(&object.Status, object.Generation, failed.Outcome, failed.Outcome, outcome.Outcome{})
	return r.conclude(ctx, status, now, schedule.Result{UserPool: failed, API: failed}, err)
}

// firstConflict returns the error that says that somebody else writes the object, if there is one.
func firstConflict(errs ...error) error {
	for _, err := range errs {
		if apierrors.IsConflict(err) {
			return err
		}
	}
	return nil
}

// save writes status in the middle of a pass. An object a part of which has to be created is no longer Ready.
func (w *work) save(ctx context.Context) error {
	status := &w.object.Status
	for i := range status.Resources {
		if p := status.Resources[i].Pending; p != nil && p.Operation == v1alpha1.OperationCreate {
			outcome.MarkMissing(status, w.object.Generation, status.Resources[i].Name)
		}
	}
	return w.status.Save(ctx)
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

// named says who the operator is beside each call that it may not make.
func (w *work) named(ctx context.Context, err error) error {
	var parts []error
	for _, part := range outcome.Flatten(err) {
		if awserr.Is(part, awserr.Denied) {
			part = fmt.Errorf("%w (the operator is %s)", part, w.clients.Principal(ctx))
		}
		parts = append(parts, part)
	}
	return errors.Join(parts...)
}
