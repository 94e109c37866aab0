package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
)

// encoder turns SDK structs into JSON objects. What is nil stays away, and so do enums that aren't set.
type encoder struct {
	names JSONCase
	zeros bool // whether numbers and booleans that can't be nil are there if they are zero
	time  func(time.Time) any
}

// answered encodes answers: all numbers and booleans, as AWS writes them, and times as epoch seconds.
func answered(names JSONCase) encoder {
	return encoder{names: names, zeros: true, time: func(t time.Time) any { return float64(t.UnixMilli()) / 1000 }}
}

// logged encodes for CloudTrail, which names all members in Camel case and writes times as text. A number or boolean
// that can't be nil and is zero was not sent: the SDK doesn't send it.
var logged = encoder{names: Camel, time: func(t time.Time) any { return t.UTC().Format(time.RFC3339) }}

// Documents returns the call's parameters as CloudTrail logs them: the members that came with the URI, and those of the body.
func (c Call) Documents() (uri, body map[string]any, err error) {
	in := reflect.ValueOf(c.Input).Elem()
	if uri, err = logged.structure(in, func(name string) bool { return c.bound[name] }); err != nil {
		return nil, nil, err
	}
	body, err = logged.structure(in, func(name string) bool { return !c.bound[name] })
	return uri, body, err
}

// Document returns the answer as CloudTrail logs it.
func (r Response) Document() (map[string]any, error) {
	return logged.structure(reflect.ValueOf(r.Output).Elem(), nil)
}

// structure encodes the members of a struct that keep lets through; nil lets all.
func (e encoder) structure(v reflect.Value, keep func(name string) bool) (map[string]any, error) {
	object := map[string]any{}
	for _, f := range members(v.Type()) {
		member := v.FieldByIndex(f.Index)
		if e.absent(member) || keep != nil && !keep(f.Name) {
			continue
		}
		value, err := e.encode(member)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		object[e.names.name(f.Name)] = value
	}
	return object, nil
}

// absent tells a member that isn't set. An empty list or map that isn't nil is.
func (e encoder) absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	}
	return !e.zeros && v.IsZero()
}

func (e encoder) encode(v reflect.Value) (any, error) {
	if v.Kind() == reflect.Pointer {
		return e.encode(v.Elem())
	}
	switch value := v.Interface().(type) {
	case time.Time:
		return e.time(value), nil
	case []byte:
		return base64.StdEncoding.EncodeToString(value), nil
	case document.Interface:
		raw, err := value.MarshalSmithyDocument()
		return json.RawMessage(raw), err
	}
	switch v.Kind() {
	case reflect.Struct:
		return e.structure(v, nil)
	case reflect.Map:
		object := make(map[string]any, v.Len())
		for iter := v.MapRange(); iter.Next(); {
			value, err := e.encode(iter.Value())
			if err != nil {
				return nil, fmt.Errorf("%s: %w", iter.Key(), err)
			}
			object[iter.Key().String()] = value
		}
		return object, nil
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			value, err := e.encode(v.Index(i))
			if err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
			list[i] = value
		}
		return list, nil
	default:
		return v.Interface(), nil
	}
}
