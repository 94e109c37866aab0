package cognito_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Sources.
const (
	motoSchema  = "getmoto/moto#4493, "
	schemaModel = "model: SchemaAttributeType"
)

// attribute is a member of a schema.
func attribute(name string, kind types.AttributeDataType, change ...func(*types.SchemaAttributeType)) types.SchemaAttributeType {
	a := types.SchemaAttributeType{Name: aws.String(name), AttributeDataType: kind}
	for _, f := range change {
		f(&a)
	}
	return a
}

func text(name string, change ...func(*types.SchemaAttributeType)) types.SchemaAttributeType {
	return attribute(name, types.AttributeDataTypeString, change...)
}

func number(name string, change ...func(*types.SchemaAttributeType)) types.SchemaAttributeType {
	return attribute(name, types.AttributeDataTypeNumber, change...)
}

// lengths and values leave out a limit that is empty.
func lengths(least, most string) func(*types.SchemaAttributeType) {
	return func(a *types.SchemaAttributeType) {
		a.StringAttributeConstraints = &types.StringAttributeConstraintsType{MinLength: unlessEmpty(least), MaxLength: unlessEmpty(most)}
	}
}

func values(least, most string) func(*types.SchemaAttributeType) {
	return func(a *types.SchemaAttributeType) {
		a.NumberAttributeConstraints = &types.NumberAttributeConstraintsType{MinValue: unlessEmpty(least), MaxValue: unlessEmpty(most)}
	}
}

func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func developerOnly(a *types.SchemaAttributeType) { a.DeveloperOnlyAttribute = aws.Bool(true) }

// schema makes a pool with it.
func schema(attributes ...types.SchemaAttributeType) func(*idp.CreateUserPoolInput) {
	return func(in *idp.CreateUserPoolInput) { in.Schema = attributes }
}

// described is an attribute of a pool, as Describe shows it.
func (c *cloud) described(pool *string, name string) types.SchemaAttributeType {
	c.t.Helper()
	for _, a := range c.describe(pool).SchemaAttributes {
		if *a.Name == name {
			return a
		}
	}
	c.t.Fatalf("the pool has no attribute %s", name)
	return types.SchemaAttributeType{}
}

func (c *cloud) addAttributes(pool *string, attributes ...types.SchemaAttributeType) error {
	_, err := c.api.AddCustomAttributes(c.ctx(), &idp.AddCustomAttributesInput{UserPoolId: pool, CustomAttributes: attributes})
	return err
}

// TestRefusedSchemas holds for CreateUserPool, and those of custom attributes for AddCustomAttributes as well.
func TestRefusedSchemas(t *testing.T) {
	const (
		noType      = "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
		badString   = "Invalid StringAttributeConstraints for schema attribute "
		badNumber   = "Invalid NumberAttributeConstraints for schema attribute "
		tooLong     = ": String attributes cannot have a length of more than 2048"
		lengthsSwap = ": Max length cannot be less than min length."
		valuesSwap  = ": Max value cannot be less than min value."
		retyped     = "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email"
		invalid     = "test_create_user_pool_invalid_schema_values"
		over        = "test_create_user_pool_string_schema_max_length_over_2048"
	)
	var rows []behavior
	for _, r := range []struct {
		name, source string
		attribute    types.SchemaAttributeType
		refusal      string
	}{
		{"a custom attribute needs a data type", "test_create_user_pool_custom_attribute_without_data_type", attribute("team", ""), noType},
		{"a least length must be a number", invalid, text("email", lengths("some", "")), badString + "email"},
		{"a most length must be a number", invalid, text("email", lengths("", "some")), badString + "email"},
		{"a least value must be a number", invalid, number("updated_at", values("some", "")), badNumber + "updated_at"},
		{"a most value must be a number", invalid, number("updated_at", values("", "some")), badNumber + "updated_at"},
		{"a length isn't negative", "models.py: numeric_limit", text("team", lengths("-1", "")), badString + "custom:team"},
		{"a least length is 2048 at most", over, text("email", lengths("2049", "")), "user.email" + tooLong},
		{"a most length is 2048 at most", over, text("email", lengths("", "2049")), "user.email" + tooLong},
		{"a custom attribute is 2048 at most", over, text("team", lengths("0", "2049")), "user.custom:team" + tooLong},
		{
			"lengths are in order", "test_create_user_pool_string_schema_min_bigger_than_max",
			text("email", lengths("2", "1")), "user.email" + lengthsSwap,
		},
		{
			"lengths of a custom attribute are in order", "models.py: _init_constraints",
			text("team", lengths("2", "1")), "user.custom:team" + lengthsSwap,
		},
		{
			"values are in order", "test_create_user_pool_number_schema_min_bigger_than_max",
			number("updated_at", values("2", "1")), "user.updated_at" + valuesSwap,
		},
		{
			"values of a custom attribute are in order", "models.py: _init_constraints",
			number("team", values("2", "1")), "user.custom:team" + valuesSwap,
		},
		{
			"a standard attribute keeps its type", "test_create_user_pool_standard_attribute_with_changed_data_type_or_developer_only",
			number("email"), retyped,
		},
		{
			"a standard attribute isn't for developers", "test_create_user_pool_standard_attribute_with_changed_data_type_or_developer_only",
			attribute("email", "", developerOnly), retyped,
		},
	} {
		rows = append(rows, behavior{
			name: r.name, source: motoSchema + r.source,
			do:      func(c *cloud) (any, error) { return nil, createErr(c, schema(r.attribute)) },
			wantErr: "InvalidParameterException: " + r.refusal,
		})
	}
	check(t, setup{}, rows)
}

func TestSchemas(t *testing.T) {
	check(t, setup{}, []behavior{
		{
			name:   "a data type that isn't there",
			source: motoSchema + "test_create_user_pool_unknown_attribute_data_type: the order; the rest as all constraints of the model",
			do:     func(c *cloud) (any, error) { return nil, createErr(c, schema(attribute("team", "Banana"))) },
			wantErr: "InvalidParameterException: 1 validation error detected: Value 'Banana' at 'schema.1.member.attributeDataType' " +
				"failed to satisfy constraint: Member must satisfy enum value set: [Boolean, Number, String, DateTime]",
		},
		{
			name:   "a name is 20 characters long at most",
			source: "aws-cdk#14175 quotes the answer to phone_number_verified",
			do:     func(c *cloud) (any, error) { return nil, createErr(c, schema(text("phone_number_verified"))) },
			wantErr: "InvalidParameterException: 1 validation error detected: Value 'phone_number_verified' at 'schema.1.member.name' " +
				"failed to satisfy constraint: Member must have length less than or equal to 20",
		},
		{
			name:   "a name has no spaces",
			source: "model: CustomAttributeNameType",
			do:     func(c *cloud) (any, error) { return nil, c.addAttributes(c.pool(), text("my team")) },
			wantErr: "InvalidParameterException: 1 validation error detected: Value 'my team' at 'customAttributes.1.member.name' " +
				`failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`,
		},
		{
			name:   "a name isn't empty",
			source: "model: CustomAttributeNameType",
			do:     func(c *cloud) (any, error) { return nil, c.addAttributes(c.pool(), text("")) },
			wantErr: "InvalidParameterException: 2 validation errors detected: Value '' at 'customAttributes.1.member.name' " +
				`failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; ` +
				"Value '' at 'customAttributes.1.member.name' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		{
			name:   "an attribute has a name",
			source: "every attribute of a description has one; the words as all constraints of the model",
			do: func(c *cloud) (any, error) {
				return nil, c.addAttributes(c.pool(), types.SchemaAttributeType{AttributeDataType: types.AttributeDataTypeString})
			},
			wantErr: "InvalidParameterException: 1 validation error detected: Value null at 'customAttributes.1.member.name' " +
				"failed to satisfy constraint: Member must not be null",
		},
		{
			name:   "one request has no name twice",
			source: "cdk-preflight, a rule for CreateUserPool's schema",
			do:     func(c *cloud) (any, error) { return nil, createErr(c, schema(text("team"), number("team"))) },
			wantErr: "InvalidParameterException: Duplicate custom attribute names custom:team are not allowed " +
				"in a user pool schema.",
		},
		{
			name:   "a developer-only attribute is added once, too",
			source: motoSchema + "test_add_custom_attributes_existing_attribute",
			do: func(c *cloud) (any, error) {
				return nil, c.addAttributes(c.pool(schema(text("banana", developerOnly))), text("banana", developerOnly))
			},
			wantErr: "InvalidParameterException: custom:banana: Existing attribute already has name dev:custom:banana.",
		},
		{
			name:   "a developer-only attribute has a prefix more",
			source: motoSchema + "test_create_user_pool_custom_attribute_developer_only",
			do: func(c *cloud) (any, error) {
				a := c.described(c.pool(schema(text("banana", developerOnly))), "dev:custom:banana")
				return []bool{*a.DeveloperOnlyAttribute, *a.Mutable, *a.Required}, nil
			},
			want: []bool{true, true, false},
		},
		{
			name:   "a name that has the prefix gets it again",
			source: "crossplane-contrib/provider-upjet-aws#427",
			do: func(c *cloud) (any, error) {
				return *c.described(c.pool(schema(text("custom:team"))), "custom:custom:team").Name, nil
			},
			want: "custom:custom:team",
		},
		{
			name:   "a mark of verification in a schema is a custom attribute",
			source: "aws-cdk#14175, which quotes Cognito's team",
			do: func(c *cloud) (any, error) {
				marked := attribute("email_verified", types.AttributeDataTypeBoolean)
				return *c.described(c.pool(schema(marked)), "custom:email_verified").Name, nil
			},
			want: "custom:email_verified",
		},
		{
			name:   "constraints of another type are dropped",
			source: motoSchema + "test_create_user_pool_attribute_with_schema",
			do: func(c *cloud) (any, error) {
				both := func(a *types.SchemaAttributeType) { lengths("10", "20")(a); values("10", "20")(a) }
				pool := c.pool(schema(text("text", both), number("number", both), attribute("flag", types.AttributeDataTypeBoolean, both)))
				var shown [][2]bool
				for _, name := range []string{"custom:text", "custom:number", "custom:flag"} {
					a := c.described(pool, name)
					shown = append(shown, [2]bool{a.StringAttributeConstraints != nil, a.NumberAttributeConstraints != nil})
				}
				return shown, nil
			},
			want: [][2]bool{{true, false}, {false, true}, {false, false}},
		},
		{
			name:   "one limit is enough",
			source: motoSchema + "test_create_user_pool_attribute_partial_schema",
			do: func(c *cloud) (any, error) {
				pool := c.pool(schema(text("most", lengths("", "10")), number("least", values("10", ""))))
				most, least := c.described(pool, "custom:most"), c.described(pool, "custom:least")
				return []any{*most.StringAttributeConstraints, *least.NumberAttributeConstraints}, nil
			},
			want: []any{
				types.StringAttributeConstraintsType{MaxLength: aws.String("10")}, types.NumberAttributeConstraintsType{MinValue: aws.String("10")},
			},
		},
		{
			name:   "a request adds 25 attributes at most",
			source: "model: CustomAttributesListType",
			do: func(c *cloud) (any, error) {
				err := c.addAttributes(c.pool(), many(26)...)
				return strings.HasSuffix(explain(err), "at 'customAttributes' failed to satisfy constraint: Member must have length less than or equal to 25"), nil
			},
			want: true,
		},
		{
			name:   "a pool has 50 custom attributes at most",
			source: "Cognito quotas: custom attributes per user pool; the words are not known",
			do: func(c *cloud) (any, error) {
				pool := c.pool(schema(many(50)...))
				return len(c.describe(pool).SchemaAttributes), c.addAttributes(pool, text("more"))
			},
			wantErr: "InvalidParameterException: A user pool can have at most 50 custom attributes",
		},
		{
			name:   "what refuses one attribute adds none",
			source: "one request, one change",
			do: func(c *cloud) (any, error) {
				pool := c.pool()
				err := c.addAttributes(pool, text("team"), number("size", values("2", "1")))
				return []any{err != nil, len(c.describe(pool).SchemaAttributes)}, nil
			},
			want: []any{true, 20},
		},
	})
}

// many are custom attributes with different names.
func many(n int) []types.SchemaAttributeType {
	var attributes []types.SchemaAttributeType
	for i := range n {
		attributes = append(attributes, text(fmt.Sprintf("team%d", i)))
	}
	return attributes
}
