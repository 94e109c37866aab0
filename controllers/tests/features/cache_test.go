package features_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

func TestTheCacheDropsUnusedFields(t *testing.T) {
	t.Parallel()
	w := newWorldInRole(t, harness.ResyncNever, otherRole)
	object := w.Recipe()
	object.Annotations = map[string]string{corev1.LastAppliedConfigAnnotation: "{}", v1alpha1.ReconcileAtAnnotation: "now"}
	object.Spec.Mode = v1alpha1.ModePlan
	w.Create(object)
	w.Await(object, "a plan", func(o *v1alpha1.SecuredAPI) bool {
		return o.Status.Plan != nil && o.Status.LastHandledReconcileAt == "now"
	})
	cached := &v1alpha1.SecuredAPI{}
	w.Eventually("the cache to follow", func(ctx context.Context) (bool, string) {
		err := w.Operator.Client.Get(ctx, client.ObjectKeyFromObject(object), cached)
		return err == nil && cached.ResourceVersion == object.ResourceVersion, "old"
	})
	cached.TypeMeta, object.ManagedFields, object.Status.Plan.Changes = metav1.TypeMeta{}, nil, nil
	delete(object.Annotations, corev1.LastAppliedConfigAnnotation)
	if diff := cmp.Diff(object, cached); diff != "" {
		t.Errorf("of an object all but the long and unused is kept (-want +got):\n%s", diff)
	}
	// Others still have to find what a suspended object has, and how much it counts for.
	w.Update(object, func(o *v1alpha1.SecuredAPI) { o.Spec.Suspend, o.Spec.Mode = true, "" })
	w.Await(object, "the object to be suspended", func(o *v1alpha1.SecuredAPI) bool {
		return meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionSuspended)
	})
	w.Eventually("the cache to follow", func(ctx context.Context) (bool, string) {
		err := w.Operator.Client.Get(ctx, client.ObjectKeyFromObject(object), cached)
		return err == nil && cached.ResourceVersion == object.ResourceVersion, "old"
	})
	want := v1alpha1.SecuredAPISpec{
		Suspend: true, Mode: object.Spec.Mode, Region: object.Spec.Region, Domain: object.Spec.Domain, Routes: make([]v1alpha1.Route, len(object.Spec.Routes)),
	}
	if diff := cmp.Diff(want, cached.Spec); diff != "" {
		t.Errorf("of a suspended object's spec little is kept (-want +got):\n%s", diff)
	}
	namespace := &metav1.PartialObjectMetadata{}
	namespace.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	if err := w.Operator.Client.Get(t.Context(), client.ObjectKey{Name: w.Namespace}, namespace); err != nil {
		t.Fatal(err)
	}
	// Policies select namespaces by their labels.
	if len(namespace.Labels) == 0 || len(namespace.ManagedFields) != 0 ||
		!cmp.Equal(namespace.Annotations, map[string]string{v1alpha1.RoleARNAnnotation: otherRole}) {
		t.Errorf("of a namespace the labels and the role are kept: %+v", namespace)
	}
}
