package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Remove takes everything down, list by list, each backwards, and fails while anything of it is left in AWS. All that may
// keep something from being deleted is asked before the first deletion. In a plan nothing is deleted.
func (p *Pass) Remove(ctx context.Context, lists ...[]Kind) error {
	// Nothing is restored.
	p.Drifted = nil
	var resources []Resource
	for _, kinds := range lists {
		// Children are found with their root, so the root comes first.
		resources = append(resources, p.resolve(kinds)...)
	}
	for _, r := range resources {
		if err := r.locate(ctx, p); err != nil {
			return err
		}
	}
	for _, kinds := range lists {
		all := p.resolve(kinds)
		slices.Reverse(all)
		if !p.Plan {
			slices.SortStableFunc(all, func(a, b Resource) int { return cmp.Compare(p.outlives(a), p.outlives(b)) })
		}
		for _, r := range all {
			if p.Known(r.meta().Name) == nil {
				continue
			}
			if err := r.remove(ctx, p); err != nil {
				return err
			}
		}
	}
	if left := p.Object.Status.Resources; len(left) > 0 && !p.Plan {
		return awserr.Because(v1alpha1.ReasonUnknownResource,
			fmt.Errorf("this version of the operator does not know %s (%s) and cannot delete it; run the version that made it",
				left[0].Name, left[0].ID))
	}
	return nil
}

// outlives orders what is deleted with its root. What goes with its parent is forgotten when that is gone: until then people may
// need it. So may its parent what is ahead of it.
func (p *Pass) outlives(r Resource) int {
	switch m := r.meta(); {
	case p.goesWith(m):
		return 2
	case m.Ahead:
		return 1
	default:
		return 0
	}
}

// deletion is a deletion in a plan's words. It disturbs nobody unless class says otherwise.
func deletion(name, id string, class plan.Class) plan.Change {
	return plan.Change{Part: name, Action: plan.Delete, Subject: name, To: id, Class: cmp.Or(class, plan.InPlace)}
}
