package apigateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// node is an object of an OpenAPI document. API Gateway takes documents that OpenAPI's schema doesn't (a number as the
// version, operations without responses), so they are read by hand and not by a library that validates.
type node map[string]any

var errNotOpenAPI = errors.New("not an OpenAPI document")

// parseDocument reads OpenAPI 3.0 or Swagger 2.0, in JSON or YAML: of 3.1, AWS takes nothing
// (aws/serverless-application-model#3449).
func parseDocument(body []byte) (node, error) {
	var value any
	var err error
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && trimmed[0] == '{' {
		d := json.NewDecoder(bytes.NewReader(trimmed))
		d.UseNumber()
		err = d.Decode(&value)
	} else {
		value, err = parseYAML(body)
	}
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	doc, ok := value.(map[string]any)
	if !ok {
		return nil, errNotOpenAPI
	}
	d := node(doc)
	if d.text("swagger") != "2.0" && !strings.HasPrefix(d.text("openapi"), "3.0") {
		return nil, errNotOpenAPI
	}
	return d, nil
}

// parseYAML keeps numbers as they are written: a version 1.0 isn't 1.
func parseYAML(body []byte) (any, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(body, &doc); err != nil {
		return nil, err
	}
	return fromYAML(&doc)
}

func fromYAML(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		return fromYAML(n.Content[0])
	case yaml.AliasNode:
		return fromYAML(n.Alias)
	case yaml.MappingNode:
		object := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			value, err := fromYAML(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			object[n.Content[i].Value] = value
		}
		return object, nil
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			value, err := fromYAML(item)
			if err != nil {
				return nil, err
			}
			list[i] = value
		}
		return list, nil
	case yaml.ScalarNode:
		return yamlScalar(n)
	}
	return nil, errNotOpenAPI
}

func yamlScalar(n *yaml.Node) (any, error) {
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strconv.ParseBool(strings.ToLower(n.Value))
	case "!!int", "!!float":
		return json.Number(n.Value), nil
	}
	return n.Value, nil
}

// object is the object under key, or an empty one.
func (n node) object(key string) node {
	if o, ok := n[key].(map[string]any); ok {
		return o
	}
	return nil
}

// has tells whether there is anything under key.
func (n node) has(key string) bool { return n[key] != nil }

// text is the scalar under key, as text.
func (n node) text(key string) string { return scalar(n[key]) }

// optional is text, or nil if that is empty.
func (n node) optional(key string) *string {
	s := n.text(key)
	return filled(&s)
}

func (n node) truth(key string) bool { return n.text(key) == "true" }

// number is the whole number under key, if there is one.
func (n node) number(key string) *int32 {
	i, err := number(n.text(key))
	if err != nil {
		return nil
	}
	return &i
}

func (n node) list(key string) []any {
	l, _ := n[key].([]any)
	return l
}

func (n node) texts(key string) []string {
	var out []string
	for _, item := range n.list(key) {
		out = append(out, scalar(item))
	}
	return out
}

// objects are those items under key that are objects.
func (n node) objects(key string) []node {
	var out []node
	for _, item := range n.list(key) {
		if o, ok := item.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

func scalar(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

const refDepth = 32 // references in a row that are followed

// follow resolves a reference into the document.
func (n node) follow(target node) node {
	for range refDepth {
		ref, ok := strings.CutPrefix(target.text("$ref"), "#/")
		if !ok {
			break
		}
		found := n
		for part := range strings.SplitSeq(ref, "/") {
			found = found.object(unescape(part))
		}
		target = found
	}
	return target
}

// compact writes a part of the document as JSON.
func compact(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return "" // values from a parsed document can't fail
	}
	return strings.TrimSpace(b.String())
}
