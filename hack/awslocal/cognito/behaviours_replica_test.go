package cognito_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/cognito"
)

const (
	elsewhere    = "us-west-2"
	replicaGuide = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html"
	replicaModel = "model: UserPoolReplicaType; the words are not known"
)

// replicable has a multi-Region key.
func replicable(in *idp.CreateUserPoolInput) { keyed("mrk-0f3c5a2e")(in) }

func keyed(id string) func(*idp.CreateUserPoolInput) {
	return func(in *idp.CreateUserPoolInput) {
		in.KeyConfiguration = &types.KeyConfigurationType{
			KeyType: types.EncryptionKeyTypeCustomerManagedKey, KmsKeyArn: aws.String("arn:aws:kms:us-east-1:111111111111:key/" + id),
		}
	}
}

func (c *cloud) replicate(pool *string, region string) error {
	_, err := c.api.CreateUserPoolReplica(c.ctx(), &idp.CreateUserPoolReplicaInput{
		UserPoolId: pool, RegionName: &region, UserPoolTags: map[string]string{"team": "shop"},
	})
	return err
}

// replicated is a pool with a replica.
func (c *cloud) replicated() *string {
	pool := c.pool(replicable)
	if err := c.replicate(pool, elsewhere); err != nil {
		c.t.Fatal(err)
	}
	return pool
}

func (c *cloud) setReplica(pool *string, status types.UpdateReplicaStatusType) error {
	_, err := c.api.UpdateUserPoolReplica(c.ctx(), &idp.UpdateUserPoolReplicaInput{UserPoolId: pool, RegionName: aws.String(elsewhere), Status: status})
	return err
}

func (c *cloud) deleteReplica(api *idp.Client, pool *string) error {
	_, err := api.DeleteUserPoolReplica(c.ctx(), &idp.DeleteUserPoolReplicaInput{UserPoolId: pool, RegionName: aws.String(elsewhere)})
	return err
}

// statuses are those of a pool and its replica, as a Region lists them.
func (c *cloud) statuses(api *idp.Client, pool *string) ([]any, error) {
	out, err := api.ListUserPoolReplicas(c.ctx(), &idp.ListUserPoolReplicasInput{UserPoolId: pool})
	if err != nil {
		return nil, err
	}
	var all []any
	for _, one := range out.UserPoolReplicas {
		all = append(all, string(one.Role)+" "+*one.RegionName+" "+string(one.Status))
	}
	return all, nil
}

// updateThere changes a replica in its Region, and returns what that describes then.
func (c *cloud) updateThere(pool *string, edit func(*idp.UpdateUserPoolInput)) (*types.UserPoolType, error) {
	api := c.client(account, elsewhere)
	described, err := api.DescribeUserPool(c.ctx(), &idp.DescribeUserPoolInput{UserPoolId: pool})
	if err != nil {
		return nil, err
	}
	in := &idp.UpdateUserPoolInput{
		UserPoolId: pool, AccountRecoverySetting: described.UserPool.AccountRecoverySetting, KeyConfiguration: described.UserPool.KeyConfiguration,
		VerificationMessageTemplate: described.UserPool.VerificationMessageTemplate,
	}
	edit(in)
	if _, err := api.UpdateUserPool(c.ctx(), in); err != nil {
		return nil, err
	}
	described, err = api.DescribeUserPool(c.ctx(), &idp.DescribeUserPoolInput{UserPoolId: pool})
	if err != nil {
		return nil, err
	}
	return described.UserPool, nil
}

func TestReplicas(t *testing.T) {
	const primary = "PRIMARY us-east-1 ACTIVE"
	made := func(do func(c *cloud, pool *string) error) func(*cloud) (any, error) {
		return func(c *cloud) (any, error) {
			pool := c.replicated()
			if err := do(c, pool); err != nil {
				return nil, err
			}
			return c.statuses(c.api, pool)
		}
	}
	check(t, setup{}, []behavior{
		{
			name: "a new one is inactive", source: replicaGuide, do: made(func(*cloud, *string) error { return nil }),
			want: []any{primary, "SECONDARY us-west-2 INACTIVE"},
		},
		{
			name: "and activated", source: "model: UpdateUserPoolReplica",
			do:   made(func(c *cloud, pool *string) error { return c.setReplica(pool, types.UpdateReplicaStatusTypeActive) }),
			want: []any{primary, "SECONDARY us-west-2 ACTIVE"},
		},
		{
			name: "an active one is not deleted", source: "model: DeleteUserPoolReplica; the words are not known",
			do: made(func(c *cloud, pool *string) error {
				if err := c.setReplica(pool, types.UpdateReplicaStatusTypeActive); err != nil {
					return err
				}
				return c.deleteReplica(c.api, pool)
			}),
			wantErr: "InvalidParameterException: The replica must be INACTIVE to be deleted",
		},
		{
			name: "an inactive one is", source: "model: DeleteUserPoolReplica",
			do: made(func(c *cloud, pool *string) error { return c.deleteReplica(c.api, pool) }), want: []any{primary},
		},
		{
			name: "it is deleted from the primary Region", source: "model: DeleteUserPoolReplica; the words are not known",
			do:      made(func(c *cloud, pool *string) error { return c.deleteReplica(c.client(account, elsewhere), pool) }),
			wantErr: "OperationNotEnabledException: The operation is not enabled in the Region of a secondary replica",
		},
		{
			name: "it lists itself, too", source: replicaModel,
			do:   func(c *cloud) (any, error) { return c.statuses(c.client(account, elsewhere), c.replicated()) },
			want: []any{primary, "SECONDARY us-west-2 INACTIVE"},
		},
		{
			name: "it has the pool's id, and tags of its own", source: replicaGuide + "; model: CreateUserPoolReplica",
			do: func(c *cloud) (any, error) {
				pool := c.replicated()
				there, err := c.client(account, elsewhere).DescribeUserPool(c.ctx(), &idp.DescribeUserPoolInput{UserPoolId: pool})
				if err != nil {
					return nil, err
				}
				arn, id := strings.CutSuffix(*there.UserPool.Arn, *pool)
				return []any{arn, id, there.UserPool.UserPoolTags["team"], c.describe(pool).UserPoolTags["team"]}, nil
			},
			want: []any{"arn:aws:cognito-idp:us-west-2:111111111111:userpool/", true, "shop", ""},
		},
		{
			name: "it has functions of its own", source: "model: UpdateUserPool",
			do: func(c *cloud) (any, error) {
				pool := c.replicated()
				out, err := c.updateThere(pool, func(in *idp.UpdateUserPoolInput) {
					in.LambdaConfig = &types.LambdaConfigType{PreSignUp: aws.String("arn:aws:lambda:us-west-2:111111111111:function:f")}
				})
				if err != nil {
					return nil, err
				}
				return []any{*out.LambdaConfig.PreSignUp, c.describe(pool).LambdaConfig.PreSignUp == nil}, nil
			},
			want: []any{"arn:aws:lambda:us-west-2:111111111111:function:f", true},
		},
		{
			name: "global settings are those of the primary", source: "model: UpdateUserPool; the words are not known",
			do: func(c *cloud) (any, error) {
				_, err := c.updateThere(c.replicated(), func(in *idp.UpdateUserPoolInput) { in.DeletionProtection = types.DeletionProtectionTypeActive })
				return nil, err
			},
			wantErr: "InvalidParameterException: Global settings must match those of the primary Region",
		},
		{
			name: "nobody signs up there", source: replicaModel,
			do: made(func(c *cloud, pool *string) error {
				_, err := c.client(account, elsewhere).AdminCreateUser(c.ctx(), &idp.AdminCreateUserInput{UserPoolId: pool, Username: aws.String("ann@example.com")})
				return err
			}),
			wantErr: "OperationNotEnabledException: The operation is not enabled in the Region of a secondary replica",
		},
		{
			name: "a pool has one", source: replicaGuide + `: "at most one secondary replica"; the words are not known`,
			do:      made(func(c *cloud, pool *string) error { return c.replicate(pool, "eu-west-1") }),
			wantErr: "InvalidParameterException: The user pool has a replica in us-west-2",
		},
		{
			name: "in another Region", source: replicaGuide + "; the words are not known",
			do:      func(c *cloud) (any, error) { return nil, c.replicate(c.pool(replicable), region) },
			wantErr: "InvalidParameterException: A replica must be in another Region than the user pool",
		},
		{
			name: "a key of one Region", source: "model: KeyConfigurationType; the words are not known",
			do:      func(c *cloud) (any, error) { return nil, c.replicate(c.pool(keyed("0f3c5a2e")), elsewhere) },
			wantErr: "InvalidParameterException: The user pool must have a multi-Region customer managed key",
		},
		{
			name: "AWS's own key", source: "model: KeyConfigurationType; the words are not known",
			do:      func(c *cloud) (any, error) { return nil, c.replicate(c.pool(), elsewhere) },
			wantErr: "InvalidParameterException: The user pool must have a multi-Region customer managed key",
		},
		{
			name: "the Lite tier", source: replicaGuide + "; the words are not known",
			do: func(c *cloud) (any, error) {
				return nil, c.replicate(c.pool(replicable, func(in *idp.CreateUserPoolInput) { in.UserPoolTier = types.UserPoolTierTypeLite }), elsewhere)
			},
			wantErr: "FeatureUnavailableInTierException: Replication is not available in the LITE tier",
		},
		{
			name: "the key stays while there is one", source: replicaGuide + "; the words are not known",
			do: made(func(c *cloud, pool *string) error {
				_, err := c.api.UpdateUserPool(c.ctx(), &idp.UpdateUserPoolInput{
					UserPoolId: pool, KeyConfiguration: &types.KeyConfigurationType{KeyType: types.EncryptionKeyTypeAwsOwnedKey},
				})
				return err
			}),
			wantErr: "InvalidParameterException: A user pool with a replica must have a multi-Region customer managed key",
		},
		{
			name: "it goes before its pool", source: "no source says so; it is the stricter answer",
			do: made(func(c *cloud, pool *string) error {
				_, err := c.api.DeleteUserPool(c.ctx(), &idp.DeleteUserPoolInput{UserPoolId: pool})
				return err
			}),
			wantErr: "InvalidParameterException: User pool cannot be deleted. It has a replica that should be deleted first.",
		},
		{
			name: "there is none", source: "model: ResourceNotFoundException; the words are not known",
			do: func(c *cloud) (any, error) {
				pool := c.pool(replicable, func(in *idp.CreateUserPoolInput) { in.PoolName = aws.String("notes") })
				return nil, c.setReplica(pool, types.UpdateReplicaStatusTypeActive)
			},
			wantErr: "ResourceNotFoundException: The user pool has no replica in us-west-2",
		},
	})
}

func TestAReplicaTakesAWhile(t *testing.T) {
	c := start(t, setup{options: []cognito.Option{cognito.WithReplicaDelay(time.Minute)}})
	pool := c.replicated()
	for _, step := range []struct {
		reason, want string
		do           func() error
	}{
		{"it is made", "CREATING", func() error { return nil }},
		{"made after a minute", "INACTIVE", func() error { c.clock.Step(time.Minute); return nil }},
		{"it is deleted", "DELETING", func() error { return c.deleteReplica(c.api, pool) }},
		{"gone after a minute", "", func() error { c.clock.Step(time.Minute); return nil }},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.reason, err)
		}
		all, err := c.statuses(c.api, pool)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(all) == 2 {
			got = all[1].(string)[len("SECONDARY us-west-2 "):]
		}
		if got != step.want {
			t.Errorf("%s: got %q, want %q", step.reason, got, step.want)
		}
	}
}

func TestFailover(t *testing.T) {
	const model = "model: RoutingType; the words are not known"
	routed := func(region string) *types.RoutingType {
		return &types.RoutingType{Failover: &types.FailoverType{PrimaryRoute53HealthCheckId: aws.String("a"), SecondaryRegion: &region}}
	}
	certificate := &types.CustomDomainConfigType{CertificateArn: aws.String("arn:aws:acm:us-east-1:111111111111:certificate/a")}
	set := func(routings ...*types.RoutingType) func(*cloud) (any, error) {
		return func(c *cloud) (any, error) {
			pool, name := c.replicated(), aws.String("auth.example.com")
			if _, err := c.api.CreateUserPoolDomain(c.ctx(), &idp.CreateUserPoolDomainInput{UserPoolId: pool, Domain: name, CustomDomainConfig: certificate}); err != nil {
				return nil, err
			}
			for _, routing := range routings {
				if _, err := c.api.UpdateUserPoolDomain(c.ctx(), &idp.UpdateUserPoolDomainInput{
					UserPoolId: pool, Domain: name, CustomDomainConfig: certificate, Routing: routing,
				}); err != nil {
					return nil, err
				}
			}
			d, err := domainOf(c, *name)
			if err != nil {
				return nil, err
			}
			return d.Routing != nil, c.deleteReplica(c.api, pool)
		}
	}
	check(t, setup{}, []behavior{
		{name: "a domain without", source: model, do: set(), want: false},
		{
			name: "the replica stays while a domain fails over to it", source: "no source says so; it is the stricter answer",
			do: set(routed(elsewhere)), wantErr: "InvalidParameterException: Domain auth.example.com fails over to the replica",
		},
		{
			name: "what leaves it out changes nothing", source: "no source says so; it is the stricter answer",
			do: set(routed(elsewhere), nil), wantErr: "InvalidParameterException: Domain auth.example.com fails over to the replica",
		},
		{name: "an empty one ends it", source: "no source says so", do: set(routed(elsewhere), &types.RoutingType{}), want: false},
		{name: "to where no replica is", source: model, do: set(routed("eu-west-1")), wantErr: "ResourceNotFoundException: The user pool has no replica in eu-west-1"},
		{
			name: "of a prefix", source: model,
			do: func(c *cloud) (any, error) {
				_, err := c.api.CreateUserPoolDomain(c.ctx(), &idp.CreateUserPoolDomainInput{
					UserPoolId: c.replicated(), Domain: aws.String("notes"), Routing: routed(elsewhere),
				})
				return nil, err
			},
			wantErr: "InvalidParameterException: Routing is only supported for custom domains",
		},
	})
}
