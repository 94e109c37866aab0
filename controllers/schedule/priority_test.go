package schedule

import (
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/handler"
)

func TestPriority(t *testing.T) {
	later := start.Add(time.Hour)
	for _, tc := range []struct {
		reason string
		next   entry
		want   int
	}{
		{"an object with a place in the quota's queue goes before a new one", entry{at: start, check: later, api: Phase{Outcome: queued}}, PriorityQuota},
		{"a deletion with a place goes first, too", entry{at: start, check: later, userPool: Phase{Outcome: queued}}, PriorityQuota},
		{"a place goes first also if a check is due", entry{at: start, check: start, api: Phase{Outcome: queued}}, PriorityQuota},
		{"a retry has the priority of a new object", entry{at: start, check: later}, 0},
		{"a check goes last", entry{at: start, check: start}, handler.LowPriority},
	} {
		s := &Schedule{}
		s.keep("u", tc.next)
		if got := s.Priority("u"); got != tc.want {
			t.Errorf("%s: got %d, want %d", tc.reason, got, tc.want)
		}
	}
	if got := (&Schedule{}).Priority("u"); got != 0 {
		t.Errorf("an object that is not known: got %d, want 0", got)
	}
}
