package awslocal

import (
	"maps"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// tagLag shows policies the tags of a resource as they were a while ago. IAM's documentation only says that attributes may take
// time (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html, eventual consistency), so how long is a switch.
type tagLag struct {
	clock clock.Clock
	lag   time.Duration

	mu   sync.Mutex
	seen map[string]*taggings
}

// taggings are the tags that one resource has had, the latest last.
type taggings []tagging

type tagging struct {
	since time.Time
	tags  map[string]string
}

// visible returns the tags of a resource that policies see, given those that it has now. A change counts from when it is
// first looked at.
func (l *tagLag) visible(r wire.Request, resource string, now map[string]string) map[string]string {
	if l.lag == 0 {
		return now
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := r.Account + " " + r.Region + " " + resource
	if l.seen == nil {
		l.seen = map[string]*taggings{}
	}
	if l.seen[key] == nil {
		l.seen[key] = &taggings{{}} // it was not there before
	}
	history := l.seen[key]
	if last := (*history)[len(*history)-1]; !maps.Equal(last.tags, now) {
		*history = append(*history, tagging{l.clock.Now(), maps.Clone(now)})
	}
	// What is old enough, the latest of it.
	old := l.clock.Now().Add(-l.lag)
	for i := len(*history) - 1; i > 0; i-- {
		if !(*history)[i].since.After(old) {
			*history = (*history)[i:]
			break
		}
	}
	return (*history)[0].tags
}
