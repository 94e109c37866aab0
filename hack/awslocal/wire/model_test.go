package wire_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/google/go-cmp/cmp"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

// The SDK's client is the judge of the codec: every operation of a service is called with every member set; what
// arrives is compared with what was sent, and what comes back with what was answered.

func TestJSON11CarriesEveryMemberOfCognito(t *testing.T) {
	for _, m := range operations(&cognitoidentityprovider.Client{}) {
		t.Run(m.name, func(t *testing.T) {
			sent, answer := filled(m.in), filled(m.out)
			var received any
			op := wire.AnyOperation(m.name, m.in, func(in any) any { received = in; return answer })
			protocol := wire.JSON11("AWSCognitoIdentityProviderService", []wire.Operation{op})
			client := cognitoidentityprovider.NewFromConfig(wiretest.Serve(t, protocol, wire.Request{Region: "us-east-1"}))

			got := m.call(t, client, sent)
			if diff := cmp.Diff(sent, received, sameMembers); diff != "" {
				t.Errorf("input (-sent +received):\n%s", diff)
			}
			if diff := cmp.Diff(answer, got, sameMembers); diff != "" {
				t.Errorf("output (-answered +got):\n%s", diff)
			}
		})
	}
}

func TestRESTCarriesEveryMemberOfAPIGateway(t *testing.T) {
	notServed := []string{
		"GetExport", "GetSdk", // answer with headers and a raw body
		"GetUsage", "UpdateUsage", // have a list that is called values, not item
	}
	documents := []string{"ImportApiKeys", "ImportDocumentationParts", "ImportRestApi", "PutRestApi"}
	for _, m := range operations(&apigateway.Client{}) {
		if slices.Contains(notServed, m.name) {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			sent, answer := filled(m.in), filled(m.out)
			var received any
			var target string
			op := wire.AnyOperation(m.name, m.in, func(in any) any { received = in; return answer })
			protocol := wire.AnyBody(wire.Camel, func(url string) { target = url }, op)
			client := apigateway.NewFromConfig(wiretest.Serve(t, protocol, wire.Request{Region: "us-east-1"}))

			got := m.call(t, client, sent)
			if diff := cmp.Diff(answer, got, sameMembers); diff != "" {
				t.Errorf("output (-answered +got):\n%s", diff)
			}
			if slices.Contains(documents, m.name) {
				return // the body isn't made of members: TestRESTBindings
			}
			for _, f := range wire.Members(m.in) {
				want := reflect.ValueOf(sent).Elem().FieldByIndex(f.Index)
				have := reflect.ValueOf(received).Elem().FieldByIndex(f.Index)
				// What isn't in the body is in the URI.
				if !cmp.Equal(want.Interface(), have.Interface(), sameMembers) && !strings.Contains(target, text(want)) {
					t.Errorf("%s = %v arrived neither in the body nor in %s", f.Name, want, target)
				}
			}
		})
	}
}

// text is how a member looks in a URI.
func text(v reflect.Value) string {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() == reflect.Slice {
		v = v.Index(0)
	}
	return fmt.Sprint(v)
}

// operation is one of an SDK client, found by reflection.
type operation struct {
	name    string
	in, out reflect.Type
}

func operations(client any) []operation {
	var all []operation
	t := reflect.TypeOf(client)
	for m := range t.Methods() {
		if m.Type.NumIn() == 4 && strings.HasSuffix(m.Type.In(2).String(), "."+m.Name+"Input") {
			all = append(all, operation{m.Name, m.Type.In(2).Elem(), m.Type.Out(0).Elem()})
		}
	}
	if len(all) < 100 {
		panic(fmt.Sprintf("found only %d operations of %T", len(all), client))
	}
	return all
}

func (m operation) call(t *testing.T, client, in any) any {
	t.Helper()
	results := reflect.ValueOf(client).MethodByName(m.name).
		Call([]reflect.Value{reflect.ValueOf(context.Background()), reflect.ValueOf(in)})
	if err, _ := reflect.TypeAssert[error](results[1]); err != nil {
		t.Fatal(err)
	}
	return results[0].Interface()
}

// filled returns a pointer to a t with every member set.
func filled(t reflect.Type) any {
	v := reflect.New(t)
	fill(v.Elem(), t.Name())
	return v.Interface()
}

func fill(v reflect.Value, name string) {
	switch v.Addr().Interface().(type) {
	case *time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(1767225600123).UTC()))
		return
	case *[]byte:
		v.SetBytes([]byte(name))
		return
	case *document.Interface:
		v.Set(reflect.ValueOf(document.NewLazyDocument(map[string]any{"s": name, "n": 7, "f": 1.5, "l": []any{true, 8}})))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name)
	case reflect.Struct:
		for _, f := range wire.Members(v.Type()) {
			fill(v.FieldByIndex(f.Index), f.Name)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), name+"0")
		fill(v.Index(1), name+"1")
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		elem := reflect.New(v.Type().Elem()).Elem()
		fill(elem, name)
		v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), elem)
	case reflect.String:
		v.SetString(name)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(42)
	case reflect.Float64:
		v.SetFloat(1.5)
	default:
		panic(fmt.Sprintf("%s is a %s", name, v.Type()))
	}
}

// sameMembers compares what travels: not the SDK's own fields, and documents by their JSON.
var sameMembers = cmp.Options{
	cmp.FilterPath(func(p cmp.Path) bool {
		f, ok := p.Last().(cmp.StructField)
		return ok && (f.Name() == "ResultMetadata" || f.Name() == "noSmithyDocumentSerde")
	}, cmp.Ignore()),
	cmp.Comparer(func(a, b document.Interface) bool { return cmp.Equal(decoded(a), decoded(b)) }),
}

func decoded(d document.Interface) any {
	raw, err := d.MarshalSmithyDocument()
	if err != nil {
		return err
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return err
	}
	return value
}
