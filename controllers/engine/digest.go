package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// DigestOf identifies what is sent for a resource, at a version of the code that sends it.
func DigestOf(version int, want any) string {
	// Strings, numbers, booleans, slices and string maps: it cannot fail.
	text, _ := json.Marshal(want) //nolint:errchkjson // as said above
	sum := sha256.Sum256(fmt.Appendf(text, "@%d", version))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// digest identifies what is sent for the resource, with the spec's tags where it carries them.
func (r *Of[D, O]) digest(p *Pass, want *D) string {
	if r.Tags == nil || len(p.Object.Spec.Tags) == 0 {
		return DigestOf(r.Version, want)
	}
	return DigestOf(r.Version, struct {
		Want *D
		Tags map[string]string
	}{want, p.specTags()})
}

// Digests remembers, while the operator runs, the digests that take milliseconds to calculate: those of an API's definition
// with hundreds of routes. It is safe for concurrent use.
type Digests struct {
	mu       sync.Mutex
	byObject map[types.UID]map[string]remembered
}

// remembered is a digest, and what it was calculated from: a generation of the spec and the ids of parents.
type remembered struct{ inputs, digest string }

func (d *Digests) get(uid types.UID, name, inputs string) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known, ok := d.byObject[uid][name]
	return known.digest, ok && known.inputs == inputs
}

func (d *Digests) keep(uid types.UID, name, inputs, digest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byObject == nil {
		d.byObject = map[types.UID]map[string]remembered{}
	}
	if d.byObject[uid] == nil {
		d.byObject[uid] = map[string]remembered{}
	}
	d.byObject[uid][name] = remembered{inputs, digest}
}

// Forget drops what is kept for an object that is gone.
func (d *Digests) Forget(uid types.UID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.byObject, uid)
}
