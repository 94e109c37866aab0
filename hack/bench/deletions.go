package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// applies is how many objects are applied, one after the other, to see how long one takes.
const applies = 5

// deletions measures how long a fresh apply takes on an idle account, and while all else in the account is deleted. AWS's
// time goes no faster here: it is the operator's own work that is in question.
func deletions(ctx context.Context, l *lab, s size) ([]figure, error) {
	namespaces, err := l.namespaces(ctx, 10, false)
	if err != nil {
		return nil, err
	}
	// Room for those that are applied.
	old, err := l.objects(namespaces, "old", s.account-2*applies)
	if err != nil {
		return nil, err
	}
	if err := l.populate(ctx, old); err != nil {
		return nil, err
	}
	if err := l.start(ctx, quotaShare, 1, concurrency); err != nil {
		return nil, err
	}
	if err := l.awaitIdle(ctx, len(old)); err != nil {
		return nil, err
	}
	idle, err := l.applyOneByOne(ctx, namespaces, "idle")
	if err != nil {
		return nil, err
	}
	if err := each(ctx, old, func(ctx context.Context, object *v1alpha1.SecuredAPI) error { return l.kube.Delete(ctx, object) }); err != nil {
		return nil, err
	}
	// All but the few that were let through by now.
	waiting := len(old) * 9 / 10
	err = l.watcher.await(ctx, "the deletions to wait", func(seen map[types.NamespacedName]sight) bool {
		return count(seen, func(s sight) bool { return s.deleting }) >= waiting
	})
	if err != nil {
		return nil, err
	}
	busy, err := l.applyOneByOne(ctx, namespaces, "busy")
	if err != nil {
		return nil, err
	}
	l.logf("  idle: %s; while %d deletions wait: %s", idle, waiting, busy)
	before, after := quantile(idle, 0.5), quantile(busy, 0.5)
	return []figure{
		{
			what: fmt.Sprintf("a fresh apply while %d deletions wait", len(old)), unit: " × idle", most: 2,
			floor: fmt.Sprintf("1: %s on an idle account", before.Round(time.Millisecond)), reached: float64(after) / float64(before),
		},
		told("  the slowest of them", float64(quantile(busy, 1))/float64(before), " × idle"),
	}, nil
}

// applyOneByOne applies objects and returns how long each took to be Ready. Between them the quota of deployments fills.
func (l *lab) applyOneByOne(ctx context.Context, namespaces []string, prefix string) ([]time.Duration, error) {
	objects, err := l.objects(namespaces[:1], prefix, applies)
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for _, object := range objects {
		if err := pause(ctx, 3*deployment); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := l.kube.Create(ctx, object); err != nil {
			return nil, err
		}
		ready, err := l.watcher.awaitReady(ctx, object)
		if err != nil {
			return nil, err
		}
		took = append(took, ready.Sub(start))
	}
	return took, nil
}
