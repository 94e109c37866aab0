package engine

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// The way of a resource: settle what is in doubt → is it due? → observe → difference → guard → save the intention → call →
// read back → prove → verified.

func (r *Of[D, O]) forward(ctx context.Context, p *Pass) error {
	if err := r.leave(ctx, p); err != nil {
		return err
	}
	want, digest, err := r.desired(p)
	if err == nil && digest == "" && r.In == "" && p.Known(r.Name) != nil && !p.Denied {
		// What was in a former one waits for what is in doubt, and would keep it.
		err = r.settle(ctx, p, "")
	}
	if err != nil || digest == "" {
		return err
	}
	if err := r.settle(ctx, p, digest); err != nil {
		return err
	}
	if err := r.settleDeletion(p); err != nil {
		return err
	}
	looks, aspects := p.checks(&r.Meta)
	rec := p.Record(r.Name)
	if p.Denied && (rec.ID == "" || rec.Digest != digest && !r.Follows) {
		return nil
	}
	if rec.Unproven != nil && !p.Plan {
		if want, err = r.known(want); err != nil {
			return err
		}
		return r.prove(ctx, p, want, digest)
	}
	if rec.ID != "" && rec.Verified != nil && rec.Digest == digest && !looks {
		return nil
	}
	if want, err = r.known(want); err != nil {
		return err
	}
	// Before the look: what it sees is as old as that.
	doubt, overtaken := p.inDoubt(p.Record(r.Name), digest), p.overtaken(r.Name, digest)
	verified := rec.Verified != nil
	have, lost, err := r.observe(ctx, p, looks, aspects)
	if err != nil {
		return err
	}
	if err := r.inEffect(p, have); err != nil {
		return err
	}
	todo := r.difference(p, want, have, digest)
	if drifted := lost != "" || !todo.Empty() && rec.Digest == digest; drifted && !p.Plan {
		r.drifted(p, todo, verified)
	}
	switch {
	case p.Plan:
		r.planned(p, todo, have, lost)
		return nil
	case have == nil && r.ID != nil && doubt != nil:
		// It would reach what is made now.
		return doubt
	case have == nil && p.Denied:
		return nil
	case have == nil:
		return r.create(ctx, p, want, digest, todo)
	case todo.Empty() && overtaken != nil:
		return overtaken
	case todo.Empty():
		return r.verify(p, want, digest, doubt)
	case r.Immutable && have != nil && r.changes(want, have), r.Immutable && rec.Digest != digest, r.replaces(want, have):
		return r.create(ctx, p, want, digest, todo)
	default:
		return r.update(ctx, p, want, digest, have, todo, doubt)
	}
}

// leave lets go of what is under another parent than there is: it is gone, or retired to be deleted there.
func (r *Of[D, O]) leave(ctx context.Context, p *Pass) error {
	known := p.Known(r.Name)
	if r.In == "" || known == nil || known.Under == "" || known.Under == p.ID(r.In) {
		return nil
	}
	if r.GoesWith {
		if r.Forget != nil && !p.Plan {
			if err := p.confirm(ctx, r.Name); err != nil {
				return err
			}
			if err := r.Forget(ctx); err != nil {
				return fmt.Errorf("forget %s: %w", r.Name, err)
			}
		}
		p.drop(r.Name)
		return nil
	}
	for _, id := range []string{known.ID, unprovenID(known)} {
		if id != "" {
			known.Retired = append(known.Retired, v1alpha1.RetiredResource{ID: id, Under: known.Under, Until: p.now()})
		}
	}
	if made := known.Pending; made != nil && made.Operation == v1alpha1.OperationCreate && r.ID != nil {
		// It may still be made there, where nobody looks for it any more.
		until := metav1.NewTime(p.doubtedUntil(known))
		known.Retired = append(known.Retired, v1alpha1.RetiredResource{ID: made.Token, Under: known.Under, Until: &until})
	}
	known.ID, known.Digest, known.Verified, known.Unproven, known.Under = "", "", nil, nil, p.ID(r.In)
	known.Pending, known.InDoubt, known.Awaited = nil, nil, nil
	return nil
}

// desired returns what is wanted and its digest, which is empty if nothing is. A digest that is remembered comes without.
func (r *Of[D, O]) desired(p *Pass) (*D, string, error) {
	inputs := ""
	if r.Costly {
		inputs = fmt.Sprint(p.Object.Generation, p.ID(r.In), r.ids(p))
		if digest, ok := p.Digests.get(p.Object.UID, r.Name, inputs); ok && !p.Plan {
			return nil, digest, nil
		}
	}
	want, err := r.Desired()
	if err != nil || want == nil {
		return nil, "", err
	}
	digest := r.digest(p, want)
	if r.Costly && !p.Plan {
		p.Digests.keep(p.Object.UID, r.Name, inputs, digest)
	}
	return want, digest, nil
}

func (r *Of[D, O]) asked(p *Pass) bool {
	_, digest, err := r.desired(p)
	return err != nil || digest != ""
}

// ids are those of what the resource needs beside its parent.
func (r *Of[D, O]) ids(p *Pass) []string {
	ids := make([]string, 0, len(r.Needs))
	for _, name := range r.Needs {
		ids = append(ids, p.ID(name))
	}
	return ids
}

func (r *Of[D, O]) known(want *D) (*D, error) {
	if want != nil {
		return want, nil
	}
	return r.Desired()
}

// settle brings a creation in doubt to its end. What it made is used only as what was sent: another spec may be wanted by now.
func (r *Of[D, O]) settle(ctx context.Context, p *Pass, digest string) error {
	rec := p.Record(r.Name)
	if u := rec.Unproven; u != nil && u.Digest != digest {
		r.retire(p, u.ID)
		rec.Unproven = nil
	}
	if rec.Pending == nil || rec.Pending.Operation != v1alpha1.OperationCreate {
		return nil
	}
	sent, token := rec.Pending.Digest, rec.Pending.Token
	if r.Setting && rec.Pending.Since != nil {
		// It is there whether or not the call was carried out, which is in doubt as another change of it would be.
		rec.ID, rec.Under, rec.Pending.Operation = token, p.ID(r.In), v1alpha1.OperationUpdate
		return nil
	}
	id, err := p.Settle(r.Name, func() ([]string, error) { return r.find(ctx, token) })
	if err != nil || id == "" {
		return err
	}
	rec = p.Record(r.Name)
	switch {
	case r.Prove != nil && sent == digest:
		rec.Unproven = &v1alpha1.UnprovenResource{ID: id, Digest: sent}
	case rec.ID == "" && r.Prove == nil:
		return r.take(ctx, p, id, sent)
	case sent == digest || r.Exclusive:
		r.promote(p, id, sent)
		// It was not compared yet.
		p.Record(r.Name).Verified = nil
	default:
		r.retire(p, id)
	}
	return nil
}

// settleDeletion waits until a deletion in doubt has ended: it would take away what is wanted again.
func (r *Of[D, O]) settleDeletion(p *Pass) error {
	rec := p.Record(r.Name)
	if rec.Pending == nil || rec.Pending.Operation != v1alpha1.OperationDelete {
		return nil
	}
	if until := p.doubtedUntil(rec); p.Now().Before(until) {
		return &UnsettledError{Resource: r.Name, Operation: v1alpha1.OperationDelete, Until: until}
	}
	rec.Pending = nil
	return nil
}

// find returns the ids of all that a creation may have made.
func (r *Of[D, O]) find(ctx context.Context, token string) ([]string, error) {
	if r.Find == nil {
		// The id that we gave it: that of what is from before and has no key is the one that we would give it now.
		if token == "" {
			want, err := r.Desired()
			if err != nil || want == nil {
				return nil, err
			}
			token = r.ID(want)
		}
		found, err := r.Read(ctx, token, r.Aspects)
		if err != nil || found == nil {
			return nil, err
		}
		return []string{token}, nil
	}
	found, err := r.Find(ctx, token)
	ids := make([]string, 0, len(found))
	made := r.Tags == nil
	for _, f := range found {
		ids = append(ids, f.ID)
		made = made || r.Tags(f.Value)[TagToken] == token
	}
	if !made {
		// All are from before: adopt says what becomes of them.
		return nil, err
	}
	return ids, err
}

// take writes down what exists from before, with what may be in it.
func (r *Of[D, O]) take(ctx context.Context, p *Pass, id, digest string) error {
	rec := p.Record(r.Name)
	rec.ID, rec.Under, rec.Digest, rec.Verified = id, p.ID(r.In), digest, nil
	if r.In != "" {
		return nil
	}
	for _, child := range p.in[r.Name] {
		if err := child.leave(ctx, p); err != nil {
			return err
		}
		m := child.meta()
		if rec := p.Record(m.Name); rec.ID == "" && rec.Pending == nil {
			rec.Pending = &v1alpha1.PendingOperation{Operation: v1alpha1.OperationCreate, Token: m.Name[len(m.Prefix):]}
			rec.Under = id
		}
	}
	return nil
}

func unprovenID(rec *v1alpha1.ResourceRecord) string {
	if rec.Unproven == nil {
		return ""
	}
	return rec.Unproven.ID
}
