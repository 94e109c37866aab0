package controllers

import (
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/handler"
)

func TestPriority(t *testing.T) {
	t.Parallel()
	now := time.Now()
	line := hold{outcome: outcome{reason: "WaitingForQuota", exact: true}}
	for _, tc := range []struct {
		reason string
		next   appointment
		want   int
	}{
		{"what has a place in AWS's line goes before what has not begun", appointment{at: now, check: now.Add(time.Hour), api: line}, first},
		{"also if it is a deletion, whose hold is the pool's", appointment{at: now, check: now.Add(time.Hour), pool: line}, first},
		{"what is tried again is like what is new", appointment{at: now, check: now.Add(time.Hour)}, 0},
		{"a check goes last", appointment{at: now, check: now}, handler.LowPriority},
	} {
		if got := *tc.next.priority(); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.reason, got, tc.want)
		}
	}
}
