package schedule

import "k8s.io/apimachinery/pkg/types"

// Priorities in the queue, of what is due while workers are short.
const (
	// PriorityQuota is for what has a place in the line for one of AWS's quotas: nobody else can use its time.
	PriorityQuota = 100
	// PriorityCheck is for drift checks. It is that of controller-runtime for what it lists at the start.
	PriorityCheck = -100
)

// Priority is that of the object's next pass.
func (s *Schedule) Priority(uid types.UID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, known := s.entries[uid]
	switch {
	case e.userPool.Outcome.Exact, e.api.Outcome.Exact:
		return PriorityQuota
	case known && e.at.Equal(e.check):
		return PriorityCheck
	default:
		return 0
	}
}
