package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// create makes one, in the place of another if there is one. The intention is saved before the call, the id right after.
func (r *Of[D, O]) create(ctx context.Context, p *Pass, want *D, digest string, todo plan.Plan) error {
	if err := r.guard(ctx, p, v1alpha1.OperationCreate, want, nil); err != nil {
		return err
	}
	if err := p.own(ctx, &r.Meta); err != nil {
		return err
	}
	token := NewToken()
	if r.ID != nil {
		token = r.ID(want)
	}
	p.Record(r.Name).Under = p.ID(r.In)
	unclaim := r.claims(p, want)
	if err := p.intend(ctx, r.Name, v1alpha1.OperationCreate, token, digest); err != nil {
		return err
	}
	former := p.Record(r.Name).ID
	if r.Exclusive && former != "" && former != token {
		if err := r.Delete(ctx, former, p.ID(r.In)); err != nil {
			p.carriedOut(r.Name, err)
			return fmt.Errorf("delete %s %s, whose place another one takes: %w", r.Name, former, err)
		}
		if err := p.Renew(ctx, r.Name); err != nil {
			return err
		}
	}
	made, err := r.Create(ctx, want, token)
	if err != nil && r.Exists != nil && r.Exists(err) {
		return r.takeExisting(ctx, p, want, digest, token)
	}
	p.carriedOut(r.Name, err)
	if refused(err) && !awaited(err) {
		unclaim()
	}
	if refused(err) && !awaited(err) && r.Exclusive && former != "" && former != token {
		err = r.bringBack(ctx, former, err)
	}
	if err != nil {
		return fmt.Errorf("create %s: %w", r.Name, err)
	}
	if r.Tags != nil {
		p.hold(r.Name)
	}
	if r.Prove != nil {
		p.Record(r.Name).Unproven = &v1alpha1.UnprovenResource{ID: made.ID, Digest: digest}
		err = r.prove(ctx, p, want, digest)
	} else {
		r.promote(p, made.ID, digest)
		err = r.holds(p, want, made.Value)
	}
	if err == nil || awaited(err) {
		p.done = append(p.done, todo...)
	}
	return err
}

// holds compares a new one with what was wanted.
func (r *Of[D, O]) holds(p *Pass, want *D, made *O) error {
	if err := r.inEffect(p, made); err != nil {
		return err
	}
	if made != nil {
		if left := r.diff(want, made); !left.Empty() {
			p.Record(r.Name).Verified = nil
			return rejected(r.Name, left.String())
		}
	}
	r.held(p, want)
	return nil
}

// takeExisting takes over what has the id that we give it: an earlier attempt made it, or somebody in our parent's place.
func (r *Of[D, O]) takeExisting(ctx context.Context, p *Pass, want *D, digest, id string) error {
	p.carriedOut(r.Name, nil)
	have, err := r.Read(ctx, id, r.Aspects)
	if err != nil {
		return fmt.Errorf("read %s %s: %w", r.Name, id, err)
	}
	if have == nil {
		return fmt.Errorf("%s %s exists already, but was not found", r.Name, id)
	}
	if r.Tags != nil {
		if err := r.possess(p, id, r.Tags(have)); err != nil {
			return err
		}
	}
	if err := r.take(ctx, p, id, ""); err != nil {
		return err
	}
	if todo := r.difference(p, want, have, digest); !todo.Empty() {
		return r.update(ctx, p, want, digest, have, todo, nil)
	}
	return r.verify(p, want, digest, nil)
}

// bringBack makes the one again that had to go first, for AWS refused the one that was to come.
func (r *Of[D, O]) bringBack(ctx context.Context, former string, cause error) error {
	if r.Restore == nil {
		return cause
	}
	if err := r.Restore(ctx, former); err != nil {
		return errors.Join(cause, fmt.Errorf("make %s %s anew, which had to go first: %w", r.Name, former, err))
	}
	return cause
}

// maxUpdates bounds the updates of one resource in a pass, each of which has to bring it nearer.
const maxUpdates = 3

// update changes one and sees that AWS holds what is wanted. What others may still need is taken away after they converged.
func (r *Of[D, O]) update(ctx context.Context, p *Pass, want *D, digest string, have *O, todo plan.Plan, doubt error) error {
	grown, sent := want, digest
	if r.Grow != nil {
		grown = r.Grow(want, have)
		sent = r.digest(p, grown)
	}
	if !r.difference(p, grown, have, digest).Empty() {
		var err error
		if have, err = r.bring(ctx, p, grown, sent, have); err != nil {
			return err
		}
	}
	if r.changes(want, have) {
		if p.later == nil {
			p.later = map[string]func(context.Context) error{}
		}
		p.later[r.Name] = func(ctx context.Context) error {
			have, err := r.stillThere(ctx, p, have)
			if err != nil {
				return err
			}
			if _, err := r.bring(ctx, p, want, digest, have); err != nil {
				return err
			}
			p.done = append(p.done, todo...)
			return r.verify(p, want, digest, doubt)
		}
		return nil
	}
	p.done = append(p.done, todo...)
	return r.verify(p, want, digest, doubt)
}

// stillThere reads a root once more before its second update, which sends back what was read: what is in it may have changed it
// meanwhile. The pass shares the answer if it changed nothing.
func (r *Of[D, O]) stillThere(ctx context.Context, p *Pass, have *O) (*O, error) {
	if r.In != "" {
		return have, nil
	}
	have, err := r.present(ctx, p, r.Aspects)
	if err == nil && have == nil {
		err = &LostError{Resource: r.Name, ID: p.ID(r.Name)}
	}
	return have, err
}

// bring makes AWS hold what is wanted, and returns what it holds then.
func (r *Of[D, O]) bring(ctx context.Context, p *Pass, want *D, digest string, have *O) (*O, error) {
	if p.trailing(r.Name, digest) {
		// It was sent.
		return nil, p.late(r.Name, digest, r.diff(want, have).String())
	}
	if err := p.own(ctx, &r.Meta); err != nil {
		return nil, err
	}
	if err := r.guard(ctx, p, v1alpha1.OperationUpdate, want, have); err != nil {
		return nil, err
	}
	unclaim := r.claims(p, want)
	if err := p.intend(ctx, r.Name, v1alpha1.OperationUpdate, "", digest); err != nil {
		return nil, err
	}
	sent := r.diff(want, have)
	now, took, err := r.change(ctx, p, want, have)
	p.carriedOut(r.Name, err)
	if refused(err) && !took {
		unclaim()
	}
	if err != nil {
		return nil, fmt.Errorf("update %s: %w", r.Name, err)
	}
	if r.Tags != nil {
		// What was recalled was not read before.
		if err := r.possess(p, p.Record(r.Name).ID, r.Tags(now)); err != nil {
			return nil, err
		}
	}
	if left := r.diff(want, now); !left.Empty() {
		err := p.late(r.Name, digest, left.String())
		if awaited(err) {
			// AWS took it, and a later pass only looks.
			p.done = append(p.done, sent...)
		}
		return nil, err
	}
	p.Record(r.Name).Awaited = nil
	return now, nil
}

// change calls AWS until nothing is left to change, as long as that brings it nearer. It returns what AWS holds then, and whether
// AWS took anything.
func (r *Of[D, O]) change(ctx context.Context, p *Pass, want *D, have *O) (holds *O, took bool, err error) {
	id := p.Record(r.Name).ID
	if r.Tags != nil {
		if err := r.retag(ctx, p, id, have); err != nil {
			return nil, false, err
		}
	}
	for range maxUpdates {
		left := r.diff(want, have)
		if left.Empty() {
			break
		}
		now, err := r.Update(ctx, id, want, have)
		took = took || err == nil
		if err == nil && now == nil {
			clear(p.reads)
			now, err = r.Read(ctx, id, r.Aspects)
		}
		if err != nil {
			return nil, took, err
		}
		if now == nil {
			return nil, took, &LostError{Resource: r.Name, ID: id}
		}
		have = now
		if r.diff(want, now).Hash() == left.Hash() {
			break
		}
	}
	return have, took, nil
}

// retag writes our tags, and takes off those that the spec dropped.
func (r *Of[D, O]) retag(ctx context.Context, p *Pass, id string, have *O) error {
	tags := r.Tags(have)
	dropped := p.dropped(r.Name, tags)
	if len(dropped) < len(p.tagged(r.Name, tags)) {
		if err := r.Tag(ctx, id, have, p.Tags("")); err != nil {
			return err
		}
	}
	if len(dropped) == 0 {
		return nil
	}
	return r.Untag(ctx, id, have, dropped)
}

// guard gets the places for calls that AWS allows seldom, and fails if the operation must not be carried out.
func (r *Of[D, O]) guard(ctx context.Context, p *Pass, operation v1alpha1.Operation, want *D, have *O) error {
	if err := r.reserve(ctx, p, operation); err != nil || r.Guard == nil {
		return err
	}
	return r.Guard(ctx, operation, want, have)
}

// reserve gets the places for the calls that AWS allows seldom. It comes before the calls that lead up to them, which would be made
// again by the pass after the wait.
func (r *Of[D, O]) reserve(ctx context.Context, p *Pass, operation v1alpha1.Operation) error {
	if p.Plan {
		return nil
	}
	for _, call := range r.Rare[operation] {
		if err := p.Reserve(ctx, call); err != nil {
			return err
		}
	}
	return nil
}

// refused says that nothing was done: AWS answered so, or no call was made for a reason that conditions give.
func refused(err error) bool {
	return err != nil && (awaited(err) || awserr.Explained(err) || !awserr.Uncertain(err))
}

// awaited says that something has to be waited for that AWS took before.
func awaited(err error) bool {
	_, is := errors.AsType[*AwaitedError](err)
	return is
}
