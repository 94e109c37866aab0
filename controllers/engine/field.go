package engine

import (
	"slices"
	"strings"

	"github.com/securedapi/securedapi/controllers/engine/plan"
)

// Field is one property of a resource: what it says of it in plans, and how a wanted one is laid over what was read.
// Whatever no field sets survives an update.
type Field[D, O any] struct {
	// Name is the property's, behind the resource's: passwordPolicy.minimumLength.
	Name string
	// Block is the block of the spec that it belongs to; empty for what is always owned.
	Block string
	// Class is what a change of it does to those who use the API.
	Class plan.Class
	// Weakens says that a change of it lowers a protection, which is its class then. Nil means that none does.
	Weakens func(have, laid *O) bool
	// Words are what was read, or what is wanted when laid over it.
	Words func(*O) string
	// Set lays the wanted value over. It replaces nested values and changes nothing behind a pointer of have.
	Set func(have *O, want *D)
}

// Overlay returns have with what is wanted laid over it: all of it for a new resource, else what is owned.
func Overlay[D, O any](fields []Field[D, O], want *D, have *O) *O {
	var laid O
	if have != nil {
		laid = *have
	}
	for _, field := range fields {
		if have == nil || owns(want, field.Block) {
			field.Set(&laid, want)
		}
	}
	return &laid
}

// Compare says which fields differ from what is wanted.
func Compare[D, O any](part string, fields []Field[D, O], want *D, have *O) plan.Plan {
	laid := Overlay(fields, want, have)
	var todo plan.Plan
	for _, field := range fields {
		class := field.Class
		if field.Weakens != nil && field.Weakens(have, laid) {
			class = plan.Weakens
		}
		todo = append(todo, plan.Diff(part, class, plan.Field{
			Subject: part + "." + field.Name, Observed: field.Words(have), Desired: field.Words(laid),
		})...)
	}
	return todo
}

// Join puts a list that has no order into words.
func Join[S ~string](list []S) string {
	words := make([]string, 0, len(list))
	for _, s := range list {
		words = append(words, string(s))
	}
	slices.Sort(words)
	return strings.Join(words, ",")
}

// Switch puts a switch into the spec's words.
func Switch(on bool) string {
	if on {
		return "Enabled"
	}
	return "Disabled"
}
