package schedule

import (
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/types"
)

// DefaultPerMinute bounds a namespace for which nobody chose a bound: more than twice the deployments that AWS lets an
// account create.
const DefaultPerMinute = 30

// Limits bounds how many passes namespaces may ask for in a minute, by edits and by the annotation. Drift checks, retries and
// deletions are not limited. It is safe for concurrent use, and its zero value is ready.
type Limits struct {
	mu      sync.Mutex
	buckets map[string]*rate.Limiter
	// places has, for each object that was told to wait, when its pass may begin: it comes back once, however often it is
	// edited until then, and in the order in which objects asked.
	places map[types.UID]time.Time
}

// Wait is how long a pass that somebody asked for has to wait; zero means that it may begin, and counts it. perMinute is
// the namespace's bound, also on how many may come at once; zero does not bound.
func (l *Limits) Wait(namespace string, uid types.UID, perMinute int, now time.Time) time.Duration {
	if perMinute <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, waits := l.places[uid]; waits {
		if now.Before(at) {
			return at.Sub(now)
		}
		delete(l.places, uid)
		return 0
	}
	bucket := l.buckets[namespace]
	if bucket == nil || bucket.Burst() != perMinute {
		if l.buckets == nil {
			l.buckets, l.places = map[string]*rate.Limiter{}, map[types.UID]time.Time{}
		}
		bucket = rate.NewLimiter(rate.Every(time.Minute/time.Duration(perMinute)), perMinute)
		l.buckets[namespace] = bucket
	}
	wait := bucket.ReserveN(now, 1).DelayFrom(now)
	if wait > 0 {
		// Who did not come back is gone, or had its pass with a drift check.
		maps.DeleteFunc(l.places, func(_ types.UID, at time.Time) bool { return now.Sub(at) > time.Minute })
		l.places[uid] = now.Add(wait)
	}
	return wait
}
