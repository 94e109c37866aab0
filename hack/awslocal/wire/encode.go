package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
)

// encodeBody turns the struct that out points to into a JSON object. What is nil stays away, and so do enums that
// aren't set; numbers and booleans that can't be nil are always there, as AWS writes them.
func encodeBody(out any, names JSONCase) (map[string]any, error) {
	return encodeStruct(reflect.ValueOf(out).Elem(), names)
}

func encodeStruct(v reflect.Value, names JSONCase) (map[string]any, error) {
	object := map[string]any{}
	for _, f := range members(v.Type()) {
		member := v.FieldByIndex(f.Index)
		if absent(member) {
			continue
		}
		value, err := encode(member, names)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		object[names.name(f.Name)] = value
	}
	return object, nil
}

// absent tells a member that isn't set. An empty list or map that isn't nil is.
func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	}
	return false
}

func encode(v reflect.Value, names JSONCase) (any, error) {
	if v.Kind() == reflect.Pointer {
		return encode(v.Elem(), names)
	}
	switch value := v.Interface().(type) {
	case time.Time:
		return float64(value.UnixMilli()) / 1000, nil
	case []byte:
		return base64.StdEncoding.EncodeToString(value), nil
	case document.Interface:
		raw, err := value.MarshalSmithyDocument()
		return json.RawMessage(raw), err
	}
	switch v.Kind() {
	case reflect.Struct:
		return encodeStruct(v, names)
	case reflect.Map:
		object := make(map[string]any, v.Len())
		for iter := v.MapRange(); iter.Next(); {
			value, err := encode(iter.Value(), names)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", iter.Key(), err)
			}
			object[iter.Key().String()] = value
		}
		return object, nil
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			value, err := encode(v.Index(i), names)
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
