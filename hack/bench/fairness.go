package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

const (
	// fairObjects are equal, and rounds is how often each is edited.
	fairObjects = 200
	rounds      = 4
)

// fairness lets 200 equal objects of one account, in 10 namespaces, want the scarcest thing all the time: as soon as an
// object is Ready, its next edit comes, which needs a deployment. The line for those is never empty. What an owner cares
// for is how long an edit takes to be served, compared with everybody else's.
func fairness(ctx context.Context, l *lab, s size) ([]figure, error) {
	namespaces, err := l.namespaces(ctx, 10, false)
	if err != nil {
		return nil, err
	}
	objects, err := l.objects(namespaces, "api", min(fairObjects, s.account))
	if err != nil {
		return nil, err
	}
	if err := l.populate(ctx, objects); err != nil {
		return nil, err
	}
	if err := l.start(ctx, 1, s.speed, concurrency); err != nil {
		return nil, err
	}
	if err := l.awaitIdle(ctx, len(objects)); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	waits := map[types.NamespacedName]time.Duration{}
	var single []time.Duration
	group, ctx := errgroup.WithContext(ctx)
	for _, object := range objects {
		group.Go(func() error {
			for round := range rounds {
				took, err := l.editUntilReady(ctx, object)
				if err != nil {
					return err
				}
				// In the first round all come at once, and someone has to be the last.
				if round > 0 {
					mu.Lock()
					waits[client.ObjectKeyFromObject(object)] += took / (rounds - 1)
					single = append(single, took)
					mu.Unlock()
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var mean []time.Duration
	for _, wait := range waits {
		mean = append(mean, wait)
	}
	median := quantile(mean, 0.5)
	l.logf("  from edit to Ready, by object: median %s, slowest %s; slowest edit %s; times %g",
		median, quantile(mean, 1), quantile(single, 1), s.speed)
	floor := time.Duration(len(objects)) * deployment
	return []figure{
		{
			what: fmt.Sprintf("fairness: the slowest of %d equal objects", len(objects)), unit: " × median", most: 1.5, floor: "1",
			reached: float64(quantile(mean, 1)) / float64(median),
		},
		told("  the slowest of all edits", float64(quantile(single, 1))/float64(median), " × median"),
		told("  the median, of one turn of everybody ("+floor.String()+")", float64(median)*s.speed/float64(floor), ""),
	}, nil
}

// editUntilReady gives the guests' route to registered users, or back, and returns how long it takes until that is served.
func (l *lab) editUntilReady(ctx context.Context, object *v1alpha1.SecuredAPI) (time.Duration, error) {
	start := time.Now()
	edited := &v1alpha1.SecuredAPI{}
	if err := l.kube.Get(ctx, client.ObjectKeyFromObject(object), edited); err != nil {
		return 0, err
	}
	before := client.MergeFrom(edited.DeepCopy())
	route := &edited.Spec.Routes[1]
	if route.Access == v1alpha1.AccessGuest {
		route.Access = v1alpha1.AccessRegistered
	} else {
		route.Access = v1alpha1.AccessGuest
	}
	if err := l.kube.Patch(ctx, edited, before); err != nil {
		return 0, err
	}
	ready, err := l.watcher.awaitReady(ctx, edited)
	return ready.Sub(start), err
}
