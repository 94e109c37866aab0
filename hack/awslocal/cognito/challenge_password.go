package cognito

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// demandPassword answers a temporary password with the challenge to choose another. Required attributes that the user
// lacks are named, and are empty in the list of the user's (amazon-cognito-identity-js#180 shows an answer).
func (s *Service) demandPassword(c *client, u *user, now time.Time) (*idp.InitiateAuthOutput, error) {
	attributes, required := maps.Clone(u.attributes), []string{}
	delete(attributes, "sub")
	for _, name := range c.pool.missing(u.attributes) {
		attributes[name] = ""
		required = append(required, attributePrefix+name)
	}
	parameters := map[string]string{}
	for name, value := range map[string]any{"userAttributes": attributes, "requiredAttributes": required} {
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		parameters[name] = string(encoded)
	}
	return s.ask(&challenge{name: types.ChallengeNameTypeNewPasswordRequired, client: c, user: u}, parameters, now), nil
}

// replacePassword takes the new password and the attributes that came with it.
func (s *Service) replacePassword(
	ch *challenge, responses map[string]string, now time.Time,
) (*idp.InitiateAuthOutput, error) {
	c := ch.client
	completed, err := c.completed(ch.user, responses)
	if err != nil {
		return nil, err
	}
	if err := c.pool.changePassword(ch.user, responses["NEW_PASSWORD"], now); err != nil {
		return nil, err
	}
	ch.user.attributes = completed
	return s.demand(c, ch.user, now)
}

// attributePrefix is before the names of attributes in the answer to NEW_PASSWORD_REQUIRED.
const attributePrefix = "userAttributes."

// completed are a user's attributes with those that came with a new password.
func (c *client) completed(u *user, responses map[string]string) (map[string]string, error) {
	attributes := maps.Clone(u.attributes)
	for _, key := range slices.Sorted(maps.Keys(responses)) {
		name, ok := strings.CutPrefix(key, attributePrefix)
		if !ok {
			continue
		}
		if err := c.mayComplete(u, name); err != nil {
			return nil, err
		}
		if err := c.pool.assign(attributes, name, responses[key]); err != nil {
			return nil, err
		}
	}
	if missing := c.pool.missing(attributes); len(missing) > 0 {
		return nil, invalid("Invalid attributes given, %s is missing", missing[0])
	}
	return attributes, nil
}

// mayComplete refuses attributes that a user can't set with a new password. A required one that has a value can't be
// changed (model, AdminRespondToAuthChallenge).
func (c *client) mayComplete(u *user, name string) error {
	a := c.pool.attribute(name)
	switch {
	case a == nil:
		return nil // assign refuses it
	case strings.HasSuffix(name, "_verified") || !aws.ToBool(a.Mutable):
		return invalid("Cannot modify the non-mutable attribute %s", name)
	case aws.ToBool(a.Required) && u.attributes[name] != "":
		return denied("Cannot modify an already provided %s", name)
	case !c.mayWrite(name):
		return errUnauthorizedAttribute
	}
	return nil
}

// changePassword replaces a temporary password.
func (p *pool) changePassword(u *user, password string, now time.Time) error {
	if err := p.checkPassword(password); err != nil {
		return err
	}
	u.password = password
	u.status = types.UserStatusTypeConfirmed
	u.modified = now
	return nil
}
