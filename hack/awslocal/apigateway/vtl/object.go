package vtl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Object is a JSON object that keeps the order of its members, which templates make visible.
type Object struct {
	keys   []string
	values map[string]any
}

// Set sets a member.
func (o *Object) Set(key string, value any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

// MarshalJSON keeps the order.
func (o *Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(JSON(key) + ":" + JSON(o.values[key]))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Parse reads JSON. Numbers stay as they are written.
func Parse(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	value, err := parseValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("text after the JSON value")
	}
	return value, nil
}

func parseValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := &Object{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			o.Set(key.(string), value) // the decoder takes nothing else for a key
		}
		_, err = d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = d.Token()
		return list, err
	}
	return token, nil
}

// JSON writes a value as compact JSON.
func JSON(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return "" // values of templates can't fail
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Text is a value in the output. Maps look as Java prints them, lists as JSON
// (test_input_path_template_formatting, 2025-06-18).
func Text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case *Object:
		return javaMap(v.keys, v.values)
	case map[string]any:
		return javaMap(slices.Sorted(maps.Keys(v)), v)
	case []any:
		return JSON(v)
	}
	return fmt.Sprint(value)
}

func javaMap(keys []string, values map[string]any) string {
	parts := make([]string, len(keys))
	for i, key := range keys {
		parts[i] = key + "=" + Text(values[key])
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
