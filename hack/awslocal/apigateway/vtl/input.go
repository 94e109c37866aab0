package vtl

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Input is $input: the body and the parameters of a request, or the body of a response.
type Input struct {
	// Body is the payload. An empty one reads as an empty object (test_input_body_formatting, 2025-03-19).
	Body string
	// Path, Query and Header are the request's parameters.
	Path, Query, Header map[string]any
}

// Call implements Caller.
func (in Input) Call(method string, arguments []any) (any, error) {
	var argument string
	if len(arguments) > 0 {
		argument = Text(arguments[0])
	}
	switch method {
	case "body":
		if in.Body == "" {
			return "{}", nil
		}
		return in.Body, nil
	case "path":
		return in.find(argument), nil
	case "json":
		if in.Body == "" {
			return "{}", nil
		}
		return JSON(in.find(argument)), nil
	case "params":
		return in.params(arguments, argument), nil
	}
	return nil, fmt.Errorf("no method %s on $input", method)
}

// find evaluates a JSONPath. A body that isn't JSON is a string.
func (in Input) find(path string) any {
	value, err := Parse(in.Body)
	if err != nil {
		if in.Body == "" {
			return nil
		}
		value = in.Body
	}
	return Find(value, path)
}

// params finds a parameter in the path, the query string and the headers, in this order, or gives all of them.
func (in Input) params(arguments []any, name string) any {
	all := &Object{}
	all.Set("path", in.Path)
	all.Set("querystring", in.Query)
	all.Set("header", in.Header)
	if len(arguments) == 0 {
		return all
	}
	if group := member(all, name); group != nil {
		return group
	}
	for _, group := range []map[string]any{in.Path, in.Query, in.Header} {
		if value, ok := group[name]; ok {
			return value
		}
	}
	for key, value := range in.Header {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// Util is $util.
type Util struct{}

// Call implements Caller.
func (Util) Call(method string, arguments []any) (any, error) {
	if len(arguments) != 1 {
		return nil, fmt.Errorf("%s takes one argument", method)
	}
	text := Text(arguments[0])
	switch method {
	case "escapeJavaScript":
		return escapeJavaScript(text), nil
	case "parseJson":
		return Parse(text)
	case "urlEncode":
		return url.QueryEscape(text), nil
	case "urlDecode":
		return url.QueryUnescape(text)
	case "base64Encode":
		return base64.StdEncoding.EncodeToString([]byte(text)), nil
	case "base64Decode":
		decoded, err := base64.StdEncoding.DecodeString(text)
		return string(decoded), err
	}
	return nil, fmt.Errorf("no method %s on $util", method)
}

// escapeJavaScript escapes single quotes too, as Apache's StringEscapeUtils does.
func escapeJavaScript(s string) string {
	quoted := strconv.QuoteToASCII(s)
	return strings.NewReplacer("'", `\'`, "/", `\/`).Replace(quoted[1 : len(quoted)-1])
}

// Find evaluates a JSONPath of names, indexes and wildcards: $.a.b, $['a'][0], $.list[*].name. What isn't there is
// nil.
func Find(value any, path string) any {
	rest, ok := strings.CutPrefix(path, "$")
	if !ok {
		return nil
	}
	return walk(value, rest)
}

func walk(value any, path string) any {
	for path != "" {
		key, rest, ok := nextKey(path)
		if !ok {
			return nil
		}
		if key == "*" {
			out := []any{}
			for _, item := range elements(value) {
				if found := walk(item, rest); found != nil {
					out = append(out, found)
				}
			}
			return out
		}
		if value = member(value, key); value == nil {
			return nil
		}
		path = rest
	}
	return value
}

func nextKey(path string) (key, rest string, ok bool) {
	switch path[0] {
	case '.':
		path = path[1:]
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		return path[:end], path[end:], end > 0
	case '[':
		end := strings.IndexByte(path, ']')
		if end < 0 {
			return "", "", false
		}
		return strings.Trim(path[1:end], `'"`), path[end+1:], true
	}
	return "", "", false
}
