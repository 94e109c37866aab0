package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/securedapi/securedapi/hack/child"
)

// startOperator builds the operator and runs it against a world's cluster and AWS.
func startOperator(ctx context.Context, w *world) (*child.Process, error) {
	binary := filepath.Join(w.dir, "securedapi")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, ".")
	build.Dir = w.root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return child.Start(ctx, w.cluster.Kubeconfig(), w.aws.URL, binary, "--metrics-bind-address=0", "--health-probe-bind-address=0")
}
