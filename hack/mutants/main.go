// Command mutants breaks the operator on purpose, one change at a time, and asks the tests whether they notice: `make
// mutants`. It has two parts.
//
// Rules: each rule is broken in many ways. A mutant of the lists in rules.go and so on says where by the syntax tree, as
// in "the if whose body calls awserr.Because", and what is done there, as in "its condition never holds". Names are
// resolved by their types, so formatting, and the names of variables, don't matter. It is caught if the tests that are
// there for its rule fail, in whichever package below controllers they are. One that is not caught is a missing test. One
// that finds another number of places than it says, or does not compile, has to be adjusted: a unit test says so, too.
//
// To add one: a description (breaks), the tests (caughtBy), the place (at: where.go has the words) and the change (do:
// change.go). `go test ./hack/mutants` tells within seconds whether it can be made, and `go run ./hack/mutants -rules
// -run WORDS` whether it is caught.
//
// Operators: go-gremlins changes operators everywhere, one at a time (gremlins.go). Nine of ten have to be noticed by the
// tests of their own package.
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
	names := flag.String("run", "", "break only the rules, and change operators only in the packages, that match this regular expression")
	workers := flag.Int("j", 2, "how many mutants to try at a time")
	onlyRules := flag.Bool("rules", false, "break rules only")
	onlyOperators := flag.Bool("operators", false, "change operators only")
	flag.Parse()
	if err := breakAll(*names, *workers, !*onlyOperators, !*onlyRules); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func breakAll(names string, workers int, rules, operators bool) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var failed []error
	if rules {
		failed = append(failed, breakRules(ctx, names, workers))
	}
	if operators && ctx.Err() == nil {
		failed = append(failed, changeOperators(ctx, names, workers))
	}
	return errors.Join(failed...)
}

func breakRules(ctx context.Context, names string, workers int) error {
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	waiting := unplaced(chosen)
	chosen = slices.DeleteFunc(chosen, func(m mutant) bool { return m.at.pkg == "" })
	dir, err := os.MkdirTemp("", "securedapi-mutants-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	lab := &lab{dir: dir}
	if lab.tests, err = findTests("."); err != nil {
		return err
	}
	if lab.sources, err = load(".", chosen); err != nil {
		return err
	}
	// A mutant that cannot be made is known before an hour of tests.
	for _, m := range chosen {
		if _, _, err := lab.sources[m.at.pkg].mutate(m); err != nil {
			return err
		}
	}
	if err := lab.healthy(ctx, chosen); err != nil {
		return err
	}
	return errors.Join(report(lab.tryAll(ctx, chosen, workers)), waiting)
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

// unplaced is an error that names the mutants without a place.
func unplaced(chosen []mutant) error {
	var errs []error
	for _, m := range chosen {
		if m.at.pkg == "" {
			errs = append(errs, fmt.Errorf("rule %d: it has no place: %s", m.rule, m.breaks))
		}
	}
	return errors.Join(errs...)
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
				fmt.Fprintf(os.Stderr, "%d of %d: %s: %s, %.0f s\n",
					i+1, len(chosen), chosen[i].breaks, trials[i].verdict(), trials[i].took.Seconds())
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
			failed = append(failed, fmt.Errorf("nothing notices when this is broken: %s (%s)", t.mutant.breaks, t.mutant.at.pkg))
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
