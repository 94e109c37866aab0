package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/schedule"
)

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
		err := r.tenants().ClaimPool(ctx, object)
		if object.Status.UserPool == nil {
			// No user pool is made beside an API that another object has.
			err = errors.Join(err, r.tenants().ClaimAPI(ctx, object))
		}
		if err != nil {
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
			if err := r.tenants().ClaimAPI(ctx, object); err != nil {
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
