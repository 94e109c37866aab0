package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// An operation is pending from before its call until its outcome is known. It is in the record, so that whoever comes next knows.

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

// Renew saves an intention anew that is no longer young, before the next of several calls that it is for.
func (p *Pass) Renew(ctx context.Context, name string) error {
	if p.young(name) {
		return nil
	}
	pending := p.Record(name).Pending
	return p.intend(ctx, name, pending.Operation, pending.Token, pending.Digest)
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
