// Package child builds and runs the operator as people do, in a process of its own, for the demo, the benchmarks and
// e2eaws: it can reach nothing but what it is told of, and it does not outlive its parent.
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

// Administrator are credentials that the local AWS lets do everything.
var Administrator = aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}

// Start runs a program with these variables, such as those of LocalAWS, in the environment. Who got a Process must Stop
// it: it outlives ctx, for it is needed until everything is taken down.
func Start(ctx context.Context, variables []string, program string, args ...string) (*Process, error) {
	log, err := os.CreateTemp("", "securedapi-operator-*.log")
	if err != nil {
		return nil, err
	}
	exited := make(chan struct{})
	p := &Process{Log: log.Name(), Exited: exited}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(environment(), variables...)
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
// reach an account or a cluster of theirs by itself. What tunes our own garbage collector is not for the operator, either.
func environment() []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "KUBE") && !strings.HasPrefix(variable, "GOGC=") {
			env = append(env, variable)
		}
	}
	return env
}

// LocalAWS are the variables of a program with the kubeconfig, against the local AWS at the endpoint.
func LocalAWS(kubeconfig, endpoint string, credentials aws.Credentials) []string {
	return append(without(kubeconfig, awslocal.DefaultRegion, credentials), "AWS_ENDPOINT_URL="+endpoint)
}

// WithoutAccount are the variables of a program with the kubeconfig in a Region, whose keys are of no account.
func WithoutAccount(kubeconfig, region string) []string {
	return without(kubeconfig, region, Administrator)
}

func without(kubeconfig, region string, credentials aws.Credentials) []string {
	return []string{
		"KUBECONFIG=" + kubeconfig,
		"AWS_REGION=" + region,
		"AWS_ACCESS_KEY_ID=" + credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN=" + credentials.SessionToken,
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
	}
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

// Kill ends the operator as a crash does, and waits until it is gone.
func (p *Process) Kill() error {
	err := p.process.Kill()
	<-p.Exited
	return err
}
