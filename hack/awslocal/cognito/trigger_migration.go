package cognito

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// migrate lets a function make a user who signs in with a password and is not there
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html). It returns nil where the pool has no
// function, and does not migrate who forgot a password.
func (s *Service) migrate(c *client, login, password string, now time.Time) (*user, error) {
	p := c.pool
	if aws.ToString(p.LambdaConfig.UserMigration) == "" || password == "" {
		return nil, nil
	}
	var found struct {
		Attributes map[string]string    `json:"userAttributes"`
		Status     types.UserStatusType `json:"finalUserStatus"`
	}
	err := s.call(trigger{
		name: "UserMigration", function: p.LambdaConfig.UserMigration, source: "UserMigration_Authentication", pool: p, client: c, login: login,
		request: map[string]any{"password": password},
	}, &found)
	if err != nil {
		return nil, err
	}
	var attributes []types.AttributeType
	for name, value := range found.Attributes {
		attributes = append(attributes, types.AttributeType{Name: &name, Value: &value})
	}
	u, err := p.newUser(login, attributes, now)
	if err != nil {
		return nil, err
	}
	u.password, u.status = password, types.UserStatusTypeConfirmed
	p.users[u.name] = u
	if found.Status != types.UserStatusTypeConfirmed {
		// RESET_REQUIRED, the default: the user is there, and needs another password.
		u.password, u.status = "", types.UserStatusTypeResetRequired
		return nil, wire.Errorf("PasswordResetRequiredException", "Password reset required for the user")
	}
	return u, nil
}
