// Command faults runs the tests that go through failures by exhaustion or by chance, and prints one table: what was
// swept, the figure that is asked for, and the figure that was reached. It fails if a test fails, is missing, or reaches
// less: `make faults`.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"text/tabwriter"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-count=1", "-timeout=30m", "-run="+pattern(rows), "./controllers", "-sweeps")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	log, err := read(out)
	if err != nil {
		return errors.Join(err, cmd.Wait())
	}
	// The tests' own verdict comes after the table, which says more.
	verdict := cmd.Wait()
	return errors.Join(report(os.Stdout, log), verdict)
}

// event is one of those of `go doc test2json`.
type event struct{ Action, Test, Output string }

// read reads what the tests did and said.
func read(events io.Reader) (*log, error) {
	l := &log{results: map[string]string{}, output: map[string][]string{}}
	for decoder := json.NewDecoder(events); ; {
		var e event
		switch err := decoder.Decode(&e); {
		case errors.Is(err, io.EOF):
			return l, nil
		case err != nil:
			return l, fmt.Errorf("read the tests' events: %w", err)
		}
		l.add(e)
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
	for _, test := range l.failures() {
		fmt.Fprintf(w, "\n%s:\n", test)
		for _, line := range l.output[test] {
			fmt.Fprint(w, line)
		}
	}
	return errors.Join(failed...)
}
