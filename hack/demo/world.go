package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/child"
	"github.com/securedapi/securedapi/hack/localcluster"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// world is a Kubernetes and an AWS, both on this machine, and the operator between them.
type world struct {
	root     string // of the repository
	dir      string // of what is made here: the operator's binary, rewritten manifests
	cluster  *localcluster.Cluster
	aws      *awslocal.Server
	operator *child.Process
}

// start starts a world; logf is told what happens. Who got a world must stop it.
func start(ctx context.Context, logf func(format string, args ...any)) (_ *world, err error) {
	w := &world{}
	if w.root, err = child.Repository(ctx); err != nil {
		return nil, err
	}
	if w.dir, err = os.MkdirTemp("", "securedapi-demo-"); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	if err := w.start(ctx, logf); err != nil {
		return nil, errors.Join(err, w.stop(false))
	}
	return w, nil
}

func (w *world) start(ctx context.Context, logf func(format string, args ...any)) (err error) {
	logf("the control plane: etcd and kube-apiserver")
	w.cluster, err = localcluster.Start(ctx, localcluster.Options{
		CRDs: []string{filepath.Join(w.root, "config", "crd", "bases")},
		Logf: logf,
	})
	if err != nil {
		return err
	}
	if w.aws, err = awslocal.New(awslocal.WithQuotas(1)); err != nil {
		return fmt.Errorf("start the local AWS: %w", err)
	}
	for name, handler := range handlers {
		w.aws.Lambda.Handle(name, handler)
	}
	operatorrole.LetRoutesCall(w.aws, functions...)
	w.aws.WAF.Put(webACLs...)
	logf("the local AWS, with the request quotas of AWS: %s", w.aws.URL)
	logf("the operator: building it")
	if w.operator, err = startOperator(ctx, w); err != nil {
		return fmt.Errorf("start the operator: %w", err)
	}
	logf("the operator: running; its log is %s", w.operator.Log)
	return nil
}

// stop ends everything and removes what it wrote, but for the operator's log if something went wrong.
func (w *world) stop(well bool) error {
	var errs []error
	if w.operator != nil {
		errs = append(errs, w.operator.Stop())
	}
	if w.aws != nil {
		errs = append(errs, w.aws.Close())
	}
	if w.cluster != nil {
		errs = append(errs, w.cluster.Stop())
	}
	errs = append(errs, os.RemoveAll(w.dir))
	err := errors.Join(errs...)
	if well && err == nil {
		return os.Remove(w.operator.Log)
	}
	return err
}

// attend returns a context that ends early, with the reason as its cause, if the operator does.
func (w *world) attend(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-w.operator.Exited:
			cancel(w.operator.Failure())
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// kubectl runs kubectl in the repository's root and returns what it printed.
func (w *world) kubectl(ctx context.Context, args ...string) (string, error) {
	cmd := w.cluster.Kubectl(ctx, args...)
	cmd.Dir = w.root
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}
