package served_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// writings are other ways to write a path.
var writings = []struct {
	name  string
	write func(path string) string
}{
	{"the path unchanged", func(path string) string { return path }},
	{"one letter percent-encoded", func(path string) string { return encoded(path, 1) }},
	{"every letter percent-encoded", func(path string) string { return encoded(path, len(path)) }},
	{"percent-encoded twice", func(path string) string { return strings.ReplaceAll(encoded(path, 1), "%", "%25") }},
	{"a slash at its end", func(path string) string { return path + "/" }},
	{"an encoded slash at its end", func(path string) string { return path + "%2f" }},
	{"two slashes before", func(path string) string { return "/" + path }},
	{"an encoded slash before", func(path string) string { return "/%2f" + path[1:] }},
	{"two slashes everywhere", func(path string) string { return strings.ReplaceAll(path, "/", "//") }},
	{"encoded slashes", func(path string) string { return "/" + strings.ReplaceAll(path[1:], "/", "%2F") }},
	{"backslashes", func(path string) string { return "/" + strings.ReplaceAll(path[1:], "/", "%5c") }},
	{"a dot before", func(path string) string { return "/." + path }},
	{"an encoded dot before", func(path string) string { return "/%2e" + path }},
	{"dots everywhere", func(path string) string { return strings.ReplaceAll(path, "/", "/./") }},
	{"a path parameter after ;", func(path string) string { return path + ";a=b" }},
	{"upper case", strings.ToUpper},
	{"NUL at its end", func(path string) string { return path + "%00" }},
	{"a space at its end", func(path string) string { return path + "%20" }},
}

// encoded writes the first characters of each segment as %XX.
func encoded(path string, count int) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		n := min(count, len(segment))
		var hex strings.Builder
		for _, c := range []byte(segment[:n]) {
			fmt.Fprintf(&hex, "%%%02x", c)
		}
		segments[i] = hex.String() + segment[n:]
	}
	return strings.Join(segments, "/")
}

// understood is a path as a backend may read it that forgives much.
func understood(path string) string {
	for range 3 {
		if decoded, err := url.PathUnescape(path); err == nil {
			path = decoded
		}
	}
	path = strings.ToLower(strings.ReplaceAll(path, `\`, "/"))
	var segments []string
	for segment := range strings.SplitSeq(path, "/") {
		segment, _, _ = strings.Cut(segment, ";")
		if segment = strings.Trim(segment, " \x00"); segment != "" && segment != "." {
			segments = append(segments, segment)
		}
	}
	return "/" + strings.Join(segments, "/")
}

// rank says whether a route's path holds a request's, and how specific it is, to be compared as text.
func rank(route, path string) (string, bool) {
	places, parts := strings.Split(route[1:], "/"), strings.Split(path[1:], "/")
	specific := ""
	for i, place := range places {
		switch {
		case i == len(parts):
			return "", false
		case strings.HasSuffix(place, "+}"):
			return specific + "0", true
		case strings.HasPrefix(place, "{"):
			specific += "1"
		case place != parts[i]:
			return "", false
		default:
			specific += "2"
		}
	}
	return specific, len(places) == len(parts)
}

// meant is the route that the spec means for a request: the most specific path with its method; nil if there is none.
func meant(routes []v1alpha1.Route, method, path string) *v1alpha1.Route {
	var found *v1alpha1.Route
	best := ""
	for i := range routes {
		named := slices.Contains(routes[i].Methods, v1alpha1.Method(method))
		specific, ok := rank(routes[i].Path, path)
		if !ok || !named && !slices.Contains(routes[i].Methods, v1alpha1.MethodAny) {
			continue
		}
		if named {
			// A method by its name goes before ANY of the same path.
			specific += "."
		}
		if found == nil || specific > best {
			found, best = &routes[i], specific
		}
	}
	return found
}

// narrowest is the most specific path for a request, and whether a method of it is guarded.
func narrowest(routes []v1alpha1.Route, path string) (found string, guarded bool) {
	best := ""
	for i := range routes {
		specific, ok := rank(routes[i].Path, path)
		if !ok || specific < best {
			continue
		}
		closed := routes[i].Access == v1alpha1.AccessRegistered
		found, best, guarded = routes[i].Path, specific, closed || specific == best && guarded
	}
	return found, guarded
}
