package localcluster

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// RunTests is for a package's TestMain: one cluster for all its tests. It hands
// the cluster to use, runs the tests, stops the cluster, and returns the code to
// exit with.
//
//	func TestMain(m *testing.M) {
//		os.Exit(localcluster.RunTests(m, opts, func(c *localcluster.Cluster) { cluster = c }))
//	}
func RunTests(m *testing.M, opts Options, use func(*Cluster)) int {
	if opts.Logf == nil {
		opts.Logf = Stderrf
	}
	c, err := Start(context.Background(), opts)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	use(c)
	code := m.Run()
	if err := c.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// Stderrf is a Logf that prints lines to standard error.
func Stderrf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
