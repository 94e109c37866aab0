package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
)

// change is what is done to a node.
type change func(s *source, c inspector.Cursor) ([]edit, error)

// to does the change to the nodes with the role.
func to(r role, do change) change {
	return func(s *source, c inspector.Cursor) ([]edit, error) {
		var edits []edit
		for _, child := range r.of(c) {
			more, err := do(s, child)
			if err != nil {
				return nil, err
			}
			edits = append(edits, more...)
		}
		if len(edits) == 0 {
			return nil, errors.New("there is nothing to change in it")
		}
		return edits, nil
	}
}

// become puts other words in the place of an expression or statement; in them, $ is what was there.
func become(words string) change {
	return func(s *source, c inspector.Cursor) ([]edit, error) {
		n := c.Node()
		return []edit{{n.Pos(), n.End(), strings.ReplaceAll(words, "$", s.text(n))}}, nil
	}
}

// Changes of a condition, which stays in the program, so that all that it uses is used.
var (
	negated = become("!($)")
	never   = become("(false && ($))")
	always  = become("(true || ($))")
)

// undone leaves a statement out. It is there still, so that all that it uses is used.
var undone = become("if false { $ }")

// with puts another operator in the place of a node's own.
func with(tok token.Token) change {
	return func(_ *source, c inspector.Cursor) ([]edit, error) {
		var at token.Pos
		var old token.Token
		switch n := c.Node().(type) {
		case *ast.BinaryExpr:
			at, old = n.OpPos, n.Op
		case *ast.UnaryExpr:
			at, old = n.OpPos, n.Op
		case *ast.AssignStmt:
			at, old = n.TokPos, n.Tok
		default:
			return nil, fmt.Errorf("a %T has no operator", n)
		}
		return []edit{{at, at + token.Pos(len(old.String())), tok.String()}}, nil
	}
}

// removed takes a node out: a member of a literal, an argument, a case of a switch, or a statement that nobody misses.
func removed(s *source, c inspector.Cursor) ([]edit, error) {
	n := c.Node()
	end := n.End()
	switch c.ParentEdgeKind() {
	case edge.CompositeLit_Elts, edge.CallExpr_Args:
		// With the comma, if one follows.
		rest := s.between(end, s.fileOf(end).End())
		if trimmed := strings.TrimLeft(rest, " \t\n"); strings.HasPrefix(trimmed, ",") {
			end += token.Pos(len(rest) - len(trimmed) + 1)
		}
	default:
	}
	return []edit{{n.Pos(), end, ""}}, nil
}

// zeroed makes an expression the zero value of its type.
func zeroed(s *source, c inspector.Cursor) ([]edit, error) {
	expr, ok := c.Node().(ast.Expr)
	if !ok {
		return nil, fmt.Errorf("a %T has no value", c.Node())
	}
	return become(s.zero(s.TypesInfo.TypeOf(expr), expr.Pos()))(s, c)
}

// returnsEarly makes a function return its zero values, and nil for the error, before it does anything.
func returnsEarly(s *source, c inspector.Cursor) ([]edit, error) {
	f, ok := c.Node().(*ast.FuncDecl)
	if !ok {
		return nil, fmt.Errorf("a %T is no function", c.Node())
	}
	var zeros []string
	results := s.TypesInfo.Defs[f.Name].Type().(*types.Signature).Results()
	for v := range results.Variables() {
		zeros = append(zeros, s.zero(v.Type(), f.Pos()))
	}
	start := f.Body.Lbrace + 1
	return []edit{{start, start, " if true { return " + strings.Join(zeros, ", ") + " };"}}, nil
}

// followedBy does a statement more, after one.
func followedBy(words string) change { return become("$; " + words) }

// precededBy does a statement more, before one.
func precededBy(words string) change { return become(words + "; $") }

// either does one change to the nodes that pass a test, and another to those that don't.
func either(t test, one, other change) change {
	return func(s *source, c inspector.Cursor) ([]edit, error) {
		if t(s, c) {
			return one(s, c)
		}
		return other(s, c)
	}
}

// swapped makes a statement change places with the next one.
func swapped(s *source, c inspector.Cursor) ([]edit, error) {
	next, ok := c.NextSibling()
	if _, isStatement := c.Node().(ast.Stmt); !ok || !isStatement || next.ParentEdgeKind() != c.ParentEdgeKind() {
		return nil, errors.New("no statement follows it")
	}
	a, b := c.Node(), next.Node()
	return []edit{{a.Pos(), a.End(), s.text(b)}, {b.Pos(), b.End(), s.text(a)}}, nil
}

// zero is the zero value of a type, in the words of the file at a position.
func (s *source) zero(t types.Type, at token.Pos) string {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return `""`
		case u.Info()&types.IsBoolean != 0:
			return "false"
		default:
			return "0"
		}
	case *types.Struct, *types.Array:
		return types.TypeString(t, s.qualifier(at)) + "{}"
	default:
		return "nil"
	}
}

// qualifier says what a file calls the packages that it imports.
func (s *source) qualifier(at token.Pos) types.Qualifier {
	names := map[string]string{}
	for _, spec := range s.fileOf(at).Imports {
		if name := s.TypesInfo.PkgNameOf(spec); name != nil {
			names[name.Imported().Path()] = name.Name()
		}
	}
	return func(p *types.Package) string {
		if p == s.Types {
			return ""
		}
		return names[p.Path()]
	}
}
