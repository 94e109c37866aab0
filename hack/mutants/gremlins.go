package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	gremlins = "github.com/go-gremlins/gremlins/cmd/gremlins"
	// leastKilled is the part of the mutants on covered lines that tests have to notice, all packages together.
	leastKilled = 0.90
	// patience is how long a mutant may take at least: gremlins bounds it by a multiple of the time that the tests need
	// with nothing broken, and the first of each worker compiles the module anew, in a copy of its own.
	patience = 2 * time.Minute
	// leastTimes is the smallest multiple.
	leastTimes = 5
)

// controlPlane is a package that tests import which need a kube-apiserver: thousands of mutants would each start one.
const controlPlane = "/hack/localcluster"

// harness is the folder of the tests of the whole operator: no code of the product.
const harness = "controllers/tests"

// changeOperators runs gremlins on the packages below controllers whose folders match, one after the other, each in a
// copy of the module that has no other tests than its own.
func changeOperators(ctx context.Context, names string, workers int) error {
	matches, err := regexp.Compile(names)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "securedapi-gremlins-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "gremlins")
	if out, err := run(ctx, ".", nil, "go", "build", "-modfile=hack/tools/go.mod", "-o", program, gremlins); err != nil {
		return fmt.Errorf("build gremlins: %w\n%s", err, out)
	}
	packages, err := listPackages(ctx)
	if err != nil {
		return err
	}
	var scores []score
	var failed []error
	for _, p := range packages {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !matches.MatchString(p.folder) {
			continue
		}
		start := time.Now()
		s := score{folder: p.folder, left: p.left}
		if p.left == "" {
			fmt.Fprintf(os.Stderr, "%s: …\n", p.folder)
			if s, err = unleash(ctx, dir, program, p.folder, workers); err != nil {
				failed = append(failed, fmt.Errorf("%s: %w", p.folder, err))
				s = score{folder: p.folder, left: "it could not be tried"}
			}
		}
		s.took = time.Since(start)
		fmt.Fprintln(os.Stderr, s)
		scores = append(scores, s)
	}
	return errors.Join(append(failed, judge(os.Stdout, scores))...)
}

// listed is a package with code, and why it is left out, if it is.
type listed struct{ folder, left string }

func listPackages(ctx context.Context) ([]listed, error) {
	const format = `{{if .GoFiles}}{{.Dir}}	{{len .TestGoFiles}}{{len .XTestGoFiles}}	` +
		`{{join .TestImports " "}} {{join .XTestImports " "}}{{end}}`
	out, err := run(ctx, ".", nil, "go", "list", "-f", format, "./controllers/...")
	if err != nil {
		return nil, fmt.Errorf("list packages: %w\n%s", err, out)
	}
	root, err := filepath.Abs(".")
	if err != nil {
		return nil, err
	}
	var found []listed
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		folder, err := filepath.Rel(root, fields[0])
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(folder, harness+"/") {
			continue
		}
		p := listed{folder: folder}
		switch {
		case fields[1] == "00":
			p.left = "it has no tests of its own"
		case strings.Contains(fields[2]+" ", controlPlane+" "):
			p.left = "its own tests need a control plane"
		}
		found = append(found, p)
	}
	return found, nil
}

// unleash runs gremlins on one package.
func unleash(ctx context.Context, dir, program, folder string, workers int) (score, error) {
	tree := filepath.Join(dir, strings.ReplaceAll(folder, "/", "-"))
	defer os.RemoveAll(tree)
	if err := copyModule(ctx, tree, folder); err != nil {
		return score{}, fmt.Errorf("copy the module: %w", err)
	}
	// Tests alone kill, not go vet; and no result is one of a former run, for gremlins measures the time that tests need.
	env := []string{"GOFLAGS=-ldflags=-w -vet=off -count=1 -buildvcs=false"}
	var took time.Duration
	for range 2 { // the second time, all is compiled
		start := time.Now()
		if out, err := run(ctx, tree, env, "go", "test", "-cover", "-coverprofile="+filepath.Join(dir, "cover"), "./"+folder); err != nil {
			return score{}, fmt.Errorf("its tests fail with nothing broken: %w\n%s", err, out)
		}
		took = time.Since(start)
	}
	report := filepath.Join(dir, "report.json")
	cmd := command(ctx, tree, env, program, "unleash", "--workers", strconv.Itoa(workers), "--exclude-files", "/",
		"--timeout-coefficient", strconv.Itoa(max(leastTimes, int(patience/took))), "--output", report, "./"+folder)
	said := &told{w: os.Stderr, folder: folder}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Run(); err != nil {
		return score{}, fmt.Errorf("gremlins: %w\n%s", cmp.Or(ctx.Err(), err), &said.all)
	}
	defer os.Remove(report)
	text, err := os.ReadFile(report)
	if errors.Is(err, os.ErrNotExist) {
		return score{folder: folder}, nil // there is no operator to change
	}
	if err != nil {
		return score{}, err
	}
	sources, err := load(".", []mutant{{at: place{pkg: folder}}})
	if err != nil {
		return score{}, err
	}
	return read(text, folder, sources[folder])
}

// copyModule copies what git knows of the module, without the tests of other packages: gremlins runs those below a
// folder, too, and copies all that there is for each worker.
func copyModule(ctx context.Context, tree, folder string) error {
	files, err := run(ctx, ".", nil, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(files), "\x00"), "\x00") {
		if strings.HasSuffix(name, "_test.go") && filepath.Dir(name) != folder {
			continue
		}
		text, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue // it was removed, and that is not committed
		}
		if err == nil {
			err = os.MkdirAll(filepath.Join(tree, filepath.Dir(name)), 0o700)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(tree, name), text, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// command is a program that is interrupted when the context ends, and has some seconds to clean up.
func command(ctx context.Context, dir string, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// run runs a program and returns what it said, its errors too if it failed.
func run(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	cmd := command(ctx, dir, env, name, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil {
		return append(out.Bytes(), errs.Bytes()...), cmp.Or(ctx.Err(), err)
	}
	return out.Bytes(), nil
}
