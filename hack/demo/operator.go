package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/securedapi/securedapi/hack/awslocal"
)

// operatorStopTimeout is more than the manager gives its own parts to stop (30 seconds).
const operatorStopTimeout = 40 * time.Second

// operator is the operator as people run it: a process of its own.
type operator struct {
	process *os.Process
	log     string        // a file
	exited  chan struct{} // closed when the process is gone
	err     error         // of the process, once it is gone
}

// startOperator builds the operator and runs it against a world's cluster and AWS.
func startOperator(ctx context.Context, w *world) (*operator, error) {
	binary := filepath.Join(w.dir, "securedapi")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, ".")
	build.Dir = w.root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	log, err := os.CreateTemp("", "securedapi-operator-*.log")
	if err != nil {
		return nil, err
	}
	o := &operator{log: log.Name(), exited: make(chan struct{})}
	// It outlives ctx: it is needed until everything is taken down.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), binary, "--metrics-bind-address=0", "--health-probe-bind-address=0")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = operatorEnvironment(w.cluster.Kubeconfig(), w.aws.URL)
	cmd.SysProcAttr = processAttributes()
	started := make(chan error)
	go func() {
		// To the kernel, a process's parent is the thread that forked it. This one stays until the process is gone.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer log.Close()
		err := cmd.Start()
		started <- err
		if err == nil {
			o.err = cmd.Wait()
			close(o.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	o.process = cmd.Process
	return o, nil
}

// operatorEnvironment is ours without a trace of AWS or Kubernetes in it: whatever a person's profile says, nothing
// here may reach an account or a cluster of theirs.
func operatorEnvironment(kubeconfig, endpoint string) []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "KUBE") {
			env = append(env, variable)
		}
	}
	return append(env,
		"KUBECONFIG="+kubeconfig,
		"AWS_ENDPOINT_URL="+endpoint,
		"AWS_REGION="+awslocal.DefaultRegion,
		"AWS_ACCESS_KEY_ID=local",
		"AWS_SECRET_ACCESS_KEY=local",
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
	)
}

// failure is an error if the operator has ended. It never does by itself while all is well.
func (o *operator) failure() error {
	select {
	case <-o.exited:
		return errors.Join(fmt.Errorf("the operator stopped by itself; its log is %s", o.log), o.err)
	default:
		return nil
	}
}

// stop asks the operator to stop, and waits until it is gone.
func (o *operator) stop() error {
	if err := o.process.Signal(syscall.SIGTERM); errors.Is(err, os.ErrProcessDone) {
		return nil // the step that it broke has told
	}
	select {
	case <-o.exited:
		return o.err
	case <-time.After(operatorStopTimeout):
		err := o.process.Kill()
		<-o.exited
		return errors.Join(fmt.Errorf("the operator did not stop within %s; its log is %s", operatorStopTimeout, o.log), err)
	}
}
