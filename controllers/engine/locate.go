package engine

import (
	"context"
	"errors"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// Before anything of an object is deleted, all of it is located.

// locate finds a root by its id, by what the spec adopts or by our tags. One that is gone, or that carries our tags no more,
// is somebody else's affair: its record goes.
func (r *Of[D, O]) locate(ctx context.Context, p *Pass) error {
	if r.In != "" {
		return r.locateChild(ctx, p)
	}
	err := r.locateRoot(ctx, p)
	if known := p.Known(r.Name); known != nil && known.ID != "" && foreign(err) {
		known.ID, err = "", nil
		// What is in it is somebody else's, too.
		for _, child := range p.in[r.Name] {
			if err := child.forget(ctx, p); err != nil {
				return err
			}
		}
	}
	if known := p.Known(r.Name); err != nil || known == nil {
		return err
	} else if known.ID == "" {
		return r.forget(ctx, p)
	}
	return nil
}

// foreign says that an error means no more than that a resource is not ours.
func foreign(err error) bool {
	failure, ok := errors.AsType[*awserr.Failure](err)
	return ok && failure.Reason == v1alpha1.ReasonOwnershipConflict
}

func (r *Of[D, O]) locateRoot(ctx context.Context, p *Pass) error {
	if err := r.settle(ctx, p, ""); err != nil {
		return err
	}
	rec := p.Record(r.Name)
	if rec.ID == "" {
		return r.locateFormer(ctx, p)
	}
	if err := r.claimed(p, p.Now()); err != nil {
		return err
	}
	have, err := r.present(ctx, p, nil)
	if err != nil {
		return err
	}
	if have == nil {
		p.Record(r.Name).ID = ""
		return nil
	}
	return r.guard(ctx, p, v1alpha1.OperationDelete, nil, have)
}

// locateFormer finds what a lost status named.
func (r *Of[D, O]) locateFormer(ctx context.Context, p *Pass) error {
	found, err := r.former(ctx)
	// What this object may not have made is not deleted with it.
	if err != nil || found == nil || !p.Owner.Returns(r.Tags(found.Value)) {
		return err
	}
	if err := r.possess(p, found.ID, r.Tags(found.Value)); err != nil {
		return err
	}
	// What holds what others made is taken back with consent only (adopt), so it is not deleted without.
	if others, err := r.others(ctx, found.ID, found.Value, ""); err != nil || len(others) > 0 {
		return err
	}
	if err := r.take(ctx, p, found.ID, ""); err != nil {
		return err
	}
	return r.guard(ctx, p, v1alpha1.OperationDelete, nil, found.Value)
}

// former returns what the spec adopts, or what carries our tags; nil if there is none.
func (r *Of[D, O]) former(ctx context.Context) (*Found[O], error) {
	id, _ := r.adopts()
	if id == "" {
		return r.recognized(ctx)
	}
	have, err := r.Read(ctx, id, nil)
	if err != nil || have == nil {
		return nil, err
	}
	return &Found[O]{ID: id, Value: have}, nil
}

func (r *Of[D, O]) adopts() (id, field string) {
	if r.Adopts == nil {
		return "", ""
	}
	return r.Adopts()
}

// locateChild settles what may come after its deletion, also under a parent that is gone.
func (r *Of[D, O]) locateChild(ctx context.Context, p *Pass) error {
	if p.Known(r.Name) == nil || p.goesWith(&r.Meta) {
		return nil
	}
	if err := r.leave(ctx, p); err != nil {
		return err
	}
	if p.ID(r.In) != "" {
		if err := r.settle(ctx, p, ""); err != nil {
			return err
		}
	}
	return r.outlived(p)
}

// outlived fails while something may still be made that is to be deleted.
func (r *Of[D, O]) outlived(p *Pass) error {
	for _, old := range p.Record(r.Name).Retired {
		if old.Until != nil && p.Now().Before(old.Until.Time) {
			return &UnsettledError{Resource: r.Name, Operation: v1alpha1.OperationCreate, Until: old.Until.Time}
		}
	}
	return nil
}
