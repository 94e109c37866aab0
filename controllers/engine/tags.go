package engine

import (
	"maps"
	"slices"

	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Tags are the owner's and the spec's. What others write beside them survives; a tag of the spec's that leaves it is removed, and the
// record knows which the resource was made to carry.

// Tags are what a resource is made with. token identifies the creation; empty leaves it out.
func (p *Pass) Tags(token string) map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, p.specTags())
	maps.Copy(tags, p.Owner.Tags(token))
	return tags
}

// specTags are the spec's, nil for none.
func (p *Pass) specTags() map[string]string {
	if len(p.Object.Spec.Tags) == 0 {
		return nil
	}
	tags := make(map[string]string, len(p.Object.Spec.Tags))
	for key, value := range p.Object.Spec.Tags {
		tags[key] = string(value)
	}
	return tags
}

// Carried are the tags that a resource was last made to carry.
func (p *Pass) Carried(name string) map[string]string {
	tags := p.Owner.Tags("")
	if known := p.Known(name); known != nil {
		maps.Copy(tags, known.Tags)
	}
	return tags
}

// Overlay returns what a resource carries with ours laid over it, and without those that the spec dropped.
func (p *Pass) Overlay(name string, have map[string]string) map[string]string {
	merged := p.Owner.Overlay(have)
	maps.Copy(merged, p.specTags())
	for _, key := range p.dropped(name, have) {
		delete(merged, key)
	}
	return merged
}

// dropped are the keys of the tags that a resource carries for a former spec alone.
func (p *Pass) dropped(name string, have map[string]string) []string {
	var keys []string
	if known := p.Known(name); known != nil {
		for key := range known.Tags {
			_, wanted := p.Object.Spec.Tags[key]
			_, there := have[key]
			if !wanted && there {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// tagged are the changes of tags.
func (p *Pass) tagged(name string, have map[string]string) plan.Plan {
	var todo plan.Plan
	want := p.Tags("")
	for _, key := range slices.Concat(slices.Sorted(maps.Keys(want)), p.dropped(name, have)) {
		todo = append(todo, plan.Diff(name, plan.InPlace, plan.Field{
			Subject: name + ".tags." + key, Observed: tagWords(have, key), Desired: tagWords(want, key),
		})...)
	}
	return todo
}

// tagWords are a tag's value, which may be empty.
func tagWords(tags map[string]string, key string) string {
	value, there := tags[key]
	if there && value == "" {
		return `""`
	}
	return value
}
