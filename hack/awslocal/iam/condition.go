package iam

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Context has the values of condition keys. Names of keys are the same whatever their case, those of tags in them too: see
// [Context.Set].
type Context map[string][]string

// Set gives a key its values. A key that is set twice in two cases, like two tags of one resource, has no value: AWS documents
// that such a condition does not match both, and not which one.
func (c Context) Set(key string, values ...string) {
	key = strings.ToLower(key)
	if _, twice := c[key]; twice {
		values = nil
	}
	c[key] = values
}

// Tags sets prefix/KEY for each tag: of aws:ResourceTag, aws:RequestTag or aws:PrincipalTag.
func (c Context) Tags(prefix string, tags map[string]string) {
	for key, value := range tags {
		c.Set(prefix+"/"+key, value)
	}
}

func (c Context) values(key string) []string { return c[strings.ToLower(key)] }

// scalars are a condition's values: strings, or booleans and numbers that stand for their text; one, or a list.
type scalars []string

func (s *scalars) UnmarshalJSON(text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, one := range list {
		switch one.(type) {
		case string, bool, float64:
			*s = append(*s, fmt.Sprint(one))
		default:
			return fmt.Errorf("a condition's value is %v", one)
		}
	}
	return nil
}

// condition is one key of one operator.
type condition struct {
	key    string
	values []string
	// of is forAll or forAny for an operator on the key's set of values.
	of       string
	ifExists bool
	null     bool
	// negated says that the key's value must equal none of the values.
	negated bool
	equal   func(pattern, value string) bool
}

const (
	forAll = "ForAllValues"
	forAny = "ForAnyValue"
)

// operators are those that compare one value, without their negation
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
var operators = map[string]func(pattern, value string) bool{
	"StringEquals":           func(pattern, value string) bool { return plain(pattern) == value },
	"StringEqualsIgnoreCase": func(pattern, value string) bool { return strings.EqualFold(plain(pattern), value) },
	"StringLike":             glob,
	"ArnEquals":              matchesARN,
	"ArnLike":                matchesARN,
	"Bool":                   func(pattern, value string) bool { return strings.EqualFold(plain(pattern), value) },
}

// negations name the operators whose negation they are.
var negations = map[string]string{
	"StringNotEquals":           "StringEquals",
	"StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
	"StringNotLike":             "StringLike",
	"ArnNotEquals":              "ArnEquals",
	"ArnNotLike":                "ArnLike",
}

func newCondition(operator, key string, values []string) (condition, error) {
	c := condition{key: key, values: values}
	name := operator
	if of, rest, ok := strings.Cut(operator, ":"); ok {
		c.of, name = of, rest
	}
	if name == "Null" {
		c.null = true
		if c.of != "" || len(values) != 1 || values[0] != "true" && values[0] != "false" {
			return c, fmt.Errorf("condition %s of %s is %v, want true or false", operator, key, values)
		}
		return c, nil
	}
	name, c.ifExists = strings.CutSuffix(name, "IfExists")
	if positive, ok := negations[name]; ok {
		name, c.negated = positive, true
	}
	c.equal = operators[name]
	if c.equal == nil || c.of != "" && c.of != forAll && c.of != forAny {
		return c, fmt.Errorf("no condition operator %s", operator)
	}
	return c, nil
}

func (c condition) holds(context Context) bool {
	have := context.values(c.key)
	switch {
	case c.null:
		return (len(have) == 0) == (c.values[0] == "true")
	case len(have) == 0:
		// A missing key equals nothing; a set of none has no value that breaks the condition, and none that keeps it.
		return c.ifExists || c.of == forAll || c.negated && c.of == ""
	}
	value := func(value string) bool { return c.holdsFor(value, context) }
	switch c.of {
	case forAll:
		return !slices.ContainsFunc(have, func(v string) bool { return !value(v) })
	case forAny:
		return slices.ContainsFunc(have, value)
	default:
		return len(have) == 1 && value(have[0])
	}
}

func (c condition) holdsFor(value string, context Context) bool {
	for _, pattern := range c.values {
		expanded, known := expand(pattern, context)
		if known && c.equal(expanded, value) {
			return !c.negated
		}
	}
	return c.negated
}
