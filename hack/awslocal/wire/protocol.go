package wire

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// Protocol knows the operations of one service and the protocol that they are called in.
type Protocol interface {
	// Match finds the operation that r asks for and decodes its input from r and body, which has been read from r
	// already. If only the input is at fault, the Call has its Operation and Mutating set beside the error.
	Match(r *http.Request, body []byte) (Call, *Error)
	// Refuse encodes an error.
	Refuse(*Error) Response
}

// Call is an operation with its input, ready to be run.
type Call struct {
	Operation string
	Mutating  bool
	// Method and Path are a REST request's; the path's parts are unescaped.
	Method string
	Path   []string
	// Input points to the SDK's input struct.
	Input any
	// Run lets the service do it and encodes what it answers.
	Run func(Request) Response

	bound map[string]bool // members of Input that didn't come in a JSON body
}

// Response is an encoded answer. Code is the error's code, empty on success.
type Response struct {
	Status int
	Code   string
	Header http.Header
	Body   []byte
	// Output points to the SDK's output struct; nil if there is none, or an error.
	Output any

	gzip bool // the caller takes it compressed
}

// oneRead is how long a body may be to go uncompressed. Go's SDK loses an answer that it needs a second read for, if
// the answer overtakes the end of its own request, and on loopback it does at times (aws-sdk-go-v2 #1825 and #2737).
// Its buffer holds 4 KiB, headers included; compressed, all but the longest lists fit.
const oneRead = 3 << 10

// WriteTo sends the response.
func (r Response) WriteTo(w http.ResponseWriter) error {
	maps.Copy(w.Header(), r.Header)
	body := r.Body
	if r.gzip && len(body) > oneRead {
		body = compress(body)
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(r.Status)
	_, err := w.Write(body)
	return err
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // a Buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// newCall binds an operation to its input and to the request it came with. The protocols differ in how they encode.
func newCall(
	op Operation, r *http.Request, in any, encode func(any) (Response, error), refuse func(*Error) Response,
) Call {
	return Call{
		Operation: op.Name,
		Mutating:  op.Mutating,
		Input:     in,
		Run: func(req Request) Response {
			req.Operation = op.Name
			out, err := op.run(req, in)
			if err != nil {
				return refuse(asError(err))
			}
			resp, err := encode(out)
			if err != nil {
				return refuse(asError(fmt.Errorf("encode the output of %s: %w", op.Name, err)))
			}
			resp.Output = out
			resp.gzip = strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
			return resp
		},
	}
}

// asError turns what isn't an Error, a fault of our own, into a 500, as AWS would.
func asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
}

// unknownOperation refuses what the service doesn't have, whether or not AWS has it.
func unknownOperation(what string) *Error {
	return &Error{
		Code:    "UnknownOperationException",
		Message: what + " is not an operation of the local AWS",
		Status:  http.StatusNotFound,
	}
}

// errorResponse starts the answer for e; the body is the protocol's.
func errorResponse(e *Error, contentType string, body any) Response {
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	header := http.Header{"Content-Type": {contentType}}
	if e.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	return Response{Status: status, Code: e.Code, Header: header, Body: mustMarshal(body)}
}

// parseJSON reads a body into JSON's own types, numbers kept as written. No body is an empty object.
func parseJSON(body []byte) (map[string]any, *Error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return map[string]any{}, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, Errorf("SerializationException", "Unable to parse the request body: %v", err)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, wrongType(value, "structure")
	}
	return object, nil
}

// mustMarshal encodes values made of JSON's own types, which can't fail.
func mustMarshal(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("wire: marshal %T: %v", v, err))
	}
	return body
}
