package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// Route is where an Operation stands in a REST service. Labels in the pattern and names in Query are bound to the
// input's members by name, whatever their case.
type Route struct {
	Method string
	// Pattern is a path such as "/restapis/{restApiId}". A query string after it must be there as written
	// ("/restapis?mode=import").
	Pattern string
	// Status of success; zero means 200.
	Status int
	Op     Operation
	// Query names the members that travel in the query string, as written there. "*" stands for the member
	// Parameters, a map that takes the rest.
	Query []string
	// Payload names the member that takes the raw body, if the body isn't a JSON object of the other members.
	Payload string
}

// route is a Route taken apart.
type route struct {
	Route
	segments []string
	constant url.Values
	bound    map[string]bool // members that don't travel in a JSON body
}

func newRoute(r Route) route {
	path, query, _ := strings.Cut(r.Pattern, "?")
	constant, err := url.ParseQuery(query)
	if err != nil {
		panic(fmt.Sprintf("wire: route %s: %v", r.Pattern, err))
	}
	rt := route{Route: r, segments: strings.Split(path, "/"), constant: constant, bound: map[string]bool{}}
	for _, s := range rt.segments {
		if name, ok := label(s); ok {
			rt.bind(name)
		}
	}
	for _, name := range r.Query {
		rt.bind(queryMember(name))
	}
	if r.Payload != "" {
		rt.bind(r.Payload)
	}
	return rt
}

func (rt *route) bind(name string) {
	t := reflect.TypeOf(rt.Op.newInput()).Elem()
	f, ok := fieldFold(t, name)
	if !ok {
		panic(fmt.Sprintf("wire: route %s: %s has no member %s", rt.Pattern, t, name))
	}
	rt.bound[f.Name] = true
}

func label(segment string) (string, bool) {
	name, ok := strings.CutPrefix(segment, "{")
	return strings.TrimSuffix(name, "}"), ok
}

// queryMember names the member behind a name in Route.Query.
func queryMember(name string) string {
	switch name {
	case "*":
		return "Parameters"
	case "name":
		return "NameQuery" // in all operations that have it
	}
	return name
}

// match returns the labels' values, and how many parts of the request the pattern names literally: the route that
// names most is meant.
func (rt *route) match(r *http.Request, segments []string) (labels map[string]string, literals int, ok bool) {
	if r.Method != rt.Method || len(segments) != len(rt.segments) {
		return nil, 0, false
	}
	labels = map[string]string{}
	for i, s := range rt.segments {
		if name, ok := label(s); ok {
			labels[name] = segments[i]
		} else if s == segments[i] {
			literals++
		} else {
			return nil, 0, false
		}
	}
	query := r.URL.Query()
	for name := range rt.constant {
		if query.Get(name) != rt.constant.Get(name) {
			return nil, 0, false
		}
		literals++
	}
	return labels, literals, true
}

// splitPath cuts before it unescapes: an ARN in a path has slashes of its own.
func splitPath(u *url.URL) ([]string, error) {
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range segments {
		var err error
		if segments[i], err = url.PathUnescape(s); err != nil {
			return nil, err
		}
	}
	return segments, nil
}
