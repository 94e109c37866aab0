// Package harness is what the tests of the whole operator share: a real API server, the real SDK, the local AWS, and an
// operator between them. It makes situations and waits for them; what a test claims stands in the test.
package harness

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/localcluster"
)

var (
	cluster *localcluster.Cluster
	// kube reads and writes past every cache.
	kube client.WithWatch
	// Scheme has the types that the operator works with.
	Scheme = runtime.NewScheme()
)

// Sweeps is the flag with which tests go through all of their cases.
var Sweeps = flag.Bool("sweeps", false, "go through failures by exhaustion and by chance, too: make faults")

// Sweep begins a test that goes through very many cases. They have minutes of their own, in make faults.
func Sweep(t *testing.T) {
	t.Helper()
	if !*Sweeps {
		t.Skip("make faults goes through it")
	}
	t.Parallel()
}

const (
	// ResyncNever keeps checks for drift out of a test.
	ResyncNever = 24 * time.Hour
	// Settle is short: the local AWS is consistent unless a test says otherwise.
	Settle = 500 * time.Millisecond
	// secretOverlap is as short; the tests of replaced secrets run on a clock of their own.
	secretOverlap = time.Second
	// Patience bounds every wait: far more than anything takes, on a busy machine too.
	Patience = time.Minute
)

// Main runs a package's tests beside a control plane, and tells how often the guarded route was called without a token.
func Main(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.v").Value.String() == "true" { // and not what -json makes of it, which is for programs
		log.SetLogger(zap.New(zap.UseDevMode(true)))
	} else {
		log.SetLogger(logr.Discard())
	}
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(Scheme); err != nil {
			panic(err)
		}
	}
	code := localcluster.RunTests(m, localcluster.Options{CRDs: []string{File("config/crd/bases")}},
		func(c *localcluster.Cluster) {
			cluster = c
			var err error
			if kube, err = client.NewWithWatch(c.Config, client.Options{Scheme: Scheme}); err != nil {
				panic(err)
			}
		})
	fmt.Fprintf(os.Stdout, "guarded: %d calls without a token, %d let in\n", withoutToken.calls.Load(), withoutToken.letIn.Load())
	os.Exit(code)
}

// MainOfSweeps is Main for a package whose tests all begin with Sweep: without the flag, no control plane is started.
func MainOfSweeps(m *testing.M) {
	if flag.Parse(); !*Sweeps {
		os.Exit(m.Run())
	}
	Main(m)
}

// File is the path of a file of the module, from wherever in it tests run.
func File(name string) string {
	for dir := "."; ; dir = filepath.Join("..", dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, name)
		}
		if path, err := filepath.Abs(dir); err != nil || path == filepath.Dir(path) {
			panic("there is no go.mod above")
		}
	}
}
