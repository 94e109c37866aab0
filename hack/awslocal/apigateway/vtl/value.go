package vtl

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// truthy: only false and nothing are not.
func truthy(value any) bool {
	b, isBool := value.(bool)
	return value != nil && (!isBool || b)
}

// keys are the keys of a map, in order.
func keys(value any) []string {
	switch v := value.(type) {
	case *Object:
		return v.keys
	case map[string]any:
		return slices.Sorted(maps.Keys(v))
	}
	return nil
}

// elements are what a loop runs over: a list's items or a map's values.
func elements(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	var out []any
	for _, name := range keys(value) {
		out = append(out, member(value, name))
	}
	return out
}

// member is an entry of a map or an item of a list, or nothing.
func member(value, key any) any {
	switch v := value.(type) {
	case *Object:
		return v.values[Text(key)]
	case map[string]any:
		return v[Text(key)]
	case []any:
		if i, ok := toNumber(key); ok && i >= 0 && int(i) < len(v) {
			return v[int(i)]
		}
	}
	return nil
}

func toNumber(value any) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case string:
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil
	}
	return 0, false
}

// operate applies an operator whose operands are both known.
func operate(op string, left, right any) any {
	switch op {
	case "&&", "||":
		return truthy(right)
	case "==":
		return equal(left, right)
	case "!=":
		return !equal(left, right)
	}
	a, aOK := toNumber(left)
	b, bOK := toNumber(right)
	_, leftText := left.(string)
	_, rightText := right.(string)
	if op == "+" && (leftText || rightText) {
		return Text(left) + Text(right)
	}
	if !aOK || !bOK {
		return nil
	}
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/":
		if b == 0 {
			return nil
		}
		if whole := math.Trunc(a / b); a == math.Trunc(a) && b == math.Trunc(b) {
			return whole
		}
		return a / b
	case "%":
		if b == 0 {
			return nil
		}
		return math.Mod(a, b)
	}
	return nil
}

func equal(left, right any) bool {
	if left == nil || right == nil {
		return left == nil && right == nil
	}
	if a, ok := toNumber(left); ok {
		if b, ok := toNumber(right); ok {
			return a == b
		}
	}
	return Text(left) == Text(right)
}

// call is a method of Java's strings, lists and maps.
func call(value any, method string, arguments []any) (any, error) {
	switch v := value.(type) {
	case string:
		return callString(v, method, arguments)
	case []any:
		return callList(v, method, arguments)
	case *Object, map[string]any:
		return callMap(v, method, arguments)
	}
	if method == "toString" {
		return Text(value), nil
	}
	return nil, fmt.Errorf("no method %s", method)
}

func callMap(value any, method string, arguments []any) (any, error) {
	names := keys(value)
	argument := func(i int) string {
		if i < len(arguments) {
			return Text(arguments[i])
		}
		return ""
	}
	switch method {
	case "get":
		return member(value, argument(0)), nil
	case "keySet":
		out := make([]any, len(names))
		for i, name := range names {
			out[i] = name
		}
		return out, nil
	case "values":
		return elements(value), nil
	case "entrySet":
		var out []any
		for _, name := range names {
			out = append(out, map[string]any{"key": name, "value": member(value, name)})
		}
		return out, nil
	case "containsKey":
		return slices.Contains(names, argument(0)), nil
	case "size":
		return float64(len(names)), nil
	case "isEmpty":
		return len(names) == 0, nil
	case "toString":
		return Text(value), nil
	case "put":
		if o, ok := value.(*Object); ok && len(arguments) == 2 {
			o.Set(argument(0), arguments[1])
			return nil, nil
		}
	}
	return nil, fmt.Errorf("no method %s on a map", method)
}

func callList(list []any, method string, arguments []any) (any, error) {
	switch method {
	case "size":
		return float64(len(list)), nil
	case "isEmpty":
		return len(list) == 0, nil
	case "get":
		if len(arguments) == 1 {
			return member(list, arguments[0]), nil
		}
	case "contains":
		return slices.ContainsFunc(list, func(item any) bool { return len(arguments) == 1 && equal(item, arguments[0]) }), nil
	case "toString":
		return Text(list), nil
	}
	return nil, fmt.Errorf("no method %s on a list", method)
}

func callString(s, method string, arguments []any) (any, error) {
	texts := make([]string, max(len(arguments), 2))
	for i, a := range arguments {
		texts[i] = Text(a)
	}
	switch method {
	case "length":
		return float64(len(s)), nil
	case "isEmpty":
		return s == "", nil
	case "toString":
		return s, nil
	case "trim":
		return strings.TrimSpace(s), nil
	case "toLowerCase":
		return strings.ToLower(s), nil
	case "toUpperCase":
		return strings.ToUpper(s), nil
	case "equals":
		return s == texts[0], nil
	case "equalsIgnoreCase":
		return strings.EqualFold(s, texts[0]), nil
	case "contains":
		return strings.Contains(s, texts[0]), nil
	case "startsWith":
		return strings.HasPrefix(s, texts[0]), nil
	case "endsWith":
		return strings.HasSuffix(s, texts[0]), nil
	case "indexOf":
		return float64(strings.Index(s, texts[0])), nil
	case "replace":
		return strings.ReplaceAll(s, texts[0], texts[1]), nil
	case "split":
		var out []any
		for part := range strings.SplitSeq(s, texts[0]) {
			out = append(out, part)
		}
		return out, nil
	case "substring":
		return substring(s, arguments)
	}
	return nil, fmt.Errorf("no method %s on a string", method)
}

func substring(s string, arguments []any) (any, error) {
	bounds := []int{0, len(s)}
	for i, a := range arguments {
		n, ok := toNumber(a)
		if !ok || i > 1 {
			return nil, fmt.Errorf("substring of %v", arguments)
		}
		bounds[i] = int(n)
	}
	if bounds[0] < 0 || bounds[1] > len(s) || bounds[0] > bounds[1] {
		return nil, errors.New("substring outside of a string")
	}
	return s[bounds[0]:bounds[1]], nil
}
