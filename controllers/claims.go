package controllers

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// What only one SecuredAPI can have, more than one may ask for. Of those that the operator watches, who has it keeps it,
// else the oldest gets it, and nobody has to find out in AWS. Between clusters tags decide.
// The cache is good enough: it learns of objects in the order in which they were created, so the oldest is known to all.

// claim is one such thing: field is the spec's that asks for it, and has says whether an object has it.
type claim struct {
	field, value string
	has          func(*v1alpha1.SecuredAPIStatus) bool
}

// Fields of the spec that claim something. The CRD makes them selectable, and the cache has an index for each.
const (
	fieldDomain = "spec.domain.prefix"
	fieldPool   = "spec.userPool.adopt.id"
	fieldAPI    = "spec.api.adopt.id"
)

// indexClaims makes the cache find objects by what they claim.
func indexClaims(ctx context.Context, indexer client.FieldIndexer) error {
	for field, value := range map[string]func(*v1alpha1.SecuredAPISpec) []string{
		fieldDomain: func(s *v1alpha1.SecuredAPISpec) []string {
			if s.Domain == nil {
				return nil
			}
			return []string{s.Domain.Prefix}
		},
		fieldPool: func(s *v1alpha1.SecuredAPISpec) []string {
			if s.UserPool.Adopt == nil {
				return nil
			}
			return []string{s.UserPool.Adopt.ID}
		},
		fieldAPI: func(s *v1alpha1.SecuredAPISpec) []string {
			adopt := s.AdoptedAPI()
			if adopt == nil {
				return nil
			}
			return []string{adopt.ID}
		},
	} {
		byObject := func(object *v1alpha1.SecuredAPI) []string { return value(&object.Spec) }
		if err := index(ctx, indexer, field, byObject); err != nil {
			return err
		}
	}
	return nil
}

// index makes the cache find objects by the values of a field.
func index(ctx context.Context, indexer client.FieldIndexer, field string, values func(*v1alpha1.SecuredAPI) []string) error {
	err := indexer.IndexField(ctx, &v1alpha1.SecuredAPI{}, field, func(o client.Object) []string {
		object, ok := o.(*v1alpha1.SecuredAPI)
		if !ok {
			return nil
		}
		return values(object)
	})
	if err != nil {
		return fmt.Errorf("index %s: %w", field, err)
	}
	return nil
}

// claimPool fails if another object has, or comes first for, the user pool or the domain that the spec asks for.
func (r *SecuredAPIReconciler) claimPool(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	if adopt := object.Spec.UserPool.Adopt; adopt != nil {
		err := r.claim(ctx, object, claim{fieldPool, adopt.ID, func(s *v1alpha1.SecuredAPIStatus) bool {
			return s.UserPool != nil && s.UserPool.ID == adopt.ID
		}})
		if err != nil {
			return err
		}
	}
	if domain := object.Spec.Domain; domain != nil {
		return r.claim(ctx, object, claim{fieldDomain, domain.Prefix, func(s *v1alpha1.SecuredAPIStatus) bool {
			known := s.Resource(userpool.NameDomain)
			return known != nil && known.ID == domain.Prefix
		}})
	}
	return nil
}

// claimAPI does so for the REST API that the spec adopts.
func (r *SecuredAPIReconciler) claimAPI(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	adopt := object.Spec.AdoptedAPI()
	if adopt == nil {
		return nil
	}
	return r.claim(ctx, object, claim{fieldAPI, adopt.ID, func(s *v1alpha1.SecuredAPIStatus) bool {
		return s.API != nil && s.API.ID == adopt.ID
	}})
}

func (r *SecuredAPIReconciler) claim(ctx context.Context, object *v1alpha1.SecuredAPI, c claim) error {
	if c.has(&object.Status) {
		return nil
	}
	rivals := &v1alpha1.SecuredAPIList{}
	if err := r.Client.List(ctx, rivals, client.MatchingFields{c.field: c.value}); err != nil {
		return fmt.Errorf("list who else asks for %s %s: %w", c.field, c.value, err)
	}
	for i := range rivals.Items {
		rival := &rivals.Items[i]
		if rival.UID == object.UID || r.regionOf(rival) != object.Status.Region {
			continue
		}
		if c.has(&rival.Status) || rival.DeletionTimestamp.IsZero() && older(rival, object) {
			return awserr.Because(v1alpha1.ReasonOwnershipConflict, fmt.Errorf("%s %q belongs to SecuredAPI %s/%s; nothing was changed",
				c.field, c.value, rival.Namespace, rival.Name))
		}
	}
	return nil
}

// regionOf is where an object's resources are or will be, as far as it is known.
func (r *SecuredAPIReconciler) regionOf(object *v1alpha1.SecuredAPI) string {
	if object.Status.Region != "" {
		return object.Status.Region
	}
	region, _ := r.AWS.Region(object.Spec.Region)
	return region
}

func older(a, b *v1alpha1.SecuredAPI) bool {
	if a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.UID < b.UID
	}
	return a.CreationTimestamp.Before(&b.CreationTimestamp)
}
