package docstest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// command is a simple command of a shell: its words, without assignments before it.
type command struct {
	line  int
	words []string
}

var (
	heredoc    = regexp.MustCompile(`<<-?\s*'?"?(\w+)`)
	assignment = regexp.MustCompile(`^\w+=`)
	// separator begins another command. Quotes are not regarded: a command in $( ) within them is one, too.
	separator = regexp.MustCompile(`\$\(|&&|\|\||[|;()]| do | then |\bdo$|\bthen$`)
	remark    = regexp.MustCompile(`(^|\s)#.*$`)
	quoted    = regexp.MustCompile(`'[^'$]*'|"[^"$]*"`)
	keywords  = map[string]bool{"do": true, "done": true, "then": true, "else": true, "fi": true, "if": true, "for": true, "while": true, "until": true, "in": true, "{": true, "}": true, "!": true, "": true}
)

// commands finds the commands in the text of a shell block, as far as names in them are concerned.
func commands(p piece) []command {
	var all []command
	lines := strings.Split(p.text, "\n")
	for i := 0; i < len(lines); i++ {
		at, text := p.line+i, remark.ReplaceAllString(lines[i], "")
		for strings.HasSuffix(text, `\`) && i+1 < len(lines) {
			i++
			text = strings.TrimSuffix(text, `\`) + " " + remark.ReplaceAllString(lines[i], "")
		}
		if h := heredoc.FindStringSubmatch(text); h != nil {
			i++
			for i < len(lines) && strings.TrimSpace(lines[i]) != h[1] {
				i++
			}
		}
		for strings.Count(text, "'")%2 == 1 && i+1 < len(lines) {
			i++
			text += " " + lines[i]
		}
		// What is quoted and long is an argument, whatever it holds.
		text = quoted.ReplaceAllStringFunc(text, func(q string) string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune(" ;|&()#", r) {
					return '_'
				}
				return r
			}, q)
		})
		for _, part := range separator.Split(text, -1) {
			words := strings.Fields(part)
			for len(words) > 0 && (assignment.MatchString(words[0]) || keywords[words[0]]) {
				if words[0] == "for" {
					words = nil
					break
				}
				words = words[1:]
			}
			if len(words) > 0 && strings.Trim(words[0], `"'`) != "" {
				all = append(all, command{at, words})
			}
		}
	}
	return all
}

func TestCommands(t *testing.T) {
	got := commands(piece{10, "A=1 make x   # make y\nkubectl a \\\n  --b | grep 'c; d'\ncat > f <<EOF\nmake z\nEOF\nfor X in a b; do\n  echo \"$(aws q)\"\ndone\naws 'a\nb' c\n"})
	want := []command{
		{10, []string{"make", "x"}},
		{11, []string{"kubectl", "a", "--b"}},
		{11, []string{"grep", "'c__d'"}},
		{13, []string{"cat", ">", "f", "<<EOF"}},
		{17, []string{"echo", `"`}},
		{17, []string{"aws", "q"}},
		{19, []string{"aws", "'a_b'", "c"}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(command{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
