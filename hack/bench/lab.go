package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/child"
	"github.com/securedapi/securedapi/hack/localcluster"
)

var scheme = runtime.NewScheme()

func init() { //nolint:gochecknoinits // as every program with a scheme does
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
}

// lab is a Kubernetes and an AWS of one scenario's own, and the operator between them, in a process of its own.
type lab struct {
	logf     func(format string, args ...any)
	cluster  *localcluster.Cluster
	kube     client.Client
	aws      *awslocal.Server
	watcher  *watcher
	operator *child.Process
	// fail ends the scenario, and stopping is closed when the operator's end is wanted.
	fail     context.CancelCauseFunc
	stopping chan struct{}
	metrics  string // where the operator's metrics are
	pprof    string // and its profiles
}

// newLab starts a lab without an operator. Who got it must close it. It calls fail if an operator ends by itself.
func newLab(
	ctx context.Context, fail context.CancelCauseFunc, logf func(format string, args ...any), options ...awslocal.Option,
) (_ *lab, err error) {
	l := &lab{logf: logf, fail: fail}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	l.cluster, err = localcluster.Start(ctx, localcluster.Options{CRDs: []string{filepath.Join("config", "crd", "bases")}, Logf: logf})
	if err != nil {
		return nil, err
	}
	if l.kube, err = client.New(l.cluster.Config, client.Options{Scheme: scheme}); err != nil {
		return nil, err
	}
	if l.aws, err = awslocal.New(options...); err != nil {
		return nil, err
	}
	l.watcher, err = watch(ctx, l.cluster.Config)
	return l, err
}

// explain tells what the objects say that are not as they should be, up to a few.
func (l *lab) explain() {
	ctx, cancel := context.WithTimeout(context.Background(), explainTimeout)
	defer cancel()
	few := explained
	for key, s := range l.watcher.all() {
		object := &v1alpha1.SecuredAPI{}
		if s.whole || few == 0 || l.kube.Get(ctx, key, object) != nil {
			continue
		}
		few--
		l.logf("  %s, generation %d:", key, object.Generation)
		for _, c := range object.Status.Conditions {
			l.logf("    %s %s %s %d: %s", c.Type, c.Status, c.Reason, c.ObservedGeneration, c.Message)
		}
	}
}

const (
	explainTimeout = 10 * time.Second
	explained      = 3
)

// close ends everything that was started.
func (l *lab) close() error {
	err := l.stop()
	if l.watcher != nil {
		l.watcher.stop()
	}
	if l.aws != nil {
		err = errors.Join(err, l.aws.Close())
	}
	if l.cluster != nil {
		err = errors.Join(err, l.cluster.Stop())
	}
	return err
}

// start starts the operator, with the quotas' share of it, on a clock of AWS's that goes so fast. No share: no quotas.
func (l *lab) start(ctx context.Context, share, speed float64, workers int) error {
	return l.startWith(ctx, share, speed, workers)
}

// startWith is start, with more flags.
func (l *lab) startWith(ctx context.Context, share, speed float64, workers int, flags ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if l.metrics, err = freeAddress(ctx); err != nil {
		return err
	}
	if l.pprof, err = freeAddress(ctx); err != nil {
		return err
	}
	if share == 0 {
		l.aws.SetQuotas(0)
	} else {
		l.aws.SetQuotas(speed)
	}
	deployed, err := deployedEnvironment()
	if err != nil {
		return err
	}
	environment := append(child.LocalAWS(l.cluster.Kubeconfig(), l.aws.URL, child.Administrator), deployed...)
	operator, err := child.Start(ctx, environment, self, append([]string{
		operatorMode, "-metrics=" + l.metrics, "-pprof=" + l.pprof,
		"-share=" + strconv.FormatFloat(share, 'g', -1, 64), "-speed=" + strconv.FormatFloat(speed, 'g', -1, 64),
		"-concurrency=" + strconv.Itoa(workers),
	}, flags...)...)
	if err != nil {
		return err
	}
	stopping := make(chan struct{})
	l.operator, l.stopping = operator, stopping
	go func() {
		select {
		case <-operator.Exited:
			l.fail(operator.Failure())
		case <-stopping:
		}
	}()
	return nil
}

// deployedEnvironment are the variables that the manifest gives the operator.
func deployedEnvironment() ([]string, error) {
	text, err := os.ReadFile(filepath.Join("config", "manager", "deployment.yaml"))
	if err != nil {
		return nil, err
	}
	deployment := &appsv1.Deployment{}
	if err := yaml.Unmarshal(text, deployment); err != nil {
		return nil, fmt.Errorf("read the operator's deployment: %w", err)
	}
	var variables []string
	for _, variable := range deployment.Spec.Template.Spec.Containers[0].Env {
		variables = append(variables, variable.Name+"="+variable.Value)
	}
	return variables, nil
}

// stop stops the operator, and removes its log if it ended well.
func (l *lab) stop() error {
	if l.operator == nil {
		return nil
	}
	close(l.stopping)
	err := errors.Join(l.operator.Failure(), l.operator.Stop())
	if err == nil {
		err = os.Remove(l.operator.Log)
	}
	l.operator = nil
	return err
}

// freeAddress is one that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}
