package schedule

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bounds how many passes namespaces may ask for in a minute, by edits and by the annotation. Drift checks, retries and
// deletions ask nobody. It is safe for concurrent use, and its zero value is ready.
type Limits struct {
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

// Wait is how long a pass that somebody asked for has to wait; zero means that it may begin, and counts it. perMinute is
// the namespace's bound, also on how many may come at once; zero does not bound.
func (l *Limits) Wait(namespace string, perMinute int, now time.Time) time.Duration {
	if perMinute <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	every := rate.Every(time.Minute / time.Duration(perMinute))
	bucket := l.buckets[namespace]
	if bucket == nil || bucket.Burst() != perMinute {
		if l.buckets == nil {
			l.buckets = map[string]*rate.Limiter{}
		}
		bucket = rate.NewLimiter(every, perMinute)
		l.buckets[namespace] = bucket
	}
	turn := bucket.ReserveN(now, 1)
	wait := turn.DelayFrom(now)
	if wait > 0 {
		// It asks again then.
		turn.CancelAt(now)
	}
	return wait
}
