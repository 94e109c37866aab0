package outcome

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// Metrics counts, at each scrape, the conditions of all objects. List returns the objects of the cache; they are not changed.
type Metrics struct {
	List func() ([]v1alpha1.SecuredAPI, error)
	Now  func() time.Time
}

// The names follow those of Karpenter's controllers. A series for each object would be thousands; `kubectl get` lists them.
var (
	conditionCount = prometheus.NewDesc("securedapi_status_condition",
		"SecuredAPIs of a namespace whose condition has this status and reason.", []string{"namespace", "type", "status", "reason"}, nil)
	terminating = prometheus.NewDesc("securedapi_termination_current_time_seconds",
		"For how long the SecuredAPI of the namespace that waits longest for its deletion has waited, in seconds.", []string{"namespace"}, nil)
)

// Describe implements prometheus.Collector.
func (Metrics) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- conditionCount
	descriptions <- terminating
}

// Collect implements prometheus.Collector.
func (m Metrics) Collect(metrics chan<- prometheus.Metric) {
	objects, err := m.List()
	if err != nil {
		metrics <- prometheus.NewInvalidMetric(conditionCount, err)
		return
	}
	type series struct{ namespace, condition, status, reason string }
	count, waits := map[series]int{}, map[string]time.Duration{}
	for i := range objects {
		object := &objects[i]
		for _, c := range object.Status.Conditions {
			count[series{object.Namespace, c.Type, string(c.Status), c.Reason}]++
		}
		if at := object.DeletionTimestamp; at != nil {
			waits[object.Namespace] = max(waits[object.Namespace], m.Now().Sub(at.Time))
		}
	}
	for of, n := range count {
		metrics <- prometheus.MustNewConstMetric(conditionCount, prometheus.GaugeValue, float64(n),
			of.namespace, of.condition, of.status, of.reason)
	}
	for namespace, wait := range waits {
		metrics <- prometheus.MustNewConstMetric(terminating, prometheus.GaugeValue, wait.Seconds(), namespace)
	}
}
