package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// Borrowed is a root that belongs to another SecuredAPI. It is never made, changed or deleted; what this object has in it is taken
// down piece by piece. Anybody may have written down where it is, so nothing is done in it before it was seen to carry the
// lender's tags.
type Borrowed[O any] struct {
	Meta
	// Lender is the SecuredAPI that it belongs to.
	Lender Owner
	// ID is its id, by what is written down of the lender, and Note what is noted of it beside.
	ID   string
	Note map[string]string
	// Tags are those that it carries.
	Tags func(*O) map[string]string
	// Read reads it. It returns nil if there is no such resource.
	Read func(ctx context.Context, id string) (*O, error)
}

// borrowed says that a name is that of a root of another object.
func (p *Pass) borrowed(name string) bool {
	_, is := p.roots[name].(interface{ belongsTo() Owner })
	return is && p.roots[name].meta().Name == name
}

// goesWith says that AWS deletes a resource when this object is deleted, because its parent goes.
func (p *Pass) goesWith(m *Meta) bool { return m.GoesWith && !p.borrowed(m.In) }

func (r *Borrowed[O]) meta() *Meta { return &r.Meta }

func (r *Borrowed[O]) belongsTo() Owner { return r.Lender }

func (r *Borrowed[O]) asked(*Pass) bool { return true }

func (r *Borrowed[O]) foresee(context.Context, *Pass) error { return nil }

// forward notes where it is, once that was proven, and looks at it when it is due.
func (r *Borrowed[O]) forward(ctx context.Context, p *Pass) error {
	looks, _ := p.checks(&r.Meta)
	known := p.Known(r.Name)
	if r.ID == "" {
		return nil
	}
	if known == nil || known.ID != r.ID || known.Verified == nil || looks {
		if known != nil {
			known.Verified = nil
		}
		if err := r.proven(ctx, p, r.ID, r.Lender.Returns); err != nil {
			return err
		}
	}
	rec := p.Record(r.Name)
	if rec.Verified == nil {
		rec.Verified = p.now()
	}
	rec.ID, rec.Kept = r.ID, r.Note
	return nil
}

// seen fails unless it was seen in this pass to carry the lender's tags.
func (r *Borrowed[O]) seen(ctx context.Context, p *Pass) error {
	if p.owned[r.Name] {
		return nil
	}
	return r.proven(ctx, p, p.ID(r.Name), r.Lender.Returns)
}

// proven reads it, and fails unless its tags are the lender's.
func (r *Borrowed[O]) proven(ctx context.Context, p *Pass, id string, lenders func(map[string]string) bool) error {
	have, err := r.Read(ctx, id)
	if err != nil {
		return fmt.Errorf("read %s %s: %w", r.Name, id, err)
	}
	if have == nil {
		p.lose(r.Name)
		return awserr.Because(v1alpha1.ReasonDependencyNotReady, &LostError{Resource: r.Name, ID: id})
	}
	if !lenders(r.Tags(have)) {
		// Whose it is, is nobody's business here.
		p.lose(r.Name)
		return awserr.Because(v1alpha1.ReasonOwnershipConflict,
			fmt.Errorf("%s %s should belong to SecuredAPI %s, but does not carry its tags; nothing was changed", r.Name, id, r.Lender))
	}
	p.hold(r.Name)
	return nil
}

func (r *Borrowed[O]) watch(context.Context, *Pass) error { return nil }

func (r *Borrowed[O]) backward(context.Context, *Pass) error { return nil }

func (r *Borrowed[O]) leave(context.Context, *Pass) error { return nil }

// locate sees whose it is before anything is deleted in it. If it is gone, or another's, what was in it is not this object's any more.
// The lender's namespace may be gone, so its uid does not count: what is deleted tells itself whose it is.
func (r *Borrowed[O]) locate(ctx context.Context, p *Pass) error {
	id := p.ID(r.Name)
	if p.Known(r.Name) == nil {
		return nil
	}
	if id != "" {
		err := r.proven(ctx, p, id, r.Lender.Owns)
		if _, lost := errors.AsType[*LostError](err); lost {
			// Of what is gone two answers have to agree.
			clear(p.reads)
			err = r.proven(ctx, p, id, r.Lender.Owns)
		}
		_, lost := errors.AsType[*LostError](err)
		if err == nil || !lost && !foreign(err) {
			return err
		}
	}
	for _, child := range p.in[r.Name] {
		if err := child.forget(ctx, p); err != nil {
			return err
		}
	}
	return r.forget(ctx, p)
}

// remove lets go of it.
func (r *Borrowed[O]) remove(ctx context.Context, p *Pass) error { return r.forget(ctx, p) }

// forget drops the record alone.
func (r *Borrowed[O]) forget(_ context.Context, p *Pass) error { //nolint:unparam // a Resource says so
	if !p.Plan {
		p.drop(r.Name)
	}
	return nil
}
