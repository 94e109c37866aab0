package controllers

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/plan"
)

// maxNote is what the API server takes as an event's note.
const maxNote = 1024

const actionReconcile = "Reconcile"

// applied records what was done, in the plan's own words.
func (r *SecuredAPIReconciler) applied(ctx context.Context, object *v1alpha1.SecuredAPI, done plan.Plan) {
	if !done.Empty() {
		ctrl.LoggerFrom(ctx).Info("Applied", "plan", done.String())
		r.event(object, corev1.EventTypeNormal, "Applied", done.String())
	}
}

// stalled records that a person has to act, once.
func (r *SecuredAPIReconciler) stalled(ctx context.Context, object *v1alpha1.SecuredAPI, before string) {
	stalled := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionStalled)
	if stalled != nil && stalled.Message != before {
		ctrl.LoggerFrom(ctx).Info("Stalled", "reason", stalled.Reason, "message", stalled.Message)
		r.event(object, corev1.EventTypeWarning, stalled.Reason, stalled.Message)
	}
}

func stalledMessage(status *v1alpha1.SecuredAPIStatus) string {
	if stalled := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionStalled); stalled != nil {
		return stalled.Message
	}
	return ""
}

func (r *SecuredAPIReconciler) event(object *v1alpha1.SecuredAPI, eventType, reason, note string) {
	if runes := []rune(note); len(note) > maxNote {
		note = string(runes[:min(len(runes), maxNote/4)]) + "…"
	}
	r.Recorder.Eventf(object, nil, eventType, reason, actionReconcile, "%s", note)
}
