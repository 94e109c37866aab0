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
		// getmoto/moto#4493, test_add_custom_attributes_existing_attribute
		if name := customName(a); p.attribute(name) != nil {
			return nil, invalid("%s%s: Existing attribute already has name %s.", customPrefix, *a.Name, name)
		}
		if err := changed.addCustom(a, s.settings.limits.CustomAttributes); err != nil {
			return nil, err
		}
	}
	p.SchemaAttributes = changed.SchemaAttributes
	p.LastModifiedDate = aws.Time(r.Now)
	return &idp.AddCustomAttributesOutput{}, nil
}

// addSchema takes the schema of CreateUserPool, which may require standard attributes and add others. Marks of
// verification are standard, but not here (aws-cdk#14175: "Cognito interprets these as custom attributes").
func (p *pool) addSchema(schema []types.SchemaAttributeType, limit int) error {
	for _, a := range schema {
		standard := p.attribute(aws.ToString(a.Name))
		if standard == nil || strings.HasSuffix(*a.Name, "_verified") {
			if err := p.addCustom(a, limit); err != nil {
				return err
			}
			continue
		}
		if err := override(standard, a); err != nil {
			return err
		}
	}
	return nil
}

// override lays what a request says of a standard attribute over it. Without a data type, constraints are neither
// checked nor taken. Rules and words: getmoto/moto#4493.
func override(standard *types.SchemaAttributeType, a types.SchemaAttributeType) error {
	retyped := a.AttributeDataType != "" && a.AttributeDataType != standard.AttributeDataType
	if retyped || aws.ToBool(a.DeveloperOnlyAttribute) {
		return invalid("You can not change AttributeDataType or set developerOnlyAttribute "+
			"for standard schema attribute %s", *a.Name)
	}
	if a.Required != nil {
		standard.Required = a.Required
	}
	if a.Mutable != nil {
		standard.Mutable = a.Mutable
	}
	if a.AttributeDataType == "" {
		return nil
	}
	if a.StringAttributeConstraints != nil {
		standard.StringAttributeConstraints = a.StringAttributeConstraints
	}
	if a.NumberAttributeConstraints != nil {
		standard.NumberAttributeConstraints = a.NumberAttributeConstraints
	}
	return checkConstraints(standard)
}

const (
	customPrefix    = "custom:"
	developerPrefix = "dev:"
)

func customName(a types.SchemaAttributeType) string {
	name := customPrefix + aws.ToString(a.Name)
	if aws.ToBool(a.DeveloperOnlyAttribute) {
		name = developerPrefix + name
	}
	return name
}

// addCustom adds one attribute under its prefix. It can never be changed or removed again. Words: getmoto/moto#4493;
// of duplicates, cdk-preflight.
func (p *pool) addCustom(a types.SchemaAttributeType, limit int) error {
	name := customName(a)
	switch {
	case a.AttributeDataType == "":
		return invalid("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
	case aws.ToBool(a.Required):
		return invalid("Required custom attributes are not supported currently.")
	case p.attribute(name) != nil:
		return invalid("Duplicate custom attribute names %s are not allowed in a user pool schema.", name)
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
	added.DeveloperOnlyAttribute = aws.Bool(aws.ToBool(a.DeveloperOnlyAttribute))
	added.Mutable = aws.Bool(a.Mutable == nil || *a.Mutable)
	added.Required = aws.Bool(false)
	if added.StringAttributeConstraints == nil {
		added.StringAttributeConstraints = &types.StringAttributeConstraintsType{}
	}
	if added.NumberAttributeConstraints == nil {
		added.NumberAttributeConstraints = &types.NumberAttributeConstraintsType{}
	}
	if err := checkConstraints(&added); err != nil {
		return err
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
