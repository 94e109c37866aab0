package harness

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Metrics are the series of a metric of the operator.
func (w *World) Metrics(name string) []*dto.Metric {
	w.T.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(w.Operator.Metrics()...)
	families, err := registry.Gather()
	if err != nil {
		w.T.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return family.GetMetric()
		}
	}
	return nil
}

// Orphaned is the metric of what has no object, by kind.
func (w *World) Orphaned() map[string]float64 {
	w.T.Helper()
	got := map[string]float64{}
	for _, metric := range w.Metrics("securedapi_orphaned_resources") {
		for _, pair := range metric.GetLabel() {
			if pair.GetName() == "kind" {
				got[pair.GetValue()] = metric.GetGauge().GetValue()
			}
		}
	}
	return got
}
