package engine

import (
	"context"
	"fmt"

	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// observe returns what AWS holds, nil if there is nothing, and the id of what somebody deleted.
func (r *Of[D, O]) observe(ctx context.Context, p *Pass, looks bool, aspects []string) (have *O, lost string, err error) {
	rec := p.Record(r.Name)
	if rec.ID == "" {
		if r.In != "" {
			// Never begun, so whatever is there is not ours, but for what tells by itself whose it is.
			have, err = r.inBorrowed(ctx, p)
			return have, "", err
		}
		have, err = r.fromBefore(ctx, p)
		return have, "", err
	}
	if err := r.adopted(p); err != nil {
		return nil, "", err
	}
	if !looks && rec.Verified != nil && r.Recall != nil {
		if have = r.Recall(); have != nil {
			return have, "", nil
		}
	}
	if !looks || rec.Verified == nil {
		aspects = r.Aspects
	}
	have, err = r.present(ctx, p, aspects)
	if err != nil || have != nil {
		return have, "", err
	}
	lost = rec.ID
	if r.Lose != nil && !p.Plan {
		if err := r.Lose(lost); err != nil {
			p.lose(r.Name)
			return nil, "", err
		}
	}
	rec.Digest, rec.Verified = "", nil
	if r.In == "" {
		p.Report(r.Name, "", nil)
		rec.ID = ""
		have, err = r.fromBefore(ctx, p)
		return have, lost, err
	}
	if !r.Exclusive {
		rec.ID = ""
	}
	return nil, lost, nil
}

// inBorrowed takes back what the object made in another's root before it had this status. Nobody else finds it by the root's tags.
func (r *Of[D, O]) inBorrowed(ctx context.Context, p *Pass) (*O, error) {
	if r.Find == nil || !p.borrowed(r.In) {
		return nil, nil
	}
	found, err := r.recognized(ctx)
	if err != nil || found == nil {
		return nil, err
	}
	return found.Value, r.take(ctx, p, found.ID, "")
}

// present reads what a record names. Of what is gone two answers have to agree: one may trail, and what is made anew has
// another id than people were given.
func (r *Of[D, O]) present(ctx context.Context, p *Pass, aspects []string) (*O, error) {
	id := p.Record(r.Name).ID
	have, err := r.Read(ctx, id, aspects)
	if err != nil {
		r.unread(p, err)
		return nil, fmt.Errorf("read %s %s: %w", r.Name, id, err)
	}
	if have == nil && r.Find != nil {
		found, err := r.Find(ctx, "")
		if err != nil {
			return nil, fmt.Errorf("look for %s %s: %w", r.Name, id, err)
		}
		for i := range found {
			if found[i].ID == id {
				have = found[i].Value
			}
		}
	}
	if have == nil || r.Tags == nil {
		return have, nil
	}
	return have, r.possess(p, id, r.Tags(have))
}

// possess fails unless tags are ours.
func (r *Of[D, O]) possess(p *Pass, id string, tags map[string]string) error {
	if r.In != "" && !Owned(tags) {
		// It is in a root of ours. It gets its tags.
		return nil
	}
	if !p.Owner.Owns(tags) {
		delete(p.owned, r.Name)
		// It is looked at again in each pass, until it is ours.
		p.Record(r.Name).Verified = nil
		return ConflictError(r.Name+" "+id, tags)
	}
	p.hold(r.Name)
	return nil
}

// seen fails unless the root was seen in this pass to carry our tags.
func (r *Of[D, O]) seen(ctx context.Context, p *Pass) error {
	if p.owned[r.Name] {
		return nil
	}
	if p.ID(r.Name) == "" {
		return &LostError{Resource: r.Name}
	}
	have, err := r.present(ctx, p, r.Aspects)
	if err != nil {
		return err
	}
	if have == nil {
		return r.lost(p)
	}
	return nil
}

// lost notes that the root is gone, and tells of it where it will be made anew: not of one that the spec does not ask for.
func (r *Of[D, O]) lost(p *Pass) error {
	rec := p.Record(r.Name)
	verified := rec.Verified != nil
	rec.Verified = nil
	p.lose(r.Name)
	if p.Drifted != nil {
		want, err := r.Desired()
		if err != nil {
			return err
		}
		if want != nil {
			r.drifted(p, r.diff(want, nil), verified)
		}
	}
	return &LostError{Resource: r.Name, ID: rec.ID}
}

// difference says what has to change. What was only recalled, or was read in part, may differ in what words do not show.
func (r *Of[D, O]) difference(p *Pass, want *D, have *O, digest string) plan.Plan {
	todo := r.diff(want, have)
	rec := p.Record(r.Name)
	if have != nil && r.Tags != nil {
		todo = append(todo, p.tagged(r.Name, r.Tags(have))...)
	}
	if have != nil && r.Immutable && rec.Digest != digest && todo.Empty() {
		todo = plan.Diff(r.Name, plan.Redeploy, plan.Field{Subject: r.Name + ".digest", Observed: rec.Digest, Desired: digest})
	}
	return todo
}

// drifted tells that somebody else changed AWS, and in words once: what was told of is not verified any more.
func (r *Of[D, O]) drifted(p *Pass, repair plan.Plan, verified bool) {
	p.Record(r.Name).Verified = nil
	if !verified {
		repair = nil
	}
	if p.Drifted != nil {
		p.Drifted(repair)
	}
}

func (r *Of[D, O]) diff(want *D, have *O) plan.Plan {
	if r.Diff != nil {
		return r.Diff(want, have)
	}
	if have == nil {
		return plan.Plan{{Part: r.Name, Action: plan.Create, Subject: r.Name, Class: plan.InPlace}}
	}
	return Compare(r.Name, r.Fields, want, have)
}

func (r *Of[D, O]) changes(want *D, have *O) bool { return !r.diff(want, have).Empty() }

func (r *Of[D, O]) replaces(want *D, have *O) bool {
	return r.Replaces != nil && r.Replaces(want, have)
}

// planned notes what would be done, and goes on as if it were.
func (r *Of[D, O]) planned(p *Pass, todo plan.Plan, have *O, lost string) {
	rec := p.Record(r.Name)
	if lost != "" && r.Lose != nil && r.Lose(lost) != nil {
		for i := range todo {
			todo[i].To += " in the place of " + lost + ", without its users"
			todo[i].Class = plan.LosesUsers
		}
	}
	p.done = append(p.done, todo...)
	if !todo.Empty() {
		rec.Verified = nil
	}
	if have == nil {
		rec.ID, rec.Under, rec.Pending = Unmade, p.ID(r.In), nil
	}
}
