package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// What somebody else made in a root of ours is never changed. People are told of it, because it may act on tokens or serve
// what we guard: another stage, a client, a trigger.

// maxForeign is how many foreign resources status holds.
const maxForeign = 100

// watchPrefix begins the names of the checks that look for foreign resources.
const watchPrefix = "foreign/"

// others lists what a root holds and we did not make: of one kind, or of all kinds that act on tokens if kind is empty.
func (r *Of[D, O]) others(ctx context.Context, id string, have *O, kind string) ([]v1alpha1.ForeignResource, error) {
	if r.Others == nil {
		return nil, nil
	}
	found, err := r.Others(ctx, id, have, kind)
	if err != nil {
		return nil, fmt.Errorf("look for what others made in %s %s: %w", r.Name, id, err)
	}
	return found, nil
}

// watch looks for foreign resources of the kinds whose turn it is.
func (r *Of[D, O]) watch(ctx context.Context, p *Pass) error {
	id := p.ID(r.Name)
	if id == "" || p.Plan {
		return nil
	}
	for _, kind := range r.Watches {
		if !p.Whole && !p.Checks[watchPrefix+kind] {
			continue
		}
		found, err := r.others(ctx, id, nil, kind)
		if err != nil {
			return err
		}
		p.Report(r.Name, kind, found)
	}
	return nil
}

// Report notes in status which foreign resources of a kind a root holds. Kinds are the prefixes of names: "client/"; the empty
// one is all kinds.
func (p *Pass) Report(root, kind string, found []v1alpha1.ForeignResource) {
	kept := slices.DeleteFunc(slices.Clone(p.Object.Status.ForeignResources), func(f v1alpha1.ForeignResource) bool {
		return f.In == root && strings.HasPrefix(f.Name, kind)
	})
	for _, one := range found {
		one.In = root
		kept = append(kept, one)
	}
	slices.SortFunc(kept, func(a, b v1alpha1.ForeignResource) int {
		return strings.Compare(a.In+" "+a.Name+" "+a.ID, b.In+" "+b.Name+" "+b.ID)
	})
	if len(kept) > maxForeign {
		kept = kept[:maxForeign]
	}
	if len(kept) == 0 {
		kept = nil
	}
	p.Object.Status.ForeignResources = kept
}

// adoption is an adoption in a plan's words, with everything in the root that acts on tokens and stays.
func adoption(name, id string, others []v1alpha1.ForeignResource) plan.Plan {
	todo := plan.Plan{{Part: name, Action: plan.Adopt, Subject: name, To: id, Class: plan.Adopts}}
	for _, other := range others {
		todo = append(todo, plan.Change{Part: name, Action: plan.Adopt, Subject: other.Name, To: other.ID, Class: plan.Adopts})
	}
	return todo
}
