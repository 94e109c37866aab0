package sweeper

import (
	"context"
	"fmt"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/drift"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// Who removes a finalizer by hand leaves in AWS what nobody reconciles. The sweeps find that: REST APIs by the tags in their
// list, and user pools by reading those that no object has, one in each sweep, once.

// findOrphans notes what a sweep found that has no object, and logs what is new of it. It returns whether there is such a
// thing, or may be: a user pool that was not read yet.
func (s *Sweeper) findOrphans(
	ctx context.Context, place drift.Place, clients *awsclient.Clients, found drift.Listing, objects []v1alpha1.SecuredAPI,
) (left bool, err error) {
	held, named := map[string]bool{}, map[types.NamespacedName]bool{}
	for i := range objects {
		named[client.ObjectKeyFromObject(&objects[i])] = true
		if pool := objects[i].Status.Resource(userpool.NamePool); pool != nil {
			held[pool.ID] = true
		}
	}
	owners, unread := s.State.orphans.Pools(place, found, held)
	if unread != "" {
		owner, err := poolOwner(ctx, clients, unread)
		if err != nil {
			return false, err
		}
		s.State.orphans.Learn(place, unread, owner)
		owners[unread] = owner
	}
	tagged := map[drift.Tagged]engine.Owner{}
	for id, owner := range found.APIs {
		tagged[drift.Tagged{Kind: drift.KindAPI, ID: id}] = owner
	}
	for id, owner := range owners {
		tagged[drift.Tagged{Kind: drift.KindPool, ID: id}] = owner
	}
	without, err := s.withoutObject(ctx, tagged, named)
	if err != nil {
		return false, err
	}
	for _, orphan := range s.State.orphans.Keep(place, without) {
		ctrl.LoggerFrom(ctx).Info("This carries the tags of a SecuredAPI that does not exist", "kind", orphan.Kind, "id", orphan.ID,
			"account", place.Account, "region", place.Region, "object", without[orphan].String())
	}
	return unread != "" || len(without) > 0, nil
}

// poolOwner reads whose a user pool is. One that is gone, or may not be read, is nobody's.
func poolOwner(ctx context.Context, clients *awsclient.Clients, id string) (engine.Owner, error) {
	out, err := clients.Cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &id})
	switch {
	case awserr.Is(err, awserr.NotFound), awserr.Is(err, awserr.Denied):
		return engine.Owner{}, nil
	case err != nil:
		return engine.Owner{}, fmt.Errorf("describe user pool %s: %w", id, err)
	}
	return engine.OwnerOf(out.UserPool.UserPoolTags), nil
}

// withoutObject returns what is this cluster's and whose object does not exist. Other managers' objects are not in the cache.
func (s *Sweeper) withoutObject(
	ctx context.Context, tagged map[drift.Tagged]engine.Owner, named map[types.NamespacedName]bool,
) (map[drift.Tagged]engine.Owner, error) {
	without := map[drift.Tagged]engine.Owner{}
	for what, owner := range tagged {
		key := types.NamespacedName{Namespace: owner.Namespace, Name: owner.Name}
		if owner.Cluster == s.Tenants.Cluster && !named[key] && s.Client.Get(ctx, key, &v1alpha1.SecuredAPI{}) != nil {
			without[what] = owner
		}
	}
	if len(without) == 0 {
		return without, nil
	}
	all := &metav1.PartialObjectMetadataList{}
	all.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("SecuredAPIList"))
	if err := s.Reader.List(ctx, all); err != nil {
		return nil, fmt.Errorf("list all SecuredAPIs, for what has none: %w", err)
	}
	exist := map[string]bool{}
	for i := range all.Items {
		exist[all.Items[i].Namespace+"/"+all.Items[i].Name] = true
	}
	for what, owner := range without {
		if exist[owner.String()] {
			delete(without, what)
		}
	}
	return without, nil
}
