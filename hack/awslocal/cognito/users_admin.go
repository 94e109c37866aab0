package cognito

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// adminCreateUser invites a user with a temporary password, or invites again with another.
func (s *Service) adminCreateUser(r wire.Request, in *idp.AdminCreateUserInput) (*idp.AdminCreateUserOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	u := p.find(*in.Username)
	switch resend := in.MessageAction == types.MessageActionTypeResend; {
	case resend && u == nil:
		return nil, wire.Errorf(userNotFound, "User does not exist.")
	case resend && u.status != types.UserStatusTypeForceChangePassword:
		return nil, wire.Errorf("UnsupportedUserStateException", "User can not be resent an invitation in status %s", u.status)
	case !resend && u != nil:
		return nil, wire.Errorf(usernameExists, "User account already exists")
	case !resend:
		if u, err = p.newUser(*in.Username, in.UserAttributes, r.Now); err != nil {
			return nil, err
		}
	}
	password := aws.ToString(in.TemporaryPassword)
	if password == "" && p.passwordless(u) && u.password == "" {
		u.status = types.UserStatusTypeConfirmed // measured on AWS: cognito-email-otp.md of onecgiar-pr
		p.users[u.name] = u
		described := u.describe(nil)
		return &idp.AdminCreateUserOutput{User: &described}, nil
	}
	if password == "" {
		password = p.generatePassword()
	}
	if err := p.checkPassword(password); err != nil {
		return nil, err
	}
	if in.MessageAction != types.MessageActionTypeResend {
		// The developer guide says of autoConfirmUser and the others: "ignored for AdminCreateUser".
		if _, err := s.preSignUp(p, nil, u, signUpByAdmin, in.ValidationData); err != nil {
			return nil, err
		}
	}
	u.password = password
	u.temporaryUntil = r.Now.Add(p.temporaryPasswordValidity())
	u.status = types.UserStatusTypeForceChangePassword
	u.modified = r.Now
	p.users[u.name] = u
	if in.MessageAction != types.MessageActionTypeSuppress {
		if err := s.invite(p, u, in.DesiredDeliveryMediums, r.Now); err != nil {
			return nil, err
		}
	}
	described := u.describe(nil)
	return &idp.AdminCreateUserOutput{User: &described}, nil
}

func (s *Service) adminGetUser(r wire.Request, in *idp.AdminGetUserInput) (*idp.AdminGetUserOutput, error) {
	_, u, err := s.user(r, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	return &idp.AdminGetUserOutput{
		Username:             aws.String(u.name),
		UserAttributes:       u.attributeList(nil),
		Enabled:              true,
		UserCreateDate:       aws.Time(u.created),
		UserLastModifiedDate: aws.Time(u.modified),
		UserStatus:           u.status,
		PreferredMfaSetting:  u.preferredSetting(),
		UserMFASettingList:   u.factorList(),
	}, nil
}

func (s *Service) adminDeleteUser(r wire.Request, in *idp.AdminDeleteUserInput) (*idp.AdminDeleteUserOutput, error) {
	p, u, err := s.user(r, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	delete(p.users, u.name)
	return &idp.AdminDeleteUserOutput{}, nil
}

// adminConfirmSignUp confirms the account, not the user's address.
func (s *Service) adminConfirmSignUp(
	r wire.Request, in *idp.AdminConfirmSignUpInput,
) (*idp.AdminConfirmSignUpOutput, error) {
	p, u, err := s.user(r, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	if u.status != types.UserStatusTypeUnconfirmed {
		return nil, denied("User cannot be confirmed. Current status is %s", u.status)
	}
	u.status = types.UserStatusTypeConfirmed
	u.modified = r.Now
	return &idp.AdminConfirmSignUpOutput{}, s.postConfirmation(p, nil, u, confirmedSignUp)
}

func (s *Service) adminSetUserPassword(
	r wire.Request, in *idp.AdminSetUserPasswordInput,
) (*idp.AdminSetUserPasswordOutput, error) {
	p, u, err := s.user(r, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	if err := p.checkPassword(*in.Password); err != nil {
		return nil, err
	}
	u.password = *in.Password
	u.modified = r.Now
	u.status = types.UserStatusTypeConfirmed
	if !in.Permanent {
		u.status = types.UserStatusTypeForceChangePassword
		u.temporaryUntil = r.Now.Add(p.temporaryPasswordValidity())
	}
	return &idp.AdminSetUserPasswordOutput{}, nil
}

func (s *Service) listUsers(r wire.Request, in *idp.ListUsersInput) (*idp.ListUsersOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	fits, err := userFilter(aws.ToString(in.Filter))
	if err != nil {
		return nil, err
	}
	found := map[string]*user{}
	for name, u := range p.users {
		if fits(u) {
			found[name] = u
		}
	}
	names, next, err := page(found, in.PaginationToken, in.Limit, 60)
	if err != nil {
		return nil, err
	}
	out := &idp.ListUsersOutput{Users: []types.UserType{}, PaginationToken: next}
	for _, name := range names {
		out.Users = append(out.Users, found[name].describe(in.AttributesToGet))
	}
	return out, nil
}

var (
	filterPattern = regexp.MustCompile(`^\s*"?([\w:]+)"?\s*(\^?=)\s*\\?"(.*?)\\?"\s*$`)
	// searchable are the attributes that ListUsers can filter by (its Filter parameter, model). Custom ones can't be.
	searchable = []string{
		"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username",
		"cognito:user_status", "status", "sub",
	}
)

// userFilter reads `email = "a@example.com"` or, for a prefix, `email ^= "a"`. Messages: moto, tests/test_cognitoidp.
func userFilter(filter string) (func(*user) bool, error) {
	if filter == "" {
		return func(*user) bool { return true }, nil
	}
	parts := filterPattern.FindStringSubmatch(filter)
	if parts == nil {
		return nil, invalid("Error while parsing filter")
	}
	name, operator, want := parts[1], parts[2], parts[3]
	if !slices.Contains(searchable, name) {
		return nil, invalid("Invalid search attribute: %s", name)
	}
	return func(u *user) bool {
		value := u.attributes[name]
		switch name {
		case "username":
			value = u.name
		case "cognito:user_status":
			value = string(u.status)
		case "status":
			value = "Enabled"
		}
		if operator == "^=" {
			return strings.HasPrefix(value, want)
		}
		return value == want
	}, nil
}

func (s *Service) user(r wire.Request, poolID, login *string) (*pool, *user, error) {
	p, err := s.pool(r, poolID)
	if err != nil {
		return nil, nil, err
	}
	u := p.find(aws.ToString(login))
	if u == nil {
		return nil, nil, wire.Errorf(userNotFound, "User does not exist.")
	}
	return p, u, nil
}
