// Package child runs the operator as people do, in a process of its own, for the demo and the benchmarks: it can reach
// nothing but what is on this machine, and it does not outlive its parent.
package child

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/securedapi/securedapi/hack/awslocal"
)

// stopTimeout is more than the manager gives its own parts to stop (30 seconds).
const stopTimeout = 40 * time.Second

// Process is a running operator.
type Process struct {
	// Log is the file that it prints to.
	Log string
	// Exited is closed when the process is gone.
	Exited <-chan struct{}

	process *os.Process
	err     error // of the process, once it is gone
}

// AWS is what a program calls, and as whom.
type AWS struct {
	Endpoint    string
	Credentials aws.Credentials
}

// Administrator is for programs that the local AWS lets do everything.
func Administrator(endpoint string) AWS {
	return AWS{endpoint, aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}}
}

// Start runs a program with the kubeconfig, against a local AWS. Who got a Process must Stop it: it
// outlives ctx, for it is needed until everything is taken down.
func Start(ctx context.Context, kubeconfig string, account AWS, program string, args ...string) (*Process, error) {
	log, err := os.CreateTemp("", "securedapi-operator-*.log")
	if err != nil {
		return nil, err
	}
	exited := make(chan struct{})
	p := &Process{Log: log.Name(), Exited: exited}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = environment(kubeconfig, account)
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
			p.err = cmd.Wait()
			close(exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	p.process = cmd.Process
	return p, nil
}

// environment is ours without a trace of AWS or Kubernetes in it: whatever a person's profile says, nothing here may
// reach an account or a cluster of theirs. What tunes our own garbage collector is not for the operator, either.
func environment(kubeconfig string, account AWS) []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "KUBE") && !strings.HasPrefix(variable, "GOGC=") {
			env = append(env, variable)
		}
	}
	return append(env,
		"KUBECONFIG="+kubeconfig,
		"AWS_ENDPOINT_URL="+account.Endpoint,
		"AWS_REGION="+awslocal.DefaultRegion,
		"AWS_ACCESS_KEY_ID="+account.Credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY="+account.Credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN="+account.Credentials.SessionToken,
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
	)
}

// PID is the process's id.
func (p *Process) PID() int { return p.process.Pid }

// Failure is an error if the operator has ended. It never does by itself while all is well.
func (p *Process) Failure() error {
	select {
	case <-p.Exited:
		return errors.Join(fmt.Errorf("the operator stopped by itself; its log is %s", p.Log), p.err)
	default:
		return nil
	}
}

// Stop asks the operator to stop, and waits until it is gone.
func (p *Process) Stop() error {
	if err := p.process.Signal(syscall.SIGTERM); errors.Is(err, os.ErrProcessDone) {
		return nil // the step that it broke has told
	}
	select {
	case <-p.Exited:
		return p.err
	case <-time.After(stopTimeout):
		err := p.process.Kill()
		<-p.Exited
		return errors.Join(fmt.Errorf("the operator did not stop within %s; its log is %s", stopTimeout, p.Log), err)
	}
}
