package cognito_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (c *cloud) deleteGroup(pool *string, name string) error {
	_, err := c.api.DeleteGroup(c.ctx(), &idp.DeleteGroupInput{UserPoolId: pool, GroupName: aws.String(name)})
	return err
}

// join adds a user to groups.
func (c *cloud) join(pool *string, username string, groups ...string) error {
	for _, name := range groups {
		_, err := c.api.AdminAddUserToGroup(c.ctx(), &idp.AdminAddUserToGroupInput{
			UserPoolId: pool, Username: aws.String(username), GroupName: aws.String(name),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *cloud) leave(pool *string, username, group string) error {
	_, err := c.api.AdminRemoveUserFromGroup(c.ctx(), &idp.AdminRemoveUserFromGroupInput{
		UserPoolId: pool, Username: aws.String(username), GroupName: aws.String(group),
	})
	return err
}

func (c *cloud) groupsOf(pool *string, username string) ([]string, error) {
	out, err := c.api.AdminListGroupsForUser(c.ctx(), &idp.AdminListGroupsForUserInput{
		UserPoolId: pool, Username: aws.String(username),
	})
	if err != nil {
		return nil, err
	}
	return names(out.Groups), nil
}

func names(groups []types.GroupType) []string {
	list := []string{}
	for _, g := range groups {
		list = append(list, *g.GroupName)
	}
	return list
}

// club is a pool with the groups a and b, and with ada in group a.
func (c *cloud) club() *string {
	c.t.Helper()
	pool, _ := c.web()
	c.confirmed(pool, ada)
	c.group(pool, "a")
	c.group(pool, "b")
	if err := c.join(pool, ada, "a"); err != nil {
		c.t.Fatal(err)
	}
	return pool
}

func TestMembers(t *testing.T) {
	check(t, setup{}, []behavior{
		{
			name:   "a user is in groups, however often added",
			source: "AWS CLI examples admin-add-user-to-group, admin-list-groups-for-user; moto: adding again is a no-op",
			do: func(c *cloud) (any, error) {
				pool := c.club()
				if err := c.join(pool, ada, "a", "b"); err != nil {
					return nil, err
				}
				return c.groupsOf(pool, ada)
			},
			want: []string{"a", "b"},
		},
		{
			name:   "and leaves them, as often",
			source: "AWS CLI example admin-remove-user-from-group; moto: removing again is a no-op",
			do: func(c *cloud) (any, error) {
				pool := c.club()
				for range 2 {
					if err := c.leave(pool, ada, "a"); err != nil {
						return nil, err
					}
				}
				return c.groupsOf(pool, ada)
			},
			want: []string{},
		},
		{
			name:   "a group tells who is in it",
			source: "AWS CLI example list-users-in-group",
			do: func(c *cloud) (any, error) {
				pool := c.club()
				c.confirmed(pool, "bob@example.com")
				out, err := c.api.ListUsersInGroup(c.ctx(), &idp.ListUsersInGroupInput{UserPoolId: pool, GroupName: aws.String("a")})
				if err != nil {
					return nil, err
				}
				user := out.Users[0]
				return []any{len(out.Users), *user.Attributes[1].Value, user.UserStatus, out.NextToken == nil}, nil
			},
			want: []any{1, ada, types.UserStatusTypeConfirmed, true},
		},
		{
			name:   "a page at a time",
			source: "model: ListUsersInGroup, Limit and NextToken",
			do: func(c *cloud) (any, error) {
				pool := c.club()
				c.confirmed(pool, "bob@example.com")
				if err := c.join(pool, "bob@example.com", "a"); err != nil {
					return nil, err
				}
				in := &idp.ListUsersInGroupInput{UserPoolId: pool, GroupName: aws.String("a"), Limit: aws.Int32(1)}
				first, err := c.api.ListUsersInGroup(c.ctx(), in)
				if err != nil {
					return nil, err
				}
				in.NextToken = first.NextToken
				second, err := c.api.ListUsersInGroup(c.ctx(), in)
				return []any{len(first.Users), len(second.Users), second.NextToken == nil}, err
			},
			want: []any{1, 1, true},
		},
		{
			name:   "so does a user's list of groups",
			source: "model: AdminListGroupsForUser, Limit and NextToken",
			do: func(c *cloud) (any, error) {
				pool := c.club()
				if err := c.join(pool, ada, "b"); err != nil {
					return nil, err
				}
				in := &idp.AdminListGroupsForUserInput{UserPoolId: pool, Username: aws.String(ada), Limit: aws.Int32(1)}
				first, err := c.api.AdminListGroupsForUser(c.ctx(), in)
				if err != nil {
					return nil, err
				}
				in.NextToken = first.NextToken
				second, err := c.api.AdminListGroupsForUser(c.ctx(), in)
				return []any{names(first.Groups), names(second.Groups), second.NextToken == nil}, err
			},
			want: []any{[]string{"a"}, []string{"b"}, true},
		},
		{
			name:    "a missing user joins no group",
			source:  "getmoto/moto#1883: UserNotFoundException; model: AdminAddUserToGroup",
			do:      func(c *cloud) (any, error) { return nil, c.join(c.club(), "bob@example.com", "a") },
			wantErr: "UserNotFoundException: User does not exist.",
		},
		{
			name:    "nor does a user join a missing group",
			source:  "aws-amplify/amplify-cli#2214; aws/aws-aspnet-cognito-identity-provider#85",
			do:      func(c *cloud) (any, error) { return nil, c.join(c.club(), ada, "c") },
			wantErr: "ResourceNotFoundException: Group not found.",
		},
		{
			name:   "of a missing group, nobody tells who is in it",
			source: "aws-amplify/amplify-cli#2214: the message; model: ListUsersInGroup",
			do: func(c *cloud) (any, error) {
				return c.api.ListUsersInGroup(c.ctx(), &idp.ListUsersInGroupInput{UserPoolId: c.pool(), GroupName: aws.String("a")})
			},
			wantErr: "ResourceNotFoundException: Group not found.",
		},
		{
			name:   "a deleted group has no members, nor has one of its name",
			source: "model: DeleteGroup: it no longer contributes to users' claims",
			do: func(c *cloud) (any, error) {
				pool := c.club()
				if err := c.deleteGroup(pool, "a"); err != nil {
					return nil, err
				}
				c.group(pool, "a")
				return c.groupsOf(pool, ada)
			},
			want: []string{},
		},
		{
			name:   "a deleted user is in no group, nor is one of that name",
			source: "model: AdminDeleteUser",
			do: func(c *cloud) (any, error) {
				pool := c.club()
				if _, err := c.api.AdminDeleteUser(c.ctx(), &idp.AdminDeleteUserInput{
					UserPoolId: pool, Username: aws.String(ada),
				}); err != nil {
					return nil, err
				}
				c.confirmed(pool, ada)
				return c.groupsOf(pool, ada)
			},
			want: []string{},
		},
	})
}

// claimed are the claims of a token that are about groups, in the order groups, roles, preferred role.
func claimed(t *testing.T, token *string) []any {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(*token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return []any{claims["cognito:groups"], claims["cognito:roles"], claims["cognito:preferred_role"]}
}

func TestClaimsOfGroups(t *testing.T) {
	const (
		roleA, roleB = "arn:aws:iam::111111111111:role/a", "arn:aws:iam::111111111111:role/b"
		guide        = "developer guide, cognito-user-pools-user-groups: assigning precedence values to groups"
	)
	type group struct {
		name, role string
		precedence int32 // negative: none
	}
	// ids are the claims in the ID token of a user who is in all of the groups.
	ids := func(groups ...group) func(c *cloud) (any, error) {
		return func(c *cloud) (any, error) {
			pool, client, _ := c.tokens()
			for _, g := range groups {
				c.group(pool, g.name, withRole(g.role, g.precedence))
				if err := c.join(pool, ada, g.name); err != nil {
					return nil, err
				}
			}
			out, err := c.signIn(client, ada, password)
			if err != nil {
				return nil, err
			}
			return claimed(c.t, out.AuthenticationResult.IdToken), nil
		}
	}
	check(t, setup{}, []behavior{
		{
			name: "without groups there are no claims", source: guide,
			do:   ids(),
			want: []any{nil, nil, nil},
		},
		{
			name: "without a role there is the group", source: guide,
			do:   ids(group{"a", "", 1}),
			want: []any{[]any{"a"}, nil, nil},
		},
		{
			name: "one role is preferred, with or without a precedence", source: guide,
			do:   ids(group{"a", roleA, -1}),
			want: []any{[]any{"a"}, []any{roleA}, roleA},
		},
		{
			name: "the lowest value takes precedence", source: guide,
			do:   ids(group{"a", roleA, 2}, group{"b", roleB, 0}),
			want: []any{[]any{"b", "a"}, []any{roleB, roleA}, roleB},
		},
		{
			name: "any value takes precedence over none", source: "model: GroupType.Precedence",
			do:   ids(group{"a", roleA, -1}, group{"b", roleB, 1<<31 - 1}),
			want: []any{[]any{"b", "a"}, []any{roleB, roleA}, roleB},
		},
		{
			name: "of two that are equal, with different roles, none is preferred", source: guide,
			do:   ids(group{"a", roleA, 1}, group{"b", roleB, 1}),
			want: []any{[]any{"a", "b"}, []any{roleA, roleB}, nil},
		},
		{
			name: "with the same role, that one is", source: guide,
			do:   ids(group{"a", roleA, 1}, group{"b", roleA, 1}),
			want: []any{[]any{"a", "b"}, []any{roleA}, roleA},
		},
		{
			name: "two without precedence are equal", source: guide,
			do:   ids(group{"a", roleA, -1}, group{"b", roleB, -1}),
			want: []any{[]any{"a", "b"}, []any{roleA, roleB}, nil},
		},
		{
			name: "equals that are behind don't matter", source: guide,
			do:   ids(group{"a", roleA, 2}, group{"b", roleB, 2}, group{"c", adminRole, 1}),
			want: []any{[]any{"c", "a", "b"}, []any{adminRole, roleA, roleB}, adminRole},
		},
		{
			name:   "an access token has the groups only",
			source: "developer guide, amazon-cognito-user-pools-using-the-access-token",
			do: func(c *cloud) (any, error) {
				pool, client, before := c.tokens()
				c.group(pool, "a", withRole(roleA, 1))
				if err := c.join(pool, ada, "a"); err != nil {
					return nil, err
				}
				out, err := c.signIn(client, ada, password)
				if err != nil {
					return nil, err
				}
				return []any{claimed(c.t, before.AccessToken), claimed(c.t, out.AuthenticationResult.AccessToken)}, nil
			},
			want: []any{[]any{nil, nil, nil}, []any{[]any{"a"}, nil, nil}},
		},
		{
			name:   "a refreshed token has the groups of that time",
			source: "developer guide, amazon-cognito-user-pools-using-the-refresh-token: new tokens",
			do: func(c *cloud) (any, error) {
				pool, client, before := c.tokens()
				c.group(pool, "a", withRole(roleA, 1))
				if err := c.join(pool, ada, "a"); err != nil {
					return nil, err
				}
				out, err := c.refresh(client, *before.RefreshToken)
				if err != nil {
					return nil, err
				}
				return claimed(c.t, out.AuthenticationResult.IdToken), nil
			},
			want: []any{[]any{"a"}, []any{roleA}, roleA},
		},
	})
}
