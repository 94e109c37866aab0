package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/packages"
)

// source is a package's syntax with its types, and what its files say.
type source struct {
	*packages.Package

	tree *inspector.Inspector
	// texts are the files' contents, by name.
	texts map[string]string
	// imported are all packages that were loaded, by path: what a mutant imports is among them.
	imported map[string]*types.Package
}

// load loads the packages that the mutants are in, by their folders, from the module's root dir.
func load(dir string, chosen []mutant) (map[string]*source, error) {
	var patterns, folders []string
	for _, m := range chosen {
		folders = append(folders, m.at.pkg)
		for _, spec := range m.imports {
			patterns = append(patterns, importPath(spec))
		}
	}
	slices.Sort(folders)
	folders = slices.Compact(folders)
	for _, folder := range folders {
		patterns = append(patterns, "./"+folder)
	}
	// The packages themselves are read from source; what they import comes from the compiler.
	list, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: dir}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", patterns, err)
	}
	imported := map[string]*types.Package{}
	for _, p := range list {
		for _, dependency := range append(p.Types.Imports(), p.Types) {
			imported[dependency.Path()] = dependency
		}
	}
	sources := map[string]*source{}
	for _, folder := range folders {
		i := slices.IndexFunc(list, func(p *packages.Package) bool { return strings.HasSuffix(p.PkgPath, "/"+folder) })
		if i < 0 {
			return nil, fmt.Errorf("there is no package %s", folder)
		}
		if sources[folder], err = newSource(list[i], imported); err != nil {
			return nil, fmt.Errorf("load %s: %w", folder, err)
		}
	}
	return sources, nil
}

func newSource(p *packages.Package, imported map[string]*types.Package) (*source, error) {
	if len(p.Errors) > 0 {
		return nil, p.Errors[0]
	}
	s := &source{Package: p, tree: inspector.New(p.Syntax), texts: map[string]string{}, imported: imported}
	for _, name := range p.CompiledGoFiles {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s.texts[name] = string(text)
	}
	return s, nil
}

// places are the nodes that a place names.
func (s *source) places(at place) []inspector.Cursor {
	var found []inspector.Cursor
	for c := range s.tree.Root().Preorder(at.kinds...) {
		if all(at.that)(s, c) {
			found = append(found, c)
		}
	}
	return found
}

// edit replaces what is between two positions of a file. One that begins where it ends inserts.
type edit struct {
	from, to token.Pos
	text     string
}

// text is what the file says for a node.
func (s *source) text(n ast.Node) string { return s.between(n.Pos(), n.End()) }

func (s *source) between(from, to token.Pos) string {
	file := s.Fset.File(from)
	return s.texts[file.Name()][file.Offset(from):file.Offset(to)]
}

// mutate returns the file that a mutant changes, and its new text, which compiles.
func (s *source) mutate(m mutant) (name, text string, err error) {
	found := s.places(m.at)
	if want := max(m.at.times, 1); len(found) != want {
		var where []string
		for _, c := range found {
			where = append(where, s.Fset.Position(c.Node().Pos()).String())
		}
		return "", "", fmt.Errorf("%s: adjust its place: %s has %d like it, want %d %v", m.breaks, m.at.pkg, len(found), want, where)
	}
	var edits []edit
	for _, c := range found {
		more, err := m.do(s, c)
		if err != nil {
			return "", "", fmt.Errorf("%s: %s: %w", m.breaks, s.Fset.Position(c.Node().Pos()), err)
		}
		edits = append(edits, more...)
	}
	file := s.Fset.File(edits[0].from)
	for _, spec := range m.imports {
		end := s.fileOf(edits[0].from).Name.End()
		edits = append(edits, edit{end, end, "; import " + spec})
	}
	if text, err = splice(file, s.texts[file.Name()], edits); err == nil {
		err = s.check(file.Name(), text)
	}
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", m.breaks, err)
	}
	return file.Name(), text, nil
}

func splice(file *token.File, text string, edits []edit) (string, error) {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out strings.Builder
	at := 0
	for _, e := range edits {
		if int(e.to) > file.Base()+file.Size() || int(e.from) < file.Base() {
			return "", errors.New("adjust its place: it is in more than one file")
		}
		if file.Offset(e.from) < at {
			return "", errors.New("adjust its place: one is in another")
		}
		out.WriteString(text[at:file.Offset(e.from)] + e.text)
		at = file.Offset(e.to)
	}
	out.WriteString(text[at:])
	return out.String(), nil
}

func (s *source) fileOf(at token.Pos) *ast.File {
	i := slices.IndexFunc(s.Syntax, func(f *ast.File) bool { return f.FileStart <= at && at <= f.FileEnd })
	return s.Syntax[i]
}

// check fails if the package does not compile with a file's new text.
func (s *source) check(name, text string) error {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, other := range s.CompiledGoFiles {
		content := s.texts[other]
		if other == name {
			content = text
		}
		file, err := parser.ParseFile(fset, other, content, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("it does not compile: %w", err)
		}
		files = append(files, file)
	}
	config := types.Config{Importer: importer(s.imported), Sizes: s.TypesSizes}
	if _, err := config.Check(s.PkgPath, fset, files, nil); err != nil {
		return fmt.Errorf("it does not compile: %w", err)
	}
	return nil
}

type importer map[string]*types.Package

func (i importer) Import(path string) (*types.Package, error) {
	if p := i[path]; p != nil {
		return p, nil
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	return nil, fmt.Errorf("%s is not loaded", path)
}

// importPath is the path of an import, as written: with quotes, and maybe a name before it.
func importPath(spec string) string {
	return strings.Trim(spec[strings.LastIndexByte(spec, ' ')+1:], `"`)
}
