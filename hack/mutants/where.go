package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
)

// place is where a rule is broken: the nodes of a kind, in a package's folder, that pass all tests.
type place struct {
	pkg   string
	kinds []ast.Node
	that  []test
	// times is how many there are, all of which are changed; 1 if it is 0.
	times int
}

// in is a place: the one node of a kind that passes the tests.
func in(pkg string, kind ast.Node, that ...test) place {
	return place{pkg: pkg, kinds: []ast.Node{kind}, that: that}
}

// each is a place with so many nodes that pass the tests.
func each(times int, at place) place {
	at.times = times
	return at
}

// Kinds of nodes.
var (
	ifStmt     = (*ast.IfStmt)(nil)
	caseClause = (*ast.CaseClause)(nil)
	assignment = (*ast.AssignStmt)(nil)
	returnStmt = (*ast.ReturnStmt)(nil)
	statement  = (*ast.ExprStmt)(nil)
	call       = (*ast.CallExpr)(nil)
	binary     = (*ast.BinaryExpr)(nil)
	literal    = (*ast.CompositeLit)(nil)
	keyValue   = (*ast.KeyValueExpr)(nil)
	constSpec  = (*ast.ValueSpec)(nil)
	function   = (*ast.FuncDecl)(nil)
)

// role is what a node is to the one above it.
type role struct {
	edges []edge.Kind
	// index is that in a list, or any.
	index int
}

const anyIndex = -1

// Roles.
var (
	condition = role{[]edge.Kind{edge.IfStmt_Cond, edge.ForStmt_Cond}, anyIndex}
	then      = role{[]edge.Kind{edge.IfStmt_Body}, anyIndex}
	left      = role{[]edge.Kind{edge.BinaryExpr_X, edge.AssignStmt_Lhs}, anyIndex}
	right     = role{[]edge.Kind{edge.BinaryExpr_Y, edge.AssignStmt_Rhs}, anyIndex}
	key       = role{[]edge.Kind{edge.KeyValueExpr_Key}, anyIndex}
	value     = role{[]edge.Kind{edge.KeyValueExpr_Value, edge.ValueSpec_Values, edge.ReturnStmt_Results}, anyIndex}
	cases     = role{[]edge.Kind{edge.CaseClause_List}, anyIndex}
	does      = role{[]edge.Kind{edge.CaseClause_Body}, anyIndex}
)

func argument(i int) role { return role{[]edge.Kind{edge.CallExpr_Args}, i} }

func result(i int) role { return role{[]edge.Kind{edge.ReturnStmt_Results}, i} }

// of are the nodes that have the role for a node.
func (r role) of(c inspector.Cursor) []inspector.Cursor {
	var found []inspector.Cursor
	for child := range c.Children() {
		if kind, i := child.ParentEdge(); slices.Contains(r.edges, kind) && (r.index == anyIndex || r.index == i) {
			found = append(found, child)
		}
	}
	return found
}

// test says whether a node is meant.
type test func(s *source, c inspector.Cursor) bool

func all(tests []test) test {
	return func(s *source, c inspector.Cursor) bool {
		return !slices.ContainsFunc(tests, func(t test) bool { return !t(s, c) })
	}
}

func not(tests ...test) test {
	return func(s *source, c inspector.Cursor) bool { return !all(tests)(s, c) }
}

// the says that a node with the role passes the tests.
func the(r role, tests ...test) test {
	return func(s *source, c inspector.Cursor) bool {
		return slices.ContainsFunc(r.of(c), func(child inspector.Cursor) bool { return all(tests)(s, child) })
	}
}

// is says that the node has the role, for a node that passes the tests.
func is(r role, of ...test) test {
	return func(s *source, c inspector.Cursor) bool {
		kind, i := c.ParentEdge()
		return slices.Contains(r.edges, kind) && (r.index == anyIndex || r.index == i) && all(of)(s, c.Parent())
	}
}

// has says that there is a node of the kind within, or this one, that passes the tests.
func has(kind ast.Node, tests ...test) test {
	return func(s *source, c inspector.Cursor) bool {
		for child := range c.Preorder(kind) {
			if all(tests)(s, child) {
				return true
			}
		}
		return false
	}
}

// within says that a node of the kind is around that passes the tests.
func within(kind ast.Node, tests ...test) test {
	return func(s *source, c inspector.Cursor) bool {
		for around := range c.Enclosing(kind) {
			if around != c && all(tests)(s, around) {
				return true
			}
		}
		return false
	}
}

// before says that the next statement passes the tests.
func before(tests ...test) test {
	return func(s *source, c inspector.Cursor) bool {
		next, ok := c.NextSibling()
		return ok && next.ParentEdgeKind() == c.ParentEdgeKind() && all(tests)(s, next)
	}
}

// after says that the statement before passes the tests.
func after(tests ...test) test {
	return func(s *source, c inspector.Cursor) bool {
		previous, ok := c.PrevSibling()
		return ok && previous.ParentEdgeKind() == c.ParentEdgeKind() && all(tests)(s, previous)
	}
}

// operator says that the node's own operator is the token.
func operator(tok token.Token) test {
	return func(_ *source, c inspector.Cursor) bool {
		switch n := c.Node().(type) {
		case *ast.BinaryExpr:
			return n.Op == tok
		case *ast.UnaryExpr:
			return n.Op == tok
		case *ast.AssignStmt:
			return n.Tok == tok
		default:
			return false
		}
	}
}

// calls says that a function of the name is called within, or by this node. A method of an interface is called by the
// interface's name, whoever has it; a function in a member of a struct, by the struct's and the member's.
func calls(name string) test { return has(call, callee(name)) }

// callee says that this node, a call, calls a function of the name.
func callee(name string) test {
	return func(s *source, c inspector.Cursor) bool {
		fun := c.ChildAt(edge.CallExpr_Fun, -1)
		for {
			switch fun.Node().(type) {
			case *ast.ParenExpr:
				fun = fun.ChildAt(edge.ParenExpr_X, -1)
			case *ast.IndexExpr:
				fun = fun.ChildAt(edge.IndexExpr_X, -1)
			case *ast.SelectorExpr:
				fun = fun.ChildAt(edge.SelectorExpr_Sel, -1)
			case *ast.Ident:
				return named(s.nameOf(fun), name)
			default:
				return false
			}
		}
	}
}

// inside says that the node is in the function, or method, of the name.
func inside(name string) test {
	return within(function, func(s *source, c inspector.Cursor) bool {
		return named(s.nameOf(c.ChildAt(edge.FuncDecl_Name, -1)), name)
	})
}

// mentions says that something of the name is used or declared within, or by this node.
func mentions(name string) test {
	return has((*ast.Ident)(nil), func(s *source, c inspector.Cursor) bool { return named(s.nameOf(c), name) })
}

// worth says that the constant is within, or this node: a string, an int, a bool or a time.Duration.
func worth(v any) test {
	if d, ok := v.(time.Duration); ok {
		v = int64(d)
	}
	if i, ok := v.(int); ok {
		v = int64(i)
	}
	want := constant.Make(v)
	return func(s *source, c inspector.Cursor) bool {
		for child := range c.Preorder() {
			expr, ok := child.Node().(ast.Expr)
			if got := s.TypesInfo.Types[expr].Value; ok && got != nil && got.ExactString() == want.ExactString() {
				return true
			}
		}
		return false
	}
}

// named says whether a full name, such as awserr.Is or cognitoidentityprovider.CreateUserPoolInput.PoolName, ends with a
// name's words.
func named(full, name string) bool { return full == name || strings.HasSuffix(full, "."+name) }

// nameOf is the full name of what an identifier stands for: its package, its type if it is a field or method, and its own.
func (s *source) nameOf(c inspector.Cursor) string {
	object := s.TypesInfo.ObjectOf(c.Node().(*ast.Ident))
	if object == nil {
		return ""
	}
	name := object.Name()
	if owner := s.ownerOf(object, c); owner != nil {
		return owner.Pkg().Name() + "." + owner.Name() + "." + name
	}
	if object.Pkg() != nil && object.Parent() == object.Pkg().Scope() {
		return object.Pkg().Name() + "." + name
	}
	return name
}

// ownerOf is the type of which an identifier's object is a method or a field, or nil.
func (s *source) ownerOf(object types.Object, c inspector.Cursor) *types.TypeName {
	var owner types.Type
	switch o := object.(type) {
	case *types.Func:
		if receiver := o.Signature().Recv(); receiver != nil {
			owner = receiver.Type()
		}
	case *types.Var:
		above := c.Parent()
		switch n := above.Node().(type) {
		case *ast.SelectorExpr:
			if selection := s.TypesInfo.Selections[n]; o.IsField() && selection != nil {
				owner = selection.Recv()
			}
		case *ast.KeyValueExpr:
			if parent, ok := above.Parent().Node().(*ast.CompositeLit); o.IsField() && ok {
				owner = s.TypesInfo.TypeOf(parent)
			}
		}
	}
	if pointer, ok := owner.(*types.Pointer); ok {
		owner = pointer.Elem()
	}
	if known, ok := owner.(*types.Named); ok && known.Obj().Pkg() != nil {
		return known.Obj()
	}
	return nil
}
