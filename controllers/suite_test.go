package controllers_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
	"pgregory.net/rapid"
	kstatus "sigs.k8s.io/cli-utils/pkg/kstatus/status"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/yaml"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	times "github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/localcluster"
)

// The tests of this package run the whole operator: a real API server, the real SDK, the local AWS.

var (
	cluster *localcluster.Cluster
	// kube reads and writes past every cache.
	kube   client.WithWatch
	scheme = runtime.NewScheme()
)

func TestMain(m *testing.M) {
	for name, value := range modelFlags {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	flag.Parse()
	if flag.Lookup("test.v").Value.String() == "true" { // and not what -json makes of it, which is for programs
		log.SetLogger(zap.New(zap.UseDevMode(true)))
	} else {
		log.SetLogger(logr.Discard())
	}
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	code := localcluster.RunTests(m, localcluster.Options{CRDs: []string{"../config/crd/bases"}},
		func(c *localcluster.Cluster) {
			cluster = c
			var err error
			if kube, err = client.NewWithWatch(c.Config, client.Options{Scheme: scheme}); err != nil {
				panic(err)
			}
		})
	fmt.Fprintf(os.Stdout, "guarded: %d calls without a token, %d let in\n", withoutToken.calls.Load(), withoutToken.letIn.Load())
	os.Exit(code)
}

var sweeps = flag.Bool("sweeps", false, "go through failures by exhaustion and by chance, too: make faults")

// sweep begins a test that goes through very many cases. They have minutes of their own, in make faults.
func sweep(t *testing.T) {
	t.Helper()
	if !*sweeps {
		t.Skip("make faults goes through it")
	}
	t.Parallel()
}

const (
	// resyncNever keeps checks for drift out of a test.
	resyncNever = 24 * time.Hour
	// settle is short: the local AWS is consistent unless a test says otherwise.
	settle = 500 * time.Millisecond
	// secretOverlap is as short; the tests of replaced secrets run on a clock of their own.
	secretOverlap = time.Second
	// patience bounds every wait: far more than anything takes, on a busy machine too.
	patience = time.Minute
)

// tester is what a world needs of its test: *testing.T has it, and *rapid.T, which is none.
type tester interface {
	rapid.TB
	Context() context.Context
	Cleanup(cleanup func())
}

// world is an AWS account and a namespace of one test's own, with an operator that watches that namespace only.
type world struct {
	t         tester
	aws       *awslocal.Server
	console   *aws.Config // for calls by hand that no fault meets; nil for one that is like the operator's
	client    client.WithWatch
	namespace string
	// workers is how many objects are worked on at the same time; 2, if it is 0.
	workers   int
	clusterID string
	resync    time.Duration
	quotas    quota.Options
	queue     string          // the URL of a queue of events, if the operator is to receive them
	selector  labels.Selector // of the operator's objects; nil for all
	operator  *controllers.SecuredAPIReconciler
	stop      func()
}

// functions are the Lambda functions of every account, and an alias of one.
var functions = []string{"GuestHandler", "OtherHandler", "OtherHandler:live", "RegisteredHandler"}

// newWorld starts an operator that checks for drift every resync.
func newWorld(t tester, resync time.Duration, options ...awslocal.Option) *world {
	t.Helper()
	w := newAccount(t, options...)
	w.resync = resync
	w.startOperator()
	t.Cleanup(func() { w.stop() })
	return w
}

// newAccount is a world without an operator.
func newAccount(t tester, options ...awslocal.Option) *world {
	t.Helper()
	return newAccountIn(t, kube, options...)
}

func newAccountIn(t tester, kube client.WithWatch, options ...awslocal.Option) *world {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
	if err := kube.Create(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	server, err := awslocal.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{t: t, aws: server, client: kube, namespace: namespace.Name, clusterID: "test-cluster"}
	for _, name := range functions {
		w.aws.Lambda.Handle(name, func(context.Context, json.RawMessage) (any, error) {
			return map[string]any{"statusCode": 200, "body": `"` + name + `"`}, nil
		})
	}
	return w
}

// startOperator starts an operator; stopping waits until its last pass is over.
func (w *world) startOperator() {
	w.t.Helper()
	quiet, cached := true, controllers.CacheOptions(w.selector)
	cached.DefaultNamespaces = map[string]cache.Config{w.namespace: {}}
	mgr, err := ctrl.NewManager(cluster.Config, ctrl.Options{
		Scheme:     scheme,
		Metrics:    metricsserver.Options{BindAddress: "0"},
		Cache:      cached,
		Controller: config.Controller{SkipNameValidation: &quiet},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	signed := awsclient.Signed(w.aws.Config(), w.clusterID)
	clients, err := awsclient.New(signed, w.quotas, prometheus.NewRegistry())
	if err != nil {
		w.t.Fatal(err)
	}
	reconciler := &controllers.SecuredAPIReconciler{
		Client: mgr.GetClient(), Reader: mgr.GetAPIReader(), AWS: clients, Cluster: w.clusterID,
		Recorder: mgr.GetEventRecorder("securedapi"), Schedule: &times.Schedule{Interval: w.resync}, CreationGracePeriod: settle, SecretOverlap: secretOverlap, Clock: clock.RealClock{},
	}
	if err := reconciler.SetupWithManager(w.t.Context(), mgr, cmp.Or(w.workers, 2)); err != nil {
		w.t.Fatal(err)
	}
	if w.queue != "" {
		if err := reconciler.ReceiveEvents(mgr, signed, w.queue); err != nil {
			w.t.Fatal(err)
		}
	}
	w.operator = reconciler
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	w.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
		w.stop = func() {}
	}
}

// recipe is the manifest that the project started from, as people apply it.
func (w *world) recipe() *v1alpha1.SecuredAPI {
	w.t.Helper()
	text, err := os.ReadFile("../config/samples/securedapi_v1alpha1_notes.yaml")
	if err != nil {
		w.t.Fatal(err)
	}
	object := &v1alpha1.SecuredAPI{}
	if err := yaml.UnmarshalStrict(text, object); err != nil {
		w.t.Fatal(err)
	}
	object.Namespace = w.namespace
	return object
}

func (w *world) create(object *v1alpha1.SecuredAPI) *v1alpha1.SecuredAPI {
	w.t.Helper()
	if err := w.client.Create(w.t.Context(), object); err != nil {
		w.t.Fatal(err)
	}
	return object
}

// update edits an object's spec, against whoever else writes it.
func (w *world) update(object *v1alpha1.SecuredAPI, edit func(*v1alpha1.SecuredAPI)) {
	w.t.Helper()
	w.eventually("the update", func(ctx context.Context) (bool, string) {
		w.get(object)
		edit(object)
		err := w.client.Update(ctx, object)
		if err != nil && !apierrors.IsConflict(err) {
			w.t.Fatal(err)
		}
		return err == nil, fmt.Sprint(err)
	})
}

func (w *world) get(object client.Object) {
	w.t.Helper()
	if err := w.client.Get(w.t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		w.t.Fatal(err)
	}
}

// await waits until the object is as it should be.
func (w *world) await(object *v1alpha1.SecuredAPI, what string, is func(*v1alpha1.SecuredAPI) bool) {
	w.t.Helper()
	w.follow(object, what, func(state watch.EventType) bool { return state != watch.Deleted && is(object) })
}

// follow keeps object as the API server has it, until the state that is waited for. It watches: who asks again and again
// keeps the API server from the tests that run beside.
func (w *world) follow(object *v1alpha1.SecuredAPI, what string, is func(watch.EventType) bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	all, this := &v1alpha1.SecuredAPIList{}, &client.ListOptions{
		Namespace: object.Namespace, FieldSelector: fields.OneTermEqualSelector(metav1.ObjectNameField, object.Name),
	}
	if err := w.client.List(ctx, all, this); err != nil {
		w.t.Fatal(err)
	}
	state := watch.Deleted
	for _, now := range all.Items {
		now.DeepCopyInto(object)
		state = watch.Added
	}
	if is(state) {
		return
	}
	this.Raw = &metav1.ListOptions{ResourceVersion: all.ResourceVersion}
	changes, err := w.client.Watch(ctx, all, this)
	if err != nil {
		w.t.Fatal(err)
	}
	defer changes.Stop()
	for change := range changes.ResultChan() {
		now, ok := change.Object.(*v1alpha1.SecuredAPI)
		if !ok {
			w.t.Fatalf("waited for %s: %+v", what, change.Object)
		}
		if now.DeepCopyInto(object); is(change.Type) {
			return
		}
	}
	text, _ := yaml.Marshal(object.Status)
	w.t.Fatalf("waited for %s: %v\n%s", what, ctx.Err(), text)
}

// awaitReady waits until the object's present spec is Ready.
func (w *world) awaitReady(object *v1alpha1.SecuredAPI) {
	w.t.Helper()
	w.await(object, "Ready", isReady)
	w.judge(object, kstatus.CurrentStatus)
}

// judge holds the object against kstatus, as deployment tools read it.
func (w *world) judge(object *v1alpha1.SecuredAPI, want kstatus.Status) {
	w.t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		w.t.Fatal(err)
	}
	result, err := kstatus.Compute(&unstructured.Unstructured{Object: content})
	if err != nil || result.Status != want {
		w.t.Errorf("kstatus says %v (%v), want %s", result, err, want)
	}
}

// awaitStalled waits until the object's present spec was found impossible, and returns what Stalled says.
func (w *world) awaitStalled(object *v1alpha1.SecuredAPI, reason string) string {
	w.t.Helper()
	var message string
	w.await(object, "Stalled with "+reason, func(o *v1alpha1.SecuredAPI) bool {
		stalled := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionStalled)
		if stalled == nil || stalled.Reason != reason || stalled.ObservedGeneration != o.Generation {
			return false
		}
		message = stalled.Message
		return true
	})
	if object.DeletionTimestamp.IsZero() {
		w.judge(object, kstatus.FailedStatus)
	}
	return message
}

// delete deletes the object and waits until it is gone.
func (w *world) delete(object *v1alpha1.SecuredAPI) {
	w.t.Helper()
	if err := w.client.Delete(w.t.Context(), object); err != nil {
		w.t.Fatal(err)
	}
	w.awaitGone(object)
}

func (w *world) awaitGone(object *v1alpha1.SecuredAPI) {
	w.t.Helper()
	w.follow(object, "the object to go", func(state watch.EventType) bool { return state == watch.Deleted })
}

// eventually waits for a condition, and fails with what was there last.
func (w *world) eventually(what string, is func(context.Context) (bool, string)) {
	w.t.Helper()
	var last string
	err := wait.PollUntilContextTimeout(w.t.Context(), 10*time.Millisecond, patience, true, func(ctx context.Context) (done bool, err error) {
		done, last = is(ctx)
		return done, nil
	})
	if err != nil {
		w.t.Fatalf("waited for %s: %v\n%s", what, err, last)
	}
}

// reconcile runs one pass, as the queue does.
func (w *world) reconcile(object *v1alpha1.SecuredAPI) {
	w.t.Helper()
	if _, err := w.operator.Reconcile(w.t.Context(), ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}); err != nil {
		w.t.Fatal(err)
	}
}

// calls are the operations that were called since the last count, in order.
func (w *world) calls() []string {
	var names []string
	for _, call := range w.aws.Calls() {
		names = append(names, call.Operation)
	}
	w.aws.ResetCalls()
	return names
}

// awaitCalls waits until so many calls of a kind were made.
func (w *world) awaitCalls(is func(awslocal.Call) bool, least int) {
	w.t.Helper()
	w.eventually("calls", func(context.Context) (bool, string) {
		n := w.count(is)
		return n >= least, fmt.Sprintf("%d of %d", n, least)
	})
}

// count counts the calls of a kind so far.
func (w *world) count(is func(awslocal.Call) bool) (n int) {
	for _, call := range w.aws.Calls() {
		if is(call) {
			n++
		}
	}
	return n
}

// call gets a URL and returns the status.
func (w *world) call(url string) int {
	w.t.Helper()
	status, _ := w.request(http.MethodGet, url)
	return status
}

// request makes a request without a token, and returns the answer's status and headers.
func (w *world) request(method, url string) (int, http.Header) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, url, http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode, response.Header
}
