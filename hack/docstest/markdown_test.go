package docstest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// document is a file of Markdown.
type document struct {
	path    string
	anchors []string
	links   []piece
	spans   []piece // code within text
	blocks  []block
}

// piece is some text of a document and its line, counted from 1.
type piece struct {
	line int
	text string
}

// block is a fenced block of code. Its line is that of its first line of code; mark is the comment before it.
type block struct {
	piece

	language, mark string
}

var (
	fence   = regexp.MustCompile("^( *)```+ *([a-z]*)")
	comment = regexp.MustCompile(`^ *<!-- *(.*?) *-->$`)
	heading = regexp.MustCompile(`^#+ +(.*)$`)
	span    = regexp.MustCompile("`([^`]+)`")
	link    = regexp.MustCompile(`\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)`)
	target  = regexp.MustCompile(`\]\([^()\s]+\)`)
	named   = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
)

// parse reads a document.
func parse(path, text string) *document {
	d := &document{path: path}
	lines := strings.Split(text, "\n")
	mark := ""
	for i := 0; i < len(lines); i++ {
		if open := fence.FindStringSubmatch(lines[i]); open != nil {
			b := block{piece: piece{line: i + 2}, language: open[2], mark: mark}
			lines[i], mark = "", ""
			for i++; i < len(lines) && !strings.HasPrefix(strings.TrimSpace(lines[i]), "```"); i++ {
				b.text += strings.TrimPrefix(lines[i], open[1]) + "\n"
				lines[i] = ""
			}
			if i < len(lines) {
				lines[i] = ""
			}
			d.blocks = append(d.blocks, b)
			continue
		}
		if strings.TrimSpace(lines[i]) == "" {
			continue
		}
		mark = ""
		if c := comment.FindStringSubmatch(lines[i]); c != nil {
			mark, lines[i] = c[1], ""
		} else if h := heading.FindStringSubmatch(lines[i]); h != nil {
			d.addAnchor(slug(h[1]))
		}
	}
	prose := strings.Join(lines, "\n")
	at := func(offset int) int { return 1 + strings.Count(prose[:offset], "\n") }
	for _, m := range span.FindAllStringSubmatchIndex(prose, -1) {
		d.spans = append(d.spans, piece{at(m[0]), strings.Join(strings.Fields(prose[m[2]:m[3]]), " ")})
	}
	for _, m := range named.FindAllStringSubmatch(prose, -1) {
		d.anchors = append(d.anchors, m[1])
	}
	withoutCode := span.ReplaceAllStringFunc(prose, func(code string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return 'x'
		}, code)
	})
	prose = withoutCode
	for _, m := range link.FindAllStringSubmatchIndex(prose, -1) {
		d.links = append(d.links, piece{at(m[0]), prose[m[2]:m[3]]})
	}
	return d
}

// addAnchor adds the anchor of a heading, with a number if there is one of that name.
func (d *document) addAnchor(anchor string) {
	name := anchor
	for n := 1; slices.Contains(d.anchors, name); n++ {
		name = fmt.Sprintf("%s-%d", anchor, n)
	}
	d.anchors = append(d.anchors, name)
}

// slug is the anchor that GitHub gives a heading.
func slug(text string) string {
	text = strings.NewReplacer("`", "", "[", "").Replace(target.ReplaceAllString(text, ""))
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, text)
}

func TestParse(t *testing.T) {
	d := parse("a.md", "# A `b`, and [c](d.md)\n\nText `make\nx` and [two\nlines](e.md#f).\n\n<!-- tested -->\n\n```sh\necho [a](b)\n```\n## Twice\n## Twice\n")
	for _, c := range []struct {
		reason    string
		got, want any
	}{
		{"headings become anchors as on GitHub", d.anchors, []string{"a-b-and-c", "twice", "twice-1"}},
		{"links are found over line ends, and not in code", fmt.Sprint(d.links), "[{1 d.md} {4 e.md#f}]"},
		{"a span over two lines is one", fmt.Sprint(d.spans), "[{1 b} {3 make x}]"},
		{"a block knows its line and the comment before it", fmt.Sprint(d.blocks), "[{{10 echo [a](b)\n} sh tested}]"},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.reason, diff)
		}
	}
}
