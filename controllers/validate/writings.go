package validate

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/restapi/routepath"
)

// writings refuses a guest's path that some writing of a guarded path reaches, where both have the same backend: it would
// answer the guarded method to a request without a token (docs/design/served.md).
func writings(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	var findings []Finding
	routes := spec.Routes
	for i := range routes {
		open := &routes[i]
		if open.Access != v1alpha1.AccessGuest || !strings.Contains(open.Path, "{") {
			continue
		}
		j := slices.IndexFunc(routes, func(guarded v1alpha1.Route) bool {
			return guarded.Access != v1alpha1.AccessGuest && backendKey(open) == backendKey(&guarded) && meet(open, &guarded) &&
				written(open.Path, guarded.Path)
		})
		if j < 0 {
			continue
		}
		findings = append(findings, Finding{
			field(i, "path"), quote(open.Path), fmt.Sprintf("is for guests, and so is any request that is guarded by %q of spec.routes[%d] "+
				"but written in another way (%%67uarded, GUARDED, guarded;a, a%%2Fb); both have the backend %s, which may take one for the other",
				routes[j].Path, j, backendKey(open)),
			"give one of them another backend, or name the guests' paths one by one",
		})
	}
	return findings
}

// meet says whether two routes have a method in common.
func meet(a, b *v1alpha1.Route) bool {
	return slices.Contains(a.Methods, v1alpha1.MethodAny) || slices.Contains(b.Methods, v1alpha1.MethodAny) ||
		slices.ContainsFunc(a.Methods, func(method v1alpha1.Method) bool { return slices.Contains(b.Methods, method) })
}

// backendKey is what answers a route in the end: a function whatever its version, or a server whatever its port.
func backendKey(route *v1alpha1.Route) string {
	if backend := route.Backend.HTTP; backend != nil {
		host, _, _ := strings.Cut(strings.TrimPrefix(backend.URL, "https://"), "/")
		host, _, _ = strings.Cut(host, "?")
		if target, err := url.Parse("https://" + host); err == nil {
			host = target.Hostname()
		}
		return "server " + strings.ToLower(strings.TrimSuffix(host, "."))
	}
	function := route.Backend.Lambda.Function
	if _, name, isARN := strings.Cut(function, ":function:"); isARN {
		function = name
	}
	name, _, _ := strings.Cut(function, ":")
	return "function " + name
}

// order is which of two paths is more specific where they first differ.
type order int

const (
	undecided order = iota
	guestsFirst
	// guardedFirst says that API Gateway would prefer the guarded path, but for a writing that it does not know.
	guardedFirst
)

// written says whether a request that the guarded path is meant to answer reaches the guests' in another writing: a literal that
// is not written as in the spec, or a variable that holds more than one segment, with %2F between them, or a dot.
func written(open, guarded string) bool {
	w := writing{guests: routepath.Segments(open), guarded: routepath.Segments(guarded), failed: map[[2]int]bool{}}
	return w.from(0, 0, undecided)
}

// writing is one comparison of two paths.
type writing struct {
	guests, guarded []string
	// failed are the places from which the rest does not fit, the guarded path being preferred. There are many ways to each.
	failed map[[2]int]bool
}

// from compares what is left of the guests' path, from place i, and of the guarded one, from j.
func (w *writing) from(i, j int, first order) bool {
	if i == len(w.guests) || j == len(w.guarded) {
		return i == len(w.guests) && j == len(w.guarded) && first == guardedFirst
	}
	at := [2]int{i, j}
	if first == guardedFirst && w.failed[at] {
		return false
	}
	fits := w.step(i, j, first)
	if first == guardedFirst && !fits {
		w.failed[at] = true
	}
	return fits
}

func (w *writing) step(i, j int, first order) bool {
	place, part := w.guests[i], w.guarded[j]
	switch {
	case routepath.IsGreedy(part):
		// It holds whatever the guests' path does, and more than a variable.
		return first == guardedFirst || slices.ContainsFunc(w.guests[i:], func(s string) bool {
			return routepath.IsVariable(s) && !routepath.IsGreedy(s)
		})
	case routepath.IsGreedy(place):
		// What it holds is the guests' by right only if their path is the more specific one.
		return first != guestsFirst
	case !routepath.IsVariable(place) && !routepath.IsVariable(part):
		return place == part && w.from(i+1, j+1, first)
	case !routepath.IsVariable(place):
		if first == undecided {
			first = guestsFirst
		}
		return w.from(i+1, j+1, first)
	}
	// The variable holds more than this segment; or a dot, which counts for nothing unless the path ends with it; or this one only.
	if w.from(i, j+1, guardedFirst) || i+1 < len(w.guests) && w.from(i+1, j, guardedFirst) {
		return true
	}
	if first == undecided && !routepath.IsVariable(part) {
		first = guardedFirst
	}
	return w.from(i+1, j+1, first)
}
