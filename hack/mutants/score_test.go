package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What gremlins takes for killed includes what does not compile: a - for the + between strings, and constants that overflow.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	const code = "package sample\n\nfunc F(s string, n int) (string, int) {\n\treturn s + s, n + n\n}\n\n" +
		"const big = 1 << 40\n\nfunc G(n int) int {\n\treturn n + big/big + 8/big\n}\n"
	for name, text := range map[string]string{"go.mod": "module example.com/sample\n\ngo 1.26\n", "sample/sample.go": code} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sources, err := load(dir, []mutant{{at: place{pkg: "sample"}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := read([]byte(`{"files": [{"file_name": "sample.go", "mutations": [
		{"line": 4, "column": 11, "type": "ARITHMETIC_BASE", "status": "KILLED"},
		{"line": 4, "column": 18, "type": "ARITHMETIC_BASE", "status": "KILLED"},
		{"line": 5, "column": 1, "type": "INVERT_NEGATIVES", "status": "LIVED"},
		{"line": 4, "column": 1, "type": "CONDITIONALS_BOUNDARY", "status": "LIVED"},
		{"line": 6, "column": 1, "type": "CONDITIONALS_BOUNDARY", "status": "NOT COVERED"},
		{"line": 7, "column": 1, "type": "CONDITIONALS_BOUNDARY", "status": "TIMED OUT"},
		{"line": 8, "column": 1, "type": "CONDITIONALS_BOUNDARY", "status": "NOT VIABLE"},
		{"line": 10, "column": 16, "type": "ARITHMETIC_BASE", "status": "KILLED"},
		{"line": 10, "column": 24, "type": "ARITHMETIC_BASE", "status": "KILLED"}
	]}]}`), "sample", sources["sample"])
	want := score{
		folder: "sample", killed: 2, lived: 2, timedOut: 1, notCovered: 1, uncompiled: 3,
		survivors: []string{"sample/sample.go:4:1 CONDITIONALS_BOUNDARY", "sample/sample.go:5:1 INVERT_NEGATIVES"},
		hung:      []string{"sample/sample.go:7:1 CONDITIONALS_BOUNDARY"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(score{})); diff != "" || err != nil {
		t.Errorf("error %v, -want +got:\n%s", err, diff)
	}
}

func TestJudge(t *testing.T) {
	for _, tc := range []struct {
		reason string
		scores []score
		fails  bool
		says   string
	}{
		{"nine of ten, over all packages", []score{{folder: "a", killed: 1, lived: 1}, {folder: "b", killed: 8}}, false, "all      9       1"},
		{"less", []score{{folder: "a", killed: 89, lived: 11, survivors: []string{"a/a.go:1:1 X"}}}, true, "lived: a/a.go:1:1 X"},
		{"what hangs or is not covered counts on neither side", []score{{folder: "a", killed: 9, lived: 1, timedOut: 5, notCovered: 50}}, false, "90.0 %"},
		{"what hangs is named, for a busy machine can be the reason", []score{{folder: "a", timedOut: 1, hung: []string{"a/a.go:1:1 X"}}}, false, "hung: a/a.go:1:1 X"},
		{"a package without an operator", []score{{folder: "a"}}, false, "100.0 %"},
		{"a package that was left out says why", []score{{folder: "a", left: "it has no tests of its own"}}, false, "a        it has no tests of its own"},
	} {
		var table strings.Builder
		err := judge(&table, tc.scores)
		if (err != nil) != tc.fails || !strings.Contains(table.String(), tc.says) {
			t.Errorf("%s: got error %v and\n%s\nwant an error: %v, and %q", tc.reason, err, &table, tc.fails, tc.says)
		}
	}
}

func TestTold(t *testing.T) {
	var said strings.Builder
	told := &told{w: &said, folder: "controllers/x"}
	for _, part := range []string{
		"Starting...\nGathering coverage... done in 3s\n", " NOT COVERED CONDITIONALS_NEGATION at x.go:1:2\n",
		"       LIVED CONDITIONALS_NEG", "ATION at x.go:3:4\n   TIMED OUT ARITHMETIC_BASE at x.go:5:6\n",
		strings.Repeat("      KILLED ARITHMETIC_BASE at x.go:7:8\n", 18), "Mutation testing completed in 9 seconds\n",
	} {
		if n, err := told.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
	want := "controllers/x/x.go:3:4: LIVED CONDITIONALS_NEGATION\ncontrollers/x/x.go:5:6: TIMED OUT ARITHMETIC_BASE\n" +
		"controllers/x: 20 mutants so far\n"
	if got := said.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
