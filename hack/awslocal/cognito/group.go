package cognito

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// createGroup makes a group with a name that the pool doesn't have yet. In a pool that doesn't tell cases of user names
// apart, names of groups that differ by case are the same (aws-amplify/amplify-backend#1781, whose pools are such).
func (s *Service) createGroup(r wire.Request, in *idp.CreateGroupInput) (*idp.CreateGroupOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	for name := range p.groups {
		if p.same(name, *in.GroupName) {
			return nil, wire.Errorf("GroupExistsException", "A group with the name already exists.")
		}
	}
	if len(p.groups) >= s.settings.limits.Groups {
		return nil, overLimit("groups of a user pool", s.settings.limits.Groups)
	}
	group := &types.GroupType{
		UserPoolId: p.Id, GroupName: in.GroupName, CreationDate: aws.Time(r.Now), LastModifiedDate: aws.Time(r.Now),
	}
	setGroup(group, in.Description, in.RoleArn, in.Precedence)
	p.groups[*in.GroupName] = group
	return &idp.CreateGroupOutput{Group: group}, nil
}

// setGroup sets what is given and tells whether anything is. What an update leaves out stays, and an empty description
// counts as left out, so nothing can be taken away again: AWS CLI's example update-group leaves out the role and is
// answered with it; that an empty description and an update of nothing change nothing, not even the date, is what
// radkawar/stackd (cognitoidp) says of the native service.
func setGroup(group *types.GroupType, description, role *string, precedence *int32) (changed bool) {
	if aws.ToString(description) != "" {
		group.Description, changed = description, true
	}
	if role != nil {
		group.RoleArn, changed = role, true
	}
	if precedence != nil {
		group.Precedence, changed = precedence, true
	}
	return changed
}

func (s *Service) getGroup(r wire.Request, in *idp.GetGroupInput) (*idp.GetGroupOutput, error) {
	_, group, err := s.group(r, in.UserPoolId, in.GroupName)
	if err != nil {
		return nil, err
	}
	return &idp.GetGroupOutput{Group: group}, nil
}

func (s *Service) updateGroup(r wire.Request, in *idp.UpdateGroupInput) (*idp.UpdateGroupOutput, error) {
	_, group, err := s.group(r, in.UserPoolId, in.GroupName)
	if err != nil {
		return nil, err
	}
	if setGroup(group, in.Description, in.RoleArn, in.Precedence) {
		group.LastModifiedDate = aws.Time(r.Now)
	}
	return &idp.UpdateGroupOutput{Group: group}, nil
}

// deleteGroup takes its members out of the group (model: it no longer contributes to their claims).
func (s *Service) deleteGroup(r wire.Request, in *idp.DeleteGroupInput) (*idp.DeleteGroupOutput, error) {
	p, group, err := s.group(r, in.UserPoolId, in.GroupName)
	if err != nil {
		return nil, err
	}
	for _, u := range p.users {
		delete(u.groups, *group.GroupName)
	}
	delete(p.groups, *group.GroupName)
	return &idp.DeleteGroupOutput{}, nil
}

func (s *Service) listGroups(r wire.Request, in *idp.ListGroupsInput) (*idp.ListGroupsOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	list, next, err := pageOfGroups(p.groups, in.NextToken, in.Limit)
	return &idp.ListGroupsOutput{Groups: list, NextToken: next}, err
}

func (s *Service) adminListGroupsForUser(
	r wire.Request, in *idp.AdminListGroupsForUserInput,
) (*idp.AdminListGroupsForUserOutput, error) {
	_, u, err := s.user(r, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	list, next, err := pageOfGroups(u.groups, in.NextToken, in.Limit)
	return &idp.AdminListGroupsForUserOutput{Groups: list, NextToken: next}, err
}

func pageOfGroups(
	groups map[string]*types.GroupType, token *string, limit *int32,
) (list []types.GroupType, next *string, err error) {
	names, next, err := page(groups, token, limit, 60)
	list = []types.GroupType{}
	for _, name := range names {
		list = append(list, *groups[name])
	}
	return list, next, err
}

// adminAddUserToGroup does nothing if the user is in the group. A missing user is told before a missing group
// (radkawar/stackd, cognitoidp).
func (s *Service) adminAddUserToGroup(
	r wire.Request, in *idp.AdminAddUserToGroupInput,
) (*idp.AdminAddUserToGroupOutput, error) {
	u, group, err := s.member(r, in.UserPoolId, in.Username, in.GroupName)
	if err != nil {
		return nil, err
	}
	u.groups[*group.GroupName] = group
	return &idp.AdminAddUserToGroupOutput{}, nil
}

// adminRemoveUserFromGroup does nothing if the user isn't in the group.
func (s *Service) adminRemoveUserFromGroup(
	r wire.Request, in *idp.AdminRemoveUserFromGroupInput,
) (*idp.AdminRemoveUserFromGroupOutput, error) {
	u, group, err := s.member(r, in.UserPoolId, in.Username, in.GroupName)
	if err != nil {
		return nil, err
	}
	delete(u.groups, *group.GroupName)
	return &idp.AdminRemoveUserFromGroupOutput{}, nil
}

func (s *Service) listUsersInGroup(
	r wire.Request, in *idp.ListUsersInGroupInput,
) (*idp.ListUsersInGroupOutput, error) {
	p, group, err := s.group(r, in.UserPoolId, in.GroupName)
	if err != nil {
		return nil, err
	}
	members := map[string]*user{}
	for name, u := range p.users {
		if u.groups[*group.GroupName] != nil {
			members[name] = u
		}
	}
	names, next, err := page(members, in.NextToken, in.Limit, 60)
	if err != nil {
		return nil, err
	}
	out := &idp.ListUsersInGroupOutput{Users: []types.UserType{}, NextToken: next}
	for _, name := range names {
		out.Users = append(out.Users, members[name].describe(nil))
	}
	return out, nil
}

func (s *Service) group(r wire.Request, poolID, name *string) (*pool, *types.GroupType, error) {
	p, err := s.pool(r, poolID)
	if err != nil {
		return nil, nil, err
	}
	group, err := p.group(name)
	return p, group, err
}

func (s *Service) member(r wire.Request, poolID, login, name *string) (*user, *types.GroupType, error) {
	p, u, err := s.user(r, poolID, login)
	if err != nil {
		return nil, nil, err
	}
	group, err := p.group(name)
	return u, group, err
}

// group finds a group by its name, as it was written. The message: aws-amplify/amplify-cli#2214,
// aws/aws-aspnet-cognito-identity-provider#85.
func (p *pool) group(name *string) (*types.GroupType, error) {
	group, ok := p.groups[aws.ToString(name)]
	if !ok {
		return nil, wire.Errorf(resourceNotFound, "Group not found.")
	}
	return group, nil
}
