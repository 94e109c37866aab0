package main

import (
	"context"
	"flag"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/securedapi/securedapi/controllers"
	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/schedule"
	"github.com/securedapi/securedapi/controllers/schedule/shard"
)

// operatorMode is the argument with which this program runs the operator in the place of the benchmarks.
const operatorMode = "operator"

// clusterID is ours in owner tags.
const clusterID = "bench"

// runOperator is main.go's operator, but for two things: AWS's time, its intervals and quotas, can go faster; and namespaces may
// ask for any number of passes, unless a scenario bounds them.
func runOperator(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet(operatorMode, flag.ContinueOnError)
	metricsAddress := flags.String("metrics", "0", "the address of the metrics")
	pprofAddress := flags.String("pprof", "0", "the address of the profiles")
	share := flags.Float64("share", 0, "the share of the quotas; 0 keeps to none")
	speed := flags.Float64("speed", 1, "how fast AWS's time goes")
	concurrency := flags.Int("concurrency", 0, "the number of workers")
	perMinute := flags.Int("reconciles-per-minute", 0, "how many passes a namespace may ask for in a minute; 0 does not bound them")
	queueURL := flags.String("drift-queue-url", "", "the URL of a queue of events")
	if err := flags.Parse(args); err != nil {
		return err
	}
	ctrl.SetLogger(zap.New())
	mgr, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Scheme:           scheme,
		Cache:            shard.CacheOptions(labels.Everything()),
		Metrics:          metricsserver.Options{BindAddress: *metricsAddress},
		PprofBindAddress: *pprofAddress,
	})
	if err != nil {
		return err
	}
	awsConfig, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	awsConfig = awsclient.Signed(awsConfig, clusterID)
	clients, err := awsclient.New(awsConfig, quota.Options{Share: *share, Speed: *speed, Clock: clock.RealClock{}}, metrics.Registry)
	if err != nil {
		return err
	}
	reconciler := &controllers.SecuredAPIReconciler{
		Client: mgr.GetClient(), Reader: mgr.GetAPIReader(), Everyone: mgr.GetClient(), AWS: clients, Cluster: clusterID,
		Recorder:            mgr.GetEventRecorder("securedapi"),
		Schedule:            &schedule.Schedule{Interval: scaled(driftCheckInterval, *speed)},
		CreationGracePeriod: scaled(creationGracePeriod, *speed),
		SecretOverlap:       scaled(secretOverlap, *speed),
		ReconcilesPerMinute: *perMinute,
		Clock:               clock.RealClock{},
	}
	if err := reconciler.SetupWithManager(ctx, mgr, *concurrency); err != nil {
		return err
	}
	if err := metrics.Registry.Register(reconciler.Schedule.Freshness()); err != nil {
		return err
	}
	if *queueURL != "" {
		if err := reconciler.ReceiveEvents(mgr, awsConfig, *queueURL); err != nil {
			return err
		}
	}
	return mgr.Start(ctx)
}

// The operator's intervals, as its flags have them by default.
const (
	driftCheckInterval  = 10 * time.Minute
	creationGracePeriod = time.Minute
	secretOverlap       = time.Hour
	quotaShare          = 0.5
	concurrency         = 16
)

// scaled is how long something takes here that takes d on AWS.
func scaled(d time.Duration, speed float64) time.Duration { return time.Duration(float64(d) / speed) }
