package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
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
type lab struct {
	dir     string
	sources map[string]*source
	tests   tests
}

// tests are the names of the tests of each package below controllers, by its folder.
type tests map[string][]string

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// findTests finds the tests, wherever they are by now, from the module's root dir.
func findTests(dir string) (tests, error) {
	found := tests{}
	err := filepath.WalkDir(filepath.Join(dir, "controllers"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(dir, filepath.Dir(path))
		for _, match := range testFunction.FindAllSubmatch(text, -1) {
			found[folder] = append(found[folder], string(match[1]))
		}
		return err
	})
	return found, err
}

// folders are those of the packages that have tests for a pattern of -run, of which the part before the first slash is for
// tests, and the rest for their subtests.
func (t tests) folders(pattern string) ([]string, error) {
	top, _, _ := strings.Cut(pattern, "/")
	matches, err := regexp.Compile(top)
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, folder := range slices.Sorted(maps.Keys(t)) {
		if slices.ContainsFunc(t[folder], matches.MatchString) {
			folders = append(folders, folder)
		}
	}
	if len(folders) == 0 {
		return nil, fmt.Errorf("no test below controllers matches %s", top)
	}
	return folders, nil
}

// healthy fails unless the tests pass as long as nothing is broken: what fails anyway notices nothing.
func (l *lab) healthy(ctx context.Context, chosen []mutant) error {
	patterns := map[string][]string{}
	for _, m := range chosen {
		folders, err := l.tests.folders(m.caughtBy)
		if err != nil {
			return fmt.Errorf("%s: %w", m.breaks, err)
		}
		for _, folder := range folders {
			if !slices.Contains(patterns[folder], m.caughtBy) {
				patterns[folder] = append(patterns[folder], m.caughtBy)
			}
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(patterns)) {
		start := time.Now()
		binary, err := l.build(ctx, folder, "healthy")
		if err != nil {
			return err
		}
		out, failed, err := l.test(ctx, binary, folder, strings.Join(patterns[folder], "|"))
		if err != nil {
			return err
		}
		if failed {
			return fmt.Errorf("%s fails although nothing is broken:\n%s", folder, out)
		}
		fmt.Fprintf(os.Stderr, "%s passes with nothing broken, in %.0f s\n", folder, time.Since(start).Seconds())
	}
	return nil
}

// try builds a mutant and runs its tests.
func (l *lab) try(ctx context.Context, m mutant, name string) trial {
	t := trial{mutant: m}
	var folders []string
	if folders, t.err = l.tests.folders(m.caughtBy); t.err != nil {
		return t
	}
	overlay, err := l.overlay(m, name)
	if err != nil {
		t.err = err
		return t
	}
	for _, folder := range folders {
		if t.caughtBy, t.err = l.tryIn(ctx, folder, m.caughtBy, name, overlay); t.err != nil || len(t.caughtBy) > 0 {
			break
		}
	}
	return t
}

// tryIn runs a package's tests on a mutant, and returns those that notice.
func (l *lab) tryIn(ctx context.Context, folder, tests, name, overlay string) ([]string, error) {
	binary, err := l.build(ctx, folder, name, "-overlay", overlay)
	if err != nil {
		return nil, err
	}
	defer os.Remove(binary)
	out, failed, err := l.test(ctx, binary, folder, tests)
	if err != nil || !failed {
		return nil, err
	}
	return noticed(out)
}

// overlay writes the mutant's file and what tells the compiler to take it.
func (l *lab) overlay(m mutant, name string) (string, error) {
	original, text, err := l.sources[m.at.pkg].mutate(m)
	if err != nil {
		return "", err
	}
	mutated := filepath.Join(l.dir, name+".go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: mutated}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(l.dir, name+".json")
	return path, errors.Join(os.WriteFile(mutated, []byte(text), 0o600), os.WriteFile(path, overlay, 0o600))
}

// build compiles a package's tests. That a mutant does not compile is not that it was caught.
func (l *lab) build(ctx context.Context, folder, name string, flags ...string) (string, error) {
	binary := filepath.Join(l.dir, name+"-"+strings.ReplaceAll(folder, "/", "-")+".test")
	args := append([]string{"test", "-c", "-ldflags=-s -w", "-o", binary}, flags...)
	out, err := exec.CommandContext(ctx, "go", append(args, "./"+folder)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("it does not compile: %w\n%s", err, out)
	}
	return binary, nil
}

// test runs a package's tests where `go test` would, and says whether they failed.
func (l *lab) test(ctx context.Context, binary, folder, tests string) (out string, failed bool, err error) {
	args := []string{"-test.run", tests, "-test.failfast", "-test.timeout", testTimeout.String()}
	// It fails after it said which flags there are.
	if flags, _ := exec.CommandContext(ctx, binary, "-help").CombinedOutput(); strings.Contains(string(flags), "\n  -sweeps\n") {
		args = append(args, "-sweeps")
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = folder
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
