package engine

// What is known of a root that is gone keeps nothing from going, once the spec does not ask for the root any more.

// strayed says that only a record is left of a resource: it went with its parent, which the spec does not ask for any more.
func (p *Pass) strayed(m *Meta) bool {
	if !m.GoesWith || p.Plan || p.Known(m.Name) == nil || p.Known(m.In) != nil {
		return false
	}
	// A parent with a key is not even resolved.
	return p.roots[m.In] == nil || p.abandoned(m.In)
}

// keeps says that a resource whose turn did not come keeps from going what it needs. One that is neither there nor asked for does not,
// and neither does one that only lacks what nobody asks it to have.
func (p *Pass) keeps(r Resource) bool {
	m := r.meta()
	switch {
	case r.asked(p):
		return true
	case p.Known(m.Name) == nil, p.vanished(m):
		return false
	}
	return p.anyFailed(m.After) || p.lacksAny(m, []string{m.In})
}

// vanished says that a resource was in a root that is gone, and that nobody asks for any more.
func (p *Pass) vanished(m *Meta) bool {
	known := p.Known(m.In)
	return known != nil && known.ID == "" && known.Pending == nil && p.abandoned(m.In)
}

// abandoned says that the spec does not ask for a root.
func (p *Pass) abandoned(root string) bool {
	r := p.roots[root]
	return r != nil && r.meta().Name == root && !r.asked(p)
}
