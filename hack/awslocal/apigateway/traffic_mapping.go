package apigateway

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway/vtl"
)

// parameter evaluates a mapping expression over the request; ok is false if what it names isn't there:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html
func (x *exchange) parameter(expression string) (value string, ok bool) {
	if len(expression) >= 2 && strings.HasPrefix(expression, "'") && strings.HasSuffix(expression, "'") {
		return expression[1 : len(expression)-1], true
	}
	source, name := cutOne(expression, "method.request.", "stageVariables.", "context.")
	switch source {
	case "stageVariables.":
		value, ok = x.stage.Variables[name]
		return value, ok
	case "context.":
		found := vtl.Find(x.variables()["context"], "$."+name)
		return vtl.Text(found), found != nil
	case "method.request.":
		return x.requestParameter(name)
	}
	return "", false
}

// cutOne cuts the first of the prefixes that s has.
func cutOne(s string, prefixes ...string) (prefix, rest string) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(s, p); ok {
			return p, rest
		}
	}
	return "", s
}

// requestParameter is a part of the request: header.X, querystring.x, path.x, multivaluequerystring.x, body.
func (x *exchange) requestParameter(where string) (string, bool) {
	place, name, _ := strings.Cut(where, ".")
	switch place {
	case "path":
		value, ok := x.pathParams[name]
		return value, ok
	case "header":
		values := x.headers().Values(name)
		return last(values), len(values) > 0
	case "querystring":
		values := x.query()[name]
		return last(values), len(values) > 0
	case "multivalueheader":
		values := x.headers().Values(name)
		return strings.Join(values, ","), len(values) > 0
	case "multivaluequerystring":
		values := x.query()[name]
		return strings.Join(values, ","), len(values) > 0
	case "body":
		if name == "" {
			return string(x.body), true
		}
		document, err := vtl.Parse(string(x.body))
		if err != nil {
			return "", false
		}
		found := vtl.Find(document, "$."+name)
		return vtl.Text(found), found != nil
	}
	return "", false
}

// mapped is what the integration's request parameters put into the request to the backend.
type mapped struct {
	path   map[string]string
	query  url.Values
	header http.Header
}

func (x *exchange) mapRequest() mapped {
	out := mapped{path: map[string]string{}, query: url.Values{}, header: http.Header{}}
	parameters := x.method.MethodIntegration.RequestParameters
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		value, ok := x.parameter(parameters[key])
		if !ok {
			continue
		}
		place, name, _ := strings.Cut(strings.TrimPrefix(key, "integration.request."), ".")
		switch place {
		case "path":
			out.path[name] = value
		case "querystring":
			out.query.Set(name, value)
		case "header":
			out.header[name] = []string{value} // the case is the template's
		}
	}
	return out
}

// substitute puts stage variables and mapped path parts into a URI.
func (x *exchange) substitute(uri string, path map[string]string) string {
	for name, value := range x.stage.Variables {
		uri = strings.ReplaceAll(uri, "${stageVariables."+name+"}", value)
	}
	for name, value := range path {
		uri = strings.ReplaceAll(uri, "{"+name+"}", value)
	}
	return uri
}
