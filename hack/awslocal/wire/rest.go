package wire

import (
	"net/http"
	"net/url"
	"reflect"
)

// REST returns the restJson1 protocol: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html. It panics if
// a route names a member that its input doesn't have.
func REST(names JSONCase, routes []Route) Protocol {
	p := &rest{names: names}
	for _, r := range routes {
		p.routes = append(p.routes, newRoute(r))
	}
	return p
}

type rest struct {
	names  JSONCase
	routes []route
}

func (p *rest) Match(r *http.Request, body []byte) (Call, *Error) {
	segments, err := splitPath(r.URL)
	if err != nil {
		return Call{}, unknownOperation(r.Method + " " + r.URL.EscapedPath())
	}
	var found *route
	var labels map[string]string
	best := -1
	for i := range p.routes {
		l, literals, ok := p.routes[i].match(r, segments)
		if ok && literals > best {
			found, labels, best = &p.routes[i], l, literals
		}
	}
	if found == nil {
		return Call{}, unknownOperation(r.Method + " " + r.URL.EscapedPath())
	}
	in := found.Op.newInput()
	if err := p.decode(found, labels, r.URL.Query(), body, in); err != nil {
		return Call{Operation: found.Op.Name, Mutating: found.Op.Mutating}, err
	}
	encode := func(out any) (Response, error) { return p.encode(found.Status, out) }
	call := newCall(found.Op, r, in, encode, p.Refuse)
	call.bound, call.Method, call.Path = found.bound, r.Method, segments[1:]
	return call, nil
}

func (p *rest) decode(rt *route, labels map[string]string, query url.Values, body []byte, in any) *Error {
	v := reflect.ValueOf(in).Elem()
	for name, value := range labels {
		f, _ := fieldFold(v.Type(), name)
		if err := decodeText(value, v.FieldByIndex(f.Index)); err != nil {
			return err
		}
	}
	if err := decodeQuery(rt, query, v); err != nil {
		return err
	}
	if rt.Payload != "" {
		f, _ := fieldFold(v.Type(), rt.Payload)
		v.FieldByIndex(f.Index).SetBytes(body)
		return nil
	}
	object, err := parseJSON(body)
	if err != nil {
		return err
	}
	return decodeBody(object, in, p.names, rt.bound)
}

func decodeQuery(rt *route, query url.Values, v reflect.Value) *Error {
	taken := map[string]bool{}
	for name := range rt.constant {
		taken[name] = true
	}
	rest := reflect.Value{}
	for _, name := range rt.Query {
		f, _ := fieldFold(v.Type(), queryMember(name))
		field := v.FieldByIndex(f.Index)
		if name == "*" {
			rest = field
			continue
		}
		taken[name] = true
		values := query[name]
		if len(values) == 0 {
			continue
		}
		if f.Type.Kind() == reflect.Slice {
			field.Set(reflect.MakeSlice(f.Type, len(values), len(values)))
			for i, value := range values {
				field.Index(i).SetString(value)
			}
		} else if err := decodeText(values[0], field); err != nil {
			return err
		}
	}
	if !rest.IsValid() {
		return nil
	}
	others := map[string]string{}
	for name := range query {
		if !taken[name] {
			others[name] = query.Get(name)
		}
	}
	rest.Set(reflect.ValueOf(others))
	return nil
}

func (p *rest) encode(status int, out any) (Response, error) {
	if status == 0 {
		status = http.StatusOK
	}
	resp := Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}}}
	if len(members(reflect.TypeOf(out).Elem())) == 0 {
		return resp, nil // nothing to say, as after a deletion
	}
	object, err := answered(p.names).structure(reflect.ValueOf(out).Elem(), nil)
	if err != nil {
		return Response{}, err
	}
	resp.Body = mustMarshal(object)
	return resp, nil
}

func (p *rest) Refuse(e *Error) Response {
	resp := errorResponse(e, "application/json", p.errorBody(e))
	resp.Header["X-Amzn-Errortype"] = []string{e.Code}
	return resp
}

// errorBody is {"message"} in API Gateway. Lambda says whose fault it is, and spells the member as its model does for
// each error (schemas.go of service/lambda v1.114.3): most errors that can happen here have it in lower case.
func (p *rest) errorBody(e *Error) map[string]string {
	if p.names == Camel {
		return map[string]string{"message": e.Message}
	}
	body := map[string]string{"Type": "User"}
	if e.Status >= http.StatusInternalServerError {
		body["Type"] = "Service"
	}
	switch e.Code {
	case "ResourceNotFoundException", "ServiceException", "AccessDeniedException":
		body["Message"] = e.Message
	default:
		body["message"] = e.Message
	}
	return body
}
