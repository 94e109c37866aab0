package iam

import (
	"regexp"
	"strings"
)

// glob compares text with a pattern in which * stands for any characters, none too, and ? for one. What a policy variable
// stands for is compared literally.
func glob(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	// After a mismatch the last * takes one character more.
	star, taken := -1, 0
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, taken = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j] || literals[string(p[i])] == string(t[j])):
			i, j = i+1, j+1
		case star >= 0:
			taken++
			i, j = star+1, taken
		default:
			return false
		}
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// literals stand for characters that would be wildcards, between the time when variables are replaced and the comparison.
// They are of Unicode's private use area, which no ARN or tag has (a tag has letters, spaces, numbers, and _.:/=+-@).
var literals = map[string]string{"\uE000": "*", "\uE001": "?", "\uE002": "$"}

func literal(text string) string {
	for mark, char := range literals {
		text = strings.ReplaceAll(text, char, mark)
	}
	return text
}

// plain is a pattern's text, for operators without wildcards.
func plain(text string) string {
	for mark, char := range literals {
		text = strings.ReplaceAll(text, mark, char)
	}
	return text
}

// matchesAction compares an action, whatever its case.
func matchesAction(pattern, action string) bool {
	return glob(strings.ToLower(pattern), strings.ToLower(action))
}

const arnParts = 6

// matchesARN compares an ARN part by part, so that a wildcard ends where its part does. The last part may have colons.
func matchesARN(pattern, arn string) bool {
	if pattern == "*" {
		return true
	}
	want, have := strings.SplitN(pattern, ":", arnParts), strings.SplitN(arn, ":", arnParts)
	if len(want) != arnParts || len(have) != arnParts {
		return false
	}
	for i := range want {
		if !glob(want[i], have[i]) {
			return false
		}
	}
	return true
}

// A variable is ${key}, or ${key, 'default'}.
var variableRegexp = regexp.MustCompile(`\$\{([^}]*)\}`)

// expand replaces policy variables. It fails, and what has the variable matches nothing, if one has no value or several.
func expand(pattern string, context Context) (string, bool) {
	known := true
	expanded := variableRegexp.ReplaceAllStringFunc(pattern, func(variable string) string {
		name := variable[2 : len(variable)-1]
		if name == "*" || name == "?" || name == "$" {
			return literal(name)
		}
		name, fallback, _ := strings.Cut(name, ",")
		values := context.values(strings.TrimSpace(name))
		fallback = strings.TrimSpace(fallback)
		switch {
		case len(values) == 1:
			return literal(values[0])
		case len(values) == 0 && len(fallback) > 1 && strings.HasPrefix(fallback, "'") && strings.HasSuffix(fallback, "'"):
			return literal(fallback[1 : len(fallback)-1])
		}
		known = false
		return ""
	})
	return expanded, known
}
