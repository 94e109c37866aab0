package engine

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// AWS can take a change and show it later. The record says since when that is so, and the schedule makes the next look: no
// worker waits for AWS.

const (
	// trails is for how long a read may show what was there before a change. AWS documents no bound; what still differs then
	// was rejected.
	trails = 15 * time.Second
	// soonestLook and latestLook bound the time from one look to the next.
	soonestLook = time.Second
	latestLook  = time.Minute
)

// Await notes that AWS has not done yet what it took, and returns the error that says when it is looked at again: after a second,
// and then whenever it has taken twice as long as at the look before.
func (p *Pass) Await(name, what string) error {
	return &AwaitedError{What: what, Until: p.nextLook(name, "")}
}

func (p *Pass) nextLook(name, digest string) time.Time {
	rec, now := p.Record(name), p.Now()
	if rec.Awaited == nil || rec.Awaited.Digest != digest {
		rec.Awaited = &v1alpha1.AwaitedChange{Since: metav1.NewMicroTime(now), Digest: digest}
	}
	return now.Add(min(max(now.Sub(rec.Awaited.Since.Time), soonestLook), latestLook))
}

// late says what it means that a read differs from what AWS took: the read trails, or AWS rejected a value without a word.
func (p *Pass) late(name, digest, left string) error {
	next := p.nextLook(name, digest)
	if !p.trailing(name, digest) {
		return rejected(name, left)
	}
	return &AwaitedError{
		What: fmt.Sprintf("AWS accepted the change of %s, but a read still shows the former values: %s", name, left), Until: next, Former: true,
	}
}

// trailing says that a change which sent that digest was taken so recently that reads may not show it.
func (p *Pass) trailing(name, digest string) bool {
	a := p.Record(name).Awaited
	return a != nil && a.Digest == digest && p.Now().Sub(a.Since.Time) < trails
}

// overtaken fails while a read may still show what was there before a change to something else than the digest says: what
// looks as wanted may be about to change.
func (p *Pass) overtaken(name, digest string) error {
	a := p.Record(name).Awaited
	if a == nil || a.Digest == "" || a.Digest == digest || !p.trailing(name, a.Digest) {
		return nil
	}
	return &AwaitedError{
		What: "AWS took a former change of " + name + ", which does not show yet", Until: p.nextLook(name, a.Digest), Former: true,
	}
}

// inEffect fails while AWS says that what it holds is not in effect yet.
func (r *Of[D, O]) inEffect(p *Pass, have *O) error {
	if have == nil || r.Effect == nil || p.Plan {
		return nil
	}
	why := r.Effect(have)
	if why == "" {
		return nil
	}
	p.Record(r.Name).Verified = nil
	return p.Await(r.Name, why)
}
