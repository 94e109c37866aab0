package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// fromBefore returns a root that exists although no record names it: the one that the spec adopts, or one that carries our
// tags, from a life of the object before this status.
func (r *Of[D, O]) fromBefore(ctx context.Context, p *Pass) (*O, error) {
	looked := p.Now()
	if id, _ := r.adopts(); id != "" {
		have, err := r.named(ctx)
		if err != nil {
			return nil, err
		}
		return r.adopt(ctx, p, id, have, looked)
	}
	if err := r.reserve(ctx, p, v1alpha1.OperationCreate); err != nil {
		return nil, err
	}
	found, err := r.recognized(ctx)
	if err != nil || found == nil {
		return nil, err
	}
	return r.adopt(ctx, p, found.ID, found.Value, looked)
}

// named returns the root that the spec adopts.
func (r *Of[D, O]) named(ctx context.Context) (*O, error) {
	id, field := r.adopts()
	have, err := r.Read(ctx, id, r.Aspects)
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", r.Name, id, err)
	}
	if have == nil {
		return nil, invalid(field, "there is no %s %q in this Region of the operator's account; name one that there is, or remove the field",
			r.Name, id)
	}
	return have, nil
}

// foresee fails if the spec adopts a root that is not there, or is somebody else's.
func (r *Of[D, O]) foresee(ctx context.Context, p *Pass) error {
	id, _ := r.adopts()
	if id == "" || p.ID(r.Name) != "" {
		return nil
	}
	if _, err := r.Desired(); err != nil {
		return err
	}
	have, err := r.named(ctx)
	if err == nil && Owned(r.Tags(have)) {
		err = r.possess(p, id, r.Tags(have))
	}
	return err
}

// recognized returns the one that is ours by what AWS holds, as a root is by its tags; nil if there is none.
func (r *Of[D, O]) recognized(ctx context.Context) (*Found[O], error) {
	found, err := r.Find(ctx, "")
	switch {
	case err != nil:
		return nil, fmt.Errorf("look for %s: %w", r.Name, err)
	case len(found) == 0:
		return nil, nil
	case len(found) > 1:
		return nil, duplicates(r.Name, found)
	}
	return &found[0], nil
}

// adopt takes over what no record names. What this object made before is taken back at once; anything else needs the
// administrator's list or a person's consent. Our tags come first: from then on it is ours, whatever happens to us. Somebody
// else may write theirs in the same moment, and the last ones stay: only after the grace period it is used.
func (r *Of[D, O]) adopt(ctx context.Context, p *Pass, id string, have *O, looked time.Time) (*O, error) {
	asked, _ := r.adopts()
	if err := r.guard(ctx, p, v1alpha1.OperationAdopt, nil, have); err != nil {
		return nil, err
	}
	tags := r.Tags(have)
	if Owned(tags) {
		// Our own tags in doubt are remembered: they may still come over somebody else's, and are no proof then.
		if err := r.possess(p, id, tags); err != nil {
			return nil, err
		}
	}
	returns := p.Owner.Returns(tags)
	if asked == "" && !returns {
		if err := r.listed(p, id); err != nil {
			return nil, err
		}
	}
	others, err := r.others(ctx, id, have, "")
	if err != nil {
		return nil, err
	}
	lines := adoption(r.Name, id, others)
	switch back := returns && (len(others) == 0 || r.begun(p, tags)); {
	case back:
	case p.Plan:
		p.done = append(p.done, lines...)
	case asked == "" && p.MayAdopt != nil:
		if err := r.listed(p, id); err != nil {
			return nil, err
		}
		have, err = r.claim(ctx, p, id, others)
	case !lines.RestOf(p.Consent.Lines(), p.Consent.Hash()):
		// Nobody saw what came since the plan was looked at.
		return nil, &ConsentError{What: r.unsure(id, asked, returns, others)}
	default:
		have, err = r.claim(ctx, p, id, others)
	}
	if err != nil {
		return nil, err
	}
	if err := r.take(ctx, p, id, ""); err != nil {
		return nil, err
	}
	p.Record(r.Name).Adopted = asked != ""
	return have, r.claimed(p, looked)
}

// listed fails if the administrator's policies do not list the root. Without policies a person's consent decides.
func (r *Of[D, O]) listed(p *Pass, id string) error {
	if p.MayAdopt == nil {
		return nil
	}
	return p.MayAdopt(r.Name, id)
}

// begun says that the tags are those of an adoption that was agreed to and is not finished.
func (r *Of[D, O]) begun(p *Pass, tags map[string]string) bool {
	pending := p.Record(r.Name).Pending
	return pending != nil && pending.Operation == v1alpha1.OperationAdopt && pending.Token == tags[TagToken]
}

// unsure says why a root is taken over only with consent.
func (r *Of[D, O]) unsure(id, asked string, returns bool, others []v1alpha1.ForeignResource) string {
	holds := ""
	if len(others) > 0 {
		holds = " and holds what this object did not make (" + names(others) + ")"
	}
	if asked != "" {
		return fmt.Sprintf("%s %s exists%s and is adopted", r.Name, id, holds)
	}
	whose := "this object's tags"
	if !returns {
		whose += ", of another namespace with this name"
	}
	return fmt.Sprintf("%s %s carries %s%s; to have a new one made, remove its tags in AWS; it is adopted", r.Name, id, whose, holds)
}

func names(others []v1alpha1.ForeignResource) string {
	words := make([]string, 0, len(others))
	for _, other := range others {
		words = append(words, strings.TrimSpace(other.Name+" "+other.ID))
	}
	return strings.Join(words, ", ")
}

// claim writes our tags and reads back whose they are. While the intention was saved, somebody else may have tagged it and
// waited out the grace period, so the tags are read once more before.
func (r *Of[D, O]) claim(ctx context.Context, p *Pass, id string, others []v1alpha1.ForeignResource) (*O, error) {
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
	if err := r.possess(p, id, r.Tags(have)); err != nil {
		return nil, err
	}
	p.done = append(p.done, adoption(r.Name, id, others)...)
	return have, nil
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
