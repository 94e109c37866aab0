// Command securedapi is the operator: it watches SecuredAPIs and makes Amazon Cognito and API Gateway agree with them.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/common/version"
	"go.uber.org/zap/zapcore"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubeconfigs of all clouds work for `make run`
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/config/iam"
	"github.com/securedapi/securedapi/controllers"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/schedule/shard"
)

// program is the operator's name in versions and metrics.
const program = "securedapi"

type options struct {
	metricsAddress string
	metricsSecure  bool
	probeAddress   string
	leaderElect    bool
	leaseNamespace string
	clusterID      string
	driftCheck     time.Duration
	grace          time.Duration
	secretOverlap  time.Duration
	concurrency    int
	quotaShare     float64
	driftQueueURL  string
	requirePolicy  bool
	perMinute      int
	regions        string
	watchSelector  string
	pprofAddress   string
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "iam-policy" {
		os.Exit(iam.Run(os.Args[2:], os.Stdout, os.Stderr))
	}
	var o options
	flag.StringVar(&o.metricsAddress, "metrics-bind-address", "0", "The address of the metrics endpoint, :8443 for example; 0 turns it off.")
	flag.BoolVar(&o.metricsSecure, "metrics-secure", true, "Serve metrics over TLS, to those whom the cluster authorizes.")
	flag.StringVar(&o.probeAddress, "health-probe-bind-address", ":8081", "The address of /healthz and /readyz; 0 turns them off.")
	flag.BoolVar(&o.leaderElect, "leader-elect", false, "Work only while holding the lease, so that one of several replicas works.")
	flag.StringVar(&o.leaseNamespace, "leader-election-namespace", "", "The namespace of the lease. Defaults to the pod's own.")
	flag.StringVar(&o.clusterID, "cluster-id", "", "The cluster's name in owner tags. Defaults to the uid of the namespace kube-system.")
	flag.DurationVar(&o.driftCheck, "drift-check-interval", 10*time.Minute,
		"The time between drift checks of an object. Up to 10 % jitter is added.")
	flag.DurationVar(&o.grace, "creation-grace-period", engine.DefaultGrace,
		"How long the operator looks in AWS for a resource whose creation got no answer before it creates it again.")
	flag.Float64Var(&o.quotaShare, "aws-quota-share", 0.5, //nolint:mnd // the default
		"The part of each of the account's request quotas that the operator uses, above 0 and at most 1.")
	flag.DurationVar(&o.secretOverlap, "secret-overlap", time.Hour,
		"How long a client's former secret stays valid beside the one that replaces it.")
	flag.BoolVar(&o.requirePolicy, "require-policy", false,
		"Make nothing for a namespace that no SecuredAPIPolicy selects, also while there is no policy.")
	flag.IntVar(&o.perMinute, "reconciles-per-minute", schedule.DefaultPerMinute,
		"How many passes each namespace may ask for in a minute, by edits and by the annotation, where no SecuredAPIPolicy says so.")
	flag.StringVar(&o.regions, "regions", "",
		"Regions of AWS that are newer than this version and that SecuredAPIs may name, with commas between them.")
	flag.StringVar(&o.watchSelector, "watch-selector", "",
		"Work on the SecuredAPIs with these labels only, as kubectl's --selector takes them; empty means all. Each has a lease of its own.")
	flag.StringVar(&o.pprofAddress, "pprof-bind-address", "0",
		"The address of Go's profiles (net/http/pprof), localhost:6060 for example; 0 turns them off.")
	flag.IntVar(&o.concurrency, "concurrency", 16, //nolint:mnd // the default
		fmt.Sprintf("How many SecuredAPIs are reconciled at the same time, of one account and Region %d at most, of one namespace half.",
			schedule.WorkersPerPlace))
	flag.StringVar(&o.driftQueueURL, "drift-queue-url", "",
		"The URL of an SQS queue with EventBridge's events of CloudTrail: the operator repairs drift within seconds of its event.")
	showVersion := flag.Bool("version", false, "Print the version, and stop.")
	// What is logged as an error is a person's to mend, and a stack trace does not help with it.
	logging := zap.Options{StacktraceLevel: zapcore.DPanicLevel}
	logging.BindFlags(flag.CommandLine)
	flag.Parse()
	if *showVersion {
		_, _ = fmt.Println(version.Print(program)) //nolint:forbidigo // it was asked for
		return
	}
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&logging)))

	if err := run(ctrl.SetupSignalHandler(), o); err != nil {
		ctrl.Log.Error(err, "The operator stops")
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.quotaShare <= 0 || o.quotaShare > 1 {
		return fmt.Errorf("--aws-quota-share must be above 0 and at most 1, and is %g", o.quotaShare)
	}
	if o.driftCheck <= 0 || o.grace <= 0 || o.secretOverlap <= 0 || o.concurrency <= 0 || o.perMinute <= 0 {
		return errors.New("--drift-check-interval, --creation-grace-period, --secret-overlap, --concurrency and --reconciles-per-minute " +
			"must be positive")
	}
	selector, err := labels.Parse(o.watchSelector)
	if err != nil {
		return fmt.Errorf("--watch-selector %q is not a label selector, like shard=a or shard!=a: %w", o.watchSelector, err)
	}
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))

	mgr, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Scheme:                        scheme,
		Metrics:                       metricsOptions(o),
		HealthProbeBindAddress:        o.probeAddress,
		PprofBindAddress:              o.pprofAddress,
		Cache:                         shard.CacheOptions(selector),
		LeaderElection:                o.leaderElect,
		LeaderElectionNamespace:       o.leaseNamespace,
		LeaderElectionID:              shard.LeaseName(selector),
		LeaderElectionReleaseOnCancel: true,
	})
	if err != nil {
		return fmt.Errorf("make the manager: %w", err)
	}
	if o.clusterID == "" {
		if o.clusterID, err = clusterID(ctx, mgr.GetAPIReader()); err != nil {
			return err
		}
	}
	awsConfig, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("load the AWS configuration: %w", err)
	}
	awsConfig = awsclient.Signed(awsConfig, o.clusterID)
	clients, err := awsclient.New(awsConfig, quota.Options{Share: o.quotaShare, Speed: 1, Clock: clock.RealClock{}}, metrics.Registry)
	if err != nil {
		return fmt.Errorf("make the AWS clients: %w", err)
	}
	clients.AllowRegions(strings.FieldsFunc(o.regions, func(r rune) bool { return r == ',' || r == ' ' }))
	clients.Cluster = o.clusterID
	reconciler := &controllers.SecuredAPIReconciler{
		Client:              mgr.GetClient(),
		Reader:              mgr.GetAPIReader(),
		Everyone:            shard.Everyone(selector, mgr.GetClient(), mgr.GetAPIReader()),
		AWS:                 clients,
		Cluster:             o.clusterID,
		Recorder:            mgr.GetEventRecorder("securedapi"),
		Schedule:            &schedule.Schedule{Interval: o.driftCheck},
		CreationGracePeriod: o.grace,
		SecretOverlap:       o.secretOverlap,
		RequirePolicy:       o.requirePolicy,
		ReconcilesPerMinute: o.perMinute,
		Clock:               clock.RealClock{},
	}
	if err := reconciler.SetupWithManager(ctx, mgr, o.concurrency); err != nil {
		return fmt.Errorf("set up the controller: %w", err)
	}
	for _, metric := range append(reconciler.Metrics(), versioncollector.NewCollector(program)) {
		if err := metrics.Registry.Register(metric); err != nil {
			return fmt.Errorf("register a metric: %w", err)
		}
	}
	if o.driftQueueURL != "" {
		if err := reconciler.ReceiveEvents(mgr, awsConfig, o.driftQueueURL); err != nil {
			return fmt.Errorf("set up --drift-queue-url: %w", err)
		}
	}
	if err := errors.Join(mgr.AddHealthzCheck("healthz", healthz.Ping), mgr.AddReadyzCheck("readyz", healthz.Ping)); err != nil {
		return fmt.Errorf("set up the probes: %w", err)
	}
	if err := mgr.Start(ctx); err != nil {
		return fmt.Errorf("run the manager: %w", err)
	}
	return nil
}

func metricsOptions(o options) metricsserver.Options {
	m := metricsserver.Options{BindAddress: o.metricsAddress, SecureServing: o.metricsSecure}
	if o.metricsSecure {
		m.FilterProvider = filters.WithAuthenticationAndAuthorization
		// HTTP/2 has had denial-of-service flaws, and metrics don't need it.
		m.TLSOpts = []func(*tls.Config){func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} }}
	}
	return m
}

// clusterID is the uid of kube-system: it lives as long as the cluster, and no two clusters share it.
func clusterID(ctx context.Context, reader client.Reader) (string, error) {
	namespace := &corev1.Namespace{}
	if err := reader.Get(ctx, client.ObjectKey{Name: "kube-system"}, namespace); err != nil {
		return "", fmt.Errorf("read the namespace kube-system for the cluster's id (or set --cluster-id): %w", err)
	}
	return string(namespace.UID), nil
}
