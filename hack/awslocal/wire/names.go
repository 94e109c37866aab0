package wire

import (
	"reflect"
	"strings"
	"unicode"
)

// JSONCase is how a service's members are written in JSON. The SDK's structs don't say it.
type JSONCase int

const (
	// Pascal is the case of Cognito and Lambda: as in Go.
	Pascal JSONCase = iota
	// Camel is the case of API Gateway: the first letter is lower.
	Camel
)

// The only members whose wire name isn't the Go name in their service's case, by the SDK's serializers.go and
// deserializers.go: of cognitoidentityprovider v1.61.0, and of apigateway v1.40.2.
var exceptions = map[JSONCase]map[string]string{
	Pascal: {
		"HeaderName":  "headerName",
		"HeaderValue": "headerValue",
	},
	Camel: {
		"Items":                 "item",
		"IntegrationHttpMethod": "httpMethod",
	},
}

func (c JSONCase) name(field string) string {
	if name, ok := exceptions[c][field]; ok {
		return name
	}
	if c == Pascal {
		return field
	}
	first := []rune(field)
	first[0] = unicode.ToLower(first[0])
	return string(first)
}

// members lists the fields of an SDK struct that travel: exported ones, but for the metadata that the SDK's client
// adds to an answer.
func members(t reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for f := range t.Fields() {
		if f.IsExported() && f.Name != "ResultMetadata" {
			fields = append(fields, f)
		}
	}
	return fields
}

// fieldFold finds a member by its name in a URI, whose case is the service's.
func fieldFold(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, f := range members(t) {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
