package controllers_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers"
)

func selecting(t *testing.T, words string) labels.Selector {
	t.Helper()
	selector, err := labels.Parse(words)
	if err != nil {
		t.Fatal(err)
	}
	return selector
}

func TestLeaseName(t *testing.T) {
	t.Parallel()
	if got := controllers.LeaseName(labels.Everything()); got != "securedapi.dev" {
		t.Errorf("the lease of who works on all: %s", got)
	}
	a := controllers.LeaseName(selecting(t, "shard in (a, b),team"))
	for _, tc := range []struct {
		reason, selector string
		same             bool
	}{
		{"another order and other spaces are the same selector", "team, shard in (b,a)", true},
		{"another value is another selector", "team,shard in (a)", false},
		{"the rest has a lease of its own", "shard notin (a,b),team", false},
	} {
		name := controllers.LeaseName(selecting(t, tc.selector))
		if (name == a) != tc.same {
			t.Errorf("%s: %s and %s", tc.reason, a, name)
		}
		if wrong := validation.IsDNS1123Subdomain(name); len(wrong) != 0 {
			t.Errorf("a lease needs a name that Kubernetes takes: %s: %v", name, wrong)
		}
	}
}

func TestTheCacheKeepsOnlyWhatIsUsed(t *testing.T) {
	t.Parallel()
	w := newWorldInRole(t, resyncNever, otherRole)
	object := w.recipe()
	object.Annotations = map[string]string{corev1.LastAppliedConfigAnnotation: "{}", v1alpha1.ReconcileAtAnnotation: "now"}
	object.Spec.Mode = v1alpha1.ModePlan
	w.create(object)
	w.await(object, "a plan", func(o *v1alpha1.SecuredAPI) bool {
		return o.Status.Plan != nil && o.Status.LastHandledReconcileAt == "now"
	})
	cached := &v1alpha1.SecuredAPI{}
	w.eventually("the cache to follow", func(ctx context.Context) (bool, string) {
		err := w.operator.Client.Get(ctx, client.ObjectKeyFromObject(object), cached)
		return err == nil && cached.ResourceVersion == object.ResourceVersion, "old"
	})
	cached.TypeMeta, object.ManagedFields, object.Status.Plan.Changes = metav1.TypeMeta{}, nil, nil
	delete(object.Annotations, corev1.LastAppliedConfigAnnotation)
	if diff := cmp.Diff(object, cached); diff != "" {
		t.Errorf("of an object all but the long and unused is kept (-want +got):\n%s", diff)
	}
	namespace := &metav1.PartialObjectMetadata{}
	namespace.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	if err := w.operator.Client.Get(t.Context(), client.ObjectKey{Name: w.namespace}, namespace); err != nil {
		t.Fatal(err)
	}
	if len(namespace.Labels)+len(namespace.ManagedFields) != 0 || !cmp.Equal(namespace.Annotations, map[string]string{v1alpha1.RoleARNAnnotation: otherRole}) {
		t.Errorf("of a namespace the role is kept: %+v", namespace)
	}
}
