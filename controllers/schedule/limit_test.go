package schedule_test

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/securedapi/securedapi/controllers/schedule"
)

func TestLimits(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	type ask struct {
		namespace, object string
		perMinute         int
		at                time.Duration
		wait              time.Duration
	}
	const half = 30 * time.Second
	for _, tc := range []struct {
		reason string
		asks   []ask
	}{
		{"no limit", []ask{{"a", "1", 0, 0, 0}, {"a", "1", 0, 0, 0}, {"a", "1", 0, 0, 0}}},
		{"a burst of one minute's passes, then one after the other", []ask{
			{"a", "1", 2, 0, 0}, {"a", "2", 2, 0, 0}, {"a", "3", 2, 0, half}, {"a", "4", 2, 0, 2 * half}, {"a", "5", 2, 0, 3 * half},
		}},
		{"an object that waits keeps its place, however often it asks", []ask{
			{"a", "1", 1, 0, 0},
			{"a", "1", 1, 0, 2 * half},
			{"a", "1", 1, half, half},
			{"a", "1", 1, half, half},
			{"a", "2", 1, half, 3 * half},
			{"a", "1", 1, 2 * half, 0},
			{"a", "1", 1, 2 * half, 4 * half},
		}},
		{"an object that does not return frees its place", []ask{
			{"a", "1", 1, 0, 0}, {"a", "2", 1, 0, 2 * half}, {"a", "3", 1, 5 * half, 0}, {"a", "4", 1, 5 * half, 2 * half}, {"a", "2", 1, 5 * half, 4 * half},
		}},
		{"each namespace has its own limit", []ask{{"a", "1", 1, 0, 0}, {"a", "1", 1, 0, 2 * half}, {"b", "2", 1, 0, 0}}},
		{"a changed limit applies at once", []ask{{"a", "1", 1, 0, 0}, {"a", "2", 2, 0, 0}, {"a", "3", 2, 0, 0}, {"a", "4", 2, 0, half}}},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			var limits schedule.Limits
			for i, a := range tc.asks {
				if got := limits.Wait(a.namespace, types.UID(a.object), a.perMinute, start.Add(a.at)); got != a.wait {
					t.Errorf("ask %d, of %s at %s: got a wait of %s, want %s", i, a.namespace, a.at, got, a.wait)
				}
			}
		})
	}
}
