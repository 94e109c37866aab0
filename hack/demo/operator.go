package main

import (
	"context"
	"path/filepath"

	"github.com/securedapi/securedapi/hack/child"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// startOperator builds the operator and runs it against a world's cluster and AWS, as a role with policies of config/iam.
func startOperator(ctx context.Context, w *world) (*child.Process, error) {
	binary := filepath.Join(w.dir, "securedapi")
	if err := child.Build(ctx, w.root, binary); err != nil {
		return nil, err
	}
	cluster, err := w.kubectl(ctx, "get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}")
	if err != nil {
		return nil, err
	}
	session, err := operatorrole.Session(w.aws, cluster)
	if err != nil {
		return nil, err
	}
	if err := permit(w, cluster); err != nil {
		return nil, err
	}
	return child.Start(ctx, child.LocalAWS(w.cluster.Kubeconfig(), w.aws.URL, session), binary,
		"--metrics-bind-address=0", "--health-probe-bind-address=0")
}
