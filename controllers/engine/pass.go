package engine

import (
	"context"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Pass is one pass over one SecuredAPI. Its records, in the object's status, are what is known of AWS.
type Pass struct {
	// Object is the SecuredAPI; its status is written into.
	Object *v1alpha1.SecuredAPI
	Owner  Owner
	// Plan makes the pass say what it would do, on a draft of the object that goes nowhere.
	Plan bool
	// Checks has the names of the resources and aspects to look at although they were verified; Whole means all.
	Checks map[string]bool
	Whole  bool
	// Denied says that the administrator's policies do not allow what the spec asks for. What there is already is kept as it
	// was made, so that guards are repaired; nothing else is made, changed or taken away.
	Denied bool
	// Consent is the plan that a person agreed to: to each line of an adoption, and to the loss of the resource that a change is of.
	Consent plan.Plan
	// MayAdopt fails if the administrator's policies do not list a root that carries our tags and that this object may not have
	// made. Nil where there are no policies: then a person has to agree.
	MayAdopt func(root, id string) error
	// Grace is the creation grace period: how long a call whose outcome is not known is given to show its effect. It is longer
	// than a call may take and AWS's lists are known to trail, for which AWS documents no bound.
	Grace time.Duration
	Now   func() time.Time
	// Save writes status to Kubernetes, and fails if anybody else did since it was read.
	Save func(context.Context) error
	// Unchanged fails if the object was edited since the pass began.
	Unchanged func(context.Context) error
	// Reserve gets a place for a call that AWS allows seldom, before the calls that lead up to it.
	Reserve func(ctx context.Context, operation string) error
	// Drifted is called when something is gone from AWS, or is not as it was last made and still wanted: somebody else
	// changed it. It tells what is to be done about it, or nothing if that was told before. It may be nil.
	Drifted func(repair plan.Plan)
	Digests *Digests

	// owned are the roots whose tags were seen to be ours in this pass, by name.
	owned map[string]bool
	// reads are answers that resources share. They go with each write.
	reads map[string]any
	done  plan.Plan
	// roots has, by name, the resource without a parent that each is in or is itself; in has what is in each.
	roots map[string]Resource
	in    map[string][]Resource
	// later takes away, by name, what others needed until they converged.
	later map[string]func(context.Context) error
	// failed are the names of resources that did not converge in this pass.
	failed map[string]bool
	// wrote says that the pass changed something in AWS.
	wrote bool
	// gone has the roots that were seen to be gone: nothing can be done in them.
	gone map[string]bool
}

// DefaultGrace is the creation grace period unless a flag says another. A quarter of it may pass between an intention and its
// call; what is left is longer than any creation may take (awsclient's timeouts).
const DefaultGrace = time.Minute

// Unmade is the id, in a plan, of what is not made yet.
const Unmade = "unmade"

// Done is what the pass did; in a plan, what it would do.
func (p *Pass) Done() plan.Plan { return p.done }

// Wrote says that the pass changed something in AWS, or may have.
func (p *Pass) Wrote() bool { return p.wrote }

// Known returns the record of that name, or nil.
func (p *Pass) Known(name string) *v1alpha1.ResourceRecord { return p.Object.Status.Resource(name) }

// Record returns the record of that name, which it makes if there is none. It stays valid until the next record is made.
func (p *Pass) Record(name string) *v1alpha1.ResourceRecord {
	if known := p.Known(name); known != nil {
		return known
	}
	p.Object.Status.Resources = append(p.Object.Status.Resources, v1alpha1.ResourceRecord{Name: name})
	return &p.Object.Status.Resources[len(p.Object.Status.Resources)-1]
}

// ID is the id of a resource that may be used, empty if there is none.
func (p *Pass) ID(name string) string {
	if known := p.Known(name); known != nil {
		return known.ID
	}
	return ""
}

// drop removes a record.
func (p *Pass) drop(name string) {
	p.Object.Status.Resources = slices.DeleteFunc(p.Object.Status.Resources,
		func(r v1alpha1.ResourceRecord) bool { return r.Name == name })
}

// checks says whether the pass looks at a resource although it was verified, and at which aspects of it.
func (p *Pass) checks(m *Meta) (bool, []string) {
	if p.Whole {
		return true, m.Aspects
	}
	if len(m.Aspects) == 0 {
		return p.Checks[m.Name], nil
	}
	aspects := slices.DeleteFunc(slices.Clone(m.Aspects), func(aspect string) bool { return !p.Checks[aspect] })
	return len(aspects) > 0, aspects
}

// now is the time as records keep it.
func (p *Pass) now() *metav1.Time { return new(metav1.NewTime(p.Now())) }

// Share reads once what several resources look at, until something is written.
func Share[O any](p *Pass, key string, read func() (*O, error)) (*O, error) {
	if known, ok := p.reads[key].(*O); ok {
		return known, nil
	}
	answer, err := read()
	if err == nil {
		if p.reads == nil {
			p.reads = map[string]any{}
		}
		p.reads[key] = answer
	}
	return answer, err
}
