package engine

import (
	"maps"
	"slices"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// A block is a part of the spec that is owned whole while it is there. What a resource is made with comes from AWS's defaults
// where the spec has no block for it, and is left as it is from then on. What had a block, and has none any more, becomes AWS's
// default again; the record knows those that the resource was made to hold.

// Blocks are those of a resource. A D that has blocks embeds them.
type Blocks struct {
	// Named are the blocks that the spec has.
	Named []string `json:",omitempty"`
	// Dropped are those that the resource was made to hold and the spec has no more. What is sent is told by Named.
	Dropped []string `json:"-"`
}

// BlocksOf are the blocks of a resource. spec says of each that there is whether the spec has it.
func (p *Pass) BlocksOf(name string, spec map[string]bool) Blocks {
	var b Blocks
	for _, block := range slices.Sorted(maps.Keys(spec)) {
		if spec[block] {
			b.Named = append(b.Named, block)
		}
	}
	if rec := p.Known(name); rec != nil {
		for _, block := range rec.Blocks {
			if !spec[block] {
				b.Dropped = append(b.Dropped, block)
			}
		}
	}
	return b
}

// Owns says that the resource has to hold what the spec says of a block, or AWS's default if it says nothing any more. What
// belongs to no block is always owned.
func (b Blocks) Owns(block string) bool {
	return block == "" || slices.Contains(b.Named, block) || slices.Contains(b.Dropped, block)
}

func (b Blocks) named() []string { return b.Named }

// blocked is a D that embeds Blocks.
type blocked interface {
	Owns(block string) bool
	named() []string
}

// owns says that a field belongs to what is owned of a resource.
func owns[D any](want *D, block string) bool {
	blocks, ok := any(want).(blocked)
	return !ok || blocks.Owns(block)
}

// claim notes the blocks that are about to be sent, which are the record's until the spec drops them.
func claim[D any](rec *v1alpha1.ResourceRecord, want *D) {
	if blocks, ok := any(want).(blocked); ok {
		all := slices.Concat(rec.Blocks, blocks.named())
		slices.Sort(all)
		rec.Blocks = slices.Compact(all)
	}
}

// claims notes the blocks and tags that are about to be sent, which are the record's until the spec drops them. undo takes that back.
func (r *Of[D, O]) claims(p *Pass, want *D) (undo func()) {
	rec := p.Record(r.Name)
	blocks, tags := rec.Blocks, rec.Tags
	claim(rec, want)
	if r.Tags != nil && len(p.Object.Spec.Tags) > 0 {
		rec.Tags = p.specTags()
		for key, value := range tags {
			if _, wanted := rec.Tags[key]; !wanted {
				rec.Tags[key] = value
			}
		}
	}
	return func() {
		rec := p.Record(r.Name)
		rec.Blocks, rec.Tags = blocks, tags
	}
}

// settled notes that AWS holds the blocks that the spec has, and those that it dropped as AWS's default.
func settled[D any](rec *v1alpha1.ResourceRecord, want *D) {
	if blocks, ok := any(want).(blocked); ok {
		rec.Blocks = slices.Clone(blocks.named())
	}
}
