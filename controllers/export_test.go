package controllers

import (
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/schedule"
)

// Wake makes the object's next pass a full one.
func (r *SecuredAPIReconciler) Wake(uid types.UID) { r.times().Wake(uid) }

// Awake says whether the object was woken and no pass that answers it has ended.
func (r *SecuredAPIReconciler) Awake(object *v1alpha1.SecuredAPI) bool {
	pass, _ := r.times().Next(object, r.Clock.Now())
	return pass.Kind == schedule.Full
}

// Workplace is what the queue asks before each pass.
func (r *SecuredAPIReconciler) Workplace(request ctrl.Request) drift.Place {
	return r.workplace(request)
}
