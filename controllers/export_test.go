package controllers

import "github.com/securedapi/securedapi/api/v1alpha1"

// Awake says whether the object was woken and no pass that answers it has ended.
func (r *SecuredAPIReconciler) Awake(object *v1alpha1.SecuredAPI) bool {
	next, _ := r.schedule.get(object.UID)
	return next.woken > 0
}
