package vtl

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// expression is something that has a value.
type expression interface {
	value(scope) (any, error)
}

type constant struct{ v any }

func (c constant) value(scope) (any, error) { return c.v, nil }

// interpolated is a string in double quotes: a template of its own.
type interpolated string

func (i interpolated) value(s scope) (any, error) { return Render(string(i), s) }

type listLiteral []expression

func (l listLiteral) value(s scope) (any, error) {
	out := make([]any, len(l))
	for i, e := range l {
		var err error
		if out[i], err = e.value(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type pair struct{ key, value expression }

type mapLiteral []pair

func (m mapLiteral) value(s scope) (any, error) {
	out := &Object{}
	for _, p := range m {
		key, err := p.key.value(s)
		if err != nil {
			return nil, err
		}
		value, err := p.value.value(s)
		if err != nil {
			return nil, err
		}
		out.Set(Text(key), value)
	}
	return out, nil
}

type negation struct{ of expression }

func (n negation) value(s scope) (any, error) {
	v, err := n.of.value(s)
	return !truthy(v), err
}

type binary struct {
	op          string
	left, right expression
}

func (b binary) value(s scope) (any, error) {
	left, err := b.left.value(s)
	if err != nil {
		return nil, err
	}
	switch {
	case b.op == "&&" && !truthy(left):
		return false, nil
	case b.op == "||" && truthy(left):
		return true, nil
	}
	right, err := b.right.value(s)
	if err != nil {
		return nil, err
	}
	return operate(b.op, left, right), nil
}

// levels are the operators by how loosely they bind. Longer ones come before those that they start with.
var levels = [][][2]string{
	{{"||", "||"}, {"or ", "||"}},
	{{"&&", "&&"}, {"and ", "&&"}},
	{{"==", "=="}, {"!=", "!="}, {"eq ", "=="}, {"ne ", "!="}},
	{{"<=", "<="}, {">=", ">="}, {"<", "<"}, {">", ">"}},
	{{"+", "+"}, {"-", "-"}},
	{{"*", "*"}, {"/", "/"}, {"%", "%"}},
}

func (p *parser) expression() (expression, error) { return p.level(0) }

func (p *parser) level(n int) (expression, error) {
	if n == len(levels) {
		return p.operand()
	}
	left, err := p.level(n + 1)
	if err != nil {
		return nil, err
	}
	for {
		op, ok := p.operator(levels[n])
		if !ok {
			return left, nil
		}
		right, err := p.level(n + 1)
		if err != nil {
			return nil, err
		}
		left = binary{op, left, right}
	}
}

func (p *parser) operator(level [][2]string) (string, bool) {
	p.space()
	for _, op := range level {
		if p.accept(op[0]) {
			return op[1], true
		}
	}
	return "", false
}

func (p *parser) operand() (expression, error) {
	p.space()
	if p.done() {
		return nil, errors.New("the template ends in an expression")
	}
	switch c := p.source[p.at]; {
	case c == '!':
		p.at++
		e, err := p.operand()
		return negation{e}, err
	case c == '(':
		p.at++
		e, err := p.expression()
		if err != nil {
			return nil, err
		}
		return e, p.expect(")")
	case c == '$':
		ref, ok, err := p.reference()
		if err == nil && !ok {
			err = fmt.Errorf("no reference at offset %d", p.at)
		}
		return ref, err
	case c == '\'' || c == '"':
		return p.quoted(c)
	case c == '[':
		return p.list()
	case c == '{':
		return p.mapping()
	case c == '-' || '0' <= c && c <= '9':
		return p.number()
	}
	switch word := p.name(); word {
	case "true", "false":
		return constant{word == "true"}, nil
	case "null":
		return constant{nil}, nil
	case "not":
		e, err := p.operand()
		return negation{e}, err
	default:
		return nil, fmt.Errorf("no expression at offset %d", p.at)
	}
}

func (p *parser) quoted(quote byte) (expression, error) {
	end := strings.IndexByte(p.source[p.at+1:], quote)
	if end < 0 {
		return nil, errors.New("a string doesn't end")
	}
	s := p.source[p.at+1 : p.at+1+end]
	p.at += end + 2
	if quote == '\'' {
		return constant{s}, nil
	}
	return interpolated(s), nil
}

func (p *parser) number() (expression, error) {
	start := p.at
	p.at++
	for !p.done() && (p.source[p.at] == '.' || '0' <= p.source[p.at] && p.source[p.at] <= '9') {
		p.at++
	}
	n, err := strconv.ParseFloat(p.source[start:p.at], 64)
	return constant{n}, err
}

func (p *parser) list() (expression, error) {
	p.at++
	items, err := p.items("]", p.expression)
	return listLiteral(items), err
}

// items reads expressions up to the closing bracket.
func (p *parser) items(closing string, item func() (expression, error)) ([]expression, error) {
	var out []expression
	for {
		p.space()
		if p.accept(closing) {
			return out, nil
		}
		if len(out) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		e, err := item()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
}

func (p *parser) mapping() (expression, error) {
	p.at++
	var m mapLiteral
	_, err := p.items("}", func() (expression, error) {
		key, err := p.expression()
		if err != nil {
			return nil, err
		}
		if err := p.expect(":"); err != nil {
			return nil, err
		}
		value, err := p.expression()
		m = append(m, pair{key, value})
		return value, err
	})
	return m, err
}
