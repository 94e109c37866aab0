package main

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// watcher knows of each SecuredAPI what somebody who watches it saw.
type watcher struct {
	stop context.CancelFunc

	mu   sync.Mutex
	seen map[types.NamespacedName]sight
	// changed is closed, and made anew, when seen changes.
	changed chan struct{}
}

// sight is what was seen of an object.
type sight struct {
	// ready is the last generation that was Ready, and at is when that was seen first.
	ready int64
	at    time.Time
	// whole is true while the present generation is Ready and nothing is under way.
	whole bool
	// deleting is true once a deletion waits for the account's quota.
	deleting bool
}

func watch(ctx context.Context, config *rest.Config) (*watcher, error) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	w := &watcher{stop: stop, seen: map[types.NamespacedName]sight{}, changed: make(chan struct{})}
	informers, err := cache.New(config, cache.Options{Scheme: scheme})
	if err != nil {
		stop()
		return nil, err
	}
	go func() { _ = informers.Start(ctx) }() // ends without an error, with ctx
	informer, err := informers.GetInformer(ctx, &v1alpha1.SecuredAPI{})
	if err == nil {
		_, err = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
			AddFunc:    w.see,
			UpdateFunc: func(_, object any) { w.see(object) },
			DeleteFunc: w.forget,
		})
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("watch SecuredAPIs: %w", err)
	}
	return w, nil
}

func (w *watcher) see(event any) {
	object, ok := event.(*v1alpha1.SecuredAPI)
	if !ok {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	key := client.ObjectKeyFromObject(object)
	s := w.seen[key]
	conditions := object.Status.Conditions
	ready := object.Status.ObservedGeneration == object.Generation && meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionReady)
	reconciling := meta.FindStatusCondition(conditions, v1alpha1.ConditionReconciling)
	if ready && s.ready != object.Generation {
		s.ready, s.at = object.Generation, time.Now()
	}
	s.whole = ready && reconciling == nil
	s.deleting = !object.DeletionTimestamp.IsZero() && reconciling != nil && reconciling.Reason == v1alpha1.ReasonWaitingForQuota
	w.seen[key] = s
	w.tell()
}

func (w *watcher) forget(event any) {
	if gone, ok := event.(toolscache.DeletedFinalStateUnknown); ok {
		event = gone.Obj
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if object, ok := event.(*v1alpha1.SecuredAPI); ok {
		delete(w.seen, client.ObjectKeyFromObject(object))
	}
	w.tell()
}

func (w *watcher) tell() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// await waits until what was seen is as it should be.
func (w *watcher) await(ctx context.Context, what string, is func(map[types.NamespacedName]sight) bool) error {
	for {
		w.mu.Lock()
		done, changed := is(w.seen), w.changed
		w.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, context.Cause(ctx))
		}
	}
}

// all is what was seen.
func (w *watcher) all() map[types.NamespacedName]sight {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.seen)
}

// awaitReady waits until a generation of an object was Ready, and returns when that was.
func (w *watcher) awaitReady(ctx context.Context, object *v1alpha1.SecuredAPI) (at time.Time, err error) {
	key := client.ObjectKeyFromObject(object)
	err = w.await(ctx, key.String()+" to be Ready", func(seen map[types.NamespacedName]sight) bool {
		at = seen[key].at
		return seen[key].ready >= object.Generation
	})
	return at, err
}

// awaitAll waits until so many objects are Ready with nothing under way.
func (w *watcher) awaitAll(ctx context.Context, objects int) error {
	return w.await(ctx, fmt.Sprintf("%d objects to be Ready", objects), func(seen map[types.NamespacedName]sight) bool {
		return count(seen, func(s sight) bool { return s.whole }) == objects
	})
}

func count(seen map[types.NamespacedName]sight, is func(sight) bool) (n int) {
	for _, s := range seen {
		if is(s) {
			n++
		}
	}
	return n
}
