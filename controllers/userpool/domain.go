package userpool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

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

// prefix is a domain's prefix, which is all that is wanted and read of it.
type prefix struct{ Prefix string }

// Cognito's words, with the code of any bad value.
const (
	// domainTaken is said of a prefix that a pool has, of this account or any other.
	domainTaken = "already associated with another user pool"
	// domainExists is said of a pool that has a domain.
	domainExists = "User pool already has a domain configured"
	// domainGone is said of a domain that is gone already.
	domainGone = "No such domain or user pool exists"
)

func (c *Cognito) domain(p *engine.Pass, _ string) engine.Resource {
	r := domain{c, p}
	return &engine.Of[prefix, prefix]{
		Meta:    engine.Meta{In: NamePool, GoesWith: true, Check: engine.BySweep, Exclusive: true},
		Desired: r.desired,
		ID:      func(want *prefix) string { return want.Prefix },
		Find:    r.find,
		Read:    r.read,
		Diff:    r.diff,
		// There is no other difference.
		Replaces: func(*prefix, *prefix) bool { return true },
		Create:   r.create,
		Restore:  r.restore,
		Delete:   func(ctx context.Context, id, pool string) error { return c.deleteDomain(ctx, id, pool) },
		Guard:    r.guard,
	}
}

func (r domain) desired() (*prefix, error) {
	if spec := r.p.Object.Spec.Domain; spec != nil {
		return &prefix{spec.Prefix}, nil
	}
	return nil, nil
}

// diff says what goes, too: also a domain that somebody else gave the pool.
func (r domain) diff(want, have *prefix) plan.Plan {
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
func (r domain) find(ctx context.Context, token string) ([]engine.Found[prefix], error) {
	has, err := r.given(ctx)
	if has == "" || token != "" && token != has {
		return nil, err
	}
	return []engine.Found[prefix]{{ID: has, Value: &prefix{has}}}, nil
}

func (r domain) read(ctx context.Context, id string, _ []string) (*prefix, error) {
	has, err := r.given(ctx)
	if has != id {
		return nil, err
	}
	return &prefix{has}, nil
}

// guard asks first whether the wanted domain is free, where another one has to go for it.
func (r domain) guard(ctx context.Context, operation v1alpha1.Operation, want, _ *prefix) error {
	if former := r.p.ID(NameDomain); operation == v1alpha1.OperationCreate && former != "" && former != want.Prefix {
		return r.free(ctx, r.p, want.Prefix)
	}
	return nil
}

// free fails if another pool of this account has the prefix. AWS describes an unknown domain as an empty one.
func (c *Cognito) free(ctx context.Context, p *engine.Pass, prefix string) error {
	out, err := c.API.DescribeUserPoolDomain(ctx, &cip.DescribeUserPoolDomainInput{Domain: &prefix})
	if err != nil {
		return fmt.Errorf("describe domain %s: %w", prefix, err)
	}
	description := cmp.Or(out.DomainDescription, &types.DomainDescriptionType{})
	id := aws.ToString(description.UserPoolId)
	if id == p.ID(NamePool) || id == "" {
		return nil
	}
	pool, err := c.describe(ctx, id)
	if err != nil {
		return fmt.Errorf("describe user pool %s: %w", id, err)
	}
	if pool != nil && engine.Owned(pool.UserPoolTags) {
		return engine.ConflictError(fmt.Sprintf("spec.domain.prefix %q, of user pool %s,", prefix, id), pool.UserPoolTags)
	}
	return taken(prefix, fmt.Errorf("it belongs to user pool %s", id))
}

func taken(prefix string, cause error) error {
	return awserr.Because(v1alpha1.ReasonDomainTaken,
		fmt.Errorf("spec.domain.prefix %q is taken: prefixes are unique in a Region over all accounts; choose another: %w", prefix, cause))
}

// create gives the pool the domain. One that somebody else gave it makes room.
func (r domain) create(ctx context.Context, want *prefix, _ string) (engine.Found[prefix], error) {
	made := engine.Found[prefix]{ID: want.Prefix, Value: want}
	err := r.give(ctx, want.Prefix)
	if !says(err, domainTaken) && !says(err, domainExists) {
		return made, err
	}
	has, lookErr := r.given(ctx)
	switch {
	case lookErr != nil:
		return made, lookErr
	case has == want.Prefix:
		// It is the very one.
		return made, nil
	case has != "" && says(err, domainExists):
		err = r.replace(ctx, has, want.Prefix)
	}
	if says(err, domainTaken) {
		if other := r.free(ctx, r.p, want.Prefix); other != nil {
			return made, fmt.Errorf("%w: %w", other, err)
		}
		err = taken(want.Prefix, err)
	}
	return made, err
}

// replace deletes the domain that the pool has, once the wanted one is seen to be free. It comes back if AWS refuses that.
func (r domain) replace(ctx context.Context, has, want string) error {
	if err := r.free(ctx, r.p, want); err != nil {
		return err
	}
	if err := r.deleteDomain(ctx, has, r.p.ID(NamePool)); err != nil {
		return fmt.Errorf("delete domain %s: %w", has, err)
	}
	err := r.give(ctx, want)
	if err != nil && !awserr.Uncertain(err) {
		if back := r.give(ctx, has); back != nil {
			return errors.Join(err, fmt.Errorf("bring back domain %s: %w", has, back))
		}
	}
	return err
}

func (r domain) give(ctx context.Context, prefix string) error {
	_, err := r.API.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{
		UserPoolId: new(r.p.ID(NamePool)),
		Domain:     &prefix,
		// The classic pages work at once; managed login (2) shows nothing until it was given a branding style.
		ManagedLoginVersion: new(int32(1)),
	})
	return err
}

// restore brings the former domain back, unless the pool has one.
func (r domain) restore(ctx context.Context, id string) error {
	if err := r.give(ctx, id); !says(err, domainExists) {
		return err
	}
	return nil
}

// deleteDomain deletes a domain of a pool. One that is gone already is no error.
func (c *Cognito) deleteDomain(ctx context.Context, prefix, pool string) error {
	_, err := c.API.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: &pool, Domain: &prefix})
	if says(err, domainGone) {
		return nil
	}
	return unlessGone(err)
}

// says is true if AWS refused a call with those words.
func says(err error, words string) bool {
	return err != nil && strings.Contains(awserr.Message(err), words)
}
