package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
)

const (
	// soakShare of the objects of a full account are in each of the soak's accounts: 1,000 in five of them.
	soakAccounts = 5
	soakShare    = 1.0 / 3
	// editEvery and faultEvery are how often something happens.
	editEvery  = 50 * time.Millisecond
	faultEvery = 200 * time.Millisecond
	// mostGrowth is what is called flat, for the heap.
	mostGrowth = 1.1
)

// kinds are the faults of the soak.
var kinds = []awslocal.Kind{
	awslocal.RefuseBefore, awslocal.RefuseAfter, awslocal.LoseReply, awslocal.Cut, awslocal.Throttle, awslocal.Delay,
	awslocal.CutBody, awslocal.Garbage,
}

// soak edits objects at random while calls fail at random, and looks at what is left of it when all is quiet again.
func soak(ctx context.Context, l *lab, s size) ([]figure, error) {
	namespaces, err := l.namespaces(ctx, soakAccounts, true)
	if err != nil {
		return nil, err
	}
	objects, err := l.objects(namespaces, "api", int(float64(s.account)*soakShare)*soakAccounts)
	if err != nil {
		return nil, err
	}
	if err := l.populate(ctx, objects); err != nil {
		return nil, err
	}
	if err := l.start(ctx, quotaShare, s.speed, concurrency); err != nil {
		return nil, err
	}
	// Until every object was looked at, and has its credentials.
	if err := l.disturb(ctx, objects, max(s.soak/4, scaled(driftCheckInterval*5/4, s.speed))); err != nil {
		return nil, err
	}
	heap, goroutines, err := l.kept(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.disturb(ctx, objects, s.soak); err != nil {
		return nil, err
	}
	endHeap, endGoroutines, err := l.kept(ctx)
	if err != nil {
		return nil, err
	}
	errors, err := l.errors(ctx, objects)
	if err != nil {
		return nil, err
	}
	l.logf("  heap %.1f MiB, then %.1f MiB", heap, endHeap)
	return []figure{
		{
			what: fmt.Sprintf("soak, %d objects, %s: heap at the end", len(objects), s.soak), unit: " × begin", most: mostGrowth, floor: "1",
			reached: endHeap / heap,
		},
		{what: "  goroutines at the end", most: goroutines, floor: "those of the beginning", reached: endGoroutines},
		{what: "  errors left", most: 0, floor: "0", reached: float64(errors)},
	}, l.stop()
}

// disturb edits objects and lets calls fail for a while, then waits until all are Ready.
func (l *lab) disturb(ctx context.Context, objects []*v1alpha1.SecuredAPI, d time.Duration) error {
	during, end := context.WithTimeout(ctx, d)
	defer end()
	group, _ := errgroup.WithContext(during)
	group.Go(func() error {
		for pause(during, faultEvery) == nil {
			l.aws.Inject(awslocal.Fault{
				Kind: kinds[rand.IntN(len(kinds))], Times: 1, Skip: rand.IntN(20), Delay: time.Duration(rand.Int64N(int64(faultEvery))),
			})
		}
		return nil
	})
	group.Go(func() error {
		for pause(during, editEvery) == nil {
			if err := l.edit(ctx, objects[rand.IntN(len(objects))]); err != nil {
				return err
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return err
	}
	l.aws.ClearFaults()
	// The watcher may not have seen the last edits yet.
	err := each(ctx, objects, func(ctx context.Context, object *v1alpha1.SecuredAPI) error {
		if err := l.kube.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err
		}
		_, err := l.watcher.awaitReady(ctx, object)
		return err
	})
	if err != nil {
		return err
	}
	return l.watcher.awaitAll(ctx, len(objects))
}

// edit makes one of several changes.
func (l *lab) edit(ctx context.Context, object *v1alpha1.SecuredAPI) error {
	edited := &v1alpha1.SecuredAPI{}
	if err := l.kube.Get(ctx, client.ObjectKeyFromObject(object), edited); err != nil {
		return err
	}
	before := client.MergeFrom(edited.DeepCopy())
	switch rand.IntN(4) {
	case 0:
		edited.Spec.UserPool.PasswordPolicy.MinimumLength = 6 + rand.Int32N(20)
	case 1:
		edited.Spec.Clients[0].CallbackURLs = []v1alpha1.URL{v1alpha1.URL(fmt.Sprintf("http://localhost:%d/callback", 3000+rand.IntN(100)))}
	case 2:
		edited.Spec.Routes[0].Methods = []v1alpha1.Method{"GET", "POST"}[:1+rand.IntN(2)]
	default:
		edited.Spec.Routes[1].Access = []v1alpha1.Access{v1alpha1.AccessGuest, v1alpha1.AccessRegistered}[rand.IntN(2)]
	}
	return l.kube.Patch(ctx, edited, before)
}
