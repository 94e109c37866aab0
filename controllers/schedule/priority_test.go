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
		{"what has a place in AWS's line goes before what has not begun", entry{at: start, check: later, api: Phase{Outcome: queued}}, PriorityQuota},
		{"also if it is a deletion, which is the user pool's phase", entry{at: start, check: later, userPool: Phase{Outcome: queued}}, PriorityQuota},
		{"also if a check is due then", entry{at: start, check: start, api: Phase{Outcome: queued}}, PriorityQuota},
		{"what is tried again is like what is new", entry{at: start, check: later}, 0},
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
