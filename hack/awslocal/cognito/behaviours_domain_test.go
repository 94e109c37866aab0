package cognito_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

func domainOf(c *cloud, name string) (*types.DomainDescriptionType, error) {
	out, err := c.api.DescribeUserPoolDomain(c.ctx(), &idp.DescribeUserPoolDomainInput{Domain: aws.String(name)})
	if err != nil {
		return nil, err
	}
	return out.DomainDescription, nil
}

// prefixErr is a row about a prefix that is refused.
func prefixErr(name, source, prefix, want string) behavior {
	return behavior{name: name, source: source, wantErr: want, do: func(c *cloud) (any, error) {
		return nil, c.tryDomain(c.pool(), prefix)
	}}
}

const badPrefix = "InvalidParameterException: The domain name contains an invalid character. Domain names can only contain " +
	"lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: " +
	`^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$`

func TestDomains(t *testing.T) {
	check(t, setup{}, []behavior{
		{
			name:   "a prefix is active, and the pool shows it",
			source: "AWS CLI example describe-user-pool-domain; model: UserPoolType.Domain",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.prefix(id, "notes-beta")
				d, err := domainOf(c, "notes-beta")
				return []any{
					*d.Domain, d.Status, *d.AWSAccountId, *d.UserPoolId == *id, *d.ManagedLoginVersion, *c.describe(id).Domain,
				}, err
			},
			want: []any{"notes-beta", types.DomainStatusTypeActive, account, true, int32(1), "notes-beta"},
		},
		{
			name:   "an unknown domain has an empty description",
			source: "amplify-cli end-to-end tests; terraform-provider-aws checks Status",
			do:     func(c *cloud) (any, error) { d, err := domainOf(c, "nobody"); return *d, err },
			want:   types.DomainDescriptionType{},
		},
		{
			name:   "a prefix is taken for all accounts of the Region",
			source: "serverless#10135",
			do: func(c *cloud) (any, error) {
				c.prefix(c.pool(), "notes")
				other := c.client("222222222222", region)
				pool, err := other.CreateUserPool(c.ctx(), &idp.CreateUserPoolInput{PoolName: aws.String("theirs")})
				if err != nil {
					return nil, err
				}
				_, err = other.CreateUserPoolDomain(c.ctx(), &idp.CreateUserPoolDomainInput{
					UserPoolId: pool.UserPool.Id, Domain: aws.String("notes"),
				})
				return nil, err
			},
			wantErr: "InvalidParameterException: Domain already associated with another user pool.",
		},
		{
			name:   "a prefix is free in another Region",
			source: "https://{prefix}.auth.{Region}.amazoncognito.com",
			do: func(c *cloud) (any, error) {
				c.prefix(c.pool(), "notes")
				there := c.client(account, "eu-west-1")
				pool, err := there.CreateUserPool(c.ctx(), &idp.CreateUserPoolInput{PoolName: aws.String("notes")})
				if err != nil {
					return nil, err
				}
				_, err = there.CreateUserPoolDomain(c.ctx(), &idp.CreateUserPoolDomainInput{
					UserPoolId: pool.UserPool.Id, Domain: aws.String("notes"),
				})
				return nil, err
			},
		},
		{
			name:   "a pool has one prefix",
			source: "aws-cdk#10062",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.prefix(id, "notes")
				return nil, c.tryDomain(id, "other")
			},
			wantErr: "InvalidParameterException: User pool already has a domain configured.",
		},
		prefixErr("no capitals", "terraform-aws-cognito-user-pool#69", "Notes", badPrefix),
		prefixErr("no dots", "terraform-aws-cognito-user-pool#69", "notes.beta", badPrefix),
		prefixErr("no hyphen at the end", "terraform-aws-cognito-user-pool#69", "notes-", badPrefix),
		prefixErr("no cognito", "amplify-cli#3854",
			"newcognito", "InvalidParameterException: Domain cannot contain reserved word: cognito"),
		prefixErr("no aws as a word", "content-analysis#8",
			"my-aws-notes", "InvalidParameterException: Domain cannot contain reserved word: aws"),
		prefixErr("aws in a word", "cdk-preflight: -awsome- deploys", "my-awsome-notes", ""),
		{
			name:   "a missing domain can't be deleted",
			source: "amplify-cli end-to-end tests",
			do: func(c *cloud) (any, error) {
				_, err := c.api.DeleteUserPoolDomain(c.ctx(), &idp.DeleteUserPoolDomainInput{
					UserPoolId: c.pool(), Domain: aws.String("nobody"),
				})
				return nil, err
			},
			wantErr: "InvalidParameterException: No such domain or user pool exists.",
		},
		{
			name:   "a deleted prefix is free again, and the pool can go",
			source: "model: DeleteUserPoolDomain, DeleteUserPool",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.prefix(id, "notes")
				_, err1 := c.api.DeleteUserPoolDomain(c.ctx(), &idp.DeleteUserPoolDomainInput{
					UserPoolId: id, Domain: aws.String("notes"),
				})
				_, err2 := c.api.DeleteUserPool(c.ctx(), &idp.DeleteUserPoolInput{UserPoolId: id})
				return []any{err1, err2, c.tryDomain(c.pool(), "notes")}, nil
			},
			want: []any{nil, nil, nil},
		},
		{
			name:   "managed login needs more than LITE",
			source: "model: ManagedLoginVersion, FeatureUnavailableInTierException",
			do: func(c *cloud) (any, error) {
				id := c.pool(func(in *idp.CreateUserPoolInput) { in.UserPoolTier = types.UserPoolTierTypeLite })
				_, err := c.api.CreateUserPoolDomain(c.ctx(), &idp.CreateUserPoolDomainInput{
					UserPoolId: id, Domain: aws.String("notes"), ManagedLoginVersion: aws.Int32(2),
				})
				return nil, err
			},
			wantErr: "FeatureUnavailableInTierException: Managed login is not available in the LITE tier",
		},
		{
			name:   "the login version can be changed",
			source: "model: UpdateUserPoolDomain",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.prefix(id, "notes")
				_, err := c.api.UpdateUserPoolDomain(c.ctx(), &idp.UpdateUserPoolDomainInput{
					UserPoolId: id, Domain: aws.String("notes"), ManagedLoginVersion: aws.Int32(2),
				})
				if err != nil {
					return nil, err
				}
				d, err := domainOf(c, "notes")
				return *d.ManagedLoginVersion, err
			},
			want: int32(2),
		},
		{
			name:   "a custom domain's certificate is in us-east-1",
			source: "cdk-preflight; model: CustomDomainConfigType",
			do: func(c *cloud) (any, error) {
				_, err := c.api.CreateUserPoolDomain(c.ctx(), &idp.CreateUserPoolDomainInput{
					UserPoolId: c.pool(), Domain: aws.String("auth.example.com"),
					CustomDomainConfig: &types.CustomDomainConfigType{CertificateArn: aws.String("arn:aws:acm:eu-west-1:111111111111:certificate/x")},
				})
				return nil, err
			},
			wantErr: "InvalidParameterException: The specified SSL certificate doesn't " +
				"exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
		},
		{
			name:   "a custom domain goes beside a prefix",
			source: "AWS CLI example describe-user-pool: Domain and CustomDomain",
			do: func(c *cloud) (any, error) {
				id := c.pool()
				c.prefix(id, "notes")
				out, err := c.api.CreateUserPoolDomain(c.ctx(), &idp.CreateUserPoolDomainInput{
					UserPoolId: id, Domain: aws.String("auth.example.com"),
					CustomDomainConfig: &types.CustomDomainConfigType{CertificateArn: aws.String("arn:aws:acm:us-east-1:111111111111:certificate/x")},
				})
				if err != nil {
					return nil, err
				}
				p := c.describe(id)
				return []any{out.CloudFrontDomain != nil, *p.Domain, *p.CustomDomain}, nil
			},
			want: []any{true, "notes", "auth.example.com"},
		},
	})
}

// A deleted domain that is still DELETING is in the way of its successors.
func TestADomainBeingDeletedBlocksItsPrefix(t *testing.T) {
	remove := func(c *cloud, pool *string) error {
		_, err := c.api.DeleteUserPoolDomain(c.ctx(), &idp.DeleteUserPoolDomainInput{UserPoolId: pool, Domain: aws.String("notes")})
		return err
	}
	deleting := func(c *cloud) *string {
		pool := c.pool()
		c.prefix(pool, "notes")
		if err := remove(c, pool); err != nil {
			c.t.Fatal(err)
		}
		return pool
	}
	check(t, setup{options: []cognito.Option{cognito.WithDomainDeletion(time.Minute)}}, []behavior{
		{
			name:   "it is described until it is gone",
			source: "model: DomainStatusType; terraform-provider-aws user_pool_domain.go waits for it",
			do: func(c *cloud) (any, error) {
				deleting(c)
				before, err := domainOf(c, "notes")
				if err != nil {
					return nil, err
				}
				c.clock.Step(time.Minute)
				after, err := domainOf(c, "notes")
				return []types.DomainStatusType{before.Status, after.Status}, err
			},
			want: []types.DomainStatusType{types.DomainStatusTypeDeleting, ""},
		},
		{
			name:    "its prefix is taken",
			source:  "reports that recreating soon after a delete fails; no recording",
			do:      func(c *cloud) (any, error) { deleting(c); return nil, c.tryDomain(c.pool(), "notes") },
			wantErr: "InvalidParameterException: Domain already associated with another user pool.",
		},
		{
			name:    "its pool has a domain",
			source:  "the same; no recording",
			do:      func(c *cloud) (any, error) { return nil, c.tryDomain(deleting(c), "other") },
			wantErr: "InvalidParameterException: User pool already has a domain configured.",
		},
		{
			name:   "its pool can't be deleted",
			source: "hashicorp/terraform-provider-aws#16479",
			do: func(c *cloud) (any, error) {
				_, err := c.api.DeleteUserPool(c.ctx(), &idp.DeleteUserPoolInput{UserPoolId: deleting(c)})
				return nil, err
			},
			wantErr: "InvalidParameterException: User pool cannot be deleted. It has a domain configured that should be deleted first.",
		},
		{
			name:    "it can't be deleted once more",
			source:  "no source: the words are not AWS's",
			do:      func(c *cloud) (any, error) { return nil, remove(c, deleting(c)) },
			wantErr: "InvalidParameterException: Domain is being deleted.",
		},
	})
}

func TestDomainSwitches(t *testing.T) {
	check(t, setup{options: []cognito.Option{cognito.WithReservedWords(cognito.ReservedSegments)}}, []behavior{
		prefixErr("cognito in a word, with the rule of words", "cdk-preflight", "newcognito", ""),
	})
	check(t, setup{options: []cognito.Option{cognito.WithReservedWords(cognito.ReservedAnywhere)}}, []behavior{
		prefixErr("aws in a word, with the rule of substrings", "amplify-cli#3854", "my-awsome-notes",
			"InvalidParameterException: Domain cannot contain reserved word: aws"),
	})
	check(t, setup{options: []cognito.Option{cognito.WithDomainDelay(time.Minute)}}, []behavior{{
		name:   "a new prefix takes a minute",
		source: "model: CreateUserPoolDomain; DomainStatusType",
		do: func(c *cloud) (any, error) {
			id := c.pool()
			c.prefix(id, "notes")
			before, err := domainOf(c, "notes")
			if err != nil {
				return nil, err
			}
			c.clock.Step(time.Minute)
			after, err := domainOf(c, "notes")
			return []types.DomainStatusType{before.Status, after.Status}, err
		},
		want: []types.DomainStatusType{types.DomainStatusTypeCreating, types.DomainStatusTypeActive},
	}})
}
