package wire

import (
	"net/http"
	"reflect"
	"strings"
)

// JSON11 returns the awsJson1.1 protocol, in which a header names the operation and bodies hold everything else:
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html. Target is what stands before the dot in
// X-Amz-Target.
func JSON11(target string, operations []Operation) Protocol {
	return newAWSJSON("application/x-amz-json-1.1", target, operations)
}

// JSON10 returns the awsJson1.0 protocol of a service that spoke the query protocol before. Its errors have a name
// that starts with the namespace, and beside it, in a header, the code that they had then:
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#querycompatible. QueryCodes holds those that differ from
// the name.
func JSON10(target, namespace string, queryCodes map[string]string, operations []Operation) Protocol {
	p := newAWSJSON("application/x-amz-json-1.0", target, operations)
	p.namespace, p.queryCodes = namespace+"#", queryCodes
	return p
}

type awsJSON struct {
	contentType string
	prefix      string
	operations  map[string]Operation
	namespace   string            // empty if the service isn't compatible with the query protocol
	queryCodes  map[string]string // by the name of the error
}

func newAWSJSON(contentType, target string, operations []Operation) *awsJSON {
	p := &awsJSON{contentType: contentType, prefix: target + ".", operations: make(map[string]Operation, len(operations))}
	for _, op := range operations {
		p.operations[op.Name] = op
	}
	return p
}

func (p *awsJSON) Match(r *http.Request, body []byte) (Call, *Error) {
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

func (p *awsJSON) encode(out any) (Response, error) {
	members, err := answered(Pascal).structure(reflect.ValueOf(out).Elem(), nil)
	if err != nil {
		return Response{}, err
	}
	return Response{
		Status: http.StatusOK,
		Header: http.Header{"Content-Type": {p.contentType}},
		Body:   mustMarshal(members),
	}, nil
}

func (p *awsJSON) Refuse(e *Error) Response {
	resp := errorResponse(e, p.contentType, map[string]string{"__type": p.namespace + e.Code, "message": e.Message})
	if p.namespace != "" {
		code, fault := e.Code, "Sender"
		if differs, ok := p.queryCodes[e.Code]; ok {
			code = differs
		}
		if resp.Status >= http.StatusInternalServerError {
			fault = "Receiver"
		}
		resp.Header.Set("X-Amzn-Query-Error", code+";"+fault)
	}
	return resp
}
