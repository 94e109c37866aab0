package vtl

import (
	"fmt"
)

// reference is a variable and the way from it: members, methods, indexes.
type reference struct {
	name  string
	steps []step
}

type step struct {
	name      string       // of a member or a method
	arguments []expression // of a method
	call      bool
	index     expression // instead of a name
}

// reference reads $name, $!name, ${name} with what follows. A dollar sign alone isn't one.
func (p *parser) reference() (reference, bool, error) {
	start := p.at
	p.at++ // the dollar sign
	p.accept("!")
	braces := p.accept("{")
	ref := reference{name: p.name()}
	if ref.name == "" {
		p.at = start
		return ref, false, nil
	}
	for {
		s, ok, err := p.step()
		if err != nil {
			return ref, false, err
		}
		if !ok {
			break
		}
		ref.steps = append(ref.steps, s)
	}
	if braces {
		return ref, true, p.expect("}")
	}
	return ref, true, nil
}

func (p *parser) step() (step, bool, error) {
	start := p.at
	switch {
	case p.accept("["):
		index, err := p.expression()
		if err != nil {
			return step{}, false, err
		}
		return step{index: index}, true, p.expect("]")
	case p.accept("."):
		s := step{name: p.name()}
		if s.name == "" { // the end of a sentence
			p.at = start
			return s, false, nil
		}
		if p.accept("(") {
			var err error
			s.call = true
			s.arguments, err = p.items(")", p.expression)
			return s, true, err
		}
		return s, true, nil
	}
	return step{}, false, nil
}

func (r reference) value(s scope) (any, error) {
	value := s[r.name]
	for _, st := range r.steps {
		var err error
		if value, err = st.from(value, s); err != nil {
			return nil, fmt.Errorf("$%s: %w", r.name, err)
		}
	}
	return value, nil
}

func (st step) from(value any, s scope) (any, error) {
	if st.index != nil {
		index, err := st.index.value(s)
		if err != nil {
			return nil, err
		}
		return member(value, index), nil
	}
	arguments := make([]any, len(st.arguments))
	for i, a := range st.arguments {
		var err error
		if arguments[i], err = a.value(s); err != nil {
			return nil, err
		}
	}
	switch v := value.(type) {
	case nil:
		return nil, nil
	case Caller:
		return v.Call(st.name, arguments)
	}
	if st.call {
		return call(value, st.name, arguments)
	}
	return member(value, st.name), nil
}

// assign sets a variable, or a member of a map.
func (r reference) assign(s scope, value any) error {
	if len(r.steps) == 0 {
		s[r.name] = value
		return nil
	}
	last := r.steps[len(r.steps)-1]
	holder, err := reference{r.name, r.steps[:len(r.steps)-1]}.value(s)
	if err != nil {
		return err
	}
	key := any(last.name)
	if last.index != nil {
		if key, err = last.index.value(s); err != nil {
			return err
		}
	}
	switch h := holder.(type) {
	case *Object:
		h.Set(Text(key), value)
	case map[string]any:
		h[Text(key)] = value
	default:
		return fmt.Errorf("$%s: nothing can be set in it", r.name)
	}
	return nil
}
