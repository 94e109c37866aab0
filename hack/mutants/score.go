package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// score is what became of a package's mutants.
type score struct {
	folder                                          string
	killed, lived, timedOut, notCovered, uncompiled int
	took                                            time.Duration
	// survivors are the places of those that lived.
	survivors []string
	// hung are the places of those that timed out.
	hung []string
	// left says why the package was left out.
	left string
}

// efficacy is the part that was killed of those that a test ran; those that hang are none of both.
func (s score) efficacy() float64 {
	if s.killed+s.lived == 0 {
		return 1
	}
	return float64(s.killed) / float64(s.killed+s.lived)
}

func (s score) String() string {
	if s.left != "" {
		return fmt.Sprintf("%s: left out: %s", s.folder, s.left)
	}
	return fmt.Sprintf("%s: %d killed, %d lived, %d timed out, %d not covered, %.0f s",
		s.folder, s.killed, s.lived, s.timedOut, s.notCovered, s.took.Seconds())
}

// mutations are what gremlins reports.
type mutations struct {
	Files []struct {
		Name      string `json:"file_name"`
		Mutations []struct {
			Line, Column int
			Type, Status string
		}
	}
}

// read counts what gremlins reports of a package. It takes for killed what does not compile, for `go test` fails of both
// with 1: a - for the + between strings, or a product of constants that overflows.
func read(report []byte, folder string, src *source) (score, error) {
	var m mutations
	if err := json.Unmarshal(report, &m); err != nil {
		return score{}, fmt.Errorf("read gremlins' report: %w", err)
	}
	s := score{folder: folder}
	arithmetic := src.arithmetic()
	for _, file := range m.Files {
		for _, mutation := range file.Mutations {
			at := fmt.Sprintf("%s:%d:%d", filepath.Base(file.Name), mutation.Line, mutation.Column)
			named := fmt.Sprintf("%s/%s %s", folder, at, mutation.Type)
			switch mutation.Status {
			case "NOT COVERED":
				s.notCovered++
			case "LIVED":
				s.lived++
				s.survivors = append(s.survivors, named)
			case "TIMED OUT":
				s.timedOut++
				s.hung = append(s.hung, named)
			case "KILLED":
				if n := arithmetic[at]; n != nil && !src.compilesChanged(n) {
					s.uncompiled++
				} else {
					s.killed++
				}
			default:
				s.uncompiled++
			}
		}
	}
	slices.Sort(s.survivors)
	slices.Sort(s.hung)
	return s, nil
}

// changed is what gremlins makes of an arithmetic operator. Its other changes compile.
var changed = map[token.Token]token.Token{
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL,
}

// arithmetic is the package's arithmetic, by the places of its operators.
func (s *source) arithmetic() map[string]*ast.BinaryExpr {
	found := map[string]*ast.BinaryExpr{}
	for c := range s.tree.Root().Preorder(binary) {
		if n := c.Node().(*ast.BinaryExpr); changed[n.Op] != token.ILLEGAL {
			at := s.Fset.Position(n.OpPos)
			found[fmt.Sprintf("%s:%d:%d", filepath.Base(at.Filename), at.Line, at.Column)] = n
		}
	}
	return found
}

// compilesChanged says whether the package compiles with gremlins' operator in the place of an expression's.
func (s *source) compilesChanged(n *ast.BinaryExpr) bool {
	file := s.Fset.File(n.OpPos)
	text, err := splice(file, s.texts[file.Name()], []edit{{n.OpPos, n.OpPos + 1, changed[n.Op].String()}})
	return err == nil && s.check(file.Name(), text) == nil
}

// judge prints the table, the survivors and what hung, and fails if too few were killed.
func judge(w io.Writer, scores []score) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PACKAGE\tKILLED\tLIVED\tTIMED OUT\tNOT COVERED\tEFFICACY\tSECONDS")
	total := score{folder: "all"}
	row := func(s score) {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%.1f %%\t%.0f\n",
			s.folder, s.killed, s.lived, s.timedOut, s.notCovered, 100*s.efficacy(), s.took.Seconds())
	}
	for _, s := range scores {
		if s.left != "" {
			fmt.Fprintf(table, "%s\t%s\n", s.folder, s.left)
			continue
		}
		row(s)
		total.killed += s.killed
		total.lived += s.lived
		total.timedOut += s.timedOut
		total.notCovered += s.notCovered
		total.took += s.took
		total.survivors = append(total.survivors, s.survivors...)
		total.hung = append(total.hung, s.hung...)
	}
	row(total)
	if err := table.Flush(); err != nil {
		return err
	}
	for _, survivor := range total.survivors {
		fmt.Fprintln(w, "lived:", survivor)
	}
	for _, place := range total.hung {
		fmt.Fprintln(w, "hung:", place)
	}
	if total.efficacy() < leastKilled {
		return fmt.Errorf("%.1f %% of the mutants on covered lines were killed, not %.0f %%", 100*total.efficacy(), 100*leastKilled)
	}
	return nil
}

// told keeps what gremlins says, a line a mutant, and tells of each that lived or hung, and of every twentieth.
type told struct {
	w      io.Writer
	folder string
	all    bytes.Buffer
	read   int
	tried  int
}

const tellEvery = 20

func (t *told) Write(p []byte) (int, error) {
	t.all.Write(p)
	for {
		line, _, whole := strings.Cut(t.all.String()[t.read:], "\n")
		if !whole {
			return len(p), nil
		}
		t.read += len(line) + 1
		status, place, isMutant := strings.Cut(strings.TrimSpace(line), " at ")
		if !isMutant || strings.HasPrefix(status, "NOT COVERED") {
			continue
		}
		t.tried++
		if strings.HasPrefix(status, "LIVED") || strings.HasPrefix(status, "TIMED OUT") {
			fmt.Fprintf(t.w, "%s/%s: %s\n", t.folder, place, status)
		}
		if t.tried%tellEvery == 0 {
			fmt.Fprintf(t.w, "%s: %d mutants so far\n", t.folder, t.tried)
		}
	}
}
