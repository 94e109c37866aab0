package awsclient

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/securedapi/securedapi/controllers/awserr"
)

// callMetrics are of each attempt of a call.
type callMetrics struct {
	total    *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newCallMetrics(metrics prometheus.Registerer) (*callMetrics, error) {
	m := &callMetrics{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "securedapi_aws_calls_total",
			Help: "Calls to AWS on the wire, retries included, by service, operation and result (ok, or the kind of failure).",
		}, []string{"service", "operation", "result"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "securedapi_aws_call_duration_seconds",
			Help:    "How long AWS took to answer a call, by service and operation, in seconds.",
			Buckets: []float64{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30},
		}, []string{"service", "operation"}),
	}
	return m, errors.Join(metrics.Register(m.total), metrics.Register(m.duration))
}

// count counts each attempt by what came of it.
func (m *callMetrics) count() middleware.DeserializeMiddleware {
	return middleware.DeserializeMiddlewareFunc("CountCalls", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		began := time.Now()
		out, metadata, err := next.HandleDeserialize(ctx, in)
		service, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
		m.duration.WithLabelValues(service, operation).Observe(time.Since(began).Seconds())
		if calls, ok := ctx.Value(tally{}).(*atomic.Int32); ok {
			calls.Add(1)
		}
		result := "ok"
		if err != nil {
			result = string(awserr.Classify(err))
		}
		m.total.WithLabelValues(service, operation, result).Inc()
		return out, metadata, err
	})
}

// waiting is a metric of those who wait for a quota.
type waiting struct{ factory *Factory }

var quotaWaiting = prometheus.NewDesc("securedapi_quota_waiting",
	"SecuredAPIs that wait for a call, because the operator's share of a quota of the account is used up, by service.",
	[]string{"account", "region", "service"}, nil)

// Describe implements prometheus.Collector.
func (waiting) Describe(descriptions chan<- *prometheus.Desc) { descriptions <- quotaWaiting }

// Collect implements prometheus.Collector.
func (w waiting) Collect(metrics chan<- prometheus.Metric) {
	w.factory.mu.Lock()
	defer w.factory.mu.Unlock()
	for place, budget := range w.factory.budgets {
		for service, n := range budget.Waiting() {
			metrics <- prometheus.MustNewConstMetric(quotaWaiting, prometheus.GaugeValue, float64(n), place.account, place.region, service)
		}
	}
}
