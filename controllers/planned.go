package controllers

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/schedule"
)

// preview calculates what a pass would do, on a draft: it looks at everything, and writes nothing to AWS or Kubernetes.
// The draft's status tells what was found.
func (r *SecuredAPIReconciler) preview(ctx context.Context, object *v1alpha1.SecuredAPI) (plan.Plan, *v1alpha1.SecuredAPI, error) {
	w, err := r.draft(ctx, object)
	if err == nil {
		err = r.borrow(ctx, w)
	}
	if err == nil {
		// Nothing foreign is read for a plan that could not be carried out.
		err = w.denied
	}
	if err == nil {
		err = w.check(ctx)
	}
	if err != nil {
		return nil, nil, err
	}
	if err := errors.Join(r.tenants().ClaimPool(ctx, w.object), r.tenants().ClaimAPI(ctx, w.object)); err != nil {
		return nil, nil, err
	}
	if err := w.pass.Apply(ctx, w.pool); err != nil {
		return nil, nil, w.named(ctx, err)
	}
	if w.object.Status.Account == "" {
		// No pool told it yet.
		if w.object.Status.Account, err = w.clients.Account(ctx); err != nil {
			return nil, nil, err
		}
	}
	err = w.pass.Apply(ctx, w.api)
	derive(w.object, w.clients.URLs)
	return w.pass.Done(), w.object, w.named(ctx, err)
}

// draft begins a pass on a copy whose status goes nowhere.
func (r *SecuredAPIReconciler) draft(ctx context.Context, object *v1alpha1.SecuredAPI) (*work, error) {
	w, err := r.begin(ctx, object.DeepCopy(), schedule.Pass{Kind: schedule.Full})
	if err == nil {
		w.pass.Plan = true
		w.pass.Save = func(context.Context) error { return nil }
	}
	return w, err
}

// planOnly shows the plan and carries out nothing.
func (r *SecuredAPIReconciler) planOnly(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass) (time.Duration, error) {
	todo, draft, err := r.preview(ctx, object)
	if err != nil {
		return r.fail(ctx, object, now, err)
	}
	if api := object.Status.API; api != nil && draft.Status.API != nil {
		// A stage that serves something else is not known to be guarded.
		api.DeploymentID, api.Digest = draft.Status.API.DeploymentID, draft.Status.API.Digest
	}
	return r.planned(ctx, object, now, todo)
}

// planDelete shows what the deletion would take away, and lets the object go if that is nothing.
func (r *SecuredAPIReconciler) planDelete(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass) (time.Duration, error) {
	if object.EffectiveDeletionPolicy() == v1alpha1.DeletionRetain {
		return r.delete(ctx, object, now)
	}
	w, err := r.draft(ctx, object)
	if err != nil && r.nowhere(object) {
		return r.delete(ctx, object, now)
	}
	if err == nil {
		err = w.named(ctx, w.pass.Remove(ctx, w.pool, w.api))
	}
	if err != nil {
		return r.fail(ctx, object, now, err)
	}
	if w.pass.Done().Empty() {
		return r.delete(ctx, object, now)
	}
	return r.planned(ctx, object, now, w.pass.Done())
}

// suspend says that nothing happens, and sees to that.
func (r *SecuredAPIReconciler) suspend(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	status := newStatusWriter(r.Client, r.Reader, object)
	outcome.MarkSuspended(&object.Status, object.Generation, !object.DeletionTimestamp.IsZero())
	return status.Save(ctx)
}

// planned writes the plan down and says when to look again.
func (r *SecuredAPIReconciler) planned(ctx context.Context, object *v1alpha1.SecuredAPI, now schedule.Pass, todo plan.Plan,
) (time.Duration, error) {
	status := newStatusWriter(r.Client, r.Reader, object)
	object.Status.Plan = planStatus(todo, v1alpha1.ModePlan)
	outcome.SummarizePlan(&object.Status, object.Generation, len(todo), !object.DeletionTimestamp.IsZero())
	// A plan looks at everything.
	now.Kind = schedule.Full
	return r.conclude(ctx, status, now, schedule.Result{}, nil)
}

// A plan in status is bounded, in changes and in bytes, for a spec and its status are one object; its hash is of the whole.
const (
	maxChanges = 500
	maxChange  = 2048
	maxPlan    = 128 << 10
)

func planStatus(p plan.Plan, mode v1alpha1.Mode) *v1alpha1.PlanStatus {
	shown := &v1alpha1.PlanStatus{Hash: p.Hash(), Mode: mode}
	size := 0
	for _, change := range p {
		words := change.String()
		if len(words) > maxChange {
			words = strings.ToValidUTF8(words[:maxChange-len("…")], "") + "…"
		}
		if size += len(words); len(shown.Changes) == maxChanges || size > maxPlan {
			shown.Omitted++
			continue
		}
		shown.Changes = append(shown.Changes, v1alpha1.PlannedChange{Change: words, Class: string(change.Class)})
	}
	return shown
}

// consents is the plan that is pending, if a person agreed to it: to lose users, or to an adoption that lowers a protection, by the
// plan's hash alone; to another adoption also by having seen the plan in mode Plan. The plan must be the same still, or the rest of it.
func (r *SecuredAPIReconciler) consents(ctx context.Context, object *v1alpha1.SecuredAPI) (plan.Plan, error) {
	shown := object.Status.Plan
	if shown == nil || !adoptionPending(object) && !has(shown, plan.LosesUsers) {
		return nil, nil
	}
	acknowledged := shown.Hash == object.Spec.Acknowledge
	if !acknowledged && shown.Mode != v1alpha1.ModePlan {
		return nil, nil
	}
	todo, _, err := r.preview(ctx, object)
	if err != nil || todo.Hash() != shown.Hash && !todo.RestOf(lines(shown), shown.Hash) {
		return nil, err
	}
	// What is shown may be a part of it.
	if !acknowledged && (todo.Has(plan.LosesUsers) || todo.Has(plan.Weakens)) {
		return nil, nil
	}
	return todo, nil
}

// lines are the changes that are shown. A plan's hash is of these, unless some were left out or cut.
func lines(shown *v1alpha1.PlanStatus) iter.Seq2[string, plan.Class] {
	return func(yield func(string, plan.Class) bool) {
		for _, change := range shown.Changes {
			if !yield(change.Change, plan.Class(change.Class)) {
				return
			}
		}
	}
}

// showPending shows the plan that waits for a person, if one does. One that a person agreed to already goes on at once.
func (r *SecuredAPIReconciler) showPending(ctx context.Context, object *v1alpha1.SecuredAPI, result *schedule.Result, err error) {
	waiting := result.UserPool.Outcome.Consent || result.API.Outcome.Consent
	news, isNews := errors.AsType[*engine.ConsentError](err)
	if !isNews {
		if !waiting && !adoptionPending(object) {
			object.Status.Plan = nil
		}
		return
	}
	todo, _, err := r.preview(ctx, object)
	if err != nil {
		result.UserPool = schedule.Attempt{Outcome: outcome.Judge(err, r.Clock.Now())}
		return
	}
	object.Status.Plan = planStatus(todo, v1alpha1.ModeApply)
	for _, waits := range []*outcome.Outcome{&result.UserPool.Outcome, &result.API.Outcome} {
		waits.Message = strings.ReplaceAll(waits.Message, news.Error(), news.Asks(object.Status.Plan.Hash, object.Spec.Acknowledge))
	}
	if todo.Hash() == object.Spec.Acknowledge {
		agreed := outcome.Outcome{Reason: v1alpha1.ReasonProgressing, Message: "The plan was agreed to", After: outcome.RetrySoon}
		result.UserPool, result.API = schedule.Attempt{Outcome: agreed}, schedule.Attempt{Outcome: agreed}
	}
}

// adoptionPending says whether the plan that is shown takes something over, and that is not done yet.
func adoptionPending(object *v1alpha1.SecuredAPI) bool {
	unfinished := object.Status.UserPool == nil || object.Status.API == nil && len(object.Spec.Routes) > 0
	return object.Status.Plan != nil && has(object.Status.Plan, plan.Adopts) && unfinished
}

func has(shown *v1alpha1.PlanStatus, class plan.Class) bool {
	return slices.ContainsFunc(shown.Changes, func(c v1alpha1.PlannedChange) bool { return c.Class == string(class) })
}
