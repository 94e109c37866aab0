package main

import (
	"context"
	"fmt"
	"time"
)

// deployment is how far apart the deployments of one account are, which bounds how fast objects are made.
const deployment = 5 * time.Second

// slower is by how much AWS's time goes slower here than elsewhere. Between two creations there are 3 s, and one that comes more
// than 2 % of that too early is throttled: at ten times AWS's speed these are 6 ms, less than two busy cores keep to.
const slower = 2

// create fills an account: all objects are applied at once, and one operator may use all of the account's quotas.
func create(ctx context.Context, l *lab, s size) ([]figure, error) {
	namespaces, err := l.namespaces(ctx, 10, false)
	if err != nil {
		return nil, err
	}
	objects, err := l.objects(namespaces, "api", s.account)
	if err != nil {
		return nil, err
	}
	speed := s.speed / slower
	if err := l.start(ctx, 1, speed, concurrency); err != nil {
		return nil, err
	}
	if err := l.awaitIdle(ctx, 0); err != nil {
		return nil, err
	}
	start := time.Now()
	if err := l.apply(ctx, objects); err != nil {
		return nil, err
	}
	l.logf("  applied in %s", time.Since(start))
	if err := l.watcher.awaitAll(ctx, len(objects)); err != nil {
		return nil, err
	}
	took := time.Duration(float64(time.Since(start)) * speed)
	floor := time.Duration(len(objects)-1) * deployment
	calls := l.aws.Calls()
	throttled, byOperation := tally(calls)
	l.logf("  %s, at least %s; %d calls: %v", took.Round(time.Second), floor, len(calls), byOperation)
	return []figure{
		{
			what: fmt.Sprintf("%d SecuredAPIs created in one account: wall time", len(objects)), unit: " × floor",
			most: 1.05, floor: fmt.Sprintf("%s, 5 s a deployment", floor), reached: float64(took) / float64(floor),
		},
		{
			what: "  throttled calls", unit: " %", most: 0.1, floor: "0",
			reached: 100 * float64(throttled) / float64(len(calls)),
		},
		told("  calls for an object", float64(len(calls))/float64(len(objects)), ""),
	}, nil
}
