package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Limits of the figures of a fleet.
const (
	mostMemory  = 256 // MiB, the limit in config/manager
	mostRestart = 30 * time.Second
	mostCalls   = 2.1
)

// fleet measures an operator with full accounts: what its restart costs, an hour in which nothing changes, and changes that
// events tell of.
func fleet(ctx context.Context, l *lab, s size) ([]figure, error) {
	namespaces, err := l.namespaces(ctx, s.accounts, true)
	if err != nil {
		return nil, err
	}
	objects, err := l.objects(namespaces, "api", s.account*s.accounts)
	if err != nil {
		return nil, err
	}
	if err := l.populate(ctx, objects); err != nil {
		return nil, err
	}
	figures, err := l.restart(ctx, len(objects), s)
	if err != nil {
		return nil, err
	}
	steady, err := l.steady(ctx, len(objects), s, mostCalls)
	if err != nil {
		return nil, err
	}
	repaired, err := l.events(ctx, namespaces, objects)
	return slices.Concat(figures, steady, repaired), err
}

func (l *lab) restart(ctx context.Context, objects int, s size) ([]figure, error) {
	l.aws.ResetCalls()
	start := time.Now()
	if err := l.start(ctx, quotaShare, 1, concurrency); err != nil {
		return nil, err
	}
	if err := l.awaitIdle(ctx, objects); err != nil {
		return nil, err
	}
	took, calls := time.Since(start), len(l.aws.Calls())
	memory, err := l.peakMemory()
	if err != nil {
		return nil, err
	}
	return []figure{
		{
			what: fmt.Sprintf("%d objects in %d accounts, restart until idle: AWS calls", objects, s.accounts),
			most: 0, floor: "0", reached: float64(calls),
		},
		{what: "  time", unit: " s", most: mostRestart.Seconds(), reached: took.Seconds()},
		{what: "  resident memory, at most", unit: " MiB", most: mostMemory, reached: memory},
	}, l.stop()
}

// steady is an hour of AWS's in which nobody changes anything. most is the limit of the calls for an object and sweep.
func (l *lab) steady(ctx context.Context, objects int, s size, most float64) ([]figure, error) {
	if err := l.start(ctx, quotaShare, s.speed, concurrency); err != nil {
		return nil, err
	}
	// Within the first interval after a restart come everybody's first check, which looks at more, and the first sweeps.
	if err := l.awaitIdle(ctx, objects); err != nil {
		return nil, err
	}
	if err := l.awaitChecked(ctx); err != nil {
		return nil, err
	}
	before, err := l.kubeWrites(ctx)
	if err != nil {
		return nil, err
	}
	l.aws.ResetCalls()
	if err := pause(ctx, scaled(time.Hour, s.speed)); err != nil {
		return nil, err
	}
	calls := l.aws.Calls()
	throttled, byOperation := tally(calls)
	after, err := l.kubeWrites(ctx)
	if err != nil {
		return nil, err
	}
	memory, err := l.peakMemory()
	if err != nil {
		return nil, err
	}
	l.logf("  an hour: %d calls: %v", len(calls), byOperation)
	// An interval is stretched by up to a tenth.
	sweeps := time.Hour.Seconds() / (driftCheckInterval * 21 / 20).Seconds()
	return []figure{
		{
			what: "the same, steady for an hour: AWS calls for an object and sweep", most: most,
			floor:   "1: GetStage alone tells what is served",
			reached: float64(len(calls)) / float64(objects) / sweeps,
		},
		told("  throttled calls", float64(throttled), ""),
		{what: "  Kubernetes writes, events", most: 0, floor: "0", reached: after - before},
		{what: "  resident memory, at most", unit: " MiB", most: mostMemory, reached: memory},
	}, l.stop()
}
