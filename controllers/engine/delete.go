package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// backward deletes what the spec no longer asks for, and those that were replaced.
func (r *Of[D, O]) backward(ctx context.Context, p *Pass) error {
	if p.Known(r.Name) == nil || p.Denied {
		return nil
	}
	_, digest, err := r.desired(p)
	if err != nil {
		return err
	}
	if digest != "" {
		return r.prune(ctx, p)
	}
	if rec := p.Record(r.Name); rec.ID == "" && rec.Pending != nil && rec.Pending.Since == nil {
		// It may be there from before, and nothing says that it was ours. Those under a former parent were.
		if err := r.deleteFormer(ctx, p); err != nil {
			return err
		}
		return r.forget(ctx, p)
	}
	if err := r.settle(ctx, p, ""); err != nil {
		return err
	}
	rec := p.Record(r.Name)
	if rec.ID == "" && rec.Unproven == nil && len(rec.Retired) == 0 {
		return r.forget(ctx, p)
	}
	if r.In == "" {
		return r.takeDown(ctx, p)
	}
	change := deletion(r.Name, rec.ID, r.Removal)
	if p.Plan {
		p.done = append(p.done, change)
		return nil
	}
	if err := r.outlived(p); err != nil {
		return err
	}
	err = p.own(ctx, &r.Meta)
	if _, lost := errors.AsType[*LostError](err); lost && r.GoesWith {
		return r.forget(ctx, p)
	} else if err != nil && !lost {
		return err
	}
	if err := r.guard(ctx, p, v1alpha1.OperationDelete, nil, nil); err != nil {
		return err
	}
	if err := r.deleteFormer(ctx, p); err != nil {
		return err
	}
	if err := p.intend(ctx, r.Name, v1alpha1.OperationDelete, "", ""); err != nil {
		return err
	}
	err = r.deleteAll(ctx, p)
	p.carriedOut(r.Name, err)
	if err != nil {
		return err
	}
	p.done = append(p.done, change)
	if rec := p.Record(r.Name); r.ID != nil && rec.InDoubt != nil {
		// An attempt before may still be carried out, and would take away what is made under the same id. What it sets then is taken
		// away once more.
		if !r.Setting {
			rec.ID, rec.Digest = "", ""
		}
		return p.inDoubt(rec, "none")
	}
	return r.forget(ctx, p)
}

// takeDown deletes a root that the spec no longer asks for. As in a deletion of the object, it has to be ours still, what
// keeps it from being deleted is asked, and it has to be seen gone.
func (r *Of[D, O]) takeDown(ctx context.Context, p *Pass) error {
	if err := r.locate(ctx, p); err != nil || p.Known(r.Name) == nil {
		return err
	}
	if p.Plan {
		return r.remove(ctx, p)
	}
	if err := p.intend(ctx, r.Name, v1alpha1.OperationDelete, "", ""); err != nil {
		return err
	}
	change := deletion(r.Name, p.Record(r.Name).ID, r.Removal)
	if err := r.remove(ctx, p); err != nil {
		return err
	}
	p.done = append(p.done, change)
	return nil
}

// prune deletes those that were replaced: those that nobody may use when their time has come, of others all but the last few.
func (r *Of[D, O]) prune(ctx context.Context, p *Pass) error {
	rec := p.Record(r.Name)
	if p.Plan || len(rec.Retired) == 0 {
		return nil
	}
	if err := r.discard(ctx, p); err != nil {
		return err
	}
	rec = p.Record(r.Name)
	keep := len(rec.Retired) - r.Keep
	for i, old := range slices.Clone(rec.Retired) {
		if old.Until == nil && i < keep {
			if err := r.deleteRetired(ctx, p, old); err != nil {
				return err
			}
		}
	}
	return nil
}

// discard deletes those that nobody may use, when their time has come.
func (r *Of[D, O]) discard(ctx context.Context, p *Pass) error {
	for _, old := range slices.Clone(p.Record(r.Name).Retired) {
		if old.Until != nil && !p.Now().Before(old.Until.Time) {
			if err := r.deleteRetired(ctx, p, old); err != nil {
				return err
			}
		}
	}
	return nil
}

// deleteFormer deletes all that were replaced.
func (r *Of[D, O]) deleteFormer(ctx context.Context, p *Pass) error {
	former := slices.Clone(p.Record(r.Name).Retired)
	if p.Plan || len(former) == 0 {
		return nil
	}
	if err := r.outlived(p); err != nil {
		return err
	}
	for _, old := range former {
		if err := r.deleteRetired(ctx, p, old); err != nil {
			return err
		}
	}
	return nil
}

func (r *Of[D, O]) deleteRetired(ctx context.Context, p *Pass, old v1alpha1.RetiredResource) error {
	err := p.own(ctx, &r.Meta)
	if _, lost := errors.AsType[*LostError](err); err != nil && (!lost || r.GoesWith) {
		return err
	}
	if err := p.confirm(ctx, r.Name); err != nil {
		return err
	}
	if err := r.deleteOne(ctx, p, old); err != nil {
		return fmt.Errorf("delete %s %s, which was replaced: %w", r.Name, old.ID, err)
	}
	rec := p.Record(r.Name)
	rec.Retired = slices.DeleteFunc(rec.Retired, func(other v1alpha1.RetiredResource) bool {
		return other.ID == old.ID && other.Under == old.Under
	})
	return nil
}

// deleteAll deletes all that a record names.
func (r *Of[D, O]) deleteAll(ctx context.Context, p *Pass) error {
	rec := p.Record(r.Name)
	all := slices.Clone(rec.Retired)
	for _, id := range []string{unprovenID(rec), rec.ID} {
		if id != "" {
			all = append(all, v1alpha1.RetiredResource{ID: id, Under: rec.Under})
		}
	}
	for _, one := range all {
		// Policy and spec may say by now that it stays.
		if err := p.Unchanged(ctx); err != nil {
			return err
		}
		if err := r.deleteOne(ctx, p, one); err != nil {
			return fmt.Errorf("delete %s %s: %w", r.Name, one.ID, err)
		}
	}
	return nil
}

// deleteOne deletes what a record names, if it is ours: somebody may have written the record. What goes with its parent went
// with a former one, and a parent that somebody else has is not touched.
func (r *Of[D, O]) deleteOne(ctx context.Context, p *Pass, one v1alpha1.RetiredResource) error {
	if r.GoesWith && one.Under != p.ID(r.In) {
		return nil
	}
	if r.In != "" && r.Tags != nil {
		have, err := r.Read(ctx, one.ID, r.Aspects)
		if err != nil {
			return err
		}
		// One answer alone does not say that it is gone.
		if have != nil && !p.Owner.Owns(r.Tags(have)) {
			return ConflictError(r.Name+" "+one.ID, r.Tags(have))
		}
	}
	p.wrote = true
	err := r.Delete(ctx, one.ID, one.Under)
	clear(p.reads)
	return err
}

// forget drops the record of what is gone, and of what went with it.
func (r *Of[D, O]) forget(ctx context.Context, p *Pass) error {
	if p.Plan {
		return nil
	}
	if r.Forget != nil {
		if err := r.Forget(ctx); err != nil {
			return fmt.Errorf("forget %s: %w", r.Name, err)
		}
	}
	if r.In == "" {
		p.Report(r.Name, "", nil)
	}
	p.drop(r.Name)
	for _, child := range p.in[r.Name] {
		if m := child.meta(); p.goesWith(m) && p.Known(m.Name) != nil {
			if err := child.forget(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// remove deletes one for good.
func (r *Of[D, O]) remove(ctx context.Context, p *Pass) error {
	rec := p.Record(r.Name)
	if p.Plan {
		if rec.ID != "" {
			p.done = append(p.done, deletion(r.Name, rec.ID, r.Removal))
		}
		return nil
	}
	if p.goesWith(&r.Meta) {
		return r.forget(ctx, p)
	}
	if err := r.deleteAll(ctx, p); err != nil {
		return err
	}
	if r.In == "" {
		id := p.Record(r.Name).ID
		if have, err := r.Read(ctx, id, nil); err != nil {
			return fmt.Errorf("read %s %s after its deletion: %w", r.Name, id, err)
		} else if have != nil {
			return fmt.Errorf("%s %s is still there after its deletion", r.Name, id)
		}
	}
	return r.forget(ctx, p)
}

func duplicates[O any](name string, found []Found[O]) error {
	ids := make([]string, 0, len(found))
	for _, f := range found {
		ids = append(ids, f.ID)
	}
	return duplicate(name, ids)
}
