package drift

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Sweeps remembers, for each place, when it is listed next, the last listing, and one object there. It is safe for
// concurrent use.
type Sweeps struct {
	mu     sync.Mutex
	places map[Place]sweep
}

type sweep struct {
	next   time.Time
	last   Listing
	object types.NamespacedName
}

// Saw notes that an object has or had resources in a place.
func (s *Sweeps) Saw(place Place, object types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.places[place]
	known.object = object
	s.put(place, known)
}

// Object returns the object that was seen last in a place, which may be gone.
func (s *Sweeps) Object(place Place) types.NamespacedName {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.places[place].object
}

// Wait returns how long a place waits for its sweep: first, if it was not known yet.
func (s *Sweeps) Wait(place Place, now time.Time, first time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.places[place]
	if known.next.IsZero() {
		known.next = now.Add(first)
		s.put(place, known)
	}
	return known.next.Sub(now)
}

// Keep notes what a sweep found, the zero Listing if it failed, and when the next is. It returns what was known before.
func (s *Sweeps) Keep(place Place, found Listing, next time.Time) (before Listing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.places[place]
	before = known.last
	known.next, known.last = next, found
	s.put(place, known)
	return before
}

// Forget drops a place where no object is, and nothing that an object left.
func (s *Sweeps) Forget(place Place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.places, place)
}

// Vouches says that the place's last sweep, if it began after oldest, saw the user pool unchanged since that read.
func (s *Sweeps) Vouches(place Place, pool string, seen, oldest time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.places[place].last
	return last.Began.After(oldest) && last.Vouches(pool, seen)
}

func (s *Sweeps) put(place Place, known sweep) {
	if s.places == nil {
		s.places = map[Place]sweep{}
	}
	s.places[place] = known
}
