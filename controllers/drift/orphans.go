package drift

import (
	"maps"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/securedapi/securedapi/controllers/engine"
)

// Kinds of what can be without an object.
const (
	KindAPI  = "RestApi"
	KindPool = "UserPool"
)

// Tagged is a user pool or REST API.
type Tagged struct{ Kind, ID string }

// Orphans remembers resources that have owner tags and whose object does not exist: somebody removed the finalizer, or the
// object was deleted with Retain. It is safe for concurrent use, and its zero value is ready.
type Orphans struct {
	mu     sync.Mutex
	places map[Place]orphans
}

type orphans struct {
	// pools are the owners of those user pools that no object has: a list does not tell their tags.
	pools map[string]engine.Owner
	// seen is in how many sweeps in a row something had no object.
	seen map[Tagged]int
}

// confirmed is in how many sweeps in a row something has no object until that is said: during the first, the object
// may have just been deleted.
const confirmed = 2

var orphaned = prometheus.NewDesc("securedapi_orphaned_resources",
	"User pools and REST APIs with this cluster's tags whose SecuredAPI does not exist: retained, or its finalizer was removed.",
	[]string{"account", "region", "kind"}, nil)

// Describe implements prometheus.Collector.
func (*Orphans) Describe(descriptions chan<- *prometheus.Desc) { descriptions <- orphaned }

// Collect implements prometheus.Collector.
func (o *Orphans) Collect(metrics chan<- prometheus.Metric) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for place, known := range o.places {
		count := map[string]int{KindAPI: 0, KindPool: 0}
		for tagged, sweeps := range known.seen {
			if sweeps >= confirmed {
				count[tagged.Kind]++
			}
		}
		for kind, n := range count {
			metrics <- prometheus.MustNewConstMetric(orphaned, prometheus.GaugeValue, float64(n), place.Account, place.Region, kind)
		}
	}
}

// Pools returns the owners of user pools that no object has, and one such pool that was not read yet, if there is one.
func (o *Orphans) Pools(place Place, listed Listing, held map[string]bool) (owners map[string]engine.Owner, unread string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.of(place)
	maps.DeleteFunc(known.pools, func(id string, _ engine.Owner) bool {
		_, there := listed.Pools[id]
		return !there || held[id]
	})
	for id := range listed.Pools {
		if _, read := known.pools[id]; !read && !held[id] {
			unread = id
			break
		}
	}
	return maps.Clone(known.pools), unread
}

// Learn remembers the owner of a user pool.
func (o *Orphans) Learn(place Place, id string, owner engine.Owner) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of(place).pools[id] = owner
}

// Keep notes the orphans that a sweep found, and returns those that the sweep before found, too, and that were not returned yet.
func (o *Orphans) Keep(place Place, without map[Tagged]engine.Owner) (news []Tagged) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.of(place)
	maps.DeleteFunc(known.seen, func(tagged Tagged, _ int) bool {
		_, still := without[tagged]
		return !still
	})
	for tagged := range without {
		if known.seen[tagged]++; known.seen[tagged] == confirmed {
			news = append(news, tagged)
		}
	}
	return news
}

// Forget drops a place without objects and orphans.
func (o *Orphans) Forget(place Place) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.places, place)
}

func (o *Orphans) of(place Place) orphans {
	known, ok := o.places[place]
	if !ok {
		known = orphans{pools: map[string]engine.Owner{}, seen: map[Tagged]int{}}
		if o.places == nil {
			o.places = map[Place]orphans{}
		}
		o.places[place] = known
	}
	return known
}
