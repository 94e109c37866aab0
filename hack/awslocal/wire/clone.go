package wire

import "reflect"

// Clone returns a deep copy of an SDK struct, or of a slice or map of them: a caller cannot change what a
// service stores, nor a service what a caller has.
func Clone[T any](value T) T {
	v := reflect.ValueOf(&value).Elem()
	v.Set(clone(v))
	return value
}

func clone(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(clone(v.Elem()))
		return c
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			c.Index(i).Set(clone(v.Index(i)))
		}
		return c
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeMapWithSize(v.Type(), v.Len())
		for iter := v.MapRange(); iter.Next(); {
			c.SetMapIndex(iter.Key(), clone(iter.Value()))
		}
		return c
	case reflect.Struct:
		c := reflect.New(v.Type()).Elem()
		c.Set(v) // unexported fields (time.Time's) come along
		if v.Type() == timeType {
			return c
		}
		for _, f := range members(v.Type()) {
			c.FieldByIndex(f.Index).Set(clone(v.FieldByIndex(f.Index)))
		}
		return c
	default: // scalars, and documents, which nobody changes
		return v
	}
}
