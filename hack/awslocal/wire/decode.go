package wire

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
)

var (
	timeType     = reflect.TypeFor[time.Time]()
	bytesType    = reflect.TypeFor[[]byte]()
	documentType = reflect.TypeFor[document.Interface]() // the only document type in the services served here
)

// decodeBody fills the struct that in points to from a JSON object. Fields in bound came by another way. Unknown
// members are ignored, as AWS ignores them; a member of the wrong type is refused.
func decodeBody(object map[string]any, in any, names JSONCase, bound map[string]bool) *Error {
	v := reflect.ValueOf(in).Elem()
	for _, f := range members(v.Type()) {
		if bound[f.Name] {
			continue
		}
		if err := decode(object[names.name(f.Name)], v.FieldByIndex(f.Index), names); err != nil {
			return err
		}
	}
	return nil
}

// decode sets v from a parsed JSON value; null leaves it alone.
func decode(value any, v reflect.Value, names JSONCase) *Error {
	if value == nil {
		return nil
	}
	switch t := v.Type(); {
	case t.Kind() == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		return decode(value, v.Elem(), names)
	case t == documentType:
		v.Set(reflect.ValueOf(document.NewLazyDocument(plain(value))))
		return nil
	case t == timeType:
		return decodeTime(value, v)
	case t == bytesType:
		return decodeBytes(value, v)
	}
	switch v.Kind() {
	case reflect.Struct:
		object, ok := value.(map[string]any)
		if !ok {
			return wrongType(value, "structure")
		}
		return decodeBody(object, v.Addr().Interface(), names, nil)
	case reflect.Map:
		return decodeMap(value, v, names)
	case reflect.Slice:
		return decodeSlice(value, v, names)
	default:
		return decodeScalar(value, v)
	}
}

func decodeScalar(value any, v reflect.Value) *Error {
	switch value := value.(type) {
	case string:
		if v.Kind() == reflect.String {
			v.SetString(value)
			return nil
		}
	case bool:
		if v.Kind() == reflect.Bool {
			v.SetBool(value)
			return nil
		}
	case json.Number:
		if i, err := value.Int64(); err == nil && v.CanInt() && !v.OverflowInt(i) {
			v.SetInt(i)
			return nil
		}
		if f, err := value.Float64(); err == nil && v.CanFloat() {
			v.SetFloat(f)
			return nil
		}
	}
	return wrongType(value, javaNames[v.Kind()])
}

// javaNames are the types of scalars in AWS's messages.
var javaNames = map[reflect.Kind]string{
	reflect.String: "String", reflect.Bool: "Boolean", reflect.Int32: "Integer", reflect.Int64: "Long",
	reflect.Float64: "Double",
}

func decodeMap(value any, v reflect.Value, names JSONCase) *Error {
	object, ok := value.(map[string]any)
	if !ok {
		return wrongType(value, "map")
	}
	t := v.Type()
	v.Set(reflect.MakeMapWithSize(t, len(object)))
	for key, member := range object {
		elem := reflect.New(t.Elem()).Elem()
		if err := decode(member, elem, names); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), elem)
	}
	return nil
}

// decodeSlice keeps an empty list apart from none: to several calls they mean different things.
func decodeSlice(value any, v reflect.Value, names JSONCase) *Error {
	list, ok := value.([]any)
	if !ok {
		return wrongType(value, "list")
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, member := range list {
		if err := decode(member, v.Index(i), names); err != nil {
			return err
		}
	}
	return nil
}

// decodeTime takes epoch seconds, the timestamps of both JSON protocols.
func decodeTime(value any, v reflect.Value) *Error {
	n, ok := value.(json.Number)
	if !ok {
		return wrongType(value, "timestamp")
	}
	seconds, err := n.Float64()
	if err != nil {
		return wrongType(value, "timestamp")
	}
	v.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()))
	return nil
}

func decodeBytes(value any, v reflect.Value) *Error {
	s, ok := value.(string)
	if !ok {
		return wrongType(value, "blob")
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return Errorf("SerializationException", "Invalid base64 in a blob")
	}
	v.SetBytes(b)
	return nil
}

// plain turns json.Number, which a document would encode as a string, into Go's numbers.
func plain(value any) any {
	switch value := value.(type) {
	case json.Number:
		if i, err := value.Int64(); err == nil {
			return i
		}
		f, _ := value.Float64()
		return f
	case []any:
		for i := range value {
			value[i] = plain(value[i])
		}
	case map[string]any:
		for key := range value {
			value[key] = plain(value[key])
		}
	}
	return value
}

// decodeText sets v from text in a URI or a query string, where numbers and booleans are unquoted.
func decodeText(text string, v reflect.Value) *Error {
	t := v.Type()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var value any = text
	switch t.Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return wrongType(text, "Boolean")
		}
		value = b
	case reflect.Int32, reflect.Int64:
		value = json.Number(text)
	}
	return decode(value, v, Pascal)
}

// wrongType words the refusal as AWS does: LocalStack's recording of a Boolean sent for a String to API Gateway
// (test_put_integration_request_parameter_bool_type, 2024-12-12); for the rest, dynalite's tests, which run against
// another service of the same make.
func wrongType(value any, want string) *Error {
	var class string
	switch value.(type) {
	case map[string]any:
		return Errorf("SerializationException", "Start of structure or map found where not expected.")
	case []any:
		return Errorf("SerializationException", "Start of list found where not expected")
	case bool:
		class = "java.lang.Boolean"
	case string:
		class = "java.lang.String"
	default:
		class = "com.amazon.coral.value.json.numbers.TruncatingBigNumber"
	}
	return Errorf("SerializationException", "class %s can not be converted to an %s", class, want)
}
