package localcluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestBuildOf(t *testing.T) {
	const mod = "module m\nrequire (\n\tk8s.io/kubernetes v1.37.2 // indirect\n)\n"
	base := buildOfFiles(t, mod, "sum")
	if base.minor != "1.37" {
		t.Errorf("minor version %q, want 1.37", base.minor)
	}
	if want := "gitVersion=v1.37.2"; !strings.Contains(base.ldflags, want) {
		t.Errorf("flags %q lack %q", base.ldflags, want)
	}
	tests := map[string]struct {
		mod, sum string
		same     bool
	}{
		"the same files":             {mod, "sum", true},
		"another version":            {strings.Replace(mod, "1.37.2", "1.38.0", 1), "sum", false},
		"another dependency":         {mod + "require k8s.io/api v0.37.2\n", "sum", false},
		"another sum":                {mod, "another", false},
		"text moved from sum to mod": {mod + "s", "um", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := filepath.Base(buildOfFiles(t, tt.mod, tt.sum).dir)
			if same := got == filepath.Base(base.dir); same != tt.same {
				t.Errorf("same folder in the cache: %v, want %v", same, tt.same)
			}
		})
	}
	if _, err := buildOf(moduleOf(t, "module m\n", ""), t.TempDir()); err == nil {
		t.Error("a module without k8s.io/kubernetes gave a build")
	}
}

func TestRunBuildsOnceForAll(t *testing.T) {
	b := smallBuild(t, "package main; func main() {}")
	var mu sync.Mutex
	var lines []string
	logf := func(format string, _ ...any) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, format)
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := b.run(t.Context(), logf); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := complete(b.dir, b.programs); err != nil {
		t.Error(err)
	}
	compiled := 0
	for _, line := range lines {
		if strings.HasPrefix(line, "%d/%d") {
			compiled++
		}
	}
	if compiled != len(b.programs) {
		t.Errorf("%d programs were compiled, want %d, once each", compiled, len(b.programs))
	}
}

func TestRunLeavesNothingUnfinished(t *testing.T) {
	b := smallBuild(t, "package main; func main() { no such thing }")
	err := b.run(t.Context(), t.Logf)
	if err == nil || !strings.Contains(err.Error(), "main.go:1") {
		t.Errorf("error %v, want one with the compiler's own words", err)
	}
	entries, err := os.ReadDir(filepath.Dir(b.dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			t.Errorf("%s was left in the cache", e.Name())
		}
	}
}

func TestLockGivesUpWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path, func() { t.Error("waited for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := lock(ctx, path, cancel); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	unlock()
	unlock, err = lock(t.Context(), path, func() { t.Error("waited for a lock that was given back") })
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

// smallBuild is a build of two programs from one small source.
func smallBuild(t *testing.T, source string) build {
	t.Helper()
	module := moduleOf(t, "module example.test/m\n\ngo 1.26\n", "")
	if err := os.WriteFile(filepath.Join(module, "main.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return build{
		module:   module,
		programs: []program{{name: "one", pkg: "."}, {name: "two", pkg: "."}},
		dir:      filepath.Join(t.TempDir(), "controlplane"),
	}
}

func buildOfFiles(t *testing.T, mod, sum string) build {
	t.Helper()
	b, err := buildOf(moduleOf(t, mod, sum), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func moduleOf(t *testing.T, mod, sum string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": mod, "go.sum": sum} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
