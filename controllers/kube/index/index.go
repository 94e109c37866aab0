// Package index makes the cache find SecuredAPIs by what they name or hold.
package index

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// By makes the cache find objects by the values of a field.
func By(ctx context.Context, indexer client.FieldIndexer, field string, values func(*v1alpha1.SecuredAPI) []string) error {
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
