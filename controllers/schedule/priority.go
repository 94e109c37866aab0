package schedule

import "k8s.io/apimachinery/pkg/types"

// Priorities in the queue, of what is due while workers are short.
const (
	// PriorityQuota is for an object with a place in a quota's queue that is due: no other object can use that time.
	PriorityQuota = 100
	// PriorityCheck is for drift checks. It is the priority that controller-runtime gives to the objects of its first list.
	PriorityCheck = -100
)

// Priority returns the priority of the object's next pass.
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
