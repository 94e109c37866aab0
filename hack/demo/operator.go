package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/securedapi/securedapi/hack/child"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// startOperator builds the operator and runs it against a world's cluster and AWS, as a role with config/iam/policy.json.
func startOperator(ctx context.Context, w *world) (*child.Process, error) {
	binary := filepath.Join(w.dir, "securedapi")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, ".")
	build.Dir = w.root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	cluster, err := w.kubectl(ctx, "get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}")
	if err != nil {
		return nil, err
	}
	session, err := operatorrole.Session(w.aws, cluster)
	if err != nil {
		return nil, err
	}
	account := child.AWS{Endpoint: w.aws.URL, Credentials: session}
	return child.Start(ctx, w.cluster.Kubeconfig(), account, binary, "--metrics-bind-address=0", "--health-probe-bind-address=0")
}
