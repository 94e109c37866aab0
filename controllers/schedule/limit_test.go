package schedule_test

import (
	"testing"
	"time"

	"github.com/securedapi/securedapi/controllers/schedule"
)

func TestLimits(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	type ask struct {
		namespace string
		perMinute int
		at        time.Duration
		wait      time.Duration
	}
	for _, tc := range []struct {
		reason string
		asks   []ask
	}{
		{"no bound", []ask{{"a", 0, 0, 0}, {"a", 0, 0, 0}, {"a", 0, 0, 0}}},
		{"as many at once as in a minute, then one after the other", []ask{
			{"a", 2, 0, 0}, {"a", 2, 0, 0}, {"a", 2, 0, 30 * time.Second}, {"a", 2, 30 * time.Second, 0}, {"a", 2, 30 * time.Second, 30 * time.Second},
		}},
		{"who was told to wait takes no turn", []ask{{"a", 1, 0, 0}, {"a", 1, 0, time.Minute}, {"a", 1, 0, time.Minute}, {"a", 1, time.Minute, 0}}},
		{"one namespace takes none of another's", []ask{{"a", 1, 0, 0}, {"a", 1, 0, time.Minute}, {"b", 1, 0, 0}}},
		{"another bound counts from now on", []ask{{"a", 1, 0, 0}, {"a", 2, 0, 0}, {"a", 2, 0, 0}, {"a", 2, 0, 30 * time.Second}}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			var limits schedule.Limits
			for i, a := range tc.asks {
				if got := limits.Wait(a.namespace, a.perMinute, start.Add(a.at)); got != a.wait {
					t.Errorf("ask %d, of %s at %s: got a wait of %s, want %s", i, a.namespace, a.at, got, a.wait)
				}
			}
		})
	}
}
