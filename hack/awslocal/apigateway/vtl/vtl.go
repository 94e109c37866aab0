// Package vtl renders mapping templates: the part of Velocity that API Gateway's templates use in practice.
//
// There are text, references ($x, $!x, ${x.y}, methods, indexes), #set, #if, #elseif, #else, #foreach (with
// $foreach.hasNext, .index, .count), #end and comments; literals, lists, maps, comparisons, arithmetic and logic; and
// API Gateway's $input and $util:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
//
// There are no macros, no #include and #parse, no ranges, and no $context.requestOverride. A reference that leads
// nowhere is rendered as nothing, as API Gateway does and Velocity doesn't.
package vtl

import (
	"fmt"
	"maps"
	"strings"
)

// Render renders a template. Variables are strings, booleans, numbers (float64), lists ([]any), maps
// (map[string]any), objects from JSON (*Object), or have methods of their own (Caller).
func Render(template string, variables map[string]any) (string, error) {
	p := &parser{source: template}
	nodes, err := p.block()
	if err == nil && p.closing != "" {
		err = fmt.Errorf("unexpected #%s", p.closing)
	}
	if err != nil {
		return "", fmt.Errorf("parse template: %w", err)
	}
	s := make(scope, len(variables))
	maps.Copy(s, variables)
	var out strings.Builder
	if err := renderAll(nodes, s, &out); err != nil {
		return "", fmt.Errorf("render template: %w", err)
	}
	return out.String(), nil
}

// Caller is a value with methods. Members are methods without arguments.
type Caller interface {
	Call(method string, arguments []any) (any, error)
}

type scope map[string]any

// node is a piece of a template.
type node interface {
	render(scope, *strings.Builder) error
}

func renderAll(nodes []node, s scope, out *strings.Builder) error {
	for _, n := range nodes {
		if err := n.render(s, out); err != nil {
			return err
		}
	}
	return nil
}

type literal string

func (l literal) render(_ scope, out *strings.Builder) error {
	out.WriteString(string(l))
	return nil
}

// output is a reference in the text.
type output struct{ reference }

func (o output) render(s scope, out *strings.Builder) error {
	value, err := o.value(s)
	if err != nil {
		return err
	}
	out.WriteString(Text(value))
	return nil
}

type assignment struct {
	target reference
	source expression
}

func (a assignment) render(s scope, _ *strings.Builder) error {
	value, err := a.source.value(s)
	if err != nil {
		return err
	}
	return a.target.assign(s, value)
}

type branch struct {
	condition expression // nil for #else
	body      []node
}

type conditional []branch

func (c conditional) render(s scope, out *strings.Builder) error {
	for _, b := range c {
		if b.condition != nil {
			value, err := b.condition.value(s)
			if err != nil {
				return err
			}
			if !truthy(value) {
				continue
			}
		}
		return renderAll(b.body, s, out)
	}
	return nil
}

type loop struct {
	name string
	list expression
	body []node
}

func (l loop) render(s scope, out *strings.Builder) error {
	value, err := l.list.value(s)
	if err != nil {
		return err
	}
	items := elements(value)
	outer, outerLoop := s[l.name], s["foreach"]
	defer func() { s[l.name], s["foreach"] = outer, outerLoop }()
	for i, item := range items {
		s[l.name] = item
		s["foreach"] = map[string]any{
			"index": float64(i), "count": float64(i + 1),
			"hasNext": i+1 < len(items), "first": i == 0, "last": i+1 == len(items),
		}
		if err := renderAll(l.body, s, out); err != nil {
			return err
		}
	}
	return nil
}
