package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// report is what a run came to.
type report struct {
	target  string
	began   time.Time
	took    time.Duration
	results []result
	assumed []assumption
	left    error
}

// write prints the report, redacted as the recording beside which it is, and writes it to the file.
func (r report) write(o options, redact *redactor) error {
	text := redact.text(r.markdown())
	fmt.Fprintln(o.out)
	if _, err := io.WriteString(o.out, text); err != nil {
		return err
	}
	return os.WriteFile(o.report, []byte(text), 0o600)
}

func (r report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The operator against %s\n\n%s, %.0f s. ", r.target, r.began.UTC().Format("2006-01-02 15:04 MST"), r.took.Seconds())
	for _, v := range []verdict{agrees, differs, undecided, failed} {
		fmt.Fprintf(&b, "%s: %d. ", v, r.count(v))
	}
	if r.left != nil {
		fmt.Fprintf(&b, "\n\nNot all could be taken down: %s\n", cell(r.left.Error()))
	} else {
		b.WriteString("All that was made is taken down.\n")
	}
	b.WriteString("\n## Checks\n\n| Check | AWS is taken to | Seen | Verdict | Seconds |\n|---|---|---|---|---|\n")
	for _, one := range r.results {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %.1f |\n", one.name, cell(one.assumes), cell(one.seen), one.verdict, one.took.Seconds())
	}
	fmt.Fprintf(&b, "\n## Assumptions of %s\n\n| Assumption | Check | AWS |\n|---|---|---|\n", assumptionsFile)
	for _, one := range r.assumed {
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", one.text, one.check, r.decided(one.check))
	}
	return b.String()
}

// decided says whether AWS agrees with what a check is about. One that failed decides nothing.
func (r report) decided(check string) verdict {
	for _, one := range r.results {
		if one.name == check && one.verdict != failed {
			return one.verdict
		}
	}
	return undecided
}

func (r report) count(v verdict) int {
	n := 0
	for _, one := range r.results {
		if one.verdict == v {
			n++
		}
	}
	return n
}

// failure is an error if a check failed. That AWS differs is no failure: docs/aws.md says how the operator stays safe.
func (r report) failure() error {
	if n := r.count(failed); n > 0 {
		return errors.New("checks that failed: " + r.names(failed))
	}
	return nil
}

func (r report) names(v verdict) string {
	var names []string
	for _, one := range r.results {
		if one.verdict == v {
			names = append(names, one.name)
		}
	}
	return strings.Join(names, ", ")
}

// cell is a text that fits into a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}
