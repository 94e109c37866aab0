package userpool

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

func createPoolInput(desired Pool, tags map[string]string) *cip.CreateUserPoolInput {
	return &cip.CreateUserPoolInput{
		PoolName:               &desired.Name,
		UsernameAttributes:     desired.UsernameAttributes,
		AutoVerifiedAttributes: desired.AutoVerifiedAttributes,
		AdminCreateUserConfig:  adminConfig(nil, desired),
		Policies:               policies(nil, desired),
		// User names that differ only in case are one user: Cognito's recommendation, and it can't be changed later.
		UsernameConfiguration: &types.UsernameConfigurationType{CaseSensitive: new(false)},
		UserPoolTags:          tags,
	}
}

// updatePool updates the pool and reads it back: the update's answer is empty.
func (p *Phase) updatePool(ctx context.Context, desired Desired, read *types.UserPoolType) error {
	if have, want := join(read.UsernameAttributes), join(desired.Pool.UsernameAttributes); have != want {
		return awserr.Because(v1alpha1.ReasonInvalidSpec,
			fmt.Errorf("userPool.signInWith: the user pool %s has %q and the spec asks for %q; Cognito cannot change it", *read.Id, have, want))
	}
	in := updatePoolInput(read, desired.Pool, p.Owner.Overlay(read.UserPoolTags))
	if _, err := p.Cognito.UpdateUserPool(ctx, in); err != nil {
		return fmt.Errorf("update user pool: %w", err)
	}
	now, err := p.describePool(ctx, *read.Id)
	if err != nil {
		return err
	}
	p.Modified = aws.ToTime(now.LastModifiedDate)
	return agreed(diffPool(desired.Pool, now).String())
}

// noteResourceServer writes down that a resource server is ours, before it is made: they carry no tags.
func (p *Phase) noteResourceServer(ctx context.Context, identifier string) error {
	if slices.Contains(p.Status.UserPool.ResourceServers, identifier) {
		return nil
	}
	p.Status.UserPool.ResourceServers = append(p.Status.UserPool.ResourceServers, identifier)
	return p.Journal.Save(ctx)
}

// agreed fails if AWS took an update and still holds something else.
func agreed(left string) error {
	if left == "" {
		return nil
	}
	return awserr.Because(v1alpha1.ReasonRejectedByAWS, fmt.Errorf("AWS took the update but reads back differently: %s", left))
}

func (p *Phase) applyResourceServers(ctx context.Context, desired []ResourceServer, observed Observed) error {
	id := &p.Status.UserPool.ID
	for _, rs := range desired {
		var err error
		if found, exists := observed.ResourceServers[rs.Identifier]; exists {
			_, err = p.Cognito.UpdateResourceServer(ctx, &cip.UpdateResourceServerInput{
				UserPoolId: id, Identifier: &rs.Identifier, Name: found.Name, Scopes: rs.scopeTypes(),
			})
		} else if err = p.noteResourceServer(ctx, rs.Identifier); err == nil {
			_, err = p.Cognito.CreateResourceServer(ctx, &cip.CreateResourceServerInput{
				UserPoolId: id, Identifier: &rs.Identifier, Name: aws.String(rs.name()), Scopes: rs.scopeTypes(),
			})
		}
		if err != nil {
			return fmt.Errorf("write resource server %s: %w", rs.Identifier, err)
		}
	}
	for _, identifier := range observed.ExtraServers {
		_, err := p.Cognito.DeleteResourceServer(ctx, &cip.DeleteResourceServerInput{UserPoolId: id, Identifier: &identifier})
		if err != nil && !awserr.Is(err, awserr.NotFound) {
			return fmt.Errorf("delete resource server %s: %w", identifier, err)
		}
		p.Status.UserPool.ResourceServers = slices.DeleteFunc(p.Status.UserPool.ResourceServers, func(s string) bool { return s == identifier })
	}
	return nil
}
