package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// verify notes that AWS holds what is wanted, unless a former call may still be carried out: doubt was told before the look.
func (r *Of[D, O]) verify(p *Pass, want *D, digest string, doubt error) error {
	if doubt != nil {
		return doubt
	}
	// What is pending may have been sent once more: one is seen to be carried out, and the other may be when the spec is another.
	rec := p.Record(r.Name)
	if rec.Pending != nil {
		p.overtake(r.Name)
		rec.Pending = nil
	}
	if rec.Digest != digest || rec.Verified == nil {
		rec.Digest, rec.Verified = digest, p.now()
	}
	rec.Awaited = nil
	r.held(p, want)
	return nil
}

// held notes that AWS holds what is wanted.
func (r *Of[D, O]) held(p *Pass, want *D) {
	settled(p.Record(r.Name), want)
	if r.Tags != nil {
		p.Record(r.Name).Tags = p.specTags()
	}
	if r.Held != nil {
		r.Held(want)
	}
}

// promote makes the one that was made, and proven where that is asked, the one that is used.
func (r *Of[D, O]) promote(p *Pass, id, digest string) {
	rec := p.Record(r.Name)
	if former := rec.ID; former != "" && former != id && !r.Exclusive {
		rec.Retired = append(rec.Retired, v1alpha1.RetiredResource{ID: former, Under: rec.Under})
	}
	if r.ID == nil && rec.ID != id {
		// A former call was for the former one.
		rec.InDoubt = nil
	}
	rec.ID, rec.Under, rec.Digest, rec.Unproven, rec.Verified = id, p.ID(r.In), digest, nil, p.now()
	rec.Awaited = nil
}

// retire notes one that nobody may use, to be deleted at the next opportunity.
func (r *Of[D, O]) retire(p *Pass, id string) {
	rec := p.Record(r.Name)
	rec.Retired = append(rec.Retired, v1alpha1.RetiredResource{ID: id, Under: p.ID(r.In), Until: p.now()})
}

// prove lets a new one be used if it is as wanted.
func (r *Of[D, O]) prove(ctx context.Context, p *Pass, want *D, digest string) error {
	id := p.Record(r.Name).Unproven.ID
	left, former, err := r.Prove(ctx, want, id)
	if err != nil {
		return fmt.Errorf("prove %s %s: %w", r.Name, id, err)
	}
	// What reads back wrong is retired at once, for it cannot be changed and another one repairs it. Only what shows exactly what
	// was there before may trail. It stays unproven until a later look shows it, so it is not used meanwhile either.
	if former && !left.Empty() {
		if late := p.late(r.Name, digest, left.String()); awaited(late) {
			return late
		}
	}
	if !left.Empty() {
		rejection := awserr.Because(v1alpha1.ReasonRejectedByAWS,
			fmt.Errorf("AWS accepted %s but stores something else, so the operator does not use it: %s", r.Name, left))
		r.retire(p, id)
		p.Record(r.Name).Unproven = nil
		// At once: a pass that fails prunes nothing, and each that is rejected leaves one.
		return errors.Join(rejection, r.discard(ctx, p))
	}
	r.promote(p, id, digest)
	r.held(p, want)
	return nil
}
