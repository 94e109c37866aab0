// Package docstest holds the documents to what there is: `make docs-test`.
//
// markdown_test.go reads documents; links_test.go follows their relative links and anchors; names_test.go looks for the flags,
// sub-commands, make targets, files and tests that they name; manifests_test.go asks an API server whether it takes the
// manifests in them; tutorial_test.go runs the tutorial's commands as they are written; install_test.go compares the roles that
// commands, Terraform and CloudFormation make (terraform_test.go and cloudformation_test.go evaluate these); move_test.go follows
// the guide that moves an API; events_test.go evaluates who may use the queue of drift events.
//
// In the tutorial a comment before each shell block says what happens to it:
//
//	<!-- tested -->                    it is run
//	<!-- tested; input: ID token -->   it is run, and reads the token of a person who signed up at $LOGIN_URL
//	<!-- not run: the reason -->       it is checked, not run
//	<!-- output -->                    before a text block: what the block before it prints; … stands for any text
package docstest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/securedapi/securedapi/hack/child"
	"github.com/securedapi/securedapi/hack/localcluster"
)

// root is the repository, from here.
const root = "../.."

// cluster is a control plane without anything of ours.
var cluster *localcluster.Cluster

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	code := localcluster.RunTests(m, localcluster.Options{}, func(c *localcluster.Cluster) { cluster = c })
	_ = os.RemoveAll(built)
	os.Exit(code)
}

// built is the folder of the program, if it was built.
var built string

// program builds the operator, once.
var program = sync.OnceValues(func() (string, error) {
	var err error
	if built, err = os.MkdirTemp("", "securedapi-docstest-"); err != nil {
		return "", err
	}
	path := filepath.Join(built, "securedapi")
	return path, child.Build(context.Background(), root, path)
})

// problem is what is wrong in a document, and where.
type problem struct {
	path string
	line int
	text string
}

func (p problem) String() string { return fmt.Sprintf("%s:%d: %s", p.path, p.line, p.text) }

// report fails for each problem.
func report(t *testing.T, problems []problem) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}

// documents reads all Markdown of the repository below these paths.
func documents(t *testing.T, paths ...string) []*document {
	t.Helper()
	var all []*document
	for _, path := range paths {
		err := filepath.WalkDir(filepath.Join(root, path), func(file string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if filepath.Base(file) == "node_modules" {
				return filepath.SkipDir
			}
			if !strings.HasSuffix(file, ".md") {
				return nil
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			name, err := filepath.Rel(root, file)
			if err != nil {
				return err
			}
			all = append(all, parse(filepath.ToSlash(name), string(text)))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) == 0 {
		t.Fatalf("no documents in %v", paths)
	}
	return slices.Clip(all)
}

// everywhere is where documents are.
var everywhere = []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "config", "hack"}
