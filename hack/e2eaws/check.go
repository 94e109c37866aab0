package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// check decides an assumption about AWS.
type check struct {
	// name is the one in docs/aws.md.
	name string
	// assumes is what the operator takes AWS to do.
	assumes string
	// needs are checks whose results this one works with.
	needs []string
	run   func(*world, context.Context) (finding, error)
}

// finding is what a check saw in AWS.
type finding struct {
	agrees bool
	seen   string
}

// verdict is what became of a check.
type verdict string

const (
	agrees    verdict = "agrees"
	differs   verdict = "differs"
	undecided verdict = "not decided"
	failed    verdict = "failed" // the operator does not do what it promises, or a call by hand was refused
)

// result is a check that was run, or was not.
type result struct {
	check

	verdict verdict
	seen    string
	took    time.Duration
}

// found is the finding of a check that could look.
func found(agrees bool, format string, args ...any) (finding, error) {
	return finding{agrees, fmt.Sprintf(format, args...)}, nil
}

// errUndecided says that a check can't look here.
type errUndecided struct{ why string }

// Error implements error.
func (e *errUndecided) Error() string { return e.why }

// runChecks goes through the checks. One that needs another, which failed or was not run, is not run; after an interrupt none is.
func (w *world) runChecks(ctx context.Context, all []check) []result {
	var results []result
	var without []string // checks that later ones can't build on
	for i, c := range all {
		r := result{check: c}
		began := time.Now()
		w.recorder.begin(c.name)
		missing := slices.IndexFunc(c.needs, func(need string) bool { return slices.Contains(without, need) })
		switch {
		case ctx.Err() != nil:
			r.verdict, r.seen = undecided, "interrupted before"
		case missing >= 0:
			r.verdict, r.seen = undecided, "needs "+c.needs[missing]
		default:
			r.verdict, r.seen = judge(ctx, w, c)
		}
		if r.verdict == undecided || r.verdict == failed {
			without = append(without, c.name)
		}
		r.took = time.Since(began)
		results = append(results, r)
		w.sayf("%2d/%d %-11s %-20s %5.1fs  %s", i+1, len(all), r.verdict, c.name, r.took.Seconds(), strings.Join(strings.Fields(r.seen), " "))
	}
	return results
}

// waits is how often a check may await something with all patience, before it is given up.
const waits = 4

func judge(ctx context.Context, w *world, c check) (verdict, string) {
	bounded, cancel := context.WithTimeout(ctx, waits*w.patience)
	defer cancel()
	f, err := c.run(w, bounded)
	_, unable := errors.AsType[*errUndecided](err)
	switch {
	case ctx.Err() != nil:
		return undecided, "interrupted"
	case unable:
		return undecided, err.Error()
	case err != nil:
		return failed, err.Error()
	case f.agrees:
		return agrees, f.seen
	default:
		return differs, f.seen
	}
}
