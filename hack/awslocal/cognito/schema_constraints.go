package cognito

import (
	"math/big"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// maxAttributeLength is the most that a string attribute can hold.
const maxAttributeLength = 2048

// checkConstraints checks the constraints of an attribute's own type, and drops those of the other. Rules and words:
// getmoto/moto#4493, whose tests were held against AWS.
func checkConstraints(a *types.SchemaAttributeType) error {
	name, text, number := *a.Name, a.StringAttributeConstraints, a.NumberAttributeConstraints
	a.StringAttributeConstraints, a.NumberAttributeConstraints = nil, nil
	switch a.AttributeDataType {
	case types.AttributeDataTypeString:
		a.StringAttributeConstraints = text
		return checkLengths(name, text)
	case types.AttributeDataTypeNumber:
		a.NumberAttributeConstraints = number
		least, okLeast := limitOf(number.MinValue)
		most, okMost := limitOf(number.MaxValue)
		switch {
		case !okLeast || !okMost:
			return invalid("Invalid NumberAttributeConstraints for schema attribute %s", name)
		case least != nil && most != nil && least.Cmp(most) > 0:
			return invalid("user.%s: Max value cannot be less than min value.", name)
		}
	case types.AttributeDataTypeBoolean, types.AttributeDataTypeDatetime: // have none
	}
	return nil
}

func checkLengths(name string, limits *types.StringAttributeConstraintsType) error {
	longest := big.NewInt(maxAttributeLength)
	least, okLeast := limitOf(limits.MinLength)
	most, okMost := limitOf(limits.MaxLength)
	switch {
	case !okLeast || !okMost || least != nil && least.Sign() < 0 || most != nil && most.Sign() < 0:
		return invalid("Invalid StringAttributeConstraints for schema attribute %s", name)
	case least != nil && least.Cmp(longest) > 0, most != nil && most.Cmp(longest) > 0:
		return invalid("user.%s: String attributes cannot have a length of more than %d", name, maxAttributeLength)
	case least != nil && most != nil && least.Cmp(most) > 0:
		return invalid("user.%s: Max length cannot be less than min length.", name)
	}
	return nil
}

// limitOf reads a limit, which is a whole number; nil if there is none.
func limitOf(text *string) (limit *big.Int, ok bool) {
	if aws.ToString(text) == "" {
		return nil, true
	}
	return new(big.Int).SetString(*text, 10)
}
