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

const adminRole = "arn:aws:iam::111111111111:role/Admins"

func (c *cloud) tryGroup(pool *string, name string, change ...func(*idp.CreateGroupInput)) (*types.GroupType, error) {
	in := &idp.CreateGroupInput{UserPoolId: pool, GroupName: aws.String(name)}
	for _, f := range change {
		f(in)
	}
	out, err := c.api.CreateGroup(c.ctx(), in)
	if err != nil {
		return nil, err
	}
	return out.Group, nil
}

func (c *cloud) group(pool *string, name string, change ...func(*idp.CreateGroupInput)) {
	c.t.Helper()
	if _, err := c.tryGroup(pool, name, change...); err != nil {
		c.t.Fatal(err)
	}
}

// withRole gives a group a role and, unless it is negative, a precedence.
func withRole(role string, precedence int32) func(*idp.CreateGroupInput) {
	return func(in *idp.CreateGroupInput) {
		if role != "" {
			in.RoleArn = aws.String(role)
		}
		if precedence >= 0 {
			in.Precedence = aws.Int32(precedence)
		}
	}
}

// full is a group with everything that it can have.
func full(in *idp.CreateGroupInput) {
	withRole(adminRole, 1)(in)
	in.Description = aws.String("may do everything")
}

func (c *cloud) getGroup(pool *string, name string) (*types.GroupType, error) {
	out, err := c.api.GetGroup(c.ctx(), &idp.GetGroupInput{UserPoolId: pool, GroupName: aws.String(name)})
	if err != nil {
		return nil, err
	}
	return out.Group, nil
}

// seconds are the group's dates, as seconds since its pool was made.
func seconds(pool *types.UserPoolType, g *types.GroupType) []float64 {
	return []float64{
		g.CreationDate.Sub(*pool.CreationDate).Seconds(), g.LastModifiedDate.Sub(*pool.CreationDate).Seconds(),
	}
}

func TestGroups(t *testing.T) {
	// updated is a full group after an update that came a minute after its creation.
	updated := func(change func(*idp.UpdateGroupInput)) func(c *cloud) (any, error) {
		return func(c *cloud) (any, error) {
			pool := c.pool()
			c.group(pool, "admins", full)
			c.clock.Step(time.Minute)
			in := &idp.UpdateGroupInput{UserPoolId: pool, GroupName: aws.String("admins")}
			change(in)
			out, err := c.api.UpdateGroup(c.ctx(), in)
			if err != nil {
				return nil, err
			}
			g := out.Group
			return []any{*g.Description, *g.RoleArn, *g.Precedence, seconds(c.describe(pool), g)}, nil
		}
	}
	refuses := func(change func(*idp.CreateGroupInput)) func(c *cloud) (any, error) {
		return func(c *cloud) (any, error) { return c.tryGroup(c.pool(), "admins", change) }
	}
	const (
		model   = "model: CreateGroup"
		message = "aws-amplify/amplify-cli#2214 quotes it"
		failed  = "InvalidParameterException: 1 validation error detected: Value "
	)
	check(t, setup{}, []behavior{
		{
			name:   "a group is what it was made of",
			source: "AWS CLI examples create-group and get-group",
			do: func(c *cloud) (any, error) {
				pool := c.pool()
				c.group(pool, "admins", full)
				g, err := c.getGroup(pool, "admins")
				return []any{
					*g.UserPoolId == *pool, *g.GroupName, *g.Description, *g.RoleArn, *g.Precedence, seconds(c.describe(pool), g),
				}, err
			},
			want: []any{true, "admins", "may do everything", adminRole, int32(1), []float64{0, 0}},
		},
		{
			name:   "and of nothing else",
			source: model + ": the default Precedence is null",
			do: func(c *cloud) (any, error) {
				g, err := c.tryGroup(c.pool(), "admins")
				return []any{g.Description == nil, g.RoleArn == nil, g.Precedence == nil}, err
			},
			want: []any{true, true, true},
		},
		{
			name:   "a precedence may be zero",
			source: model + ": zero is the highest precedence; hashicorp/terraform-provider-aws#7524",
			do: func(c *cloud) (any, error) {
				g, err := c.tryGroup(c.pool(), "admins", withRole("", 0))
				return *g.Precedence, err
			},
			want: int32(0),
		},
		{
			name:   "a name is used once in a pool",
			source: "aws-amplify/amplify-backend#1781 quotes it; model: GroupExistsException",
			do: func(c *cloud) (any, error) {
				pool := c.pool()
				c.group(c.pool(), "admins")
				c.group(pool, "admins")
				return c.tryGroup(pool, "admins")
			},
			wantErr: "GroupExistsException: A group with the name already exists.",
		},
		{
			name:   "where cases of names aren't told apart, those of groups aren't either",
			source: "aws-amplify/amplify-backend#1781: from ADMINS to Admins",
			do: func(c *cloud) (any, error) {
				pool := c.pool(func(in *idp.CreateUserPoolInput) {
					in.UsernameConfiguration = &types.UsernameConfigurationType{CaseSensitive: aws.Bool(false)}
				})
				c.group(pool, "ADMINS")
				return c.tryGroup(pool, "Admins")
			},
			wantErr: "GroupExistsException: A group with the name already exists.",
		},
		{
			name: "a name has no spaces", source: model,
			do:      refuses(func(in *idp.CreateGroupInput) { in.GroupName = aws.String("my admins") }),
			wantErr: failed + `'my admins' at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`,
		},
		{
			name: "and at most 128 characters", source: model,
			do: refuses(func(in *idp.CreateGroupInput) { in.GroupName = aws.String(strings.Repeat("a", 129)) }),
			wantErr: failed + "'" + strings.Repeat("a", 129) + "' at 'groupName' failed to satisfy constraint: " +
				"Member must have length less than or equal to 128",
		},
		{
			name: "a description has at most 2048", source: model,
			do: refuses(func(in *idp.CreateGroupInput) { in.Description = aws.String(strings.Repeat("a", 2049)) }),
			wantErr: failed + "'" + strings.Repeat("a", 2049) + "' at 'description' failed to satisfy constraint: " +
				"Member must have length less than or equal to 2048",
		},
		{
			name: "a precedence isn't negative", source: model,
			do: refuses(func(in *idp.CreateGroupInput) { in.Precedence = aws.Int32(-1) }),
			wantErr: failed + "'-1' at 'precedence' failed to satisfy constraint: " +
				"Member must have value greater than or equal to 0",
		},
		{
			name: "a role is named by its ARN", source: model,
			do: refuses(func(in *idp.CreateGroupInput) { in.RoleArn = aws.String("the-role-of-administrators") }),
			wantErr: failed + `'the-role-of-administrators' at 'roleArn' failed to satisfy constraint: Member must satisfy regular ` +
				`expression pattern: arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`,
		},
		{
			name: "of at least 20 characters", source: model + "; hashicorp/terraform-provider-aws#4237",
			do: refuses(func(in *idp.CreateGroupInput) { in.RoleArn = aws.String("arn:aws:iam::1:r") }),
			wantErr: failed + "'arn:aws:iam::1:r' at 'roleArn' failed to satisfy constraint: " +
				"Member must have length greater than or equal to 20",
		},
		{
			name:    "a group of a missing pool",
			source:  "moto tests/test_cognitoidp: a missing pool, in every operation",
			do:      func(c *cloud) (any, error) { return c.tryGroup(aws.String(region+"_missing"), "admins") },
			wantErr: "ResourceNotFoundException: User pool us-east-1_missing does not exist.",
		},
		{
			name: "a missing group", source: message,
			do:      func(c *cloud) (any, error) { return c.getGroup(c.pool(), "admins") },
			wantErr: "ResourceNotFoundException: Group not found.",
		},
		{
			name: "a missing group isn't updated", source: message,
			do: func(c *cloud) (any, error) {
				return c.api.UpdateGroup(c.ctx(), &idp.UpdateGroupInput{UserPoolId: c.pool(), GroupName: aws.String("admins")})
			},
			wantErr: "ResourceNotFoundException: Group not found.",
		},
		{
			name: "nor deleted", source: message,
			do:      func(c *cloud) (any, error) { return nil, c.deleteGroup(c.pool(), "admins") },
			wantErr: "ResourceNotFoundException: Group not found.",
		},
		{
			name:   "an update keeps what it leaves out",
			source: "AWS CLI example update-group: the role that isn't sent is answered",
			do: updated(func(in *idp.UpdateGroupInput) {
				in.Description, in.Precedence = aws.String("new"), aws.Int32(2)
			}),
			want: []any{"new", adminRole, int32(2), []float64{0, 60}},
		},
		{
			name:   "an empty description is as none, and an update of nothing no update",
			source: "radkawar/stackd, cognitoidp: native empty descriptions leave description and date",
			do:     updated(func(in *idp.UpdateGroupInput) { in.Description = aws.String("") }),
			want:   []any{"may do everything", adminRole, int32(1), []float64{0, 0}},
		},
		{
			name:   "a precedence of zero is one",
			source: "model: UpdateGroup, Precedence",
			do:     updated(func(in *idp.UpdateGroupInput) { in.Precedence = aws.Int32(0) }),
			want:   []any{"may do everything", adminRole, int32(0), []float64{0, 60}},
		},
		{
			name:   "groups are listed a page at a time",
			source: "model: ListGroups, Limit and NextToken",
			do: func(c *cloud) (any, error) {
				pool := c.pool()
				for _, name := range []string{"c", "a", "b"} {
					c.group(pool, name)
				}
				in := &idp.ListGroupsInput{UserPoolId: pool, Limit: aws.Int32(2)}
				first, err := c.api.ListGroups(c.ctx(), in)
				if err != nil {
					return nil, err
				}
				in.NextToken = first.NextToken
				second, err := c.api.ListGroups(c.ctx(), in)
				return []any{names(first.Groups), names(second.Groups), second.NextToken == nil}, err
			},
			want: []any{[]string{"a", "b"}, []string{"c"}, true},
		},
		{
			name:   "at most 60 on a page",
			source: "model: QueryLimitType",
			do: func(c *cloud) (any, error) {
				return c.api.ListGroups(c.ctx(), &idp.ListGroupsInput{UserPoolId: c.pool(), Limit: aws.Int32(61)})
			},
			wantErr: failed + "'61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
		},
		{
			name:   "a pool takes its groups along",
			source: "model: DeleteUserPool",
			do: func(c *cloud) (any, error) {
				pool := c.pool()
				c.group(pool, "admins")
				if _, err := c.api.DeleteUserPool(c.ctx(), &idp.DeleteUserPoolInput{UserPoolId: pool}); err != nil {
					return nil, err
				}
				_, err := c.getGroup(pool, "admins")
				return nil, errWithout(err, *pool)
			},
			wantErr: "ResourceNotFoundException: User pool ID does not exist.",
		},
	})
}

func TestGroupLimits(t *testing.T) {
	limits := cognito.DefaultLimits()
	limits.Groups = 1
	check(t, setup{options: []cognito.Option{cognito.WithLimits(limits)}}, []behavior{{
		name:   "the quota of groups is the pool's",
		source: "Cognito quotas: 10,000 groups a pool; model: CreateGroup throws LimitExceededException",
		do: func(c *cloud) (any, error) {
			pool := c.pool()
			c.group(pool, "a")
			c.group(c.pool(), "a")
			_, err := c.tryGroup(pool, "b")
			code, _, _ := strings.Cut(explain(err), ":")
			return code, nil
		},
		want: "LimitExceededException",
	}})
}
