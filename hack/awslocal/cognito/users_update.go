package cognito

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// adminUpdateUserAttributes changes attributes, all or none. An empty value takes one away (model). An address that
// changes isn't verified any more, unless the request says that it is.
func (s *Service) adminUpdateUserAttributes(
	r wire.Request, in *idp.AdminUpdateUserAttributesInput,
) (*idp.AdminUpdateUserAttributesOutput, error) {
	p, u, err := s.user(r, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	changed := maps.Clone(u.attributes)
	for _, a := range in.UserAttributes {
		if err := p.update(changed, u, *a.Name, aws.ToString(a.Value)); err != nil {
			return nil, err
		}
	}
	for _, address := range []string{"email", "phone_number"} {
		mark := address + "_verified"
		marked := slices.ContainsFunc(in.UserAttributes, func(a types.AttributeType) bool { return *a.Name == mark })
		if changed[address] != u.attributes[address] && !marked {
			changed[mark] = "false"
		}
	}
	u.attributes = changed
	u.modified = r.Now
	return &idp.AdminUpdateUserAttributesOutput{}, nil
}

// update changes one attribute of a user who is there. Its refusals name attributes otherwise than a sign-up's
// (amplify-swift#3981).
func (p *pool) update(attributes map[string]string, u *user, name, value string) error {
	a := p.attribute(name)
	switch {
	case a == nil:
		return invalid("user.%s: Attribute does not exist in the schema.\n", name)
	case !aws.ToBool(a.Mutable):
		return invalid("user.%s: Attribute cannot be updated.\n", name)
	case value == "":
		delete(attributes, name)
		return nil
	case slices.Contains(p.UsernameAttributes, types.UsernameAttributeType(name)):
		if other := p.find(value); other != nil && other != u {
			return wire.Errorf("AliasExistsException", "An account with the given %s already exists.", name)
		}
	}
	return p.assign(attributes, name, value)
}
