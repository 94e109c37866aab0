package harness

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/schedule/shard"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// TB is what a world needs of its test: *testing.T has it, and *rapid.T, which is none.
type TB interface {
	Helper()
	Logf(format string, args ...any)
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Context() context.Context
	Cleanup(cleanup func())
}

// World is an AWS account and a namespace of one test's own, with an operator that watches that namespace only.
type World struct {
	T   TB
	AWS *awslocal.Server
	// Console is for calls by hand that no fault meets; nil for one that is like the operator's.
	Console *aws.Config
	// Client reads and writes past every cache.
	Client    client.WithWatch
	Namespace string
	// Neighbor is another namespace that the operator works for, if it is not empty.
	Neighbor string
	// Workers is how many objects are worked on at the same time; 2, if it is 0.
	Workers   int
	ClusterID string
	// Resync is the time between the operator's checks for drift.
	Resync time.Duration
	// PerMinute bounds how many passes the namespace may ask for; 0 does not.
	PerMinute int
	// RequirePolicy refuses a namespace that no policy selects, also while there is none.
	RequirePolicy bool
	Quotas        quota.Options
	// Queue is the URL of a queue of events, if the operator is to receive them.
	Queue string
	// Selector is of the operator's objects; nil for all.
	Selector labels.Selector
	Operator *controllers.SecuredAPIReconciler
	// Stop stops the operator, and waits until its last pass is over.
	Stop func()
}

// functions are the Lambda functions of every account, and an alias of one.
var functions = []string{"GuestHandler", "OtherHandler", "OtherHandler:live", "RegisteredHandler"}

// NewWorld starts an operator that checks for drift every resync.
func NewWorld(t TB, resync time.Duration, options ...awslocal.Option) *World {
	t.Helper()
	w := NewAccount(t, options...)
	w.Resync = resync
	w.StartOperator()
	t.Cleanup(func() { w.Stop() })
	return w
}

// NewAccount is a world without an operator.
func NewAccount(t TB, options ...awslocal.Option) *World {
	t.Helper()
	return NewAccountIn(t, kube, options...)
}

// NewAccountIn is a world without an operator, with a namespace of another API server, or of a fake of one.
func NewAccountIn(t TB, kube client.WithWatch, options ...awslocal.Option) *World {
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
	w := &World{T: t, AWS: server, Client: kube, Namespace: namespace.Name, ClusterID: ClusterID}
	operatorrole.LetRoutesCall(w.AWS, "GuestHandler", "OtherHandler", "RegisteredHandler")
	for _, name := range functions {
		w.AWS.Lambda.Handle(name, func(context.Context, json.RawMessage) (any, error) {
			return map[string]any{"statusCode": 200, "body": `"` + name + `"`}, nil
		})
	}
	return w
}

// Manager adds one more operator to a world, for the objects that the selector selects.
func (w *World) Manager(selector string) *World {
	w.T.Helper()
	selected, err := labels.Parse(selector)
	if err != nil {
		w.T.Fatal(err)
	}
	m := *w
	m.Resync, m.Selector = ResyncNever, selected
	m.StartOperator()
	w.T.Cleanup(func() { m.Stop() })
	return &m
}

// StartOperator starts an operator, as the world says by now.
func (w *World) StartOperator() {
	w.T.Helper()
	quiet, cached := true, shard.CacheOptions(w.Selector)
	cached.DefaultNamespaces = map[string]cache.Config{w.Namespace: {}}
	if w.Neighbor != "" {
		cached.DefaultNamespaces[w.Neighbor] = cache.Config{}
	}
	mgr, err := ctrl.NewManager(cluster.Config, ctrl.Options{
		Scheme:     Scheme,
		Metrics:    metricsserver.Options{BindAddress: "0"},
		Cache:      cached,
		Controller: config.Controller{SkipNameValidation: &quiet},
	})
	if err != nil {
		w.T.Fatal(err)
	}
	signed := awsclient.Signed(OperatorConfig(w.T, w.AWS, w.ClusterID), w.ClusterID)
	clients, err := awsclient.New(signed, w.Quotas, prometheus.NewRegistry())
	if err != nil {
		w.T.Fatal(err)
	}
	clients.Cluster = w.ClusterID
	reconciler := &controllers.SecuredAPIReconciler{
		Client: mgr.GetClient(), Reader: mgr.GetAPIReader(),
		Everyone: shard.Everyone(w.Selector, mgr.GetClient(), within{mgr.GetAPIReader(), []string{w.Namespace, w.Neighbor}}),
		AWS:      clients, Cluster: w.ClusterID,
		Recorder: mgr.GetEventRecorder("securedapi"), Schedule: &schedule.Schedule{Interval: w.Resync},
		CreationGracePeriod: Settle, SecretOverlap: secretOverlap, ReconcilesPerMinute: w.PerMinute, RequirePolicy: w.RequirePolicy, Clock: clock.RealClock{},
	}
	if err := reconciler.SetupWithManager(w.T.Context(), mgr, cmp.Or(w.Workers, 2)); err != nil {
		w.T.Fatal(err)
	}
	if w.Queue != "" {
		if err := reconciler.ReceiveEvents(mgr, signed, w.Queue); err != nil {
			w.T.Fatal(err)
		}
	}
	w.Operator = reconciler
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	w.Stop = func() {
		cancel()
		if err := <-ended; err != nil {
			w.T.Error(err)
		}
		w.Stop = func() {}
	}
}

// within reads the SecuredAPIs of a world's namespaces only, as its cache does: the objects of other tests are in other accounts.
type within struct {
	client.Reader

	namespaces []string
}

func (r within) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	err := r.Reader.List(ctx, list, options...)
	if all, is := list.(*v1alpha1.SecuredAPIList); is {
		all.Items = slices.DeleteFunc(all.Items, func(o v1alpha1.SecuredAPI) bool { return !slices.Contains(r.namespaces, o.Namespace) })
	}
	return err
}
