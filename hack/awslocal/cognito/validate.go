package cognito

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// constraint is what Cognito's model demands of a member, or of the elements of a list or the keys or values of a map.
type constraint struct {
	required  bool
	min, max  int // of a text's or list's length, or of a number; no maximum if zero
	pattern   string
	sensitive bool // an error doesn't quote the value
	// values are those of an enumeration, if AWS names them in another order than the SDK.
	values []string
}

// validate checks an input as AWS does before it looks at anything else: all violations in one answer.
func validate(in any) error {
	var found violations
	found.walk("", reflect.ValueOf(in).Elem())
	if len(found) == 0 {
		return nil
	}
	noun := "error"
	if len(found) > 1 {
		noun = "errors"
	}
	return wire.Errorf(invalidParameter, "%d validation %s detected: %s", len(found), noun, strings.Join(found, "; "))
}

type violations []string

// walk checks the members of a struct. A member's path starts in lower case at every level.
func (vs *violations) walk(path string, v reflect.Value) {
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			vs.check(path+lowerFirst(f.Name), v.Field(i), constraintOf(v.Type().Name(), f.Name), f.Name)
		}
	}
}

// check looks at a member that may be left out.
func (vs *violations) check(path string, v reflect.Value, c constraint, name string) {
	switch {
	case v.IsZero() && c.required:
		*vs = append(*vs, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", path))
	case v.IsZero():
	case v.Kind() == reflect.Pointer:
		vs.checkPresent(path, v.Elem(), c, name)
	default:
		vs.checkPresent(path, v, c, name)
	}
}

func (vs *violations) checkPresent(path string, v reflect.Value, c constraint, name string) {
	switch v.Kind() {
	case reflect.Struct:
		vs.walk(path+".", v)
	case reflect.String:
		vs.checkText(path, v, c)
	case reflect.Int32:
		vs.checkRange(path, strconv.FormatInt(v.Int(), 10), int(v.Int()), "have value", c)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		vs.checkRange(path, listText(v), v.Len(), "have length", c)
		for i := range v.Len() {
			vs.checkPresent(fmt.Sprintf("%s.%d.member", path, i+1), v.Index(i), constraintOf("", name+"[]"), name)
		}
	case reflect.Map:
		for iter := v.MapRange(); iter.Next(); {
			vs.checkText(path+"."+iter.Key().String()+".key", iter.Key(), constraintOf("", name+"{key}"))
			vs.checkText(path+"."+iter.Key().String()+".value", iter.Value(), constraintOf("", name+"{value}"))
		}
	}
}

// checkText checks the pattern before the length, the order in which AWS names them.
func (vs *violations) checkText(path string, v reflect.Value, c constraint) {
	text := v.String()
	value := "'" + text + "' "
	if c.sensitive {
		value = ""
	}
	set := enum(v)
	if c.values != nil {
		set = c.values
	}
	if set != nil && !slices.Contains(set, text) {
		vs.add(path, value, "satisfy enum value set: ["+strings.Join(set, ", ")+"]")
	}
	if c.pattern != "" && !matches(c.pattern, text) {
		vs.add(path, value, "satisfy regular expression pattern: "+c.pattern)
	}
	if c.max > 0 && utf8.RuneCountInString(text) > c.max {
		vs.add(path, value, fmt.Sprintf("have length less than or equal to %d", c.max))
	}
	if utf8.RuneCountInString(text) < c.min {
		vs.add(path, value, fmt.Sprintf("have length greater than or equal to %d", c.min))
	}
}

func (vs *violations) checkRange(path, value string, n int, what string, c constraint) {
	if c.max > 0 && n > c.max {
		vs.add(path, "'"+value+"' ", fmt.Sprintf("%s less than or equal to %d", what, c.max))
	}
	if n < c.min {
		vs.add(path, "'"+value+"' ", fmt.Sprintf("%s greater than or equal to %d", what, c.min))
	}
}

func (vs *violations) add(path, value, must string) {
	*vs = append(*vs, fmt.Sprintf("Value %sat '%s' failed to satisfy constraint: Member must %s", value, path, must))
}

// enum lists the values of one of the SDK's enumerations; nil for other texts.
func enum(v reflect.Value) []string {
	method := v.MethodByName("Values")
	if !method.IsValid() {
		return nil
	}
	values := method.Call(nil)[0]
	set := make([]string, values.Len())
	for i := range set {
		set[i] = values.Index(i).String()
	}
	return set
}

// matches tells whether all of text fits: AWS anchors its patterns at both ends.
func matches(pattern, text string) bool { return patterns[pattern].MatchString(text) }

var patterns = compilePatterns()

func compilePatterns() map[string]*regexp.Regexp {
	compiled := map[string]*regexp.Regexp{}
	for _, c := range constraints {
		if c.pattern != "" && compiled[c.pattern] == nil {
			compiled[c.pattern] = regexp.MustCompile("^(?:" + c.pattern + ")$")
		}
	}
	return compiled
}

// listText writes a list as AWS's errors do: [a, b].
func listText(v reflect.Value) string {
	members := make([]string, v.Len())
	for i := range members {
		members[i] = fmt.Sprint(reflect.Indirect(v.Index(i)).Interface())
	}
	return "[" + strings.Join(members, ", ") + "]"
}

func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
