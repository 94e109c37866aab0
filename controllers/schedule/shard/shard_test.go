package shard_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/schedule/shard"
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
	if got := shard.LeaseName(labels.Everything()); got != "securedapi.dev" {
		t.Errorf("the lease of who works on all: %s", got)
	}
	a := shard.LeaseName(selecting(t, "shard in (a, b),team"))
	for _, tc := range []struct {
		reason, selector string
		same             bool
	}{
		{"another order and other spaces are the same selector", "team, shard in (b,a)", true},
		{"another value is another selector", "team,shard in (a)", false},
		{"the manager without a selector has its own lease", "shard notin (a,b),team", false},
	} {
		name := shard.LeaseName(selecting(t, tc.selector))
		if (name == a) != tc.same {
			t.Errorf("%s: %s and %s", tc.reason, a, name)
		}
		if wrong := validation.IsDNS1123Subdomain(name); len(wrong) != 0 {
			t.Errorf("a lease needs a name that Kubernetes takes: %s: %v", name, wrong)
		}
	}
}

// What the manager keeps of an object is what passes, claims and policies need of it.
func TestWhatIsKeptInMemory(t *testing.T) {
	const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
	named := func(annotations map[string]string) metav1.ObjectMeta {
		return metav1.ObjectMeta{
			Namespace: "shop", Name: "notes", ResourceVersion: "7", Labels: map[string]string{"team": "a"}, Annotations: annotations,
			ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}, OwnerReferences: []metav1.OwnerReference{{Name: "owner"}},
		}
	}
	slim := func(annotations map[string]string) metav1.ObjectMeta {
		m := named(annotations)
		m.ManagedFields = nil
		return m
	}
	adopts := &v1alpha1.APISpec{Adopt: &v1alpha1.AdoptAPISpec{ID: "abc123defg"}, Authorizer: &v1alpha1.AuthorizerSpec{}}
	spec := v1alpha1.SecuredAPISpec{
		Region: "eu-west-1", Domain: &v1alpha1.DomainSpec{Prefix: "notes"}, API: adopts,
		UserPool: v1alpha1.UserPoolSpec{Adopt: &v1alpha1.AdoptUserPoolSpec{ID: "eu-west-1_AbCdEfGhI"}, Tier: v1alpha1.TierLite},
		Clients:  []v1alpha1.Client{{Name: "web"}}, Routes: []v1alpha1.Route{{Path: "/a"}, {Path: "/b"}},
	}
	suspended := func(of v1alpha1.SecuredAPISpec) v1alpha1.SecuredAPISpec {
		of.Suspend = true
		return of
	}
	served := func() v1alpha1.SecuredAPIStatus {
		return v1alpha1.SecuredAPIStatus{
			API:  &v1alpha1.APIStatus{ID: "a", Routes: []v1alpha1.ServedRoute{{Path: "/a"}}},
			Plan: &v1alpha1.PlanStatus{Hash: "h", Changes: make([]v1alpha1.PlannedChange, 1)},
		}
	}
	for _, tc := range []struct {
		reason   string
		in, want client.Object
	}{
		{
			"an object without what kubectl and a plan write",
			&v1alpha1.SecuredAPI{ObjectMeta: named(map[string]string{lastApplied: "{}", "a": "b"}), Spec: spec, Status: served()},
			&v1alpha1.SecuredAPI{ObjectMeta: slim(map[string]string{"a": "b"}), Spec: spec, Status: v1alpha1.SecuredAPIStatus{
				API: served().API, Plan: &v1alpha1.PlanStatus{Hash: "h"},
			}},
		},
		{
			"of a suspended object what only one can have, and how many routes there are",
			&v1alpha1.SecuredAPI{ObjectMeta: named(nil), Spec: suspended(spec), Status: served()},
			&v1alpha1.SecuredAPI{
				ObjectMeta: slim(nil),
				Spec: v1alpha1.SecuredAPISpec{
					Suspend: true, Region: "eu-west-1", Domain: spec.Domain, API: &v1alpha1.APISpec{Adopt: adopts.Adopt},
					UserPool: v1alpha1.UserPoolSpec{Adopt: spec.UserPool.Adopt}, Routes: make([]v1alpha1.Route, 2),
				},
				Status: v1alpha1.SecuredAPIStatus{API: &v1alpha1.APIStatus{ID: "a"}, Plan: &v1alpha1.PlanStatus{Hash: "h"}},
			},
		},
		{
			"a suspended object that never had a pass, and adopts nothing",
			&v1alpha1.SecuredAPI{ObjectMeta: named(nil), Spec: v1alpha1.SecuredAPISpec{Suspend: true, Clients: spec.Clients}},
			&v1alpha1.SecuredAPI{ObjectMeta: slim(nil), Spec: v1alpha1.SecuredAPISpec{Suspend: true, Routes: []v1alpha1.Route{}}},
		},
		{
			"of a namespace its labels and its role",
			&corev1.Namespace{ObjectMeta: named(map[string]string{v1alpha1.RoleARNAnnotation: "r", "a": "b"})},
			&corev1.Namespace{ObjectMeta: slim(map[string]string{v1alpha1.RoleARNAnnotation: "r"})},
		},
		{
			"of a ConfigMap its name and version",
			&corev1.ConfigMap{ObjectMeta: named(map[string]string{"a": "b"})},
			&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "notes", ResourceVersion: "7"}},
		},
	} {
		got, err := transform(t, tc.in)(tc.in)
		if diff := cmp.Diff(tc.want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", tc.reason, err, diff)
		}
		missed := toolscache.DeletedFinalStateUnknown{Key: "shop/notes"}
		if got, err := transform(t, tc.in)(missed); got != missed || err != nil {
			t.Errorf("%s: a deletion that the watch missed: got %v, %v, want it as it is", tc.reason, got, err)
		}
	}
}

// transform is what is done to objects of a type before they are kept.
func transform(t *testing.T, of client.Object) toolscache.TransformFunc {
	t.Helper()
	for object, options := range shard.CacheOptions(labels.Everything()).ByObject {
		if reflect.TypeOf(object) == reflect.TypeOf(of) {
			return options.Transform
		}
	}
	t.Fatalf("nothing is said of %T", of)
	return nil
}

// Which objects a manager keeps is what its selector says; ConfigMaps of others are none of them.
func TestWhichObjectsAreKept(t *testing.T) {
	kept := shard.CacheOptions(selecting(t, "shard=a")).ByObject
	for object, options := range kept {
		var selected, other labels.Set
		switch object.(type) {
		case *v1alpha1.SecuredAPI:
			selected, other = labels.Set{"shard": "a"}, labels.Set{"shard": "b"}
		case *corev1.ConfigMap:
			selected, other = labels.Set{v1alpha1.ContentLabel: v1alpha1.ContentInput}, labels.Set{"shard": "a"}
		default:
			continue
		}
		if !options.Label.Matches(selected) || options.Label.Matches(other) {
			t.Errorf("%T: got the selector %s, want one that selects %v and not %v", object, options.Label, selected, other)
		}
	}
}
