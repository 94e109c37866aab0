// Package watch tells of changes of the Secrets that specs may name, in the namespaces whose specs name one. It sees metadata only. A
// watch of all Secrets of the cluster would take a right to the content of all.
package watch

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// retryRefused is how long a namespace is left alone whose Secrets the operator has no right to watch. Its objects look at what they wait
// for each minute.
const retryRefused = 10 * time.Minute

// Secrets watches those that carry the label of inputs. It is safe for concurrent use.
type Secrets struct {
	// Client reads metadata.
	Client metadata.Interface
	// Needed says whether an object of a namespace reads a Secret.
	Needed func(ctx context.Context, namespace string) (bool, error)
	// Changed is told of a Secret that came, changed or went after its namespace's watch began. It may block until ctx ends.
	Changed func(ctx context.Context, secret client.Object)
	// Now tells the time.
	Now func() time.Time

	mu      sync.Mutex
	ctx     context.Context //nolint:containedctx // of the manager, which outlives every pass
	watched map[string]context.CancelFunc
	refused map[string]time.Time
	running sync.WaitGroup
}

// Start lets Keep watch until ctx ends. It calls begun when it does.
func (s *Secrets) Start(ctx context.Context, begun func()) error {
	s.mu.Lock()
	s.ctx = ctx
	s.mu.Unlock()
	begun()
	<-ctx.Done()
	s.running.Wait()
	return nil
}

// Keep watches a namespace from now on if it is needed, and no more if it is not.
func (s *Secrets) Keep(ctx context.Context, namespace string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	// Under the lock: of two calls, the later one knows more.
	needed, err := s.Needed(ctx, namespace)
	if err != nil {
		return err
	}
	stop, watched := s.watched[namespace]
	switch {
	case watched && !needed:
		stop()
		delete(s.watched, namespace)
	case !watched && needed && s.ctx != nil && s.ctx.Err() == nil && !s.Now().Before(s.refused[namespace]):
		ctx, stop := context.WithCancel(s.ctx)
		if s.watched == nil {
			s.watched, s.refused = map[string]context.CancelFunc{}, map[string]time.Time{}
		}
		s.watched[namespace] = stop
		delete(s.refused, namespace)
		s.running.Go(func() { s.watch(ctx, namespace) })
	}
	if !needed {
		delete(s.refused, namespace)
	}
	return nil
}

// watch tells of the changes in one namespace until ctx ends.
func (s *Secrets) watch(ctx context.Context, namespace string) {
	informer := metadatainformer.NewFilteredMetadataInformer(s.Client, corev1.SchemeGroupVersion.WithResource("secrets"), namespace, 0, nil,
		func(options *metav1.ListOptions) {
			options.LabelSelector = v1alpha1.ContentLabel + "=" + v1alpha1.ContentInput
		}).Informer()
	changed := func(object any) {
		if gone, is := object.(cache.DeletedFinalStateUnknown); is {
			object = gone.Obj
		}
		if secret, is := object.(client.Object); is {
			s.Changed(ctx, secret)
		}
	}
	// None fails before the informer runs.
	_ = informer.SetTransform(onlyName)
	_ = informer.SetWatchErrorHandlerWithContext(func(ctx context.Context, _ *cache.Reflector, err error) { s.failed(ctx, namespace, err) })
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(object any, isInInitialList bool) {
			if !isInInitialList {
				changed(object)
			}
		},
		UpdateFunc: func(_, object any) { changed(object) },
		DeleteFunc: changed,
	})
	informer.RunWithContext(ctx)
}

// onlyName drops what tells nothing of which one it is: kubectl keeps the whole Secret in an annotation.
func onlyName(in any) (any, error) {
	if secret, is := in.(*metav1.PartialObjectMetadata); is {
		secret.Annotations, secret.Labels, secret.ManagedFields, secret.OwnerReferences = nil, nil, nil, nil
	}
	return in, nil
}

// failed ends a watch that the operator has no right to. Others begin again by themselves.
func (s *Secrets) failed(ctx context.Context, namespace string, err error) {
	if !apierrors.IsForbidden(err) {
		ctrl.LoggerFrom(ctx).V(1).Info("The watch of Secrets begins anew", "namespace", namespace, "error", err.Error())
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stop, watched := s.watched[namespace]; watched && ctx.Err() == nil {
		stop()
		delete(s.watched, namespace)
		s.refused[namespace] = s.Now().Add(retryRefused)
	}
}
