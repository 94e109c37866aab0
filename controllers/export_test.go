package controllers

import (
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/drift"
)

// Awake says whether the object was woken and no pass that answers it has ended.
func (r *SecuredAPIReconciler) Awake(object *v1alpha1.SecuredAPI) bool {
	next, _ := r.schedule.get(object.UID)
	return next.woken > 0
}

// Workplace is what the queue asks before each pass.
func (r *SecuredAPIReconciler) Workplace(request ctrl.Request) drift.Place {
	return r.workplace(request)
}
