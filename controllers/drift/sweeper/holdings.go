package sweeper

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/kube/index"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// Fields by which the cache finds objects by what status says that they hold in AWS, and where.
const (
	holdsPlace = "status.place"
	holdsPool  = "status.userPool.id"
	holdsAPI   = "status.api.id"
)

// Index makes the cache find objects by what they hold.
func Index(ctx context.Context, indexer client.FieldIndexer) error {
	return errors.Join(
		index.By(ctx, indexer, holdsPlace, func(object *v1alpha1.SecuredAPI) []string {
			if object.Spec.Suspend {
				return nil
			}
			return []string{placeKey(placeOf(object))}
		}),
		index.By(ctx, indexer, holdsPool, holds(userpool.NamePool)),
		index.By(ctx, indexer, holdsAPI, holds(restapi.NameAPI)),
	)
}

// holds returns the id that an object's record of a resource has. Records are saved before the next call, what people read
// of them only when a pass ends: an event may come before.
func holds(name string) func(*v1alpha1.SecuredAPI) []string {
	return func(object *v1alpha1.SecuredAPI) []string {
		if known := object.Status.Resource(name); known != nil && known.ID != "" {
			return []string{known.ID}
		}
		return nil
	}
}

func placeKey(place drift.Place) string { return place.Account + "/" + place.Region }

// inPlace returns the objects that have something in a place, but for those that are suspended. They are the cache's own,
// not to be changed.
func (s *Sweeper) inPlace(ctx context.Context, place drift.Place) ([]v1alpha1.SecuredAPI, error) {
	found := &v1alpha1.SecuredAPIList{}
	err := s.Client.List(ctx, found, client.MatchingFields{holdsPlace: placeKey(place)}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list the objects in account %s, Region %s: %w", place.Account, place.Region, err)
	}
	return found.Items, nil
}

// Made says that an object that the cache has made a user pool, which it did not adopt or borrow. Of a suspended object the cache does not
// have the spec, so nothing is said of its pool.
func (s *Sweeper) Made(ctx context.Context, pool string) bool {
	found := &v1alpha1.SecuredAPIList{}
	if err := s.Client.List(ctx, found, client.MatchingFields{holdsPool: pool}, client.UnsafeDisableDeepCopy); err != nil {
		return false
	}
	return slices.ContainsFunc(found.Items, func(object v1alpha1.SecuredAPI) bool {
		return !object.Spec.Suspend && object.Spec.UserPoolRef == nil && !object.Status.Resource(userpool.NamePool).Adopted
	})
}
