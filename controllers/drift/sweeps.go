package drift

import (
	"sync"
	"time"
)

// Sweeps remembers when each place is listed next, and what it held the last time. It is safe for concurrent use.
type Sweeps struct {
	mu     sync.Mutex
	places map[Place]sweep
}

type sweep struct {
	next time.Time
	last Listing
}

// Wait returns how long a place waits for its sweep: first, if it was not known yet.
func (s *Sweeps) Wait(place Place, now time.Time, first time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.places[place]
	if !ok {
		known.next = now.Add(first)
		if s.places == nil {
			s.places = map[Place]sweep{}
		}
		s.places[place] = known
	}
	return known.next.Sub(now)
}

// Keep notes what a sweep found, the zero Listing if it failed, and when the next is. It returns what was known before.
func (s *Sweeps) Keep(place Place, found Listing, next time.Time) (before Listing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before = s.places[place].last
	s.places[place] = sweep{next: next, last: found}
	return before
}

// Last is what a place held the last time.
func (s *Sweeps) Last(place Place) Listing {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.places[place].last
}

// Forget drops a place where no object is.
func (s *Sweeps) Forget(place Place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.places, place)
}

// Vouches says that the place's last sweep, if it began after oldest, saw the user pool as it was when it was looked at.
func (s *Sweeps) Vouches(place Place, pool string, seen, oldest time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.places[place].last
	return last.Began.After(oldest) && last.Vouches(pool, seen)
}
