package rules_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/controllers/tests/harness"
)

// IAM policies, quotas and drift events rely on the calls that the kinds declare.
func TestEveryCallIsDeclared(t *testing.T) {
	for service, where := range map[string]struct{ folder, client, sdk string }{
		"cognito-idp": {"../../userpool", "API", "cip"},
		"apigateway":  {"../../restapi", "API", "apigateway"},
		"lambda":      {"../../attached/invoke", "Lambda", "lambda"},
		"wafv2":       {"../../attached/webacl", "api", "wafv2"},
	} {
		if diff := cmp.Diff(callsIn(t, where.folder, where.client, where.sdk), harness.Operations(service)); diff != "" {
			t.Errorf("%s: the calls in %s and the operations that its kinds declare (-calls +declared):\n%s", service, where.folder, diff)
		}
	}
}

// callsIn returns the methods of a client that the code of a folder calls, by itself or through a paginator of the SDK.
func callsIn(t *testing.T, folder, client, sdk string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			switch of := method.X.(type) {
			case *ast.SelectorExpr:
				if of.Sel.Name == client {
					calls = append(calls, method.Sel.Name)
				}
			case *ast.Ident:
				name, paginated := strings.CutSuffix(method.Sel.Name, "Paginator")
				switch {
				case of.Name == client:
					calls = append(calls, method.Sel.Name)
				case of.Name == sdk && paginated:
					calls = append(calls, strings.TrimPrefix(name, "New"))
				}
			}
			return true
		})
	}
	slices.Sort(calls)
	return slices.Compact(calls)
}
