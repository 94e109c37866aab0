package quota

import (
	"context"
	"sync/atomic"
)

// Urgency orders those who wait; less comes first.
type Urgency int

// The urgencies.
const (
	// Asked is what a person waits for: a new spec, or a pass that was asked for.
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
	// Repairs says that the call puts back what somebody else changed, or looks for that and is late: it may use the tenth of
	// each quota that is kept for repairs.
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

// Repair makes the calls of a context, from now on, those of a repair: as urgent as what a person waits for, and with a right
// to what is kept for repairs.
func Repair(ctx context.Context) {
	if made, ok := ctx.Value(callerKey{}).(*caller); ok {
		made.found.Store(true)
	}
}
