package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
	// Consent says that a person agreed to the plan.
	Consent bool
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
	// changed it. It may be nil.
	Drifted func()
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

// maxIntentions bounds the tries of intend: an API server that is always that slow is no use.
const maxIntentions = 5

// intend writes down what is about to be done. Others count the grace period from its time, so one that was long in being
// saved is saved anew: the call must not be made when they may have given it up. What was verified is in doubt from here,
// and a former call whose outcome is not known stays so.
func (p *Pass) intend(ctx context.Context, name string, operation v1alpha1.Operation, token, digest string) error {
	p.overtake(name)
	for range maxIntentions {
		rec := p.Record(name)
		since := p.Now()
		rec.Pending = &v1alpha1.PendingOperation{Operation: operation, Token: token, Since: new(metav1.NewMicroTime(since)), Digest: digest}
		rec.Verified = nil
		if err := p.Save(ctx); err != nil {
			return fmt.Errorf("save the intention to %s %s: %w", strings.ToLower(string(operation)), name, err)
		}
		if p.young(name) {
			p.wrote = true
			clear(p.reads)
			return nil
		}
	}
	// No call was made, and whatever has the name is not ours.
	p.Record(name).Pending = nil
	return fmt.Errorf("save the intention to %s %s: each of %d writes took longer than a quarter of the creation grace period (%s)",
		strings.ToLower(string(operation)), name, maxIntentions, p.Grace)
}

// young says that a call may begin: the rest of the grace period is for it, and for lists to show what it made.
func (p *Pass) young(name string) bool {
	return p.Now().Sub(p.Record(name).Pending.Since.Time) < p.Grace/4
}

// overtake remembers a pending change or deletion whose place another operation takes. A creation is settled before.
func (p *Pass) overtake(name string) {
	rec := p.Record(name)
	if former := rec.InDoubt; former != nil && !p.Now().Before(former.Until.Time) {
		rec.InDoubt = nil
	}
	until := p.doubtedUntil(rec)
	if !p.Now().Before(until) || rec.Pending.Operation != v1alpha1.OperationUpdate && rec.Pending.Operation != v1alpha1.OperationDelete {
		return
	}
	digest := rec.Pending.Digest
	if former := rec.InDoubt; former != nil {
		if former.Digest != digest {
			digest = ""
		}
		if former.Until.After(until) {
			until = former.Until.Time
		}
	}
	rec.InDoubt = &v1alpha1.CallInDoubt{Until: metav1.NewMicroTime(until), Digest: digest}
}

// inDoubt fails while a former change or deletion may be carried out that would leave something else than the digest says.
func (p *Pass) inDoubt(rec *v1alpha1.ResourceRecord, digest string) error {
	now := p.Now()
	if pending := rec.Pending; pending != nil && pending.Operation == v1alpha1.OperationUpdate && pending.Digest != digest {
		if until := p.doubtedUntil(rec); now.Before(until) {
			return &UnsettledError{Resource: rec.Name, Operation: pending.Operation, Until: until}
		}
	}
	if former := rec.InDoubt; former != nil && former.Digest != digest && now.Before(former.Until.Time) {
		return &UnsettledError{Resource: rec.Name, Operation: v1alpha1.OperationUpdate, Until: former.Until.Time}
	}
	return nil
}

// confirm saves what this pass learnt, before something is deleted because of that: what another leader learnt meanwhile
// counts for more.
func (p *Pass) confirm(ctx context.Context, name string) error {
	if err := p.Save(ctx); err != nil {
		return fmt.Errorf("save what is known before %s is deleted: %w", name, err)
	}
	return nil
}

// carriedOut notes what a call's error says of the operation that was pending: nothing was done if AWS refused it.
func (p *Pass) carriedOut(name string, err error) {
	clear(p.reads)
	rec := p.Record(name)
	if err == nil || refused(err) {
		rec.Pending = nil
		return
	}
	// The call may have taken its time.
	rec.Pending.Since = new(metav1.NewMicroTime(p.Now()))
}

// Begin saves that a resource with a movement of its own is about to be made in AWS, and End what came of it.
func (p *Pass) Begin(ctx context.Context, name, token string) error {
	return p.intend(ctx, name, v1alpha1.OperationCreate, token, "")
}

// End notes what came of what was begun.
func (p *Pass) End(name string, err error) { p.carriedOut(name, err) }

// Settle settles a creation that was begun and whose outcome is not known, with the ids that are found now. It returns the
// one that there is, or none when there can be none any more. Until then it fails with an UnsettledError.
func (p *Pass) Settle(name string, find func() ([]string, error)) (string, error) {
	rec := p.Record(name)
	if rec.Pending == nil || rec.Pending.Operation != v1alpha1.OperationCreate {
		return "", nil
	}
	// Before the look: what it saw is as old as that.
	now := p.Now()
	ids, err := find()
	if err != nil {
		return "", fmt.Errorf("look for %s: %w", name, err)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == rec.ID || retired(rec, id) })
	switch until := p.doubtedUntil(rec); {
	case len(ids) > 1:
		return "", duplicate(name, ids)
	case len(ids) == 1:
		rec.Pending = nil
		return ids[0], nil
	case now.Before(until):
		return "", &UnsettledError{Resource: name, Operation: rec.Pending.Operation, Until: until}
	}
	rec.Pending = nil
	return "", nil
}

// doubtedUntil is when a pending operation can have no effect any more.
func (p *Pass) doubtedUntil(rec *v1alpha1.ResourceRecord) time.Time {
	if rec.Pending == nil || rec.Pending.Since == nil {
		return time.Time{}
	}
	return rec.Pending.Since.Add(p.Grace)
}

func retired(rec *v1alpha1.ResourceRecord, id string) bool {
	return slices.ContainsFunc(rec.Retired, func(r v1alpha1.RetiredResource) bool { return r.ID == id && r.Under == rec.Under })
}

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

// UnderWay is for how long a call may still be under way.
func (p *Pass) UnderWay() time.Duration {
	var longest time.Duration
	for i := range p.Object.Status.Resources {
		rec := &p.Object.Status.Resources[i]
		longest = max(longest, p.doubtedUntil(rec).Sub(p.Now()))
		if rec.InDoubt != nil {
			longest = max(longest, rec.InDoubt.Until.Sub(p.Now()))
		}
	}
	return longest
}
