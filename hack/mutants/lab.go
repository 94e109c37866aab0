package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// testTimeout bounds the tests of one mutant. A mutant that hangs is caught by it.
const testTimeout = 5 * time.Minute

// mutant is one rule broken on purpose.
type mutant struct {
	// rule is its number in docs/design/README.md.
	rule   int
	breaks string
	// file is changed, from the module's root, in a few places.
	file  string
	edits []edit
	// tests, a pattern for -run, are in the package pkg, and are there to notice.
	pkg, tests string
}

// edit replaces words that stand in the file exactly once.
type edit struct{ old, new string }

// source is the mutant's file.
func (m mutant) source() ([]byte, error) {
	text, err := os.ReadFile(m.file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.breaks, err)
	}
	source := string(text)
	for _, e := range m.edits {
		if n := strings.Count(source, e.old); n != 1 {
			return nil, fmt.Errorf("%s: adjust the mutant: %s has this %d times, not once:\n%s", m.breaks, m.file, n, e.old)
		}
		source = strings.Replace(source, e.old, e.new, 1)
	}
	return []byte(source), nil
}

// trial is what became of a mutant.
type trial struct {
	mutant mutant
	// caughtBy are the tests that failed.
	caughtBy []string
	// err says why it could not be tried.
	err  error
	took time.Duration
}

// lab builds and tries mutants in a folder of its own.
type lab struct{ dir string }

// healthy fails unless the tests pass as long as nothing is broken: what fails anyway notices nothing.
func (l *lab) healthy(ctx context.Context, chosen []mutant) error {
	patterns := map[string][]string{}
	for _, m := range chosen {
		if !slices.Contains(patterns[m.pkg], m.tests) {
			patterns[m.pkg] = append(patterns[m.pkg], m.tests)
		}
	}
	for pkg, tests := range patterns {
		binary, err := l.build(ctx, pkg, "healthy")
		if err != nil {
			return err
		}
		out, failed, err := l.test(ctx, binary, pkg, strings.Join(tests, "|"))
		if err != nil {
			return err
		}
		if failed {
			return fmt.Errorf("%s fails although nothing is broken:\n%s", pkg, out)
		}
	}
	return nil
}

// try builds a mutant and runs its tests.
func (l *lab) try(ctx context.Context, m mutant, name string) trial {
	t := trial{mutant: m}
	overlay, err := l.overlay(m, name)
	if err != nil {
		t.err = err
		return t
	}
	binary, err := l.build(ctx, m.pkg, name, "-overlay", overlay)
	if err != nil {
		t.err = err
		return t
	}
	defer os.Remove(binary)
	out, failed, err := l.test(ctx, binary, m.pkg, m.tests)
	switch {
	case err != nil:
		t.err = err
	case failed:
		t.caughtBy, t.err = noticed(out)
	}
	return t
}

// overlay writes the mutant's file and what tells the compiler to take it.
func (l *lab) overlay(m mutant, name string) (string, error) {
	source, err := m.source()
	if err != nil {
		return "", err
	}
	original, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	mutated := filepath.Join(l.dir, name+".go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: mutated}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(l.dir, name+".json")
	return path, errors.Join(os.WriteFile(mutated, source, 0o600), os.WriteFile(path, overlay, 0o600))
}

// build compiles a package's tests. That a mutant does not compile is not that it was caught.
func (l *lab) build(ctx context.Context, pkg, name string, flags ...string) (string, error) {
	binary := filepath.Join(l.dir, name+"-"+strings.ReplaceAll(pkg, "/", "-")+".test")
	args := append([]string{"test", "-c", "-ldflags=-s -w", "-o", binary}, flags...)
	out, err := exec.CommandContext(ctx, "go", append(args, "./"+pkg)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("it does not compile: %w\n%s", err, out)
	}
	return binary, nil
}

// test runs a package's tests where `go test` would, and says whether they failed.
func (l *lab) test(ctx context.Context, binary, pkg, tests string) (out string, failed bool, err error) {
	args := []string{"-test.run", tests, "-test.failfast", "-test.timeout", testTimeout.String()}
	if pkg == controllers {
		args = append(args, "-sweeps")
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = pkg
	// The control plane ends with its tests; interrupted, they get the time for that.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	text, err := cmd.CombinedOutput()
	if _, isExit := errors.AsType[*exec.ExitError](err); isExit && ctx.Err() == nil {
		return string(text), true, nil
	}
	return string(text), false, err
}

var (
	failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	panicked   = regexp.MustCompile(`(?m)^panic: (.*)`)
)

// noticed are the tests that failed, each once: of subtests the most specific first one. Tests that fail for another
// reason, such as a control plane that does not start, have not noticed anything.
func noticed(out string) ([]string, error) {
	deepest := map[string]string{}
	var order []string
	for _, found := range failedTest.FindAllStringSubmatch(out, -1) {
		test, _, _ := strings.Cut(found[1], "/")
		if _, known := deepest[test]; !known {
			order = append(order, test)
		}
		if before := deepest[test]; strings.HasPrefix(found[1], before) {
			deepest[test] = found[1]
		}
	}
	var names []string
	for _, test := range order {
		names = append(names, deepest[test])
	}
	if len(names) == 0 {
		if found := panicked.FindStringSubmatch(out); found != nil {
			return []string{"panic: " + found[1]}, nil
		}
		return nil, fmt.Errorf("its tests did not run:\n%s", out)
	}
	return names, nil
}
