package userpool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// attribute is what the spec says of an attribute of users. Custom ones have their prefix.
type attribute struct {
	Name      string
	Type      types.AttributeDataType `json:",omitempty"`
	Required  bool                    `json:",omitzero"`
	Immutable bool                    `json:",omitzero"`

	MinLength, MaxLength *int32 `json:",omitempty"`
	Minimum, Maximum     *int64 `json:",omitempty"`
}

// customPrefix is of custom attributes, but not where they are made.
const customPrefix = "custom:"

// email is the attribute that codes go to.
const email = "email"

// maxAdded is how many custom attributes one call adds (AddCustomAttributesInput).
const maxAdded = 25

// standard are the attributes that the spec says something of; nil if it names none.
func standard(spec *v1alpha1.UserPoolSpec) []attribute {
	var all []attribute
	for i := range spec.StandardAttributes {
		a := &spec.StandardAttributes[i]
		all = append(all, attribute{
			Name: string(a.Name), Required: a.Required, Immutable: a.Mutable != nil && !*a.Mutable,
			MinLength: a.MinLength, MaxLength: a.MaxLength,
		})
	}
	return all
}

func custom(spec *v1alpha1.UserPoolSpec) []attribute {
	var all []attribute
	for i := range spec.CustomAttributes {
		a := &spec.CustomAttributes[i]
		one := attribute{
			Name: customPrefix + a.Name, Type: types.AttributeDataTypeString, Immutable: a.Mutable != nil && !*a.Mutable,
			MinLength: a.MinLength, MaxLength: a.MaxLength, Minimum: a.Minimum, Maximum: a.Maximum,
		}
		if a.Type != "" {
			one.Type = types.AttributeDataType(a.Type)
		}
		all = append(all, one)
	}
	return all
}

// needsEmail says that who signs up has to give an address: where it is verified and is not the user name itself. The login pages ask
// for required attributes only, and without an address nobody gets a code. It cannot be changed later (CreateUserPool, SchemaAttributes).
func needsEmail(want *poolSettings) bool {
	return !slices.Equal(want.UsernameAttributes, []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}) &&
		slices.Contains(want.AutoVerifiedAttributes, types.VerifiedAttributeTypeEmail) &&
		!slices.ContainsFunc(want.Standard, func(a attribute) bool { return a.Name == email })
}

// attributeFields are the attributes of users.
var attributeFields = []engine.Field[poolSettings, types.UserPoolType]{
	{
		Name: blockStandardAttributes, Block: blockStandardAttributes, Class: plan.LosesUsers,
		Words: func(have *types.UserPoolType) string { return attributesWords(have.SchemaAttributes, false) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			wanted := want.Standard
			if len(have.SchemaAttributes) == 0 && needsEmail(want) {
				wanted = append(slices.Clone(wanted), attribute{Name: email, Required: true})
			}
			schema := slices.Clone(have.SchemaAttributes)
			for i, a := range schema {
				unnamed := !slices.ContainsFunc(wanted, func(w attribute) bool { return w.Name == *a.Name })
				// What users sign in with may be required without a word, and so may the address that codes go to.
				if unnamed && changeable(a) && *a.Name != email && !slices.Contains(want.UsernameAttributes, types.UsernameAttributeType(*a.Name)) {
					schema[i].Required, schema[i].Mutable = new(false), new(true)
				}
			}
			have.SchemaAttributes = lay(schema, wanted)
		},
	},
	{
		Name: blockCustomAttributes, Block: blockCustomAttributes, Class: plan.InPlace,
		Words: func(have *types.UserPoolType) string { return attributesWords(have.SchemaAttributes, true) },
		Set: func(have *types.UserPoolType, want *poolSettings) {
			have.SchemaAttributes = lay(slices.Clone(have.SchemaAttributes), want.Custom)
		},
	},
}

// lay lays the wanted attributes over those of a schema, and adds those that are missing.
func lay(schema []types.SchemaAttributeType, wanted []attribute) []types.SchemaAttributeType {
	for _, w := range wanted {
		at := slices.IndexFunc(schema, func(a types.SchemaAttributeType) bool { return *a.Name == w.Name })
		if at < 0 {
			at = len(schema)
			schema = append(schema, types.SchemaAttributeType{Name: &w.Name})
		}
		w.lay(&schema[at])
	}
	return schema
}

// lay lays what the spec says over an attribute, and leaves Cognito's own limits where it says nothing.
func (w attribute) lay(a *types.SchemaAttributeType) {
	a.Mutable = new(!w.Immutable)
	if w.Type != "" {
		a.AttributeDataType = w.Type
	} else {
		a.Required = new(w.Required)
	}
	if w.MinLength != nil || w.MaxLength != nil {
		// Cognito takes limits together with a type only.
		a.AttributeDataType = types.AttributeDataTypeString
		var limits types.StringAttributeConstraintsType
		if a.StringAttributeConstraints != nil {
			limits = *a.StringAttributeConstraints
		}
		limit(&limits.MinLength, w.MinLength)
		limit(&limits.MaxLength, w.MaxLength)
		a.StringAttributeConstraints = &limits
	}
	if w.Minimum != nil || w.Maximum != nil {
		var limits types.NumberAttributeConstraintsType
		if a.NumberAttributeConstraints != nil {
			limits = *a.NumberAttributeConstraints
		}
		limit(&limits.MinValue, w.Minimum)
		limit(&limits.MaxValue, w.Maximum)
		a.NumberAttributeConstraints = &limits
	}
}

func limit[N int32 | int64](to **string, wanted *N) {
	if wanted != nil {
		*to = new(strconv.FormatInt(int64(*wanted), 10))
	}
}

// changeable are the attributes of which a spec can say something: not what Cognito itself writes.
func changeable(a types.SchemaAttributeType) bool {
	return !strings.Contains(*a.Name, ":") && *a.Name != "sub" && !strings.HasSuffix(*a.Name, "_verified")
}

// attributesWords are the custom attributes, or those of the standard ones that are not as Cognito has them, as the spec writes them.
func attributesWords(schema []types.SchemaAttributeType, custom bool) string {
	var words []string
	for _, a := range schema {
		if strings.HasPrefix(*a.Name, customPrefix) != custom || !custom && !changeable(a) {
			continue
		}
		word := attributeWords(a)
		if custom || strings.Contains(word, ",") {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func attributeWords(a types.SchemaAttributeType) string {
	name, isCustom := strings.CutPrefix(*a.Name, customPrefix)
	words := []string{"name: " + name}
	say := func(field, value string, unless ...string) {
		if value != "" && !slices.Contains(unless, value) {
			words = append(words, field+": "+value)
		}
	}
	if isCustom {
		say("type", string(a.AttributeDataType), string(types.AttributeDataTypeString))
	}
	say("required", strconv.FormatBool(aws.ToBool(a.Required)), "false")
	say("mutable", strconv.FormatBool(a.Mutable == nil || *a.Mutable), "true")
	if limits := a.StringAttributeConstraints; limits != nil {
		least, most := "0", "2048"
		if name == "birthdate" {
			least, most = "10", "10"
		}
		say("minLength", aws.ToString(limits.MinLength), least)
		say("maxLength", aws.ToString(limits.MaxLength), most)
	}
	if limits := a.NumberAttributeConstraints; limits != nil && isCustom {
		say("minimum", aws.ToString(limits.MinValue))
		say("maximum", aws.ToString(limits.MaxValue))
	}
	return "{" + strings.Join(words, ", ") + "}"
}

// unprefixed is an attribute as it is made.
func unprefixed(a types.SchemaAttributeType) types.SchemaAttributeType {
	a.Name = new(strings.TrimPrefix(*a.Name, customPrefix))
	return a
}

// toAdd are the custom attributes of a pool that have to be added, as many as one call adds.
func toAdd(have, laid *types.UserPoolType) []types.SchemaAttributeType {
	var added []types.SchemaAttributeType
	for _, a := range laid.SchemaAttributes[len(have.SchemaAttributes):] {
		if len(added) < maxAdded && strings.HasPrefix(*a.Name, customPrefix) {
			added = append(added, unprefixed(a))
		}
	}
	return added
}

// add adds custom attributes. Everything else of the pool is another call's.
func (r userPool) add(ctx context.Context, have *types.UserPoolType, attributes []types.SchemaAttributeType) error {
	_, err := r.API.AddCustomAttributes(ctx, &cip.AddCustomAttributesInput{UserPoolId: have.Id, CustomAttributes: attributes})
	return err
}

// sameForGood refuses what the pool has otherwise and Cognito cannot change: it is absent from UpdateUserPoolInput.
func (r userPool) sameForGood(have *types.UserPoolType) error {
	want, err := r.desired()
	if err != nil {
		return err
	}
	laid := engine.Overlay(poolFields, want, have)
	var all []error
	refuse := func(field, is, asked string) {
		all = append(all, invalid("spec.userPool."+field,
			"user pool %s has %s and the spec asks for %s; Cognito cannot change it; set it to %s", aws.ToString(have.Id), is, asked, is))
	}
	for _, field := range poolFields {
		if is, asked := field.Words(have), field.Words(laid); field.Class == plan.LosesUsers && is != asked {
			if field.Name != blockUsernameCase {
				is, asked = "["+is+"]", "["+asked+"]"
			}
			refuse(field.Name, is, asked)
		}
	}
	for i, a := range have.SchemaAttributes {
		at := slices.IndexFunc(want.Custom, func(w attribute) bool { return w.Name == *a.Name })
		if is, asked := attributeWords(a), attributeWords(laid.SchemaAttributes[i]); at >= 0 && is != asked {
			refuse(fmt.Sprintf("customAttributes[%d]", at), is, asked)
		}
	}
	return errors.Join(all...)
}
