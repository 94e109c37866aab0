package ownership

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// Journal is what one pass over a SecuredAPI writes down as it goes: what it is about to create, what it created, and
// what it saw AWS hold.
type Journal struct {
	// Status is the object's status, which the journal writes into.
	Status *v1alpha1.SecuredAPIStatus
	// Save writes Status to Kubernetes, and fails if anybody else did since it was read.
	Save func(context.Context) error
	// Now is the time.
	Now func() time.Time
	// Settle is how long a creation whose reply was lost is looked for before it is made again: the time that AWS's
	// lists are given to become consistent. AWS documents no bound; lists are known to trail by seconds. It is longer
	// than a call may take, for the operator may have been killed while the call was under way.
	Settle time.Duration
	// Check has the parts that the pass looks at although they were verified before.
	Check []string
	// Whole makes the pass look at every part.
	Whole bool
	// Consent says that a person agreed to the plan for the adoption that is pending.
	Consent bool
}

// Due says whether part has to be looked at: it was not yet seen as digest says, or the pass checks it.
func (j *Journal) Due(part, digest string) bool {
	return j.Checks(part) || j.Status.VerifiedDigest(part) != digest
}

// Checks says whether the pass looks at part whatever was verified.
func (j *Journal) Checks(part string) bool {
	return j.Whole || slices.Contains(j.Check, part)
}

// Doubt writes down, before a part is changed, that it is not known to be as any spec asks: whatever comes between, and
// whatever the spec says then, it is looked at again.
func (j *Journal) Doubt(ctx context.Context, part string) error {
	j.Status.ForgetVerified(part)
	if err := j.Save(ctx); err != nil {
		return fmt.Errorf("save that %s is about to change: %w", part, err)
	}
	return nil
}

// maxBegins bounds the tries of Begin: an API server that is always that slow is no use.
const maxBegins = 5

// Begin writes down that resource is about to be made. Others count Settle from the creation's time, so one that was long
// in being saved, or after which the operator stood still, is saved anew: the call must not be made when they may have
// given it up.
func (j *Journal) Begin(ctx context.Context, resource, token string) (v1alpha1.Creation, error) {
	for range maxBegins {
		creation := v1alpha1.Creation{Resource: resource, Token: token, StartedAt: metav1.NewMicroTime(j.Now())}
		j.Status.SetCreation(creation)
		if err := j.Save(ctx); err != nil {
			return creation, fmt.Errorf("save the intent to create %s: %w", resource, err)
		}
		if j.fresh(creation) {
			return creation, nil
		}
	}
	return v1alpha1.Creation{}, fmt.Errorf("save the intent to create %s: each of %d writes took longer than a quarter of --settle (%s)",
		resource, maxBegins, j.Settle)
}

// Renew begins a creation anew if that was not done a moment ago.
func (j *Journal) Renew(ctx context.Context, creation v1alpha1.Creation) (v1alpha1.Creation, error) {
	if j.fresh(creation) {
		return creation, nil
	}
	return j.Begin(ctx, creation.Resource, creation.Token)
}

// fresh says that a call may be made on the strength of what was begun. The rest of Settle is for the call, and for lists
// to show what it made.
func (j *Journal) fresh(creation v1alpha1.Creation) bool {
	return j.Now().Sub(creation.StartedAt.Time) < j.Settle/4
}

// Settled forgets a creation that nobody wants any more, and fails while its call may be under way.
func (j *Journal) Settled(resource string) error {
	begun := j.Status.Creation(resource)
	if begun == nil {
		return nil
	}
	if until := begun.StartedAt.Add(j.Settle); !begun.Refused && j.Now().Before(until) {
		return &Unsettled{Resource: resource, Until: until}
	}
	j.Status.ForgetCreation(resource)
	return nil
}

// Failed notes what a call's error says of the creation.
func (j *Journal) Failed(creation v1alpha1.Creation, err error) {
	// In doubt it is looked for from now on: the call may have taken its time.
	creation.Refused, creation.StartedAt = !awserr.Uncertain(err), metav1.NewMicroTime(j.Now())
	j.Status.SetCreation(creation)
}

// Verified notes that AWS holds part as digest says.
func (j *Journal) Verified(part, digest string) {
	j.Status.MarkVerified(part, digest, metav1.NewTime(j.Now()))
}

// Suspect notes that a resource may be there already, from a life before this status: it is looked for before it is made.
func (j *Journal) Suspect(resource string) {
	j.Status.SetCreation(v1alpha1.Creation{
		Resource: resource, Token: NewToken(), StartedAt: metav1.NewMicroTime(j.Now().Add(-j.Settle)),
	})
}

// Unsettled says that a creation's outcome cannot be told before Until.
type Unsettled struct {
	Resource string
	Until    time.Time
}

func (u *Unsettled) Error() string {
	if part, claimed := strings.CutPrefix(u.Resource, adoption); claimed {
		return fmt.Sprintf("%s carries this object's tags now; whether another SecuredAPI takes it over as well shows until %s",
			part, u.Until.Format(time.TimeOnly))
	}
	return fmt.Sprintf("whether %s was created is not known; looking for it until %s", u.Resource, u.Until.Format(time.TimeOnly))
}

// Postponed says that what is to be done has to wait until Until, while everything works as it did.
type Postponed struct {
	What  string
	Until time.Time
}

func (p *Postponed) Error() string { return p.What + " at " + p.Until.UTC().Format(time.RFC3339) }

// Creating is how one resource is created at most once. R is what the calls return of it.
type Creating[R any] struct {
	// Resource names it in status: userPool, client/web, clientSecret/job, api.
	Resource string
	// Find returns what AWS has that is the owner's. Nil where the parent is so new that there can be nothing.
	Find func(context.Context) ([]R, error)
	// Prepare does what has to be done before, if anything. It is no part of what is intended.
	Prepare func(context.Context) error
	// Create makes it, with the token as a tag where there are tags.
	Create func(ctx context.Context, token string) (R, error)
	// Keep writes its ids into status.
	Keep func(R)
}

// Run creates the resource, or finds the one that an earlier attempt made: the intent and its token are saved before
// the call, the id right after. made says that it was created now.
func (c Creating[R]) Run(ctx context.Context, j *Journal) (resource R, made bool, err error) {
	if begun := j.Status.Creation(c.Resource); c.Find != nil && (begun == nil || !begun.Refused) {
		if resource, found, err := c.Locate(ctx, j); err != nil || found {
			return resource, false, err
		}
	}
	if c.Prepare != nil {
		if err := c.Prepare(ctx); err != nil {
			return resource, false, fmt.Errorf("prepare to create %s: %w", c.Resource, err)
		}
	}
	creation, err := j.Begin(ctx, c.Resource, NewToken())
	if err != nil {
		return resource, false, err
	}
	resource, err = c.Create(ctx, creation.Token)
	if err != nil {
		j.Failed(creation, err)
		return resource, false, fmt.Errorf("create %s: %w", c.Resource, err)
	}
	return resource, true, c.keep(ctx, j, resource)
}

// Locate looks for the resource and keeps the one that it finds. One that may have been created a moment ago is given
// time to become visible; more than one is for a person to sort out.
func (c Creating[R]) Locate(ctx context.Context, j *Journal) (resource R, found bool, err error) {
	// Before the look: what it saw is as old as that.
	now := j.Now()
	all, err := c.Find(ctx)
	if err != nil {
		return resource, false, fmt.Errorf("look for %s: %w", c.Resource, err)
	}
	switch begun := j.Status.Creation(c.Resource); {
	case len(all) > 1:
		return resource, false, awserr.Because(v1alpha1.ReasonDuplicateFound,
			fmt.Errorf("%d resources in AWS carry this object's tags as its %s; delete all but one or remove their tags", len(all), c.Resource))
	case len(all) == 1:
		return all[0], true, c.keep(ctx, j, all[0])
	case begun != nil && !begun.Refused && now.Before(begun.StartedAt.Add(j.Settle)):
		return resource, false, &Unsettled{Resource: c.Resource, Until: begun.StartedAt.Add(j.Settle)}
	default:
		return resource, false, nil
	}
}

func (c Creating[R]) keep(ctx context.Context, j *Journal, resource R) error {
	c.Keep(resource)
	j.Status.ForgetCreation(c.Resource)
	if err := j.Save(ctx); err != nil {
		return fmt.Errorf("save the id of %s: %w", c.Resource, err)
	}
	return nil
}

// adoption is the prefix of the names of adoptions among creations.
const adoption = "adoption/"

// Adopt takes a resource over that carries the tags that were read: one of the owner's own at once, one of nobody's with a
// person's consent. claim writes the owner's tags and reads the tags back. Others may claim it in the same moment: see Claimed.
func (j *Journal) Adopt(
	ctx context.Context, owner Owner, part, what string, tags map[string]string, claim func() (map[string]string, error),
) error {
	if !Owned(tags) {
		if !j.Consent {
			return &Pending{What: what + " exists and is taken over"}
		}
		begun, err := j.Begin(ctx, adoption+part, NewToken())
		if err != nil {
			return err
		}
		if tags, err = claim(); err != nil {
			j.Failed(begun, err)
			return err
		}
	}
	if !owner.Owns(tags) {
		j.Status.ForgetCreation(adoption + part)
		return Conflict(what, tags)
	}
	return nil
}

// Claimed fails while somebody else may be claiming a part that was claimed, whose tags would be the ones that stay. Until
// then nothing is done with it; then it is looked at again.
func (j *Journal) Claimed(part string) error { return j.Settled(adoption + part) }

// Conflict says that a resource is somebody else's, or nobody's, and that nothing was changed.
func Conflict(resource string, tags map[string]string) error {
	whose := "does not carry this object's tags"
	if Owned(tags) {
		whose = fmt.Sprintf("belongs to SecuredAPI %s/%s of cluster %s", tags[TagNamespace], tags[TagName], tags[TagCluster])
	}
	return awserr.Because(v1alpha1.ReasonOwnershipConflict, fmt.Errorf("%s %s; nothing was changed", resource, whose))
}

// Pending says what is done only after a person has seen the plan and agreed.
type Pending struct{ What string }

func (p *Pending) Error() string {
	return p.What + " once spec.acknowledge has the hash of status.plan"
}

// Lost says that a resource of ours is gone from AWS; status has forgotten it and the next pass makes it anew.
type Lost struct {
	Resource string
	ID       string
}

func (l *Lost) Error() string { return l.Resource + " " + l.ID + " is gone from AWS" }
