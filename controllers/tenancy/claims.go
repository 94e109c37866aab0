package tenancy

import (
	"context"
	"fmt"
	"maps"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/kube/index"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// What only one SecuredAPI can have, more than one may ask for. Of those of the cluster, who has it keeps it, else the oldest gets
// it, and nobody has to find out in AWS. Between clusters tags decide.
// The cache is good enough: it learns of objects in the order in which they were created, so the oldest is known to all.

// Fields of the spec that claim something. The CRD makes them selectable, and the cache has an index for each.
const (
	fieldDomain = "spec.domain.prefix"
	fieldCustom = "spec.domain.custom.name"
	fieldPool   = "spec.userPool.adopt.id"
	fieldAPI    = "spec.api.adopt.id"
)

// asked are the values that a spec claims, by the field that asks for them.
func asked(spec *v1alpha1.SecuredAPISpec) map[string]string {
	values := map[string]string{}
	if prefix := spec.DomainPrefix(); prefix != "" {
		values[fieldDomain] = prefix
	}
	if custom := spec.CustomDomain(); custom != nil {
		values[fieldCustom] = custom.Name
	}
	if spec.UserPool.Adopt != nil {
		values[fieldPool] = spec.UserPool.Adopt.ID
	}
	if adopt := spec.AdoptedAPI(); adopt != nil {
		values[fieldAPI] = adopt.ID
	}
	return values
}

// Index makes the cache find objects by what they claim, and by whose user pool they use.
func Index(ctx context.Context, indexer client.FieldIndexer) error {
	for _, field := range []string{fieldDomain, fieldCustom, fieldPool, fieldAPI} {
		byObject := func(object *v1alpha1.SecuredAPI) []string {
			if value, ok := asked(&object.Spec)[field]; ok {
				return []string{value}
			}
			return nil
		}
		if err := index.By(ctx, indexer, field, byObject); err != nil {
			return err
		}
	}
	byOwner := func(object *v1alpha1.SecuredAPI) []string {
		if ref := object.Spec.UserPoolRef; ref != nil {
			return []string{ref.Name}
		}
		return nil
	}
	return index.By(ctx, indexer, fieldPoolRef, byOwner)
}

// ClaimPool fails if another object has, or comes first for, the user pool or the domain that the spec asks for.
func (t *Tenants) ClaimPool(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	for _, field := range []string{fieldPool, fieldDomain, fieldCustom} {
		if err := t.claim(ctx, object, field); err != nil {
			return err
		}
	}
	return nil
}

// ClaimAPI does so for the REST API that the spec adopts.
func (t *Tenants) ClaimAPI(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	return t.claim(ctx, object, fieldAPI)
}

func (t *Tenants) claim(ctx context.Context, object *v1alpha1.SecuredAPI, field string) error {
	value, asks := asked(&object.Spec)[field]
	if !asks || obtained(&object.Status)[field] == value {
		return nil
	}
	rivals := &v1alpha1.SecuredAPIList{}
	if err := t.Everyone.List(ctx, rivals, client.MatchingFields{field: value}); err != nil {
		return fmt.Errorf("list who else asks for %s %s: %w", field, value, err)
	}
	for i := range rivals.Items {
		rival := &rivals.Items[i]
		// A custom domain is one everywhere, all else one in a Region.
		if rival.UID == object.UID || field != fieldCustom && t.regionOf(rival) != object.Status.Region {
			continue
		}
		if obtained(&rival.Status)[field] == value || acts(rival) && older(rival, object) {
			return awserr.Because(v1alpha1.ReasonOwnershipConflict, fmt.Errorf(
				"%s: %q belongs to SecuredAPI %s/%s; nothing was changed; choose another", field, value, rival.Namespace, rival.Name))
		}
	}
	return nil
}

// acts says that an object is about to get what it asks for: a person has not to act first.
func acts(object *v1alpha1.SecuredAPI) bool {
	stalled := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionStalled)
	return object.DeletionTimestamp.IsZero() && !object.Spec.Suspend && object.Spec.Mode != v1alpha1.ModePlan &&
		(stalled == nil || stalled.ObservedGeneration != object.Generation)
}

// value is one of a field.
type value struct{ field, value string }

// obtained are the values that an object has, by the field that asks for them.
func obtained(status *v1alpha1.SecuredAPIStatus) map[string]string {
	values := map[string]string{}
	if known := status.Resource(userpool.NameDomain); known != nil {
		values[fieldDomain] = known.ID
	}
	if known := status.Resource(userpool.NameCustomDomain); known != nil {
		values[fieldCustom] = known.ID
	}
	if pool := status.UserPool; pool != nil && pool.Owner == nil {
		values[fieldPool] = pool.ID
	}
	if api := status.API; api != nil {
		values[fieldAPI] = api.ID
	}
	return values
}

// held are the values that others cannot have because of an object: what it has, and what it is about to get.
func held(object *v1alpha1.SecuredAPI) map[value]bool {
	values := map[value]bool{}
	note := func(by map[string]string) {
		for field, v := range by {
			values[value{field, v}] = true
		}
	}
	note(obtained(&object.Status))
	if acts(object) {
		note(asked(&object.Spec))
	}
	return values
}

// freed are the values that others can have by a change of an object, which is gone if now is nil.
func freed(before, now *v1alpha1.SecuredAPI) map[value]bool {
	values := held(before)
	if now != nil {
		kept := held(now)
		maps.DeleteFunc(values, func(v value, _ bool) bool { return kept[v] })
	}
	return values
}

// WakeWaiting has those reconciled who wait for what an object no longer has, or asks for.
func (t *Tenants) WakeWaiting() handler.EventHandler {
	wake := func(ctx context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request], values map[value]bool) {
		for v := range values {
			waiting := &v1alpha1.SecuredAPIList{}
			if err := t.Client.List(ctx, waiting, client.MatchingFields{v.field: v.value}, client.UnsafeDisableDeepCopy); err != nil {
				// They come by themselves, some minutes later.
				ctrl.LoggerFrom(ctx).Error(err, "List who waits", "field", v.field, "value", v.value)
				continue
			}
			for i := range waiting.Items {
				if object := &waiting.Items[i]; meta.IsStatusConditionTrue(object.Status.Conditions, v1alpha1.ConditionStalled) {
					t.Schedule.Again(object.UID)
					queue.Add(ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)})
				}
			}
		}
	}
	return handler.Funcs{
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			before, ok := e.ObjectOld.(*v1alpha1.SecuredAPI)
			now, also := e.ObjectNew.(*v1alpha1.SecuredAPI)
			if ok && also {
				wake(ctx, queue, freed(before, now))
			}
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
			if gone, ok := e.Object.(*v1alpha1.SecuredAPI); ok {
				wake(ctx, queue, freed(gone, nil))
			}
		},
	}
}

// regionOf is where an object's resources are or will be, as far as it is known.
func (t *Tenants) regionOf(object *v1alpha1.SecuredAPI) string {
	if object.Status.Region != "" {
		return object.Status.Region
	}
	return t.Region(object.Spec.Region)
}

func older(a, b *v1alpha1.SecuredAPI) bool {
	if a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.UID < b.UID
	}
	return a.CreationTimestamp.Before(&b.CreationTimestamp)
}
