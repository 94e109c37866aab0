package apigateway

import (
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// route finds the method for a request. At every level a literal part goes before a variable, and that before a greedy
// one; a resource without the method doesn't count, so that a variable or greedy resource catches what its literal siblings
// don't take (TestProxyRouting in test_apigateway_common.py; measured on AWS in ministackorg/ministack#1423 and
// floci-io/floci#3399, 2026).
func (x *exchange) route(httpMethod, path string) (*types.Resource, types.Method, map[string]string, bool) {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if x.service.facts.KeepsEmptyParts && len(parts) > 0 {
		parts = strings.Split(strings.Trim(path, "/"), "/")
	}
	if x.service.facts.DecodesPaths {
		for i, part := range parts {
			if decoded, err := url.PathUnescape(part); err == nil {
				parts[i] = decoded
			}
		}
	}
	return x.routeBelow(x.root(), httpMethod, parts)
}

func (d *definition) routeBelow(
	res *types.Resource, httpMethod string, parts []string,
) (*types.Resource, types.Method, map[string]string, bool) {
	if len(parts) == 0 {
		m, ok := methodOn(res, httpMethod)
		return res, m, nil, ok
	}
	var literal, variable, greedy *types.Resource
	for _, child := range d.children(res) {
		switch part := *child.PathPart; {
		case part == parts[0]:
			literal = child
		case isGreedy(part):
			greedy = child
		case isVariable(part):
			variable = child
		}
	}
	for _, child := range []*types.Resource{literal, variable} {
		if child == nil {
			continue
		}
		found, m, params, ok := d.routeBelow(child, httpMethod, parts[1:])
		if ok {
			if child == variable {
				put(&params, variableName(*child.PathPart), parts[0])
			}
			return found, m, params, true
		}
	}
	if greedy != nil {
		if m, ok := methodOn(greedy, httpMethod); ok {
			return greedy, m, map[string]string{variableName(*greedy.PathPart): strings.Join(parts, "/")}, true
		}
	}
	return nil, types.Method{}, nil, false
}

// methodOn is the resource's method, or its ANY.
func methodOn(res *types.Resource, httpMethod string) (types.Method, bool) {
	m, ok := res.ResourceMethods[httpMethod]
	if !ok {
		m, ok = res.ResourceMethods["ANY"]
	}
	return m, ok
}
