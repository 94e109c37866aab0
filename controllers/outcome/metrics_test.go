package outcome_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/outcome"
)

// Objects are counted by namespace, and of deletions the longest wait of a namespace is told; none where nothing waits.
func TestMetrics(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	object := func(namespace, reason string, waits time.Duration) v1alpha1.SecuredAPI {
		o := v1alpha1.SecuredAPI{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}}
		if waits > 0 {
			o.DeletionTimestamp = &metav1.Time{Time: now.Add(-waits)}
		}
		o.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: reason}}
		return o
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(outcome.Metrics{Now: func() time.Time { return now }, List: func() ([]v1alpha1.SecuredAPI, error) {
		return []v1alpha1.SecuredAPI{
			object("shop", "Deleting", time.Minute), object("shop", "Deleting", time.Hour), object("notes", "InvalidSpec", 0),
		}, nil
	}})
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			series := []string{family.GetName()}
			for _, label := range metric.GetLabel() {
				series = append(series, label.GetValue())
			}
			got[strings.Join(series, " ")] = metric.GetGauge().GetValue()
		}
	}
	want := map[string]float64{
		"securedapi_status_condition shop Deleting False Ready":     2,
		"securedapi_status_condition notes InvalidSpec False Ready": 1,
		"securedapi_termination_current_time_seconds shop":          3600,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
