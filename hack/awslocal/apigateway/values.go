package apigateway

import (
	"reflect"
	"slices"
	"strings"
)

// text is what p points to, or nothing.
func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// filled is p, or nil if p points to an empty string: AWS doesn't keep those.
func filled(p *string) *string {
	if text(p) == "" {
		return nil
	}
	return p
}

// same tells whether p points to s.
func same(p *string, s string) bool { return p != nil && *p == s }

// truth is how AWS reads a boolean in a patch: anything but "true" is false (test_update_method_validation,
// 2024-04-15).
func truth(p *string) bool { return strings.EqualFold(text(p), "true") }

// as turns a struct into another of the SDK's that has the same members: an operation's input into the thing that is
// kept, or the kept thing into an operation's output. Members that the other doesn't have stay behind.
func as[O any](from any) *O {
	out := new(O)
	src, dst := reflect.ValueOf(from), reflect.ValueOf(out).Elem()
	for i := range src.NumField() {
		f := src.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		if member := dst.FieldByName(f.Name); member.IsValid() && member.Type() == f.Type {
			member.Set(src.Field(i))
		}
	}
	return out
}

// put sets a key in a map that may not be there yet.
func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// drop removes a key; a map that becomes empty isn't shown any more.
func drop[V any](m *map[string]V, key string) {
	delete(*m, key)
	if len(*m) == 0 {
		*m = nil
	}
}

// remove removes the first element for which match holds.
func remove[S ~[]E, E any](list *S, match func(E) bool) {
	if i := slices.IndexFunc(*list, match); i >= 0 {
		*list = slices.Delete(*list, i, i+1)
	}
}
