package quota

import (
	"context"
	"sync/atomic"
)

// Urgency orders the queue; less comes first.
type Urgency int

// The urgencies.
const (
	// Asked is for passes that a person waits for: a new spec, or the reconcile-at annotation.
	Asked Urgency = iota
	// Retried is what goes on by itself.
	Retried
	// Checked is a check for drift.
	Checked
)

// Caller is the object that a call is made for.
type Caller struct {
	Namespace string
	Name      string
	Urgency   Urgency
	// Repairs says that the call repairs drift, or is part of a late drift check: it may use the tenth of each quota that is
	// reserved for repairs.
	Repairs bool
}

func (c Caller) id() string { return c.Namespace + "/" + c.Name }

type callerKey struct{}

// caller is a Caller that may find out in the middle of a pass that it repairs.
type caller struct {
	Caller
	found atomic.Bool
}

// WithCaller returns a context whose calls are made for an object.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, &caller{Caller: c})
}

// CallerOf returns the object that a context's calls are made for.
func CallerOf(ctx context.Context) Caller {
	made, ok := ctx.Value(callerKey{}).(*caller)
	if !ok {
		return Caller{}
	}
	c := made.Caller
	if made.found.Load() {
		c.Urgency, c.Repairs = Asked, true
	}
	return c
}

// Repair makes further calls of a context those of a repair: as urgent as those that a person waits for, and allowed to use the
// reserve for repairs.
func Repair(ctx context.Context) {
	if made, ok := ctx.Value(callerKey{}).(*caller); ok {
		made.found.Store(true)
	}
}
