// Package localcluster runs a Kubernetes control plane on this machine, for the
// tests and the demo: etcd and kube-apiserver as real processes on loopback, and
// the kubectl that belongs to them. Where the programs come from is told at
// [Assets]; starting and stopping is controller-runtime's envtest.
//
// What a real API server does is all there: CRDs with CEL, server-side apply,
// watches, events, finalizers, `kubectl apply, wait, explain, delete`. There is
// no controller manager, scheduler or node, so nothing collects garbage by owner
// reference, a deleted namespace stays Terminating, service accounts get no
// token, and pods never run.
package localcluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// startTimeout is for each program. Both are up in seconds, but tests of several
// packages may start a cluster each on a machine of two cores.
const startTimeout = time.Minute

// Options of a Cluster. The zero value is a cluster that says nothing.
type Options struct {
	// CRDs are files and folders of CustomResourceDefinitions to install and wait for.
	CRDs []string
	// Logf is told of progress that a person may have to wait for. Nil: nobody is.
	Logf func(format string, args ...any)
	// Output takes what etcd and kube-apiserver print. Nil: discarded.
	Output io.Writer
}

// Cluster is a running control plane.
type Cluster struct {
	// Config is an administrator's, with a client rate limit that no test meets.
	Config *rest.Config
	// KubectlPath is the kubectl that was built with the API server.
	KubectlPath string

	env  *envtest.Environment
	dir  string
	done chan struct{}
}

// Start finds or builds the programs and starts them. It returns when the API
// server answers, and serves and explains every CRD of opts. ctx bounds the build;
// starting has a bound of its own. Who got a Cluster must Stop it.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	if opts.Logf == nil {
		opts.Logf = func(string, ...any) {}
	}
	assets, err := Assets(ctx, opts.Logf)
	if err != nil {
		return nil, fmt.Errorf("find the control plane's programs: %w", err)
	}
	dir, err := os.MkdirTemp("", "securedapi-cluster-")
	if err != nil {
		return nil, fmt.Errorf("make the cluster's folder: %w", err)
	}
	c := &Cluster{
		KubectlPath: filepath.Join(assets, "kubectl"),
		env:         environment(assets, opts),
		dir:         dir,
		done:        make(chan struct{}),
	}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start the control plane: %w", err), c.Stop())
	}
	return c, nil
}

// environment says all that envtest would otherwise take from the process's
// environment, so that no variable can point a test at a cluster of value.
func environment(assets string, opts Options) *envtest.Environment {
	existing := false
	env := &envtest.Environment{
		UseExistingCluster:       &existing,
		CRDDirectoryPaths:        opts.CRDs,
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: startTimeout,
	}
	env.ControlPlane.KubectlPath = filepath.Join(assets, "kubectl")
	env.ControlPlane.Etcd = &envtest.Etcd{Path: filepath.Join(assets, "etcd"), Out: opts.Output, Err: opts.Output}
	server := env.ControlPlane.GetAPIServer()
	server.Path, server.Out, server.Err = filepath.Join(assets, "kube-apiserver"), opts.Output, opts.Output
	return env
}

func (c *Cluster) start(ctx context.Context) error {
	for _, path := range []*string{&c.env.ControlPlane.Etcd.Path, &c.env.ControlPlane.APIServer.Path} {
		leashed, err := leash(ctx, c.dir, *path)
		if err != nil {
			return err
		}
		*path = leashed
	}
	started := make(chan error)
	go func() {
		// To the kernel, a process's parent is the thread that forked it. This one stays until Stop.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		_, err := c.env.Start()
		started <- err
		<-c.done
	}()
	if err := <-started; err != nil {
		return err
	}
	c.Config = c.env.Config
	if err := os.WriteFile(c.Kubeconfig(), c.env.KubeConfig, 0o600); err != nil {
		return err
	}
	return waitForOpenAPI(ctx, c.Config, c.env.CRDs)
}

// Stop ends the programs, waits until they are gone, and removes what they wrote.
func (c *Cluster) Stop() error {
	err := c.env.Stop()
	close(c.done)
	return errors.Join(err, os.RemoveAll(c.dir))
}

// Kubeconfig is the path of a kubeconfig file for the administrator.
func (c *Cluster) Kubeconfig() string { return filepath.Join(c.dir, "kubeconfig") }

// Kubectl is a kubectl command against this cluster, not yet started. It knows
// nothing of the person's own kubeconfig, preferences (kuberc) and cache.
func (c *Cluster) Kubectl(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.KubectlPath, args...)
	cmd.Env = append(os.Environ(),
		"KUBECONFIG="+c.Kubeconfig(),
		"KUBECACHEDIR="+filepath.Join(c.dir, "kubectl-cache"),
		"KUBERC=off",
	)
	return cmd
}
