package cognito

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// byPrecedence lists the user's groups, the ones that take precedence first: those with the lowest value, last those
// without one (CreateGroup, model). Equals are in the order of their names, which is for the local AWS to be the same
// each time: that AWS's claims are in this order, or in any, no source says.
func (u *user) byPrecedence() []*types.GroupType {
	return slices.SortedFunc(maps.Values(u.groups), func(a, b *types.GroupType) int {
		return cmp.Or(cmp.Compare(precedence(a), precedence(b)), cmp.Compare(*a.GroupName, *b.GroupName))
	})
}

// precedence of a group without one comes after the largest that there is, 2^31-1.
func precedence(g *types.GroupType) int64 {
	if g.Precedence == nil {
		return math.MaxInt32 + 1
	}
	return int64(*g.Precedence)
}

// addGroups adds the claim that ID and access tokens have of users who are in groups.
func (u *user) addGroups(claims map[string]any) {
	names := []string{}
	for _, g := range u.byPrecedence() {
		names = append(names, *g.GroupName)
	}
	if len(names) > 0 {
		claims["cognito:groups"] = names
	}
}

// addRoles adds the claims that only ID tokens have: the roles of the user's groups, and the one that is preferred, which
// is that of the group that takes precedence. Two such groups with different roles leave none preferred (developer guide,
// "Assigning precedence values to groups"). Groups without a role don't count.
func (u *user) addRoles(claims map[string]any) {
	roles := []string{}
	var first *types.GroupType
	ambiguous := false
	for _, g := range u.byPrecedence() {
		role := aws.ToString(g.RoleArn)
		if role == "" {
			continue
		}
		if first == nil {
			first = g
		}
		ambiguous = ambiguous || precedence(g) == precedence(first) && role != *first.RoleArn
		if !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	if first == nil {
		return
	}
	claims["cognito:roles"] = roles
	if !ambiguous {
		claims["cognito:preferred_role"] = *first.RoleArn
	}
}
