package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// progress tells, while the tests run, what was done and how long it took.
type progress struct {
	w    io.Writer
	rows []row
	done int
	// began is when tests began; one that is parallel begins when the others leave it the time.
	began map[name]time.Time
	// told is when something was told, by the tests' events.
	told time.Time
}

func newProgress(w io.Writer, rows []row) *progress {
	return &progress{w: w, rows: rows, began: map[name]time.Time{}}
}

// silence is how long nothing is told while cases of a row go on.
const silence = 30 * time.Second

// starts tells that a package's tests are built and run now.
func (p *progress) starts(pkg string) {
	n := 0
	for _, row := range p.rows {
		if row.pkg == pkg && row.test != "" {
			n++
		}
	}
	fmt.Fprintf(p.w, "%s: %d tests …\n", pkg, n)
}

// sees tells of a row's test that is done, of cases after a silence, and of what the compiler says.
func (p *progress) sees(e event, l *log) {
	switch e.Action {
	case "build-output":
		fmt.Fprint(p.w, e.Output)
	case "run", "cont":
		p.began[e.name()] = e.Time
		if p.told.IsZero() {
			p.told = e.Time
		}
	case "pass", "fail", "skip":
		p.ended(e, l)
	}
}

func (p *progress) ended(e event, l *log) {
	top, _, isCase := strings.Cut(e.Test, "/")
	of := name{e.name().pkg, top}
	i := slices.IndexFunc(p.rows, func(r row) bool { return r.test != "" && r.name() == of })
	if i < 0 || isCase && e.Time.Sub(p.told) < silence {
		return
	}
	p.told = e.Time
	took := e.Time.Sub(p.began[of]).Round(time.Second)
	if isCase {
		_, all := l.cases(of)
		fmt.Fprintf(p.w, "%s: %d cases so far, %s\n", top, all, took)
		return
	}
	p.done++
	reached, err := p.rows[i].judge(l)
	mark := "ok"
	if err != nil {
		mark = "FAILED"
	}
	fmt.Fprintf(p.w, "%d of %d: %s: %s, %s, %s\n", p.done, len(p.rows), top, reached, took, mark)
}
