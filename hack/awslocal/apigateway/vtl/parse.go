package vtl

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// parser reads a template from left to right.
type parser struct {
	source  string
	at      int
	closing string // the directive that ended the block: end, else, elseif; empty at the end of the template
}

func (p *parser) rest() string { return p.source[p.at:] }

func (p *parser) done() bool { return p.at >= len(p.source) }

// accept moves past prefix if it comes next.
func (p *parser) accept(prefix string) bool {
	if !strings.HasPrefix(p.rest(), prefix) {
		return false
	}
	p.at += len(prefix)
	return true
}

func (p *parser) expect(prefix string) error {
	p.space()
	if !p.accept(prefix) {
		return fmt.Errorf("%q expected at offset %d", prefix, p.at)
	}
	return nil
}

func (p *parser) space() {
	for !p.done() && unicode.IsSpace(rune(p.source[p.at])) {
		p.at++
	}
}

// block reads up to the directive that closes it.
func (p *parser) block() ([]node, error) {
	var nodes []node
	text := p.at
	flush := func(end int) {
		if end > text {
			nodes = append(nodes, literal(p.source[text:end]))
		}
	}
	for !p.done() {
		start := p.at
		n, isText, err := p.next()
		if err != nil {
			return nil, err
		}
		if isText {
			continue
		}
		flush(start)
		text = p.at
		if n != nil {
			nodes = append(nodes, n)
		}
		if p.closing != "" {
			return nodes, nil
		}
	}
	flush(len(p.source))
	return nodes, nil
}

// next reads one piece. What has no meaning is text.
func (p *parser) next() (n node, isText bool, err error) {
	switch p.source[p.at] {
	case '$':
		ref, ok, err := p.reference()
		if err != nil || ok {
			return output{ref}, false, err
		}
	case '#':
		if p.comment() {
			return nil, false, nil
		}
		if name := p.directive(); name != "" {
			n, err := p.body(name)
			return n, false, err
		}
	}
	p.at++
	return nil, true, nil
}

func (p *parser) comment() bool {
	if p.accept("##") {
		if i := strings.IndexByte(p.rest(), '\n'); i >= 0 {
			p.at += i + 1
		} else {
			p.at = len(p.source)
		}
		return true
	}
	if p.accept("#*") {
		if i := strings.Index(p.rest(), "*#"); i >= 0 {
			p.at += i + 2
		} else {
			p.at = len(p.source)
		}
		return true
	}
	return false
}

// directive moves past a directive's name and returns it.
func (p *parser) directive() string {
	for _, name := range []string{"set", "foreach", "elseif", "if", "else", "end"} {
		for _, form := range []string{"#" + name, "#{" + name + "}"} {
			rest, ok := strings.CutPrefix(p.rest(), form)
			if ok && (rest == "" || !isLetter(rest[0]) || strings.HasSuffix(form, "}")) {
				p.at += len(form)
				return name
			}
		}
	}
	return ""
}

func (p *parser) body(name string) (node, error) {
	switch name {
	case "set":
		return p.set()
	case "if":
		return p.conditional()
	case "foreach":
		return p.loop()
	}
	if name != "elseif" {
		p.line()
	}
	p.closing = name
	return nil, nil
}

// line swallows the rest of a line that holds nothing more.
func (p *parser) line() {
	rest := p.rest()
	blank := strings.TrimLeft(rest, " \t\r")
	if after, ok := strings.CutPrefix(blank, "\n"); ok {
		p.at = len(p.source) - len(after)
	}
}

func (p *parser) set() (node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	p.space()
	target, ok, err := p.reference()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("#set without a reference at offset %d", p.at)
	}
	if err := p.expect("="); err != nil {
		return nil, err
	}
	source, err := p.expression()
	if err != nil {
		return nil, err
	}
	err = p.expect(")")
	p.line()
	return assignment{target, source}, err
}

func (p *parser) conditional() (node, error) {
	var branches conditional
	for name := "if"; name != "end"; {
		var b branch
		if name != "else" {
			if err := p.expect("("); err != nil {
				return nil, err
			}
			var err error
			if b.condition, err = p.expression(); err != nil {
				return nil, err
			}
			if err := p.expect(")"); err != nil {
				return nil, err
			}
			p.line()
		}
		var err error
		if b.body, err = p.block(); err != nil {
			return nil, err
		}
		if name, p.closing = p.closing, ""; name == "" {
			return nil, errors.New("#if without #end")
		}
		branches = append(branches, b)
	}
	return branches, nil
}

func (p *parser) loop() (node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	p.space()
	item, ok, err := p.reference()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("#foreach without a reference at offset %d", p.at)
	}
	if err := p.expect("in"); err != nil {
		return nil, err
	}
	list, err := p.expression()
	if err != nil {
		return nil, err
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	p.line()
	body, err := p.block()
	if err != nil {
		return nil, err
	}
	if p.closing != "end" {
		return nil, errors.New("#foreach without #end")
	}
	p.closing = ""
	return loop{item.name, list, body}, nil
}

func isLetter(c byte) bool { return c == '_' || unicode.IsLetter(rune(c)) }

func isNameByte(c byte) bool { return isLetter(c) || c == '-' || '0' <= c && c <= '9' }

func (p *parser) name() string {
	start := p.at
	if p.done() || !isLetter(p.source[p.at]) {
		return ""
	}
	for !p.done() && isNameByte(p.source[p.at]) {
		p.at++
	}
	return p.source[start:p.at]
}
