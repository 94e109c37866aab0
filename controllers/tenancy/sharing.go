package tenancy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/userpool"
)

// A SecuredAPI can use the user pool of another one, which consents in its spec. Whoever writes the other one's status says where the
// pool is, so nothing is done in a pool that does not carry the other one's tags (engine.Borrowed).

// fieldPoolRef is by whose name the API server and the cache find those that use a pool.
const fieldPoolRef = "spec.userPoolRef.name"

// Lender says whose tags the user pool of an object carries; nil if that is the object's own. Of a namespace that is gone there is
// no uid.
func (t *Tenants) Lender(ctx context.Context, object *v1alpha1.SecuredAPI) (*userpool.Loan, error) {
	ref := object.PoolOwner()
	if ref == nil {
		return nil, nil
	}
	loan := &userpool.Loan{}
	loan.Lender.Cluster, loan.Lender.Namespace, loan.Lender.Name = t.Cluster, ref.Namespace, ref.Name
	uid, err := t.NamespaceUID(ctx, ref.Namespace)
	if client.IgnoreNotFound(err) != nil {
		return nil, err
	}
	loan.Lender.NamespaceUID = uid
	return loan, nil
}

// Lent is what an object is told of the user pool that it uses.
type Lent struct{ PoolID, Domain string }

// Borrow finds the user pool of another SecuredAPI, for an object with a userPoolRef that is made with a role. refused says why the
// object cannot use it.
func (t *Tenants) Borrow(ctx context.Context, object *v1alpha1.SecuredAPI, role string) (lent Lent, refused, err error) {
	ref := object.PoolOwner()
	owner := &v1alpha1.SecuredAPI{}
	err = t.Reader.Get(ctx, client.ObjectKey{Namespace: ref.Namespace, Name: ref.Name}, owner)
	if apierrors.IsNotFound(err) {
		owner, err = nil, nil
	}
	if err != nil {
		return Lent{}, nil, fmt.Errorf("read the SecuredAPI of spec.userPoolRef: %w", err)
	}
	if refused, err = t.refusal(ctx, object, role, owner); refused != nil || err != nil {
		return Lent{}, refused, err
	}
	return Lent{PoolID: owner.Status.Resource(userpool.NamePool).ID, Domain: owner.Status.Domain}, nil, nil
}

// refusal says why an object cannot use the user pool of owner, if it cannot. owner is nil if there is none.
func (t *Tenants) refusal(ctx context.Context, object *v1alpha1.SecuredAPI, role string, owner *v1alpha1.SecuredAPI) (refused, err error) {
	ref := object.PoolOwner()
	refuse := func(reason, format string, args ...any) (error, error) {
		return awserr.Because(reason, fmt.Errorf("spec.userPoolRef: SecuredAPI "+ref.String()+" "+format, args...)), nil
	}
	shared := ref.Namespace == object.Namespace
	if owner != nil {
		if shared, err = shares(ctx, t.Reader, owner, object.Namespace); err != nil {
			return nil, err
		}
	}
	if !shared {
		// Who may not use it does not learn whether there is one.
		return refuse(v1alpha1.ReasonUserPoolNotShared, "does not exist, or does not share its user pool with namespace %s; "+
			"ask its owner to set spec.userPool.sharedWith", object.Namespace)
	}
	if owner == nil {
		return refuse(v1alpha1.ReasonDependencyNotReady, "does not exist; create it, or delete this object")
	}
	pool := owner.Status.Resource(userpool.NamePool)
	switch {
	case owner.Spec.UserPoolRef != nil:
		return refuse(v1alpha1.ReasonInvalidSpec, "has no user pool of its own; name %s, whose user pool it uses", owner.PoolOwner())
	case t.regionOf(owner) != object.Status.Region:
		return refuse(v1alpha1.ReasonInvalidSpec, "is in Region %s, and this object in %s; an API and its user pool are in one Region, "+
			"so make this object there", t.regionOf(owner), object.Status.Region)
	case opensPages(object) && owner.Spec.ManagedPages():
		return refuse(v1alpha1.ReasonInvalidSpec, "has Managed pages, on which clients of other objects have no style, so nobody can sign in "+
			"at them; set its spec.domain.pages to Classic, or flows of the clients here to []")
	case opensPages(object) && owner.Spec.Domain == nil && owner.Status.Domain == "" && owner.Spec.UserPool.Adopt == nil:
		return refuse(v1alpha1.ReasonDependencyNotReady, "has no domain, from which clients with a flow get their tokens; "+
			"set its spec.domain.prefix, or flows of the clients here to []")
	case !owner.DeletionTimestamp.IsZero() && len(object.Status.Resources) == 0:
		return refuse(v1alpha1.ReasonDependencyNotReady, "is being deleted; delete this object, too")
	case pool == nil || pool.ID == "" || pool.Pending != nil && pool.Pending.Operation == v1alpha1.OperationAdopt:
		return refuse(v1alpha1.ReasonDependencyNotReady, "has no user pool yet; this object continues as soon as there is one")
	}
	ownerRole, err := t.Role(ctx, owner.Namespace)
	if err == nil && ownerRole != role {
		return refuse(v1alpha1.ReasonInvalidSpec, "is made with another IAM role than this object; only namespaces with one role can share a "+
			"user pool, so make this object in a namespace with that role")
	}
	return nil, err
}

// opensPages says that an object has a client that needs the login pages, or the tokens' address, of the user pool's domain.
func opensPages(object *v1alpha1.SecuredAPI) bool {
	return slices.ContainsFunc(object.Spec.Clients, func(c v1alpha1.Client) bool { return len(c.Flows) > 0 })
}

// shares says whether a SecuredAPI lets those of a namespace use its user pool.
func shares(ctx context.Context, reader client.Reader, owner *v1alpha1.SecuredAPI, namespace string) (bool, error) {
	switch owner.Spec.UserPool.Shared() {
	case v1alpha1.SharedFromAll:
		return true, nil
	case v1alpha1.SharedFromSame:
		return owner.Namespace == namespace, nil
	case v1alpha1.SharedFromSelector:
		selector, err := metav1.LabelSelectorAsSelector(owner.Spec.UserPool.SharedWith.Selector)
		if err != nil {
			// It selects nothing, and its owner reads why.
			return false, nil //nolint:nilerr // validate tells it
		}
		metadata, err := namespaceOf(ctx, reader, namespace)
		if err != nil {
			return false, err
		}
		return selector.Matches(labels.Set(metadata.Labels)), nil
	default:
		return false, nil
	}
}

// Unused fails while others use the user pool of an object that is being deleted, and are allowed to. Who has made nothing yet
// makes nothing in it any more.
func (t *Tenants) Unused(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	if object.Spec.UserPoolRef != nil {
		return nil
	}
	using, err := borrowers(ctx, t.Reader, t.Reader, object)
	if err != nil || len(using) == 0 {
		return err
	}
	names := make([]string, 0, len(using))
	for _, b := range using {
		names = append(names, b.String())
	}
	slices.Sort(names)
	const most = 10
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("%d more", len(names)-most))
	}
	return awserr.Because(v1alpha1.ReasonUserPoolInUse, fmt.Errorf("the user pool is used by %s; delete them first, "+
		"set spec.userPool.sharedWith.from to None to take their users away, or deletionPolicy to Retain to keep the pool",
		strings.Join(names, ", ")))
}

// Borrowers are those that use the user pool of an object, are allowed to, and have something in AWS.
func (t *Tenants) Borrowers(ctx context.Context, object *v1alpha1.SecuredAPI) ([]engine.Owner, error) {
	return borrowers(ctx, t.Everyone, t.Client, object)
}

// borrowers reads objects with the one reader, and their namespaces with the other.
func borrowers(ctx context.Context, everyone, reader client.Reader, object *v1alpha1.SecuredAPI) ([]engine.Owner, error) {
	all := &v1alpha1.SecuredAPIList{}
	if err := everyone.List(ctx, all, client.MatchingFields{fieldPoolRef: object.Name}); err != nil {
		return nil, fmt.Errorf("list who uses the user pool: %w", err)
	}
	var using []engine.Owner
	for i := range all.Items {
		b := &all.Items[i]
		if ref := b.PoolOwner(); ref == nil || ref.Namespace != object.Namespace || len(b.Status.Resources) == 0 {
			continue
		}
		shared, err := shares(ctx, reader, object, b.Namespace)
		if client.IgnoreNotFound(err) != nil {
			return nil, err
		}
		if !shared {
			continue
		}
		namespace, err := namespaceOf(ctx, reader, b.Namespace)
		if client.IgnoreNotFound(err) != nil {
			return nil, err
		}
		owner := engine.Owner{Namespace: b.Namespace, Name: b.Name}
		if namespace != nil {
			owner.NamespaceUID = string(namespace.UID)
		}
		using = append(using, owner)
	}
	return using, nil
}
