// Command faults runs the tests that go through failures by exhaustion or by chance, and prints one table: what was
// swept, the figure that is asked for, and the figure that was reached. It fails if a test fails, is missing, or reaches
// less: `make faults`. A line on standard error tells of each row that is done. Of the lives of optional parts it goes through
// a sample; with -all through all of it: `make faults FAULTFLAGS=-all`, which takes an hour on two cores.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const (
	// sampled is how many runs each sweep makes of the life of an optional part.
	sampled = 3
	// atOnce is how many cases a test goes through side by side: most of a case is waiting, for the operator's Settle and for
	// answers. On two cores, TestKilledAtEveryBoundary takes 101 s with 2, 80 s with 4, 65 s with 8 and 63 s with 16.
	atOnce = 8
)

func run() error {
	all := flag.Bool("all", false, "make all runs of the lives of optional parts, and not a sample")
	seed := flag.Uint64("seed", 1, "which runs the sample is")
	flag.Parse()
	sample := []string{"-sample=" + strconv.Itoa(sampled), "-sampleseed=" + strconv.FormatUint(*seed, 10), "-timeout=30m"}
	if *all {
		sample = []string{"-timeout=3h"}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	l := newLog()
	progress := newProgress(os.Stderr, rows)
	var failed []error
	for _, pkg := range packages(rows) {
		failed = append(failed, test(ctx, pkg, sample, l, progress))
	}
	// The tests' own verdict comes after the table, which says more.
	return errors.Join(report(os.Stdout, l), errors.Join(failed...))
}

// test runs the tests of the rows of one package.
func test(ctx context.Context, pkg string, sample []string, l *log, progress *progress) error {
	progress.starts(pkg)
	args := append([]string{
		"test", "-json", "-count=1", "-parallel=" + strconv.Itoa(atOnce), "-run=" + pattern(rows, pkg), "./" + pkg, "-sweeps",
	}, sample...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = os.Stderr
	// The control plane ends with its tests; interrupted, they get the time for that.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = read(out, l, progress)
	if verdict := cmd.Wait(); verdict != nil {
		err = errors.Join(err, fmt.Errorf("%s: %w", pkg, verdict))
	}
	return err
}

// event is one of those of `go doc test2json`.
type event struct {
	Time                          time.Time
	Action, Package, Test, Output string
}

// module is the path before each package's folder.
const module = "github.com/securedapi/securedapi/"

func (e event) name() name { return name{strings.TrimPrefix(e.Package, module), e.Test} }

// read reads what a package's tests did and said.
func read(events io.Reader, l *log, progress *progress) error {
	for decoder := json.NewDecoder(events); ; {
		var e event
		switch err := decoder.Decode(&e); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read the tests' events: %w", err)
		}
		l.add(e)
		progress.sees(e, l)
	}
}

// report prints the table, and what failed said.
func report(w io.Writer, l *log) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "WHAT IS SWEPT\tTEST\tASKED\tREACHED\t")
	var failed []error
	for _, row := range rows {
		reached, err := row.judge(l)
		mark := "ok"
		if err != nil {
			mark = "FAILED"
			failed = append(failed, fmt.Errorf("%s: %w", cmp.Or(row.test, row.swept), err))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", row.swept, row.test, row.asked, reached, mark)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, failure := range l.failures() {
		fmt.Fprintf(w, "\n%s %s:\n", failure.pkg, failure.test)
		for _, line := range l.output[failure] {
			fmt.Fprint(w, line)
		}
	}
	return errors.Join(failed...)
}
