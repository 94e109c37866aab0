package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/go-logr/logr"
	"github.com/google/uuid"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/hack/child"
	"github.com/securedapi/securedapi/hack/localcluster"
)

const (
	// clusterTag is the operator's tag that says whose something is, clusterPrefix begins its values in all runs.
	clusterTag    = "securedapi.dev/cluster"
	clusterPrefix = "securedapi-e2e-"
	// handTag is on what is made by hand, for the operator adopts nothing that has its own tag.
	handTag = "securedapi-e2e"
)

// world is a control plane on this machine, an AWS, and the operator between them.
type world struct {
	*target

	options

	// run is in the names of all that this run makes.
	run      string
	dir      string // of what is made here: the operator's binary
	cluster  *localcluster.Cluster
	kube     client.Client
	recorder *recorder
	proxy    *proxy
	operator *child.Process
	logs     []string // of all operators

	// Calls by hand, and requests of whoever calls the routes.
	cognito *cip.Client
	gateway *apigateway.Client
	lambda  *lambda.Client
	visitor *http.Client

	seen
}

// seen is what earlier checks found or made, for later ones.
type seen struct {
	// idToken and accessToken are those of the user who signed in.
	idToken, accessToken string
	// jobToken is that of the client with the client credentials flow.
	jobToken string
	// pool and api were made by hand.
	pool, api string
}

// clusterID is the tag's value in this run.
func (w *world) clusterID() string { return clusterPrefix + w.run }

// byHandTags are the tags of what is made by hand.
func (w *world) byHandTags() map[string]string {
	return map[string]string{handTag: w.clusterID() + "-hand"}
}

// start starts a world. Who got one must stop it.
func start(ctx context.Context, t *target, root string, o options) (_ *world, err error) {
	w := &world{target: t, options: o, run: uuid.NewString()[:8]}
	if w.dir, err = os.MkdirTemp("", "securedapi-e2eaws-"); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	if err := w.start(ctx, root); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *world) start(ctx context.Context, root string) (err error) {
	log.SetLogger(logr.Discard()) // envtest's
	w.sayf("run %s: starting the control plane and the operator; recording in %s", w.run, w.record)
	w.cluster, err = localcluster.Start(ctx, localcluster.Options{
		CRDs: []string{filepath.Join(root, "config", "crd", "bases")}, Logf: w.sayf,
	})
	if err != nil {
		return err
	}
	scheme := clientgoscheme.Scheme
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return err
	}
	if w.kube, err = client.New(w.cluster.Config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	w.recorder = &recorder{
		folder: w.record, redact: newRedactor(w.clusterID(), w.account), written: map[string]bool{},
		base: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableCompression: true},
	}
	if w.proxy, err = startProxy(ctx, w.target, w.recorder.as(byOperator)); err != nil {
		return err
	}
	hand := w.config.Copy()
	hand.HTTPClient = &http.Client{Transport: w.recorder.as(byHand)}
	w.cognito, w.gateway, w.lambda = cip.NewFromConfig(hand), apigateway.NewFromConfig(hand), lambda.NewFromConfig(hand)
	w.visitor = &http.Client{Transport: w.recorder.as(byVisitor)}
	if err := child.Build(ctx, root, filepath.Join(w.dir, "securedapi")); err != nil {
		return err
	}
	return w.startOperator(ctx)
}

// startOperator starts the operator, in the place of one that was killed, with the flags of the target and more.
func (w *world) startOperator(ctx context.Context, flags ...string) (err error) {
	variables := child.WithoutAccount(w.cluster.Kubeconfig(), w.config.Region)
	if w.endpoint != "" {
		// The URLs of status are told by it; the services' own have precedence for calls.
		variables = append(variables, "AWS_ENDPOINT_URL="+w.endpoint)
	}
	for _, service := range proxiedServices {
		variables = append(variables, "AWS_ENDPOINT_URL_"+service+"="+w.proxy.url)
	}
	former := w.operator
	w.operator, err = child.Start(ctx, variables, filepath.Join(w.dir, "securedapi"), slices.Concat([]string{
		"--cluster-id=" + w.clusterID(), "--metrics-bind-address=0", "--health-probe-bind-address=0",
	}, w.flags, flags)...)
	if err != nil {
		w.operator = former
		return fmt.Errorf("start the operator: %w", err)
	}
	w.logs = append(w.logs, w.operator.Log)
	w.sayf("the operator's log is %s", w.operator.Log)
	return nil
}

// stop takes everything down: the objects by the operator, as long as it runs, and what is left by hand. The operator's logs
// go if all went well. The error lists what could not be deleted.
func (w *world) stop(ctx context.Context, well bool) error {
	w.recorder.begin("the end")
	deleting, cancel := context.WithTimeout(ctx, takeDownTimeout/2)
	defer cancel()
	err := w.deleteObjects(deleting)
	if err != nil {
		w.sayf("the operator did not take down all: %v", err)
	}
	if err := w.operator.Stop(); err != nil {
		w.sayf("the operator: %v", err)
	}
	_, err = w.sweep(ctx, func(cluster string) bool { return strings.HasPrefix(cluster, w.clusterID()) }, nil)
	if err != nil {
		err = fmt.Errorf("left in AWS, try `make e2e-aws-clean`: %w", err)
	}
	if well && err == nil {
		for _, file := range w.logs {
			err = errors.Join(err, os.Remove(file))
		}
	}
	return errors.Join(err, w.recorder.err, w.close())
}

// close ends what runs here.
func (w *world) close() error {
	var errs []error
	if w.operator != nil {
		errs = append(errs, w.operator.Stop())
	}
	if w.proxy != nil {
		errs = append(errs, w.proxy.server.Close())
	}
	if w.recorder != nil {
		w.recorder.base.(*http.Transport).CloseIdleConnections()
	}
	if w.cluster != nil {
		errs = append(errs, w.cluster.Stop())
	}
	return errors.Join(append(errs, os.RemoveAll(w.dir))...)
}

func (w *world) sayf(format string, args ...any) { fmt.Fprintf(w.out, format+"\n", args...) }

// await looks until something is as it is to be, but no longer than patience. Its error says what was seen instead.
func (w *world) await(ctx context.Context, look func() (done bool, seen string)) error {
	ctx, cancel := context.WithTimeout(ctx, w.patience)
	defer cancel()
	for {
		done, seen := look()
		if done {
			return nil
		}
		if err := w.operator.Failure(); err != nil {
			return err
		}
		select {
		case <-time.After(w.poll):
		case <-ctx.Done():
			return fmt.Errorf("after %s: %s", w.patience, seen)
		}
	}
}
