// Package routepath takes the paths of routes apart, in API Gateway's syntax: a segment is literal, a variable like {id}, or, last of
// all, a greedy one like {proxy+}.
package routepath

import (
	"regexp"
	"strings"
)

var variable = regexp.MustCompile(`\{([^}+]+)\+?\}`)

// Segments are the parts of a path between its slashes.
func Segments(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// IsVariable says whether a segment is a variable, greedy or not.
func IsVariable(segment string) bool { return strings.HasPrefix(segment, "{") }

// IsGreedy says whether a segment is a variable that holds the rest of a path.
func IsGreedy(segment string) bool { return strings.HasSuffix(segment, "+}") }

// Variables are the names of the variables in a path or URL.
func Variables(s string) []string {
	var names []string
	for _, match := range variable.FindAllStringSubmatch(s, -1) {
		names = append(names, match[1])
	}
	return names
}

// Filled is a path or URL with a value in place of each variable.
func Filled(s, value string) string { return variable.ReplaceAllLiteralString(s, value) }
