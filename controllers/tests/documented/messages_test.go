package documented_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

var update = flag.Bool("update", false, "write docs/messages.md anew")

const messagesDocument = "docs/messages.md"

// spoken are the packages whose sentences people read in conditions, events and plans, and the heading of each.
var spoken = []struct{ dir, heading string }{
	{"controllers/validate", "Refused before the first call, or doubtful"},
	{"controllers/tenancy/policy", "Not allowed by a SecuredAPIPolicy"},
	{"controllers/tenancy", "Said of what several objects ask for"},
	{"controllers/userpool", "Said of the user pool"},
	{"controllers/restapi", "Said of the REST API"},
	{"controllers/attached/invoke", "Said of functions"},
	{"controllers/kube/owned", "Said of Secrets and ConfigMaps"},
	{"controllers/kube/clientsecret", "Said of the Secrets of clients"},
	{"controllers/engine", "Said of every resource"},
	{"controllers/awserr", "Said of calls to AWS"},
	{"controllers/awsclient", "Said of credentials and accounts"},
	{"controllers/outcome", "Said by conditions"},
	{"controllers/drift/sweeper", "Said of sweeps and events, in the log"},
	{"controllers/kube/index", "Said at the start, in the log"},
	{"controllers", "Said by the reconciler"},
}

// unspoken are functions whose strings go elsewhere: to logs, to metrics, to who calls them wrongly.
var unspoken = []string{"Info", "NewDesc", "NewGaugeFunc", "NewCounterVec", "NewHistogramVec", "panic", "MustCompile"}

// sentences are the string constants of a file that have three words or more, as messages have; what is filled in is %s or the like.
func sentences(file *ast.File) []string {
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field:
			return false
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.SelectorExpr:
				name = f.Sel.Name
			case *ast.Ident:
				name = f.Name
			}
			return !slices.Contains(unspoken, name)
		case *ast.BinaryExpr, *ast.BasicLit:
			if text, ok := literal(n); ok {
				if len(strings.Fields(text)) > 2 && !strings.ContainsAny(text, "{\n") {
					found = append(found, strings.TrimSpace(text))
				}
				return false
			}
		}
		return true
	})
	return found
}

// literal is a string constant, or the sum of some; what is not constant in it is "…".
func literal(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(n.Value)
		return text, n.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		left, lok := literal(n.X)
		right, rok := literal(n.Y)
		if n.Op != token.ADD || !lok && !rok {
			return "", false
		}
		if !lok {
			left = "…"
		}
		if !rok {
			right = "…"
		}
		return left + right, true
	case *ast.ParenExpr:
		return literal(n.X)
	}
	return "", false
}

// admission are the messages of the CRD's rules.
func admission(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	harness.EachProperty(t, func(_ string, schema *apiextensionsv1.JSONSchemaProps) {
		for _, rule := range schema.XValidations {
			found[cmp.Or(rule.Message, rule.MessageExpression)] = true
		}
	})
	return slices.Sorted(maps.Keys(found))
}

// TestMessages keeps docs/messages.md: every sentence that the operator can say, to be read aloud when one changes.
func TestMessages(t *testing.T) {
	var doc strings.Builder
	doc.WriteString("# Messages\n\nEvery sentence that a SecuredAPI can be told, as the code has it: `%s`, `%q`, `%d` and `…` are filled in. A test writes\n" +
		"this page (`go test ./controllers/tests/documented -run TestMessages -update`) and fails while it is not up to date.\n" +
		"A message begins with the field that it speaks of: `field: value rule; remedy`. AWS's own words follow as they came.\n\n" +
		"Beside a value that an enumeration does not have, a value of a wrong type, one that is too long or one that is missing, the API server adds\n" +
		"a line of its own: `<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; …`. It names no second\n" +
		"mistake. Correct the field in the other line ([why](design/refusals.md)).\n")
	section := func(heading string, messages []string) {
		fmt.Fprintf(&doc, "\n## %s\n\n", heading)
		slices.Sort(messages)
		for _, message := range slices.Compact(messages) {
			fmt.Fprintf(&doc, "- %s\n", regexp.MustCompile("[*_<>|`]").ReplaceAllString(message, `\$0`))
		}
	}
	section("Refused by the API server", admission(t))
	for _, part := range spoken {
		files, err := filepath.Glob(harness.File(part.dir + "/*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no files: %v", part.dir, err)
		}
		var all []string
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, sentences(file)...)
		}
		if len(all) == 0 {
			t.Errorf("%s: got no messages, want some", part.dir)
		}
		section(part.heading, all)
	}
	if *update {
		if err := os.WriteFile(harness.File(messagesDocument), []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(harness.File(messagesDocument))
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(doc.String(), string(have)); diff != "" {
		t.Errorf("%s (-code +document); read what is new aloud, then run this test with -update:\n%s", messagesDocument, diff)
	}
}
