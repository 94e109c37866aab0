package tenancy

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/tenancy/policy"
)

// +kubebuilder:rbac:groups=securedapi.dev,resources=securedapipolicies,verbs=list;watch

// Access is what a namespace may ask for, and as whom.
type Access struct {
	Grant policy.Grant
	// Role is the IAM role that everything is made with, empty for the operator's own, and From says who gave it.
	Role, From string
	// NamespaceUID is the uid of the namespace.
	NamespaceUID string
	// denied says why the namespace may ask for nothing.
	denied error
	// counted are the namespace's SecuredAPIs, once they were counted.
	counted *v1alpha1.SecuredAPIList
}

// Access returns what a namespace may ask for. An object cannot name a role: who may write objects could take any. Where
// policies select the namespace, only they name one; else the namespace's annotation does.
func (t *Tenants) Access(ctx context.Context, namespace string) (Access, error) {
	metadata, err := namespaceOf(ctx, t.Client, namespace)
	if err != nil {
		return Access{}, err
	}
	policies := &v1alpha1.SecuredAPIPolicyList{}
	if err := t.Client.List(ctx, policies); err != nil {
		return Access{}, fmt.Errorf("list the SecuredAPIPolicies: %w", err)
	}
	a := Access{NamespaceUID: string(metadata.UID)}
	a.Grant, a.denied = policy.For(namespace, metadata.Labels, policies.Items, t.RequirePolicy)
	a.Role, a.From = a.Grant.RoleARN, "roleARN of SecuredAPIPolicy "+a.Grant.Names()
	if !a.Grant.Any() {
		a.Role = metadata.Annotations[v1alpha1.RoleARNAnnotation]
		a.From = fmt.Sprintf("annotation %s of namespace %s", v1alpha1.RoleARNAnnotation, namespace)
	}
	return a, nil
}

// NamespaceUID reads past the cache, which may still have a former namespace of that name.
func (t *Tenants) NamespaceUID(ctx context.Context, name string) (string, error) {
	metadata, err := namespaceOf(ctx, t.Reader, name)
	if err != nil {
		return "", err
	}
	return string(metadata.UID), nil
}

// namespaceOf returns the metadata of a namespace.
func namespaceOf(ctx context.Context, reader client.Reader, name string) (*metav1.PartialObjectMetadata, error) {
	metadata := &metav1.PartialObjectMetadata{}
	metadata.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	if err := reader.Get(ctx, client.ObjectKey{Name: name}, metadata); err != nil {
		return nil, fmt.Errorf("read namespace %s: %w", name, err)
	}
	return metadata, nil
}

// Allowed fails if the policies do not allow what an object asks for.
func (t *Tenants) Allowed(ctx context.Context, a *Access, object *v1alpha1.SecuredAPI) error {
	if a.denied != nil {
		return a.denied
	}
	if !a.Grant.Any() {
		return nil
	}
	request := policy.Request{
		Spec: &object.Spec, Region: t.regionOf(object), Deletion: object.EffectiveDeletionPolicy(), Account: object.Status.Account,
	}
	if a.Role != "" {
		// Whatever the status says.
		request.Account, _ = awsclient.RoleAccount(a.Role)
	}
	if a.Grant.Counts() {
		if a.counted == nil {
			all := &v1alpha1.SecuredAPIList{}
			if err := t.Everyone.List(ctx, all, client.InNamespace(object.Namespace)); err != nil {
				return fmt.Errorf("list the SecuredAPIs of namespace %s: %w", object.Namespace, err)
			}
			a.counted = all
		}
		for i := range a.counted.Items {
			if other := &a.counted.Items[i]; other.UID != object.UID && older(other, object) {
				request.Older = append(request.Older, *other)
			}
		}
	}
	return a.Grant.Check(request)
}

// Affected returns the objects for which a change of a policy, or of a namespace's labels or role, makes a difference. Their next pass
// is now. All others are left alone: a policy of thousands of objects would make thousands of passes.
func (t *Tenants) Affected(ctx context.Context, changed client.Object) []reconcile.Request {
	var within []client.ListOption
	_, isPolicy := changed.(*v1alpha1.SecuredAPIPolicy)
	if !isPolicy {
		within = append(within, client.InNamespace(changed.GetName()))
	}
	objects := &v1alpha1.SecuredAPIList{}
	if err := t.Client.List(ctx, objects, within...); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "List who is affected by a policy")
		return nil
	}
	var requests []reconcile.Request
	known := map[string]*Access{}
	for i := range objects.Items {
		object := &objects.Items[i]
		if object.Spec.Suspend {
			// It makes no pass, and the cache does not have its spec.
			continue
		}
		a, ok := known[object.Namespace]
		if !ok {
			found, err := t.Access(ctx, object.Namespace)
			if err != nil {
				ctrl.LoggerFrom(ctx).Error(err, "Find out what a namespace may ask for", "namespace", object.Namespace)
				continue
			}
			a = &found
			known[object.Namespace] = a
		}
		if ref := object.PoolOwner(); ref != nil && !isPolicy && ref.Namespace != object.Namespace {
			// Another SecuredAPI may share its user pool with namespaces of such labels.
			t.Schedule.Again(object.UID)
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(object)})
			continue
		}
		denied := t.Allowed(ctx, a, object) != nil
		if denied != waits(object, v1alpha1.ReasonPolicyDenied) || a.Grant.Names() != object.Status.Policy ||
			waits(object, v1alpha1.ReasonWrongAccount, v1alpha1.ReasonAccessDenied) { // for another role, perhaps
			t.Schedule.Retry(object.UID)
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(object)})
		}
	}
	return requests
}

// waits says whether an object is Stalled for one of the reasons.
func waits(object *v1alpha1.SecuredAPI, reasons ...string) bool {
	stalled := meta.FindStatusCondition(object.Status.Conditions, v1alpha1.ConditionStalled)
	return stalled != nil && stalled.Status == metav1.ConditionTrue && slices.Contains(reasons, stalled.Reason)
}

// Role returns the role that a namespace's objects are made with; empty for the operator's own.
func (t *Tenants) Role(ctx context.Context, namespace string) (string, error) {
	a, err := t.Access(ctx, namespace)
	return a.Role, err
}

// Limit is how long a pass has to wait that is made for nothing but that somebody asked for it. A drift check that is due comes
// in time, and so do a repair and a deletion.
func (t *Tenants) Limit(ctx context.Context, object *v1alpha1.SecuredAPI, pass schedule.Pass, now time.Time) (time.Duration, error) {
	if !pass.Asked() || !object.DeletionTimestamp.IsZero() {
		return 0, nil
	}
	a, err := t.Access(ctx, object.Namespace)
	if err != nil {
		return 0, err
	}
	wait := t.Limits.Wait(object.Namespace, object.UID, cmp.Or(a.Grant.ReconcilesPerMinute(), t.ReconcilesPerMinute), now)
	return min(wait, pass.UntilCheck(now)), nil
}

// TellPolicies says at the start for whom the operator works.
func (t *Tenants) TellPolicies(ctx context.Context) error {
	policies := &v1alpha1.SecuredAPIPolicyList{}
	if err := t.Client.List(ctx, policies); err != nil {
		return fmt.Errorf("list the SecuredAPIPolicies: %w", err)
	}
	if len(policies.Items) == 0 && !t.RequirePolicy {
		ctrl.LoggerFrom(ctx).Info("There is no SecuredAPIPolicy: every namespace may ask for all that the operator's role allows")
		return nil
	}
	ctrl.LoggerFrom(ctx).Info("Namespaces need a SecuredAPIPolicy", "policies", len(policies.Items))
	return nil
}

// Policies is a metric of how many SecuredAPIPolicies there are. Without any the operator is for one team.
func (t *Tenants) Policies() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "securedapi_policies",
		Help: "SecuredAPIPolicies in the cluster. With none, every namespace may ask for all that the operator's role allows.",
	}, func() float64 {
		policies := &v1alpha1.SecuredAPIPolicyList{}
		if err := t.Client.List(context.Background(), policies); err != nil {
			return math.NaN()
		}
		return float64(len(policies.Items))
	})
}
