package tenancy

import (
	"context"
	"reflect"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// lent is what others go by that use the user pool of an object.
type lent struct {
	pool, domain, region string
	shared               *v1alpha1.SharedWith
	deleted, managed     bool
}

func lentBy(object *v1alpha1.SecuredAPI) lent {
	l := lent{
		domain: object.Status.Domain, region: object.Status.Region, shared: object.Spec.UserPool.SharedWith,
		deleted: !object.DeletionTimestamp.IsZero(), managed: object.Spec.ManagedPages(),
	}
	if pool := object.Status.Resource(userpool.NamePool); pool != nil && pool.Pending == nil {
		l.pool = pool.ID
	}
	return l
}

// WakeSharing has those reconciled who use the user pool of an object that came, changed or went, and a SecuredAPI that waits until
// nobody uses its pool.
func (t *Tenants) WakeSharing() handler.EventHandler {
	type queued = workqueue.TypedRateLimitingInterface[ctrl.Request]
	again := func(queue queued, object *v1alpha1.SecuredAPI) {
		t.Schedule.Again(object.UID)
		queue.Add(ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)})
	}
	borrowers := func(ctx context.Context, queue queued, object *v1alpha1.SecuredAPI, which func(*v1alpha1.SecuredAPI) bool) {
		all := &v1alpha1.SecuredAPIList{}
		if err := t.Client.List(ctx, all, client.MatchingFields{fieldPoolRef: object.Name}, client.UnsafeDisableDeepCopy); err != nil {
			// They come by themselves, some minutes later.
			ctrl.LoggerFrom(ctx).Error(err, "List who uses a user pool", "object", client.ObjectKeyFromObject(object))
			return
		}
		for i := range all.Items {
			if b := &all.Items[i]; b.PoolOwner() != nil && b.PoolOwner().Namespace == object.Namespace && which(b) {
				again(queue, b)
			}
		}
	}
	every := func(*v1alpha1.SecuredAPI) bool { return true }
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, queue queued) {
			if object, ok := e.Object.(*v1alpha1.SecuredAPI); ok {
				borrowers(ctx, queue, object, func(b *v1alpha1.SecuredAPI) bool {
					return meta.IsStatusConditionTrue(b.Status.Conditions, v1alpha1.ConditionStalled)
				})
			}
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, queue queued) {
			before, ok := e.ObjectOld.(*v1alpha1.SecuredAPI)
			now, also := e.ObjectNew.(*v1alpha1.SecuredAPI)
			if ok && also && !reflect.DeepEqual(lentBy(before), lentBy(now)) {
				borrowers(ctx, queue, now, every)
			}
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, queue queued) {
			gone, ok := e.Object.(*v1alpha1.SecuredAPI)
			if !ok {
				return
			}
			borrowers(ctx, queue, gone, every)
			if ref := gone.PoolOwner(); ref != nil {
				owner := &v1alpha1.SecuredAPI{}
				err := t.Client.Get(ctx, client.ObjectKey{Namespace: ref.Namespace, Name: ref.Name}, owner)
				if err == nil && !owner.DeletionTimestamp.IsZero() {
					again(queue, owner)
				}
			}
		},
	}
}
