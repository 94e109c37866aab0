// Command mutants breaks the operator's rules on purpose, one at a time, and asks the tests whether they notice: `make
// mutants`. A mutant is a few words of the source replaced by others, compiled in by an overlay, so nothing on disk
// changes. It is caught if the tests that are there for its rule fail. One that is not caught is a missing test, and one
// whose words are no longer in the source, or that does not compile, has to be adjusted: both fail the command.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

func main() {
	names := flag.String("run", "", "try only the mutants whose description matches this regular expression")
	workers := flag.Int("j", 2, "how many mutants to try at a time")
	flag.Parse()
	if err := run(*names, *workers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(names string, workers int) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "securedapi-mutants-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	lab := &lab{dir: dir}
	// A mutant that cannot be made is known before an hour of tests.
	for _, m := range chosen {
		if _, err := m.source(); err != nil {
			return err
		}
	}
	if err := lab.healthy(ctx, chosen); err != nil {
		return err
	}
	return report(lab.tryAll(ctx, chosen, workers))
}

func choose(names string) ([]mutant, error) {
	matches, err := regexp.Compile(names)
	if err != nil {
		return nil, err
	}
	chosen := slices.DeleteFunc(slices.Clone(mutants), func(m mutant) bool { return !matches.MatchString(m.breaks) })
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no mutant matches %q", names)
	}
	return chosen, nil
}

// tryAll tries the mutants, several at a time, and returns what became of them, in their order.
func (l *lab) tryAll(ctx context.Context, chosen []mutant, workers int) []trial {
	trials := make([]trial, len(chosen))
	next := make(chan int)
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for i := range next {
				start := time.Now()
				trials[i] = l.try(ctx, chosen[i], fmt.Sprintf("mutant%d", i))
				trials[i].took = time.Since(start)
				fmt.Fprintf(os.Stderr, "%d of %d: %s: %s\n", i+1, len(chosen), chosen[i].breaks, trials[i].verdict())
			}
		})
	}
	for i := range chosen {
		next <- i
	}
	close(next)
	done.Wait()
	return trials
}

// report prints the table, and fails unless every mutant was caught.
func report(trials []trial) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tBROKEN ON PURPOSE\tCAUGHT BY\tSECONDS")
	var failed []error
	for _, t := range trials {
		fmt.Fprintf(table, "%d\t%s\t%s\t%.0f\n", t.mutant.rule, t.mutant.breaks, t.verdict(), t.took.Seconds())
		switch {
		case t.err != nil:
			failed = append(failed, fmt.Errorf("%s: %w", t.mutant.breaks, t.err))
		case len(t.caughtBy) == 0:
			failed = append(failed, fmt.Errorf("nothing notices when this is broken: %s (%s)", t.mutant.breaks, t.mutant.file))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Printf("mutants: %d tried, %d caught\n", len(trials), len(trials)-len(failed))
	return errors.Join(failed...)
}

// verdict is what became of a mutant, in a few words.
func (t trial) verdict() string {
	switch {
	case t.err != nil:
		return "not tried"
	case len(t.caughtBy) == 0:
		return "SURVIVED"
	default:
		return strings.Join(t.caughtBy, " ")
	}
}
