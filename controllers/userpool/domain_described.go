package userpool

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// Whose a domain is, and what Cognito is doing with it.

// describeDomain returns what Cognito says of a prefix: it describes an unknown domain as an empty one.
func (c *Cognito) describeDomain(ctx context.Context, prefix string) (*types.DomainDescriptionType, error) {
	out, err := c.API.DescribeUserPoolDomain(ctx, &cip.DescribeUserPoolDomainInput{Domain: &prefix})
	if err != nil {
		return nil, fmt.Errorf("describe domain %s: %w", prefix, err)
	}
	return cmp.Or(out.DomainDescription, &types.DomainDescriptionType{}), nil
}

// described is our pool's domain of that prefix with its status, nil if it has none such.
func (r domain) described(ctx context.Context, prefix string) (*givenDomain, error) {
	description, err := r.describeDomain(ctx, prefix)
	if err != nil || aws.ToString(description.UserPoolId) != r.p.ID(NamePool) {
		return nil, err
	}
	return &givenDomain{prefix, description.Status, aws.ToInt32(description.ManagedLoginVersion)}, nil
}

// domainKind is what people are told of a domain: its field in the spec, its noun, and where two cannot have one.
type domainKind struct{ field, noun, unique string }

var (
	prefixes = domainKind{"spec.domain.prefix", "prefix", "prefixes are unique in a Region over all accounts"}
	customs  = domainKind{"spec.domain.custom.name", "name", "custom domains are unique over all accounts and Regions"}
)

// free fails if another pool of this account has the domain, or it is being deleted: that is waited for, in the record of that name.
func (c *Cognito) free(ctx context.Context, p *engine.Pass, name string, kind domainKind, prefix string) error {
	description, err := c.describeDomain(ctx, prefix)
	if err != nil {
		return err
	}
	id := aws.ToString(description.UserPoolId)
	switch {
	case id == "":
		return nil
	case description.Status == types.DomainStatusTypeDeleting:
		return p.Await(name, fmt.Sprintf("%s: %q waits: the domain of user pool %s with this %s is being deleted",
			kind.field, prefix, id, kind.noun))
	case id == p.ID(NamePool):
		return nil
	}
	pool, err := c.describe(ctx, id)
	if err != nil {
		return fmt.Errorf("describe user pool %s: %w", id, err)
	}
	if pool != nil && engine.Owned(pool.UserPoolTags) {
		return engine.ConflictError(fmt.Sprintf("%s: %q, of user pool %s,", kind.field, prefix, id), pool.UserPoolTags)
	}
	return kind.taken(prefix, fmt.Errorf("it belongs to user pool %s", id))
}

func (k domainKind) taken(domain string, cause error) error {
	return awserr.Because(v1alpha1.ReasonDomainTaken,
		fmt.Errorf("%s: %q is taken, and %s; choose another: %w", k.field, domain, k.unique, cause))
}

// deleteDomain deletes a domain of a pool. One that is gone, or is being deleted, is no error. One that Cognito is busy with is
// waited for, in the record of that name.
func (c *Cognito) deleteDomain(ctx context.Context, p *engine.Pass, name, prefix, pool string) error {
	_, err := c.API.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: &pool, Domain: &prefix})
	if says(err, domainGone) {
		return nil
	}
	if err = unlessGone(err); !awserr.Is(err, awserr.Rejected) {
		return err
	}
	description, lookErr := c.describeDomain(ctx, prefix)
	if lookErr != nil || aws.ToString(description.UserPoolId) != pool {
		return err
	}
	switch description.Status {
	case types.DomainStatusTypeDeleting:
		return nil
	case types.DomainStatusTypeCreating, types.DomainStatusTypeUpdating:
		return p.Await(name, fmt.Sprintf("domain %s is %s; Cognito deletes it after that", prefix, description.Status))
	case types.DomainStatusTypeActive, types.DomainStatusTypeFailed:
	}
	return err
}

// says is true if AWS refused a call with those words.
func says(err error, words string) bool {
	return err != nil && strings.Contains(awserr.Message(err), words)
}
