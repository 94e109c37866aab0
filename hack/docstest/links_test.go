package docstest

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLinks follows all relative links. Others need a network.
func TestLinks(t *testing.T) {
	all := documents(t, everywhere...)
	n := 0
	for _, d := range all {
		n += len(d.links)
		report(t, brokenLinks(d, all))
	}
	t.Logf("%d links in %d documents", n, len(all))
}

func brokenLinks(d *document, all []*document) []problem {
	var problems []problem
	for _, l := range d.links {
		if text := brokenLink(d, l.text, all); text != "" {
			problems = append(problems, problem{d.path, l.line, text})
		}
	}
	return problems
}

// brokenLink says what is wrong with a link, if anything.
func brokenLink(d *document, link string, all []*document) string {
	u, err := url.Parse(link)
	if err != nil {
		return fmt.Sprintf("the link %s is no URL", link)
	}
	if u.IsAbs() {
		return ""
	}
	name := d.path
	if u.Path != "" {
		name = path.Join(path.Dir(d.path), u.Path)
	}
	if _, err := os.Stat(filepath.Join(root, name)); err != nil {
		return fmt.Sprintf("the link %s leads to %s, which does not exist", link, name)
	}
	if u.Fragment == "" {
		return ""
	}
	i := slices.IndexFunc(all, func(other *document) bool { return other.path == name })
	if i < 0 {
		return fmt.Sprintf("the link %s has an anchor, and %s is no document", link, name)
	}
	if !slices.Contains(all[i].anchors, u.Fragment) {
		return fmt.Sprintf("the link %s: %s has no heading #%s", link, name, u.Fragment)
	}
	return ""
}

func TestBrokenLinksAreFound(t *testing.T) {
	d := parse("docs/drift.md", "# Here\n[ok](#here) [ok](security.md) [ok](https://example.com/x)\n[bad](missing.md)\n[bad](#there)\n[bad](../config#x)\n")
	var got []string
	for _, p := range brokenLinks(d, []*document{d}) {
		got = append(got, p.String())
	}
	want := []string{
		"docs/drift.md:3: the link missing.md leads to docs/missing.md, which does not exist",
		"docs/drift.md:4: the link #there: docs/drift.md has no heading #there",
		"docs/drift.md:5: the link ../config#x has an anchor, and config is no document",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
