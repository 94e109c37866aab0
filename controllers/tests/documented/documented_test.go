// Package documented_test compares the reference in docs with the code: nothing is missing there, and nothing is there that the
// operator does not say.
package documented_test

import (
	"errors"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/outcome"
	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// named are the strings in the first column of the tables below a heading of a document; all of the document's for none.
func named(t *testing.T, document, heading string) []string {
	t.Helper()
	text, err := os.ReadFile(harness.File(document))
	if err != nil {
		t.Fatal(err)
	}
	part := string(text)
	if heading != "" {
		_, part, _ = strings.Cut(part, "\n"+heading+"\n")
		part, _, _ = strings.Cut(part, "\n## ")
	}
	var found []string
	for _, match := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(part, -1) {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return found
}

// constants are the values of the constants of api/v1alpha1 whose names begin with a prefix.
func constants(t *testing.T, prefix string) []string {
	t.Helper()
	files := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range []string{"conditions.go", "events.go"} {
		file, err := parser.ParseFile(files, harness.File("api/v1alpha1/"+name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
	}
	checked, err := (&types.Config{Importer: importer.Default()}).Check("v1alpha1", files, parsed, nil)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]bool{}
	for _, name := range checked.Scope().Names() {
		if c, ok := checked.Scope().Lookup(name).(*types.Const); ok && strings.HasPrefix(name, prefix) {
			values[constant.StringVal(c.Val())] = true
		}
	}
	return slices.Sorted(maps.Keys(values))
}

func TestReferenceOfTheStatus(t *testing.T) {
	for _, tc := range []struct{ what, prefix, document, heading string }{
		{"conditions", "Condition", "docs/status.md", "## Conditions"},
		{"reasons", "Reason", "docs/status.md", "## Reasons"},
		{"events", "Event", "docs/events.md", ""},
	} {
		if diff := cmp.Diff(constants(t, tc.prefix), named(t, tc.document, tc.heading)); diff != "" {
			t.Errorf("%s in %s (-code +document):\n%s", tc.what, tc.document, diff)
		}
	}
}

// Conditions refer to Ready with a short text for the reason; no phase ends with the reasons that have none.
func TestEveryReasonOfAFailureHasAShortText(t *testing.T) {
	without := []string{
		v1alpha1.ReasonDeleting, v1alpha1.ReasonDoubtfulSpec, v1alpha1.ReasonPlanned, v1alpha1.ReasonSucceeded, v1alpha1.ReasonSuspended,
	}
	for _, reason := range constants(t, "Reason") {
		if got, want := outcome.Short(reason) != "", !slices.Contains(without, reason); got != want {
			t.Errorf("reason %s: got a short text: %v, want %v", reason, got, want)
		}
	}
}

// An event's reason is a constant, so that the comparison above sees it.
func TestEventsHaveTheirReasonsFromConstants(t *testing.T) {
	files, err := filepath.Glob(harness.File("controllers/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "event" && f.Sel.Name != "letGo" {
				return true
			}
			seen++
			if _, literal := call.Args[2].(*ast.BasicLit); literal {
				t.Errorf("%s: an event has the reason %s, want a constant of api/v1alpha1/events.go", name, call.Args[2].(*ast.BasicLit).Value)
			}
			return true
		})
	}
	if seen < 8 {
		t.Errorf("got %d events in the code, want all of them", seen)
	}
}

// What waits for a person is tried again as often as docs/status.md says.
func TestReasonsAreTriedAgainAsTheReferenceSays(t *testing.T) {
	text, err := os.ReadFile(harness.File("docs/status.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|.*\\| ([^|]*) \\|$").FindAllStringSubmatch(string(text), -1) {
		reason := row[1]
		var want []string // the second one is for what may come at any time
		for _, found := range regexp.MustCompile(`every (10 min|minute)`).FindAllStringSubmatch(row[2], -1) {
			want = append(want, map[string]string{"10 min": "10m0s", "minute": "1m0s"}[found[1]])
		}
		if len(want) == 0 || !slices.Contains(constants(t, "Reason"), reason) {
			continue
		}
		seen++
		for i, err := range []error{errors.New("it does not work"), &engine.AbsentError{What: "it is not there"}}[:len(want)] {
			got := outcome.Judge(awserr.Because(reason, err), time.Now())
			if got.After.String() != want[i] || !got.Stalled {
				t.Errorf("%s, because %v: got %s, stalled: %t, want %s of what waits for a person", reason, err, got.After, got.Stalled, want[i])
			}
		}
	}
	if seen < 15 {
		t.Errorf("got %d reasons that are tried every some minutes, want all of docs/status.md", seen)
	}
}
