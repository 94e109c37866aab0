package watch

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/metadata/fake"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// watched is a Secrets whose API server is a fake, which says how often each namespace was listed and may refuse it.
type watched struct {
	*Secrets
	*testing.T
	client  *fake.FakeMetadataClient
	lists   map[string]*atomic.Int32
	refuses atomic.Bool
	needed  map[string]bool
	now     atomic.Pointer[time.Time]
	told    chan string
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	scheme := fake.NewTestScheme()
	if err := metav1.AddMetaToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	w := &watched{
		T: t, client: fake.NewSimpleMetadataClient(scheme, input("shop", "before")), told: make(chan string, 10),
		lists: map[string]*atomic.Int32{"shop": {}, "bank": {}}, needed: map[string]bool{},
	}
	w.set(time.Unix(0, 0))
	w.client.PrependReactor("list", "secrets", func(action clienttesting.Action) (bool, runtime.Object, error) {
		w.lists[action.GetNamespace()].Add(1)
		if w.refuses.Load() {
			return true, nil, apierrors.NewForbidden(corev1.Resource("secrets"), "", nil)
		}
		return false, nil, nil
	})
	needed := func(_ context.Context, namespace string) (bool, error) { return w.needed[namespace], nil }
	w.Secrets = &Secrets{Client: w.client, Needed: needed, Now: func() time.Time { return *w.now.Load() }, Changed: func(_ context.Context, secret client.Object) {
		w.told <- secret.GetNamespace() + "/" + secret.GetName()
	}}
	ctx, cancel := context.WithCancel(t.Context())
	begun, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- w.Start(ctx, func() { close(begun) }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	<-begun
	return w
}

func input(namespace, name string) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{v1alpha1.ContentLabel: v1alpha1.ContentInput}},
	}
}

// keep has a namespace watched if it is needed.
func (w *watched) keep(namespace string, needed bool) {
	w.Helper()
	w.needed[namespace] = needed
	if err := w.Keep(w.Context(), namespace); err != nil {
		w.Fatal(err)
	}
}

func (w *watched) set(now time.Time) { w.now.Store(&now) }

func (w *watched) eventually(what string, holds func() bool) {
	w.Helper()
	err := wait.PollUntilContextTimeout(w.Context(), time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) { return holds(), nil })
	if err != nil {
		w.Fatalf("%s: %v", what, err)
	}
}

// watches counts the watches that began, of each namespace.
func (w *watched) watches(namespace string) int {
	n := 0
	for _, action := range w.client.Actions() {
		if action.GetVerb() == "watch" && action.GetNamespace() == namespace {
			n++
		}
	}
	return n
}

func (w *watched) running(namespace string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, is := w.watched[namespace]
	return is
}

func TestOnlyTheNamespacesThatNeedItAreWatched(t *testing.T) {
	w := newWatched(t)
	w.keep("shop", true)
	w.keep("shop", true)
	w.eventually("the watch of shop", func() bool { return w.watches("shop") == 1 })
	for _, action := range w.client.Actions() {
		if list, is := action.(clienttesting.ListAction); is && list.GetListRestrictions().Labels.String() != "securedapi.dev/content=input" {
			t.Errorf("got a list of %q, want of what specs may read", list.GetListRestrictions().Labels)
		}
	}
	secrets := w.client.Resource(corev1.SchemeGroupVersion.WithResource("secrets")).Namespace("shop").(fake.MetadataClient)
	if _, err := secrets.CreateFake(input("shop", "okta"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := <-w.told; got != "shop/okta" {
		t.Errorf("got %s first, want shop/okta: what was there before is no change", got)
	}
	w.keep("shop", false)
	if w.running("shop") {
		t.Error("a namespace where no object reads a Secret is watched still")
	}
	if got := w.lists["bank"].Load(); got != 0 {
		t.Errorf("got %d lists of a namespace that nobody needs, want none", got)
	}
}

// kubectl keeps all of a Secret that it applied in an annotation, and whoever may write Secrets may make metadata long.
func TestOnlyNamesAreKept(t *testing.T) {
	w := newWatched(t)
	kept := make(chan client.Object, 1)
	w.Changed = func(_ context.Context, secret client.Object) { kept <- secret }
	w.keep("shop", true)
	w.eventually("the watch of shop", func() bool { return w.watches("shop") == 1 })
	applied := input("shop", "okta")
	applied.Annotations = map[string]string{corev1.LastAppliedConfigAnnotation: `{"stringData":{"secret":"s3cret"}}`}
	secrets := w.client.Resource(corev1.SchemeGroupVersion.WithResource("secrets")).Namespace("shop").(fake.MetadataClient)
	if _, err := secrets.CreateFake(applied, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := <-kept; got.GetName() != "okta" || len(got.GetAnnotations()) > 0 || len(got.GetLabels()) > 0 {
		t.Errorf("got %s with annotations %v and labels %v, want the name okta alone", got.GetName(), got.GetAnnotations(), got.GetLabels())
	}
}

func TestARefusedNamespaceIsLeftAlone(t *testing.T) {
	w := newWatched(t)
	w.refuses.Store(true)
	w.keep("shop", true)
	w.eventually("the end of the refused watch", func() bool { return !w.running("shop") })
	for _, tc := range []struct {
		reason  string
		after   time.Duration
		watches bool
	}{
		{"it was refused a moment ago", time.Second, false},
		{"shortly before the next try", retryRefused - time.Second, false},
		{"somebody may have given the right", retryRefused, true},
	} {
		w.refuses.Store(false)
		w.set(time.Unix(0, 0).Add(tc.after))
		if w.keep("shop", true); w.running("shop") != tc.watches {
			t.Errorf("%s: got watched %t, want %t", tc.reason, !tc.watches, tc.watches)
		}
	}
	w.eventually("the watch of shop", func() bool { return w.watches("shop") == 1 })
	if got := w.lists["shop"].Load(); got > 3 {
		t.Errorf("got %d lists, want one that was refused and one for the watch", got)
	}
}

func TestNothingIsWatchedAfterTheEnd(t *testing.T) {
	ended := &Secrets{Now: time.Now, Needed: func(context.Context, string) (bool, error) { return true, nil }}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	order := []string{}
	if err := ended.Start(ctx, func() { order = append(order, "begun") }); err != nil || !slices.Equal(order, []string{"begun"}) {
		t.Fatalf("got %v, %v", order, err)
	}
	if err := ended.Keep(t.Context(), "shop"); err != nil || len(ended.watched) != 0 {
		t.Errorf("got %d watches, %v, want none", len(ended.watched), err)
	}
}
