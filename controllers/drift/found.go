package drift

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// Found counts what others changed in AWS. Its zero value is ready, and safe for concurrent use.
type Found struct {
	mu    sync.Mutex
	count map[found]int
}

type found struct{ namespace, kind string }

var detected = prometheus.NewDesc("securedapi_drift_detected_total",
	"Resources that drift checks found changed or deleted by somebody else, by the object's namespace and the kind of resource.",
	[]string{"namespace", "kind"}, nil)

// Add counts a resource, by its kind: stage, client.
func (f *Found) Add(namespace, kind string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.count == nil {
		f.count = map[found]int{}
	}
	f.count[found{namespace, kind}]++
}

// Describe implements prometheus.Collector.
func (*Found) Describe(descriptions chan<- *prometheus.Desc) { descriptions <- detected }

// Collect implements prometheus.Collector.
func (f *Found) Collect(metrics chan<- prometheus.Metric) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for of, n := range f.count {
		metrics <- prometheus.MustNewConstMetric(detected, prometheus.CounterValue, float64(n), of.namespace, of.kind)
	}
}
