package userpool

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// domain is the pool's prefix domain, where the login pages are. A pool has one, and nothing in AWS says who gave it.
type domain struct {
	*Cognito
	p *engine.Pass
}

// blockPages is the block of spec.domain that the domain holds.
const blockPages = "pages"

// prefix is what is wanted of a domain.
type prefix struct {
	engine.Blocks

	Prefix string
	// Managed says that it serves the pages of managed login, and not the classic ones.
	Managed bool `json:",omitzero"`
}

// givenDomain is what Cognito holds. Status and Version are Cognito's, empty where nobody had to ask.
type givenDomain struct {
	Prefix  string
	Status  types.DomainStatusType
	Version int32
}

func (want *prefix) version() int32 { return pagesVersion(want.Managed) }

// unseen is the status of a domain that one of two reads shows: the other trails.
const unseen types.DomainStatusType = "not described yet"

// Cognito's words, with the code of any bad value.
const (
	// domainTaken is said of a prefix that a pool has, of this account or any other.
	domainTaken = "already associated with another user pool"
	// domainExists is said of a pool that has a domain.
	domainExists = "User pool already has a domain configured"
	// domainGone is said of a domain that is gone already.
	domainGone = "No such domain or user pool exists"
	// domainKeepsPool is said of a pool that is to be deleted and still has a domain.
	domainKeepsPool = "It has a domain configured that should be deleted first"
)

func (c *Cognito) domain(p *engine.Pass, _ string) engine.Resource {
	r := domain{c, p}
	return &engine.Of[prefix, givenDomain]{
		Meta:     engine.Meta{In: NamePool, GoesWith: true, Check: engine.BySweep, Exclusive: true, After: afterStyles(p)},
		Desired:  r.desired,
		ID:       func(want *prefix) string { return want.Prefix },
		Find:     r.find,
		Read:     r.read,
		Effect:   effect,
		Diff:     r.diff,
		Replaces: func(want *prefix, have *givenDomain) bool { return have != nil && want.Prefix != have.Prefix },
		Create:   r.create,
		Restore:  r.restore,
		Update:   r.update,
		Delete:   func(ctx context.Context, id, pool string) error { return c.deleteDomain(ctx, p, NameDomain, id, pool) },
		Guard:    r.guard,
	}
}

// afterStyles are what a domain waits for: its Managed pages do not work before the clients have their styles.
func afterStyles(p *engine.Pass) []string {
	if p.Object.Spec.ManagedPages() {
		return []string{PrefixBranding}
	}
	return nil
}

func (r domain) desired() (*prefix, error) {
	spec := r.p.Object.Spec.Domain
	if spec == nil || spec.Prefix == "" {
		return nil, nil
	}
	return &prefix{
		Blocks: r.p.BlocksOf(NameDomain, map[string]bool{blockPages: spec.Pages != ""}),
		Prefix: spec.Prefix, Managed: spec.Pages == v1alpha1.PagesManaged,
	}, nil
}

// effect says why a domain serves no pages.
func effect(have *givenDomain) string {
	switch have.Status {
	case "", types.DomainStatusTypeActive:
		return ""
	case types.DomainStatusTypeFailed:
		return fmt.Sprintf("spec.domain.prefix: Cognito says FAILED of the domain %q; "+
			"delete the domain from the user pool, or choose another prefix",
			have.Prefix)
	case types.DomainStatusTypeDeleting:
		return fmt.Sprintf("domain %s is being deleted; what the spec asks for is made after that", have.Prefix)
	case types.DomainStatusTypeCreating, types.DomainStatusTypeUpdating:
	}
	return fmt.Sprintf("domain %s is %s; its login pages work once Cognito says that it is ACTIVE", have.Prefix, have.Status)
}

// diff says what goes, too: also a domain that somebody else gave the pool.
func (r domain) diff(want *prefix, have *givenDomain) plan.Plan {
	former := ""
	switch {
	case have != nil:
		former = have.Prefix
	case r.pool != nil:
		former = aws.ToString(r.pool.Domain)
	}
	if have == nil && (former == "" || former == want.Prefix) {
		return plan.Plan{{Part: NameDomain, Action: plan.Create, Subject: NameDomain, To: want.Prefix, Class: plan.InPlace}}
	}
	if former == want.Prefix && have.Version != 0 && want.Owns(blockPages) {
		return plan.Diff(NameDomain, plan.InPlace, plan.Field{
			Subject: NameDomain + "." + blockPages, Observed: pagesWords(have.Version), Desired: pagesWords(want.version()),
		})
	}
	return plan.Diff(NameDomain, plan.Replace, plan.Field{Subject: NameDomain, Observed: former, Desired: want.Prefix})
}

// given is the domain that the pool has, empty if it has none or that cannot be told. All that look at the pool share the answer.
func (r domain) given(ctx context.Context) (string, error) {
	pool, err := userPool(r).read(ctx, r.p.ID(NamePool), nil)
	if err != nil || pool == nil {
		return "", err
	}
	return aws.ToString(pool.Domain), nil
}

// find returns the pool's domain, if it is the one that was about to be made. Of a pool from before it is any.
func (r domain) find(ctx context.Context, token string) ([]engine.Found[givenDomain], error) {
	has, err := r.given(ctx)
	if err == nil && has == "" && token != "" {
		// The pool may show it late.
		var have *givenDomain
		if have, err = r.described(ctx, token); have != nil && have.Status != types.DomainStatusTypeDeleting {
			has = token
		}
	}
	if err != nil || has == "" || token != "" && token != has {
		return nil, err
	}
	return []engine.Found[givenDomain]{{ID: has, Value: &givenDomain{Prefix: has}}}, nil
}

// read asks for the domain itself only in doubt: while it was not seen to be ACTIVE, and where the pool does not show it; and
// where the spec says which pages it serves.
func (r domain) read(ctx context.Context, id string, _ []string) (*givenDomain, error) {
	has, err := r.given(ctx)
	if err != nil {
		return nil, err
	}
	want, err := r.desired()
	if err != nil {
		return nil, err
	}
	if has == id && r.p.Record(NameDomain).Verified != nil && (want == nil || !want.Owns(blockPages)) {
		return &givenDomain{Prefix: id}, nil
	}
	have, err := r.described(ctx, id)
	if err == nil && have == nil && has == id {
		have = &givenDomain{Prefix: id, Status: unseen}
	}
	return have, err
}

// guard asks first whether the wanted domain is free, where another one has to go for it.
func (r domain) guard(ctx context.Context, operation v1alpha1.Operation, want *prefix, _ *givenDomain) error {
	if former := r.p.ID(NameDomain); operation == v1alpha1.OperationCreate && former != "" && former != want.Prefix {
		return r.free(ctx, r.p, NameDomain, prefixes, want.Prefix)
	}
	return nil
}

// create gives the pool the domain. Cognito's answer does not say whether it is ACTIVE, so it is asked, but for a pool that this
// pass has made: docs/design/domain.md says why.
func (r domain) create(ctx context.Context, want *prefix, _ string) (engine.Found[givenDomain], error) {
	made := engine.Found[givenDomain]{ID: want.Prefix, Value: &givenDomain{Prefix: want.Prefix}}
	err := r.give(ctx, want.Prefix, want.version())
	asks := err != nil || !r.made
	if says(err, domainTaken) || says(err, domainExists) {
		err = r.makeRoom(ctx, want, err)
	}
	if err != nil || !asks {
		return made, err
	}
	have, err := r.described(ctx, want.Prefix)
	if err != nil || have == nil {
		// It is made all the same. A later look tells.
		have = &givenDomain{Prefix: want.Prefix, Status: unseen}
	}
	made.Value = have
	return made, nil
}

// makeRoom finds out what is in the way of a domain that Cognito refused. One that somebody else gave the pool makes room.
func (r domain) makeRoom(ctx context.Context, wanted *prefix, refusal error) error {
	want := wanted.Prefix
	has, err := r.given(ctx)
	if err != nil || has == want {
		return err
	}
	if says(refusal, domainTaken) {
		switch have, err := r.described(ctx, want); {
		case err != nil:
			return err
		case have != nil && have.Status != types.DomainStatusTypeDeleting:
			// It is the very one, and the pool shows it late.
			return nil
		}
		if other := r.free(ctx, r.p, NameDomain, prefixes, want); other != nil {
			return fmt.Errorf("%w: %w", other, refusal)
		}
		return prefixes.taken(want, refusal)
	}
	if has == "" {
		return r.p.Await(NameDomain, "the user pool has a domain that it does not show: one that is being made or deleted")
	}
	if err := r.free(ctx, r.p, NameDomain, prefixes, want); err != nil {
		return err
	}
	err = r.replace(ctx, has, wanted)
	if says(err, domainTaken) {
		return prefixes.taken(want, err)
	}
	return err
}

// replace deletes the domain that the pool has, for one that was seen to be free. It comes back if AWS refuses that.
func (r domain) replace(ctx context.Context, has string, want *prefix) error {
	if err := r.deleteDomain(ctx, r.p, NameDomain, has, r.p.ID(NamePool)); err != nil {
		return fmt.Errorf("delete domain %s: %w", has, err)
	}
	err := r.give(ctx, want.Prefix, want.version())
	if says(err, domainExists) {
		return r.p.Await(NameDomain, "domain "+has+" is being deleted; then "+want.Prefix+" takes its place")
	}
	if err != nil && !awserr.Uncertain(err) {
		if back := r.give(ctx, has, want.version()); back != nil {
			return errors.Join(err, fmt.Errorf("bring back domain %s: %w", has, back))
		}
	}
	return err
}

func (r domain) give(ctx context.Context, prefix string, version int32) error {
	_, err := r.API.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{
		UserPoolId: new(r.p.ID(NamePool)), Domain: &prefix, ManagedLoginVersion: &version,
	})
	return err
}

// restore brings the former domain back, unless the pool has one.
func (r domain) restore(ctx context.Context, id string) error {
	want, err := r.desired()
	if err != nil || want == nil {
		return err
	}
	if err := r.give(ctx, id, want.version()); !says(err, domainExists) {
		return err
	}
	return nil
}

// update changes the pages, which takes up to a minute (UpdateUserPoolDomain). Both work meanwhile.
func (r domain) update(ctx context.Context, id string, want *prefix, _ *givenDomain) (*givenDomain, error) {
	_, err := r.API.UpdateUserPoolDomain(ctx, &cip.UpdateUserPoolDomainInput{
		UserPoolId: new(r.p.ID(NamePool)), Domain: &id, ManagedLoginVersion: new(want.version()),
	})
	return nil, err
}
