package engine

import (
	"context"
	"errors"
)

func (r *Own) forward(ctx context.Context, p *Pass) error {
	if !r.Wanted || p.Denied {
		return nil
	}
	if err := r.leave(ctx, p); err != nil {
		return err
	}
	p.Record(r.Name).Under = p.ID(r.In)
	todo, failed := r.Look(ctx)
	if p.Plan {
		p.done = append(p.done, todo...)
		return failed
	}
	for _, change := range todo {
		if err := p.own(ctx, &r.Meta); err != nil {
			return errors.Join(failed, err)
		}
		p.wrote = true
		if err := r.Step(ctx, change); err != nil {
			return errors.Join(failed, err)
		}
		p.done = append(p.done, change)
	}
	return failed
}

func (r *Own) asked(*Pass) bool { return r.Wanted }

func (r *Own) foresee(context.Context, *Pass) error { return nil }

func (r *Own) watch(context.Context, *Pass) error { return nil }

func (r *Own) backward(ctx context.Context, p *Pass) error {
	if r.Wanted || p.Plan || p.Denied || p.Known(r.Name) == nil {
		return nil
	}
	if err := p.confirm(ctx, r.Name); err != nil {
		return err
	}
	return r.remove(ctx, p)
}

func (r *Own) locate(context.Context, *Pass) error { return nil }

func (r *Own) leave(_ context.Context, p *Pass) error {
	if known := p.Known(r.Name); known != nil && known.Under != "" && known.Under != p.ID(r.In) {
		p.drop(r.Name)
	}
	return nil
}

func (r *Own) remove(ctx context.Context, p *Pass) error { return r.forget(ctx, p) }

func (r *Own) forget(ctx context.Context, p *Pass) error {
	if p.Plan {
		return nil
	}
	if err := r.Forget(ctx); err != nil {
		return err
	}
	p.drop(r.Name)
	return nil
}
