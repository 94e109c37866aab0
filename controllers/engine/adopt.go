package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// fromBefore returns a root that exists although no record names it: the one that the spec adopts, or one that carries our
// tags, from a life of the object before this status.
func (r *Of[D, O]) fromBefore(ctx context.Context, p *Pass) (*O, error) {
	if id, field := r.adopts(); id != "" {
		return r.adopt(ctx, p, id, field)
	}
	found, err := r.Find(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("look for %s: %w", r.Name, err)
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		if err := r.take(ctx, p, found[0].ID, ""); err != nil {
			return nil, err
		}
		return found[0].Value, r.possess(p, found[0].ID, r.Tags(found[0].Value))
	default:
		return nil, duplicates(r.Name, found)
	}
}

// adopt takes over what the spec names: one of our own at once, one of nobody's with a person's consent. Our tags come first:
// from then on it is ours, whatever happens to us. Somebody else may write theirs in the same moment, and the last ones
// stay: only after the grace period it is used.
func (r *Of[D, O]) adopt(ctx context.Context, p *Pass, id, field string) (*O, error) {
	looked := p.Now()
	have, err := r.Read(ctx, id, r.Aspects)
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", r.Name, id, err)
	}
	if have == nil {
		return nil, invalid(field, "there is no %s %q in this Region of the operator's account", r.Name, id)
	}
	if err := r.guard(ctx, v1alpha1.OperationAdopt, nil, have); err != nil {
		return nil, err
	}
	tags := r.Tags(have)
	switch {
	case Owned(tags):
		// Our own tags in doubt are remembered: they may still come over somebody else's, and are no proof then.
		if err := r.possess(p, id, tags); err != nil {
			return nil, err
		}
	case p.Plan:
	case !p.Consent:
		return nil, &ConsentError{What: r.Name + " " + id + " exists and is adopted"}
	default:
		if have, err = r.claim(ctx, p, id); err != nil {
			return nil, err
		}
	}
	if err := r.take(ctx, p, id, ""); err != nil {
		return nil, err
	}
	p.Record(r.Name).Adopted = true
	return have, r.claimed(p, looked)
}

// claim writes our tags and reads back whose they are. While the intention was saved, somebody else may have tagged it and
// waited out the grace period, so the tags are read once more before.
func (r *Of[D, O]) claim(ctx context.Context, p *Pass, id string) (*O, error) {
	if err := p.intend(ctx, r.Name, v1alpha1.OperationAdopt, NewToken(), ""); err != nil {
		return nil, err
	}
	have, err := r.reread(ctx, p, id)
	if err == nil && Owned(r.Tags(have)) {
		err = r.possess(p, id, r.Tags(have))
	}
	if err != nil {
		// Nothing was written.
		p.Record(r.Name).Pending = nil
		return nil, err
	}
	if err := r.Tag(ctx, id, have, p.Owner.Tags(p.Record(r.Name).Pending.Token)); err != nil {
		p.carriedOut(r.Name, err)
		return nil, fmt.Errorf("adopt %s %s: %w", r.Name, id, err)
	}
	if have, err = r.reread(ctx, p, id); err != nil {
		return nil, err
	}
	return have, r.possess(p, id, r.Tags(have))
}

// reread reads what has to be there, and nothing that was read before.
func (r *Of[D, O]) reread(ctx context.Context, p *Pass, id string) (*O, error) {
	clear(p.reads)
	have, err := r.Read(ctx, id, r.Aspects)
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", r.Name, id, err)
	}
	if have == nil {
		return nil, &LostError{Resource: r.Name, ID: id}
	}
	return have, nil
}

// adopted refuses a spec that names another one than there is, and waits while somebody else may be adopting it, too.
func (r *Of[D, O]) adopted(p *Pass) error {
	rec := p.Record(r.Name)
	if id, field := r.adopts(); id != "" && id != rec.ID {
		return invalid(field, "%q cannot be adopted, because this object has %s already", id, rec.ID)
	}
	return r.claimed(p, p.Now())
}

// claimed fails while somebody else's tags may still take the place of ours. Then the record is looked at once more, if
// the last look was before.
func (r *Of[D, O]) claimed(p *Pass, looked time.Time) error {
	rec := p.Record(r.Name)
	if rec.Pending == nil || rec.Pending.Operation != v1alpha1.OperationAdopt {
		return nil
	}
	if until := p.doubtedUntil(rec); looked.Before(until) && !p.Plan {
		return &UnsettledError{Resource: r.Name, Operation: v1alpha1.OperationAdopt, Until: until}
	}
	rec.Pending, rec.Verified = nil, nil
	return nil
}
