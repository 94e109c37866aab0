package wire

import (
	"net/http"
	"strings"
)

const json11Type = "application/x-amz-json-1.1"

// JSON11 returns the awsJson1.1 protocol, in which a header names the operation and bodies hold everything else:
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html. Target is what stands before the dot in
// X-Amz-Target.
func JSON11(target string, operations []Operation) Protocol {
	p := &json11{prefix: target + ".", operations: make(map[string]Operation, len(operations))}
	for _, op := range operations {
		p.operations[op.Name] = op
	}
	return p
}

type json11 struct {
	prefix     string
	operations map[string]Operation
}

func (p *json11) Match(r *http.Request, body []byte) (Call, *Error) {
	target := r.Header.Get("X-Amz-Target")
	name, ours := strings.CutPrefix(target, p.prefix)
	op, known := p.operations[name]
	if !ours || !known {
		e := unknownOperation(target)
		e.Status = http.StatusBadRequest // the protocol has no 404
		return Call{Operation: name}, e
	}
	in := op.newInput()
	members, err := parseJSON(body)
	if err == nil {
		err = decodeBody(members, in, Pascal, nil)
	}
	if err != nil {
		return Call{Operation: op.Name, Mutating: op.Mutating}, err
	}
	return newCall(op, r, in, p.encode, p.Refuse), nil
}

func (p *json11) encode(out any) (Response, error) {
	members, err := encodeBody(out, Pascal)
	if err != nil {
		return Response{}, err
	}
	return Response{
		Status: http.StatusOK,
		Header: http.Header{"Content-Type": {json11Type}},
		Body:   mustMarshal(members),
	}, nil
}

func (p *json11) Refuse(e *Error) Response {
	return errorResponse(e, json11Type, map[string]string{"__type": e.Code, "message": e.Message})
}
