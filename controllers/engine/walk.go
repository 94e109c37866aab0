package engine

import (
	"context"
	"errors"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// Apply makes AWS agree with the spec as far as it is the kinds': first everything that is wanted, in the order of the list;
// then, backwards, what is not wanted any more. A resource that fails keeps back only what needs it. In a plan nothing is
// written, and Done says what would be.
func (p *Pass) Apply(ctx context.Context, kinds []Kind) error {
	resources := p.resolve(kinds)
	var failed []error
	run := func(r Resource, step func(context.Context, *Pass) error) error {
		err := p.explain(ctx, r, step(ctx, p))
		if err != nil {
			p.note(r.meta().Name)
			failed = append(failed, err)
		}
		return err
	}
	visited := map[string]string{}
	for _, r := range p.order(resources) {
		m := r.meta()
		if under, twice := visited[m.Name]; twice && under == p.ID(m.In) {
			continue
		}
		visited[m.Name] = p.ID(m.In)
		if p.strayed(m) {
			_ = run(r, r.forget)
			continue
		}
		if p.lacks(m) || p.anyFailed(m.After) {
			if p.keeps(r) {
				p.note(m.Name)
			}
			continue
		}
		err := run(r, r.forward)
		if err == nil {
			err = run(r, r.watch)
		}
		if apierrors.IsConflict(err) {
			// Somebody else is at work on the object.
			return errors.Join(failed...)
		}
	}
	for _, r := range slices.Backward(resources) {
		if !p.mayLeave(r.meta()) {
			continue
		}
		step := r.backward
		if later := p.later[r.meta().Name]; later != nil {
			step = func(ctx context.Context, _ *Pass) error { return later(ctx) }
		}
		if err := run(r, step); apierrors.IsConflict(err) {
			return errors.Join(failed...)
		}
	}
	return errors.Join(failed...)
}

// order has what is ahead of a parent that is there before it, and once more at its own place: the parent may be made anew.
func (p *Pass) order(resources []Resource) []Resource {
	var ordered []Resource
	for _, r := range resources {
		for _, child := range resources {
			if m := child.meta(); m.Ahead && m.In == r.meta().Name && !p.lacks(m) {
				ordered = append(ordered, child)
			}
		}
		ordered = append(ordered, r)
	}
	return ordered
}

// Foresee fails if the spec adopts what is not there, or is somebody else's: then nothing is made beside it. It makes no call once
// that was adopted.
func (p *Pass) Foresee(ctx context.Context, kinds []Kind) error {
	var failed []error
	for _, kind := range kinds {
		if kind.Keys != nil {
			continue
		}
		r := kind.Of(p, "")
		if m := r.meta(); m.In == "" {
			m.Name, m.Prefix = kind.Prefix, kind.Prefix
			failed = append(failed, r.foresee(ctx, p))
		}
	}
	return errors.Join(failed...)
}

// resolve lists the resources that the spec or a record names, in the order of the kinds.
func (p *Pass) resolve(kinds []Kind) []Resource {
	var resources []Resource
	for _, kind := range kinds {
		for _, key := range p.keys(kind) {
			r := kind.Of(p, key)
			m := r.meta()
			m.Name, m.Prefix = kind.Prefix+key, kind.Prefix
			resources = append(resources, r)
			p.learn(r)
		}
	}
	return resources
}

// learn notes what is in what, and in which root. Parents come first.
func (p *Pass) learn(r Resource) {
	if p.roots == nil {
		p.roots, p.in = map[string]Resource{}, map[string][]Resource{}
	}
	m := r.meta()
	if m.In == "" {
		p.roots[m.Name] = r
		return
	}
	p.roots[m.Name] = p.roots[m.In]
	if !slices.ContainsFunc(p.in[m.In], func(known Resource) bool { return known.meta().Name == m.Name }) {
		p.in[m.In] = append(p.in[m.In], r)
	}
}

// keys are those of the spec, and then those that only records name.
func (p *Pass) keys(kind Kind) []string {
	if kind.Keys == nil {
		return []string{""}
	}
	keys := slices.Clone(kind.Keys(p))
	for i := range p.Object.Status.Resources {
		key, ok := strings.CutPrefix(p.Object.Status.Resources[i].Name, kind.Prefix)
		if ok && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// lacks says that a parent, or what it needs, is not there or not surely ours.
func (p *Pass) lacks(m *Meta) bool {
	if root := p.roots[m.In]; root != nil && p.gone[root.meta().Name] {
		return true
	}
	return p.lacksAny(m, append([]string{m.In}, m.Needs...))
}

func (p *Pass) lacksAny(m *Meta, names []string) bool {
	for _, name := range names {
		if name == "" {
			continue
		}
		known := p.Known(name)
		if known == nil || known.ID == "" {
			return true
		}
		// What is in a root waits until that is surely ours. Another root is adopted in the same pass, with the same consent.
		if doubtful := known.Pending != nil && known.Pending.Operation == v1alpha1.OperationAdopt; doubtful && m.In != "" && !p.Plan {
			return true
		}
	}
	return false
}

// hold notes that a resource was seen in this pass to carry the tags that it has to.
func (p *Pass) hold(name string) {
	if p.owned == nil {
		p.owned = map[string]bool{}
	}
	p.owned[name] = true
}

// lose notes that a root is gone.
func (p *Pass) lose(root string) {
	if p.gone == nil {
		p.gone = map[string]bool{}
	}
	p.gone[root] = true
}

// mayLeave says whether all converged that may still need what a resource is now.
func (p *Pass) mayLeave(m *Meta) bool {
	return !p.failed[m.Name] && !p.anyFailed(m.Leaves)
}

// anyFailed says whether a resource with one of the prefixes did not converge in this pass.
func (p *Pass) anyFailed(prefixes []string) bool {
	for name := range p.failed {
		for _, prefix := range prefixes {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
	}
	return false
}

// note notes that a resource did not converge.
func (p *Pass) note(name string) {
	if p.failed == nil {
		p.failed = map[string]bool{}
	}
	p.failed[name] = true
}

// own fails unless the resource's root was seen, in this pass, to carry our tags.
func (p *Pass) own(ctx context.Context, m *Meta) error {
	tagged, ok := p.roots[m.In].(interface {
		seen(ctx context.Context, p *Pass) error
	})
	if !ok {
		return nil
	}
	return tagged.seen(ctx, p)
}

// explain says that a resource failed because its root is gone, if that is so: of what is gone, some calls say that it is
// being changed.
func (p *Pass) explain(ctx context.Context, r Resource, err error) error {
	m := r.meta()
	if err == nil || m.In == "" || awserr.Explained(err) || !awserr.Is(err, awserr.NotFound) && !awserr.Is(err, awserr.Conflict) {
		return err
	}
	if root := p.roots[m.In]; root != nil {
		delete(p.owned, root.meta().Name)
	}
	lost := p.own(ctx, m)
	if _, is := errors.AsType[*LostError](lost); is {
		return lost
	}
	return err
}

// Check is something that can be looked at by itself.
type Check struct {
	Name    string
	Cadence Cadence
}

// Checkable lists what of the kinds there is to look at.
func (p *Pass) Checkable(kinds []Kind) []Check {
	var checks []Check
	for _, r := range p.resolve(kinds) {
		m := r.meta()
		if p.ID(m.Name) == "" {
			continue
		}
		for _, kind := range m.Watches {
			checks = append(checks, Check{watchPrefix + kind, Background})
		}
		if m.Check == Unchecked {
			continue
		}
		names := m.Aspects
		if len(names) == 0 {
			names = []string{m.Name}
		}
		for _, name := range names {
			checks = append(checks, Check{name, m.Check})
		}
	}
	return checks
}
