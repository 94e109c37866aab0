package userpool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/ownership"
)

// Cognito's words for a prefix that belongs to another pool, of this account or any other.
const domainTakenMessage = "already associated with another user pool"

// Cognito's words for a domain that is gone already, with the code of any bad value.
const noDomainMessage = "No such domain or user pool exists"

// applyDomain gives the pool the wanted domain in the place of the one that it has. A pool has one prefix domain, so the
// old one must go first: not before the new one is seen to be free, and it comes back if AWS refuses the new one.
// status keeps the old prefix until then, so that a later pass can bring it back, too.
func (p *Phase) applyDomain(ctx context.Context, have, want string) error {
	if have != "" {
		if want != "" {
			if err := p.checkFree(ctx, want); err != nil {
				return err
			}
		}
		if err := p.deleteDomain(ctx, have); err != nil {
			return err
		}
	}
	if want == "" {
		return nil
	}
	// Nothing in AWS says whose a domain is.
	if _, err := p.Journal.Begin(ctx, PartDomain, want); err != nil {
		return err
	}
	err := p.createDomain(ctx, want)
	if err == nil || awserr.Uncertain(err) {
		return err
	}
	if last := cmp.Or(have, p.Status.UserPool.DomainPrefix); last != "" && last != want {
		if back := p.createDomain(ctx, last); back != nil {
			return errors.Join(err, fmt.Errorf("bring back the domain that worked: %w", back))
		}
		p.Status.UserPool.DomainPrefix = last
	}
	return err
}

// ourDomain says that we gave the pool this prefix, or were about to.
func (p *Phase) ourDomain(prefix string) bool {
	begun := p.Status.Creation(PartDomain)
	return prefix == p.Status.UserPool.DomainPrefix || begun != nil && prefix == begun.Token
}

func (p *Phase) checkFree(ctx context.Context, prefix string) error {
	out, err := p.Cognito.DescribeUserPoolDomain(ctx, &cip.DescribeUserPoolDomainInput{Domain: &prefix})
	if err != nil {
		return fmt.Errorf("describe domain %s: %w", prefix, err)
	}
	// An unknown domain has an empty description.
	if out.DomainDescription == nil || out.DomainDescription.UserPoolId == nil {
		return nil
	}
	id := *out.DomainDescription.UserPoolId
	pool, err := p.describePool(ctx, id)
	switch {
	case err == nil && ownership.Owned(pool.UserPoolTags):
		return ownership.Conflict(fmt.Sprintf("domain.prefix %q, of user pool %s,", prefix, id), pool.UserPoolTags)
	case err != nil && !awserr.Is(err, awserr.NotFound):
		return err
	default:
		return domainTaken(prefix, fmt.Errorf("it belongs to user pool %s", id))
	}
}

func (p *Phase) createDomain(ctx context.Context, prefix string) error {
	_, err := p.Cognito.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{
		UserPoolId: &p.Status.UserPool.ID,
		Domain:     &prefix,
		// The classic pages work at once; managed login (2) shows nothing until it was given a branding style.
		ManagedLoginVersion: new(int32(1)),
	})
	if err != nil && strings.Contains(awserr.Message(err), domainTakenMessage) {
		return cmp.Or(p.checkFree(ctx, prefix), domainTaken(prefix, err))
	}
	if err != nil {
		return fmt.Errorf("create domain %s: %w", prefix, err)
	}
	return nil
}

func domainTaken(prefix string, cause error) error {
	return awserr.Because(v1alpha1.ReasonDomainTaken,
		fmt.Errorf("domain.prefix %q is taken: prefixes are unique in a Region over all accounts; choose another: %w", prefix, cause))
}

func (p *Phase) deleteDomain(ctx context.Context, prefix string) error {
	_, err := p.Cognito.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: &p.Status.UserPool.ID, Domain: &prefix})
	if err != nil && !strings.Contains(awserr.Message(err), noDomainMessage) {
		return fmt.Errorf("delete domain %s: %w", prefix, err)
	}
	return nil
}
