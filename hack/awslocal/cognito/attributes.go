package cognito

import (
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// assign sets one attribute of a user, if it conforms to the schema. An empty value is no value.
func (p *pool) assign(attributes map[string]string, name, value string) error {
	a := p.attribute(name)
	switch {
	case a == nil:
		return nonconforming(name, "Attribute does not exist in the schema.")
	case value == "":
		return nil
	case name == "email" && !isEmail(value):
		return invalid("Invalid email address format.")
	case name == "phone_number" && !isPhone(value):
		return invalid("Invalid phone number format.")
	}
	if a.AttributeDataType == types.AttributeDataTypeBoolean {
		value = strings.ToLower(value)
	}
	if reason := outside(a, value); reason != "" {
		return nonconforming(name, reason)
	}
	attributes[name] = value
	return nil
}

func nonconforming(name, reason string) error {
	return invalid("Attributes did not conform to the schema: %s: %s\n", name, reason)
}

// outside tells why a value is outside its attribute's type or range, nothing if it isn't. The rules are the model's
// (SchemaAttributeType); in which words AWS says so is not known.
func outside(a *types.SchemaAttributeType, value string) string {
	switch a.AttributeDataType {
	case types.AttributeDataTypeBoolean:
		if value != "true" && value != "false" {
			return "Attribute is not a Boolean"
		}
	case types.AttributeDataTypeNumber:
		return outsideNumber(a.NumberAttributeConstraints, value)
	case types.AttributeDataTypeString:
		return outsideLength(a.StringAttributeConstraints, utf8.RuneCountInString(value))
	case types.AttributeDataTypeDatetime: // in which format is not known
	}
	return ""
}

func outsideNumber(limits *types.NumberAttributeConstraintsType, value string) string {
	number, ok := new(big.Rat).SetString(value)
	switch {
	case !ok || strings.Contains(value, "/"):
		return "Attribute is not a Number"
	case below(number, limits.MinValue):
		return "Value is less than " + *limits.MinValue
	case above(number, limits.MaxValue):
		return "Value is more than " + *limits.MaxValue
	}
	return ""
}

func outsideLength(limits *types.StringAttributeConstraintsType, length int) string {
	count := new(big.Rat).SetInt64(int64(length))
	switch {
	case below(count, limits.MinLength):
		return "String is shorter than " + *limits.MinLength
	case above(count, limits.MaxLength):
		return "String is longer than " + *limits.MaxLength
	}
	return ""
}

func below(n *big.Rat, least *string) bool {
	limit, _ := limitOf(least)
	return limit != nil && n.Cmp(new(big.Rat).SetInt(limit)) < 0
}

func above(n *big.Rat, most *string) bool {
	limit, _ := limitOf(most)
	return limit != nil && n.Cmp(new(big.Rat).SetInt(limit)) > 0
}

// missing are the attributes that the schema requires and that aren't there.
func (p *pool) missing(attributes map[string]string) []string {
	var names []string
	for _, a := range p.SchemaAttributes {
		if aws.ToBool(a.Required) && attributes[*a.Name] == "" {
			names = append(names, *a.Name)
		}
	}
	return names
}

// checkRequired refuses a sign-up that lacks attributes which the schema requires.
func (p *pool) checkRequired(u *user) error {
	var reasons strings.Builder
	for _, name := range p.missing(u.attributes) {
		reasons.WriteString(name + ": The attribute is required\n")
	}
	if reasons.Len() > 0 {
		return invalid("Attributes did not conform to the schema: %s", reasons.String())
	}
	return nil
}

func isEmail(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	dotted := strings.Contains(host, ".") && strings.Trim(host, ".") == host
	return ok && local != "" && dotted && !strings.ContainsAny(s, " \t\r\n")
}

func isPhone(s string) bool {
	number, ok := strings.CutPrefix(s, "+")
	return ok && len(number) >= 2 && len(number) <= 15 && strings.Trim(number, digits) == ""
}
