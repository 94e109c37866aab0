package cognito

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// standardAttributes are in every pool, as create-user-pool in the AWS CLI's examples shows them.
func standardAttributes() []types.SchemaAttributeType {
	var schema []types.SchemaAttributeType
	for _, name := range []string{
		"sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
		"website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number",
		"phone_number_verified", "address", "updated_at",
	} {
		a := types.SchemaAttributeType{
			Name:                   aws.String(name),
			AttributeDataType:      types.AttributeDataTypeString,
			DeveloperOnlyAttribute: aws.Bool(false),
			Mutable:                aws.Bool(name != "sub"),
			Required:               aws.Bool(name == "sub"),
		}
		switch name {
		case "email_verified", "phone_number_verified":
			a.AttributeDataType = types.AttributeDataTypeBoolean
		case "updated_at":
			a.AttributeDataType = types.AttributeDataTypeNumber
			a.NumberAttributeConstraints = &types.NumberAttributeConstraintsType{MinValue: aws.String("0")}
		case "sub":
			a.StringAttributeConstraints = lengths("1", "2048")
		case "birthdate":
			a.StringAttributeConstraints = lengths("10", "10")
		default:
			a.StringAttributeConstraints = lengths("0", "2048")
		}
		schema = append(schema, a)
	}
	return schema
}

func lengths(least, most string) *types.StringAttributeConstraintsType {
	return &types.StringAttributeConstraintsType{MinLength: aws.String(least), MaxLength: aws.String(most)}
}

func (s *Service) addCustomAttributes(
	r wire.Request, in *idp.AddCustomAttributesInput,
) (*idp.AddCustomAttributesOutput, error) {
	p, err := s.pool(r, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	changed := *p
	changed.SchemaAttributes = slices.Clone(p.SchemaAttributes)
	for _, a := range in.CustomAttributes {
		if err := changed.addCustom(a, s.settings.limits.CustomAttributes); err != nil {
			return nil, err
		}
	}
	p.SchemaAttributes = changed.SchemaAttributes
	p.LastModifiedDate = aws.Time(r.Now)
	return &idp.AddCustomAttributesOutput{}, nil
}

// addSchema takes the schema of CreateUserPool, which may require standard attributes and add others.
func (p *pool) addSchema(schema []types.SchemaAttributeType, limit int) error {
	for _, a := range schema {
		standard := p.attribute(aws.ToString(a.Name))
		if standard == nil {
			if err := p.addCustom(a, limit); err != nil {
				return err
			}
			continue
		}
		retyped := a.AttributeDataType != "" && a.AttributeDataType != standard.AttributeDataType
		if retyped || aws.ToBool(a.DeveloperOnlyAttribute) {
			// moto, tests/test_cognitoidp: checked against AWS.
			return invalid("You can not change AttributeDataType or set developerOnlyAttribute "+
				"for standard schema attribute %s", *a.Name)
		}
		if a.Required != nil {
			standard.Required = a.Required
		}
		if a.Mutable != nil {
			standard.Mutable = a.Mutable
		}
		if a.StringAttributeConstraints != nil {
			standard.StringAttributeConstraints = a.StringAttributeConstraints
		}
		if a.NumberAttributeConstraints != nil {
			standard.NumberAttributeConstraints = a.NumberAttributeConstraints
		}
	}
	return nil
}

// addCustom adds one attribute under its prefix. It can never be changed or removed again.
func (p *pool) addCustom(a types.SchemaAttributeType, limit int) error {
	name := "custom:" + aws.ToString(a.Name)
	if aws.ToBool(a.DeveloperOnlyAttribute) {
		name = "dev:" + name
	}
	if aws.ToBool(a.Required) {
		return invalid("Required custom attributes are not supported currently.")
	}
	if p.attribute(name) != nil {
		return invalid("%s: Existing attribute already has name %s.", name, name)
	}
	custom := 0
	for _, other := range p.SchemaAttributes {
		if isCustom(other) {
			custom++
		}
	}
	if custom >= limit {
		return invalid("A user pool can have at most %d custom attributes", limit)
	}

	added := wire.Clone(a)
	added.Name = aws.String(name)
	if added.AttributeDataType == "" {
		added.AttributeDataType = types.AttributeDataTypeString
	}
	added.DeveloperOnlyAttribute = aws.Bool(aws.ToBool(a.DeveloperOnlyAttribute))
	added.Mutable = aws.Bool(a.Mutable == nil || *a.Mutable)
	added.Required = aws.Bool(false)
	if added.AttributeDataType == types.AttributeDataTypeString && added.StringAttributeConstraints == nil {
		added.StringAttributeConstraints = &types.StringAttributeConstraintsType{}
	}
	if added.AttributeDataType == types.AttributeDataTypeNumber && added.NumberAttributeConstraints == nil {
		added.NumberAttributeConstraints = &types.NumberAttributeConstraintsType{}
	}
	p.SchemaAttributes = append(p.SchemaAttributes, added)
	return nil
}

// attribute finds an attribute of the schema; nil if there's none.
func (p *pool) attribute(name string) *types.SchemaAttributeType {
	i := slices.IndexFunc(p.SchemaAttributes, func(a types.SchemaAttributeType) bool { return *a.Name == name })
	if i < 0 {
		return nil
	}
	return &p.SchemaAttributes[i]
}

// isCustom tells custom attributes, which have a prefix, from standard ones.
func isCustom(a types.SchemaAttributeType) bool { return strings.Contains(*a.Name, ":") }
