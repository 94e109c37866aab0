// Command bench measures the operator against what bounds it, on a local control plane and a local AWS that enforces
// AWS's quotas on a faster clock, and prints each figure beside what is asked and the floor that no operator gets below:
// `make bench`. It fails if a figure is missed. docs/performance.md says how each is measured.
//
// A scenario is a file: create.go, deletions.go, fleet.go with events.go, parts.go, noop.go, fairness.go, repair.go, soak.go;
// naive.go computes.
// Around them, lab.go starts the programs, objects.go makes objects, watcher.go sees what becomes of them, meter.go reads
// what the programs count, and table.go judges and prints. operator.go is the operator: this program runs itself as
// another process.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/securedapi/securedapi/hack/awslocal"
)

// size is how much is measured: what the figures are asked for, unless flags make it less.
type size struct {
	// account is the number of objects in an account that is full, and accounts the number of such accounts of a fleet.
	account, accounts int
	// speed is how fast AWS's time goes.
	speed float64
	// soak is how long faults and edits go on.
	soak time.Duration
}

// scenario measures some figures in a lab.
type scenario struct {
	name string
	run  func(ctx context.Context, l *lab, s size) ([]figure, error)
	// aws is what the local AWS has beside its quotas.
	aws []awslocal.Option
}

var scenarios = []scenario{
	{name: "create", run: create},
	{name: "deletions", run: deletions},
	{name: "fleet", run: fleet, aws: []awslocal.Option{awslocal.WithEvents("drift", 0)}},
	{name: "parts", run: fleetOfParts},
	{name: "noop", run: noop},
	{name: "fairness", run: fairness},
	{name: "repair", run: repair, aws: []awslocal.Option{awslocal.WithEvents("drift", 0)}},
	{name: "soak", run: soak},
	{name: "naive", run: naive},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if len(os.Args) > 1 && os.Args[1] == operatorMode {
		err = runOperator(ctx, os.Args[2:])
	} else {
		err = run(ctx)
	}
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	which := flag.String("run", "", "measure the scenarios whose names match the `regexp`")
	var s size
	flag.IntVar(&s.account, "objects", 600, "objects in a full account")
	flag.IntVar(&s.accounts, "accounts", 10, "accounts of the fleet")
	flag.Float64Var(&s.speed, "speed", 10, "how fast AWS's time goes")
	flag.DurationVar(&s.soak, "soak", 30*time.Minute, "how long faults and edits go on")
	flag.Parse()
	log.SetLogger(logr.Discard())
	pattern, err := regexp.Compile(*which)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	var figures []figure
	for _, scenario := range scenarios {
		if !pattern.MatchString(scenario.name) {
			continue
		}
		start := time.Now()
		printf("%s", scenario.name)
		measured, err := measure(ctx, scenario, s)
		figures = append(figures, measured...)
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", scenario.name, err), report(os.Stdout, figures))
		}
		printf("  took %s", time.Since(start).Round(time.Second))
	}
	return report(os.Stdout, figures)
}

// measure runs a scenario in a lab of its own.
func measure(ctx context.Context, sc scenario, s size) (_ []figure, err error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	l, err := newLab(ctx, fail, printf, sc.aws...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			l.explain()
		}
		err = errors.Join(err, l.close())
	}()
	return sc.run(ctx, l, s)
}

func printf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
