// Package engine makes AWS agree with a SecuredAPI, resource by resource. It names no AWS service: userpool and restapi
// list what they have, in the order in which it is made, and each resource brings the few functions that know AWS.
// Everything that all of them have in common is here, once: operations in doubt, ownership, plans, adoption, deletion.
package engine

import (
	"context"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Kind is a line in a list of what can be in AWS for a SecuredAPI.
type Kind struct {
	// Prefix is the name of the only resource of the kind, or ends with a slash and a key follows: userPool, client/web.
	Prefix string
	// Keys are the keys of the resources that the spec asks for; nil for a kind without keys.
	Keys func(p *Pass) []string
	// Of describes one resource, also one that a record names and the spec does not.
	Of func(p *Pass, key string) Resource
	// Operations are all calls to AWS that its functions make, as "cognito-idp:CreateGroup".
	Operations []string
}

// Cadence is how often a resource that agreed is looked at again.
type Cadence int

const (
	// EveryCheck is for what callers meet.
	EveryCheck Cadence = iota
	// EverySecondCheck is for what keeps people out.
	EverySecondCheck
	// Rotating resources take turns in the checks between.
	Rotating
	// Background resources take turns with the rotating ones, but not in the checks after the operator's own writes.
	Background
	// BySweep resources take turns, too, while the account's sweep vouches for them; else each check looks at them.
	BySweep
	// Unchecked resources are never looked at by themselves.
	Unchecked
)

// Meta is what the engine has to know of a resource.
type Meta struct {
	// Name is the resource's in this object, and Prefix that of its kind. The engine sets both.
	Name, Prefix string
	// In is the parent's name, empty for a root. A resource is ours if its root carries our tags.
	In string
	// Needs are the names of others that must exist before.
	Needs []string
	// After are the prefixes of kinds whose resources must have converged in this pass before it is changed.
	After []string
	// Ahead resources have to be there before their parent changes, and stay until it is gone: their parent uses them. They are brought
	// about before it where it exists, and after it where it is made.
	Ahead bool
	// Version is part of the digest. It is raised when the same spec has to be sent once more.
	Version int
	// Check is how often drift is looked for, and Aspects are what can be looked at one by one, if not all at once.
	Check   Cadence
	Aspects []string
	// GoesWith says that AWS deletes the resource with its parent. The id of one that stays has to tell whose it is: it is
	// deleted also when the parent cannot be asked any more.
	GoesWith bool
	// Watches are the kinds of what others may make in a root that are looked for in the background.
	Watches []string
	// Immutable resources cannot be changed: another one is made and, once it is proven, takes the place.
	Immutable bool
	// Exclusive resources cannot be two: the former one is deleted before, and comes back if AWS refuses its successor.
	Exclusive bool
	// Setting says that its parent always has it. What was sent for it without an answer may come whenever it is looked at.
	Setting bool
	// Follows says that it has to agree with what it needs, which is all that can change of it.
	Follows bool
	// Keep is how many of those that were replaced stay.
	Keep int
	// Leaves are the prefixes of kinds whose resources must have converged before it is taken away.
	Leaves []string
	// Removal is what its deletion does to those who use the API.
	Removal plan.Class
	// Costly says that its digest takes milliseconds to calculate, from the ids of its parents and the spec alone.
	Costly bool
}

// Resource is one resource in AWS: an *Of or an *Own. Its record is looked up anew after each write: saving replaces status.
type Resource interface {
	meta() *Meta
	// foresee fails if it is a root that cannot be taken over as the spec asks.
	foresee(ctx context.Context, p *Pass) error
	// asked says that the spec asks for it, as far as that is known.
	asked(p *Pass) bool
	// forward brings it about, as far as the spec asks for it.
	forward(ctx context.Context, p *Pass) error
	// watch tells what others made in it.
	watch(ctx context.Context, p *Pass) error
	// backward takes away what the spec no longer asks for, after everything else was brought about.
	backward(ctx context.Context, p *Pass) error
	// locate finds what a record lost, settles what is pending, and fails if it must not be deleted now.
	locate(ctx context.Context, p *Pass) error
	// remove deletes it, or only forgets it if it went with its parent.
	remove(ctx context.Context, p *Pass) error
	// leave lets go of what a record names under another parent than there is.
	leave(ctx context.Context, p *Pass) error
	// forget drops its record, and what is kept of it outside of AWS.
	forget(ctx context.Context, p *Pass) error
}

// Found is a resource that AWS was seen to hold.
type Found[O any] struct {
	ID    string
	Value *O
}

// Of is a resource that is found, read, compared and changed. D is what is sent, a type of its own and never one of the
// spec; O is what AWS holds. Both are compared in words only: see Fields.
type Of[D, O any] struct {
	Meta
	// Desired is what the spec asks for; nil if it asks for none. The ids of parents are known.
	Desired func() (*D, error)
	// ID is the id that we give it; nil where AWS does. One that has none yet may exist under it.
	ID func(*D) string
	// Tags are those that it carries. Nil means that it has none: then it is ours because its parent is.
	Tags func(*O) map[string]string
	// Adopts is the id of what the spec takes over, if it does, and field the spec's that says so.
	Adopts func() (id, field string)
	// Others lists what it holds and we did not make: of one kind, or of all that act on tokens if kind is empty. have is nil
	// if it was not read.
	Others func(ctx context.Context, id string, have *O, kind string) ([]v1alpha1.ForeignResource, error)
	// Find returns all that may be ours: of a root what carries our tags, else what carries the token or our name.
	Find func(ctx context.Context, token string) ([]Found[O], error)
	// Read reads it, or some aspects of it. It returns nil if there is no such resource.
	Read func(ctx context.Context, id string, aspects []string) (*O, error)
	// Effect says why what AWS holds is not in effect yet; empty if it is. Nil where it always is.
	Effect func(*O) string
	// Recall is what it was last made to hold, without a read; nil if that is not known.
	Recall func() *O
	// Diff says what has to change. Diff(d, nil) says what a creation brings. Fields are used where it is nil.
	Diff   func(*D, *O) plan.Plan
	Fields []Field[D, O]
	// Grow is what it has to hold until everything else converged, where a change must not take away too early.
	Grow func(*D, *O) *D
	// Replaces says that the difference cannot be changed in place.
	Replaces func(*D, *O) bool
	// Create makes it. The token goes in as a tag, or as what else it can carry.
	Create func(ctx context.Context, want *D, token string) (Found[O], error)
	// Restore makes an exclusive one anew that had to go first, for AWS refused its successor.
	Restore func(ctx context.Context, id string) error
	// Exists says that a creation failed because it exists already, under the id that we give it.
	Exists func(error) bool
	// Update changes it, overlaying what was read, and returns what AWS holds then; nil if that has to be read.
	Update func(ctx context.Context, id string, want *D, have *O) (*O, error)
	// Tag writes tags, and leaves others as they are. Untag removes those with the keys.
	Tag   func(ctx context.Context, id string, have *O, tags map[string]string) error
	Untag func(ctx context.Context, id string, have *O, keys []string) error
	// Prove says what of a new one is not as wanted. It may be used once that is nothing. former says that all of it is as it
	// was before the new one was made, so that the look may trail.
	Prove func(ctx context.Context, want *D, id string) (left plan.Plan, former bool, err error)
	// Delete deletes it from its parent. What is gone already is no error.
	Delete func(ctx context.Context, id, under string) error
	// Rare are the calls that AWS allows seldom and to which an operation leads in the same pass, the rarest first.
	Rare map[v1alpha1.Operation][]string
	// Guard fails if an operation must not be carried out. have is nil if it was not read.
	Guard func(ctx context.Context, operation v1alpha1.Operation, want *D, have *O) error
	// Lose fails if one that somebody deleted must not be made anew.
	Lose func(id string) error
	// Forget removes what is kept of it outside of AWS, when it is gone.
	Forget func(ctx context.Context) error
	// Held is called whenever AWS is known to hold what is wanted.
	Held func(want *D)
}

// Own is a resource with a movement of its own.
type Own struct {
	Meta
	// Wanted says that the spec asks for it.
	Wanted bool
	// Look says what has to be done. That is done also where it fails for the rest.
	Look func(ctx context.Context) (plan.Plan, error)
	// Step does what is due of a change. It succeeds with the last step.
	Step func(ctx context.Context, change plan.Change) error
	// Forget removes what is kept of it outside of AWS, when it is gone.
	Forget func(ctx context.Context) error
}

func (r *Of[D, O]) meta() *Meta { return &r.Meta }

func (r *Own) meta() *Meta { return &r.Meta }
