// Package plan holds what will be done before it is done: a Plan is the typed difference between what a
// SecuredAPI asks for and what AWS has. userpool and restapi calculate plans and carry them out; logs, events
// and status show their words.
package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"
	"slices"
	"strings"
)

// Class says what a change does to those who use the API.
type Class string

const (
	// InPlace changes take effect at once and disturb nobody.
	InPlace Class = "inPlace"
	// Redeploy changes take effect with a new deployment of the stage.
	Redeploy Class = "redeploy"
	// Replace changes delete something and make it anew, under another id or name.
	Replace Class = "replace"
	// LosesUsers changes take the user pool away, and its users with it.
	LosesUsers Class = "losesUsers"
	// Adopts changes take over what this object did not make, as it is.
	Adopts Class = "adopts"
	// Weakens changes lower a protection, whatever else they do.
	Weakens Class = "weakens"
)

// Action is what a change does to its subject.
type Action byte

// The actions, as the words of a plan begin.
const (
	Create Action = '+'
	Update Action = '~'
	Delete Action = '-'
	Adopt  Action = '='
)

// Change is one difference. Part is the resource that one AWS call changes; Subject names what changes in it.
type Change struct {
	Part    string
	Action  Action
	Subject string
	From    string
	To      string
	Class   Class
}

// String is the change in words: `~ userPool.passwordPolicy.minimumLength: 6 -> 8`, `+ GET /orders registered`.
func (c Change) String() string {
	s := string(c.Action) + " " + c.Subject
	switch {
	case c.Action == Update:
		return s + ": " + quoteEmpty(c.From) + " -> " + quoteEmpty(c.To)
	case c.To != "":
		return s + " " + c.To
	default:
		return s
	}
}

func quoteEmpty(s string) string {
	if s == "" {
		return `""`
	}
	return s
}

// Plan is an ordered list of changes.
type Plan []Change

// Empty says that there is nothing to do.
func (p Plan) Empty() bool { return len(p) == 0 }

// Touches says whether any change is to the part.
func (p Plan) Touches(part string) bool { return len(p.Of(part)) > 0 }

// Of returns the changes to one part.
func (p Plan) Of(part string) Plan {
	return slices.DeleteFunc(slices.Clone(p), func(c Change) bool { return c.Part != part })
}

// String joins the changes' words.
func (p Plan) String() string {
	words := make([]string, len(p))
	for i, c := range p {
		words[i] = c.String()
	}
	return strings.Join(words, "; ")
}

// Has says whether any change is of the class.
func (p Plan) Has(class Class) bool { return !p.Class(class).Empty() }

// Class returns the changes of one class.
func (p Plan) Class(class Class) Plan {
	return slices.DeleteFunc(slices.Clone(p), func(c Change) bool { return c.Class != class })
}

// Hash identifies the plan by its words and classes: whoever agreed to a hash agreed to these changes.
func (p Plan) Hash() string { return HashOf(p.Lines()) }

// Lines are the changes in words, each with its class.
func (p Plan) Lines() iter.Seq2[string, Class] {
	return func(yield func(string, Class) bool) {
		for _, c := range p {
			if !yield(c.String(), c.Class) {
				return
			}
		}
	}
}

// HashOf is the hash of a plan with these lines.
func HashOf(lines iter.Seq2[string, Class]) string {
	hash := sha256.New()
	for words, class := range lines {
		_, _ = io.WriteString(hash, words+"\n"+string(class)+"\n")
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)[:8])
}

// RestOf says that the plan is what is left of another one, of which a part was carried out: that one's lines, if they are what its hash
// says.
func (p Plan) RestOf(lines iter.Seq2[string, Class], hash string) bool {
	if HashOf(lines) != hash {
		return false
	}
	type line struct {
		words string
		class Class
	}
	left := map[line]int{}
	for words, class := range lines {
		left[line{words, class}]++
	}
	for words, class := range p.Lines() {
		if left[line{words, class}]--; left[line{words, class}] < 0 {
			return false
		}
	}
	return true
}

// Field is one property compared: Subject with what AWS has and what is wanted, both in words.
type Field struct {
	Subject  string
	Observed string
	Desired  string
}

// Diff returns an Update for every field whose words differ.
func Diff(part string, class Class, fields ...Field) Plan {
	var p Plan
	for _, f := range fields {
		if f.Observed != f.Desired {
			p = append(p, Change{Part: part, Action: Update, Subject: f.Subject, From: f.Observed, To: f.Desired, Class: class})
		}
	}
	return p
}
