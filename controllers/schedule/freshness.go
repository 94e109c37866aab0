package schedule

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// freshness is a metric of when objects were last checked. Status cannot tell: a check that finds nothing writes nothing.
// A series for each object would be thousands, of which one matters: the oldest.
type freshness struct{ schedule *Schedule }

var oldestCheck = prometheus.NewDesc("securedapi_oldest_check_timestamp_seconds",
	"When the object of the namespace that waits longest was last checked and seen to agree, in seconds since 1970; "+
		"not before the operator started.", []string{"namespace"}, nil)

// Freshness returns a metric of how long ago objects were checked.
func (s *Schedule) Freshness() prometheus.Collector { return freshness{s} }

// Describe implements prometheus.Collector.
func (freshness) Describe(descriptions chan<- *prometheus.Desc) { descriptions <- oldestCheck }

// Collect implements prometheus.Collector.
func (f freshness) Collect(metrics chan<- prometheus.Metric) {
	for namespace, at := range f.schedule.oldest() {
		metrics <- prometheus.MustNewConstMetric(oldestCheck, prometheus.GaugeValue, float64(at.Unix()), namespace)
	}
}

// oldest returns, by namespace, the time since which an object was not checked.
func (s *Schedule) oldest() map[string]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	oldest := map[string]time.Time{}
	for _, e := range s.entries {
		if at, known := oldest[e.namespace]; !known || e.checked.Before(at) {
			oldest[e.namespace] = e.checked
		}
	}
	return oldest
}
