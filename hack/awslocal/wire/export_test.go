package wire

import (
	"net/http"
	"reflect"
)

// What model_test.go needs of the inside to try every operation of an SDK, by reflection.

// AnyOperation is an Operation on types known only by reflection.
func AnyOperation(name string, input reflect.Type, run func(any) any) Operation {
	return Operation{
		Name:     name,
		newInput: func() any { return reflect.New(input).Interface() },
		run:      func(_ Request, in any) (any, error) { return run(in), nil },
	}
}

// AnyBody is a REST protocol without routes: every body is a JSON object of the input's members.
func AnyBody(names JSONCase, seen func(target string), op Operation) Protocol {
	return anyBody{rest: &rest{names: names}, seen: seen, op: op}
}

type anyBody struct {
	*rest
	seen func(string)
	op   Operation
}

func (p anyBody) Match(r *http.Request, body []byte) (Call, *Error) {
	p.seen(r.URL.String())
	in := p.op.newInput()
	if object, err := parseJSON(body); err == nil { // else the caller's own document
		if err := decodeBody(object, in, p.names, nil); err != nil {
			return Call{}, err
		}
	}
	return newCall(p.op, r, in, func(out any) (Response, error) { return p.encode(0, out) }, p.Refuse), nil
}

// Members lists the fields of an SDK struct that travel.
var Members = members
