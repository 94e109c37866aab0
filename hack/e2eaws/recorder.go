package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Who makes a call.
const (
	byOperator = "operator" // through the proxy
	byHand     = "hand"     // this program, as a person at the console
	byVisitor  = "visitor"  // whoever calls the routes and the token endpoint
)

// receive waits for messages of a queue. It is no call of the budget.
const receive = "ReceiveMessage"

// call is one request that AWS answered, or did not.
type call struct {
	caller, operation string
	status            int // 0 without an answer
	took              time.Duration
	denied            bool
}

// recorder writes every exchange with AWS to a file of its own, redacted, and counts the calls.
type recorder struct {
	folder string
	base   http.RoundTripper

	mu     sync.Mutex
	check  string
	calls  []call
	redact *redactor
	err    error // the first failure to write
	// written are the exchanges that were written, by check and content: what is asked again and again is written once.
	written map[string]bool
}

// exchange is the content of a file, which is called after its number.
type exchange struct {
	Check     string  `json:"check"`
	Caller    string  `json:"caller"`
	Operation string  `json:"operation"`
	Request   message `json:"request"`
	Response  message `json:"response"`
}

type message struct {
	Method string            `json:"method,omitempty"`
	URL    string            `json:"url,omitempty"`
	Status int               `json:"status,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	Body   any               `json:"body,omitempty"`
}

// keptHeaders are the only ones that are written: no credentials, cookies, dates and ids of requests are among them.
var keptHeaders = []string{
	"Content-Type", "X-Amz-Target", "X-Amzn-Errortype", "Retry-After", "Origin",
	"Access-Control-Request-Method", "Access-Control-Request-Headers",
	"Access-Control-Allow-Origin", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Expose-Headers",
}

// as returns a transport for the calls of one caller.
func (r *recorder) as(caller string) http.RoundTripper { return recorded{r, caller} }

type recorded struct {
	*recorder

	caller string
}

// RoundTrip implements http.RoundTripper.
func (t recorded) RoundTrip(request *http.Request) (*http.Response, error) {
	var sent []byte
	if request.Body != nil {
		var err error
		if sent, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
		request = request.Clone(request.Context())
		request.Body = io.NopCloser(bytes.NewReader(sent))
	}
	began := time.Now()
	response, err := t.base.RoundTrip(request)
	if err != nil {
		t.add(call{t.caller, operationOf(request), 0, time.Since(began), false}, nil, nil)
		return nil, err
	}
	answered, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		t.add(call{t.caller, operationOf(request), 0, time.Since(began), false}, nil, nil)
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(answered))
	denied := response.StatusCode >= http.StatusBadRequest && bytes.Contains(answered, []byte("AccessDenied")) ||
		strings.HasPrefix(response.Header.Get("X-Amzn-Errortype"), "AccessDenied")
	t.add(call{t.caller, operationOf(request), response.StatusCode, time.Since(began), denied},
		&message{Method: request.Method, URL: request.URL.String(), Header: kept(request.Header), Body: string(sent)},
		&message{Status: response.StatusCode, Header: kept(response.Header), Body: string(answered)})
	return response, nil
}

// operationOf names what is asked for: Cognito's requests say it, those of API Gateway and Lambda are a method and a path.
func operationOf(request *http.Request) string {
	if _, operation, ok := strings.Cut(request.Header.Get("X-Amz-Target"), "."); ok {
		return operation
	}
	return request.Method + " " + request.URL.EscapedPath()
}

func kept(header http.Header) map[string]string {
	all := map[string]string{}
	for _, name := range keptHeaders {
		if value := header.Get(name); value != "" {
			all[name] = value
		}
	}
	return all
}

// private says that an exchange is not written: STS, which takes forms, tells who people are, and a queue has the events of the
// whole account.
func private(request *message) bool {
	form := strings.HasPrefix(request.Header["Content-Type"], "application/x-www-form-urlencoded")
	return form && !strings.HasSuffix(request.URL, "/oauth2/token") || strings.HasPrefix(request.Header["X-Amz-Target"], "AmazonSQS")
}

func (r *recorder) add(c call, request, response *message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, c)
	if request == nil || private(request) {
		return
	}
	e := exchange{Check: r.check, Caller: c.caller, Operation: c.operation, Request: *request, Response: *response}
	text, err := r.redact.exchange(e)
	if err == nil && !r.written[text] {
		r.written[text] = true
		err = os.WriteFile(filepath.Join(r.folder, fmt.Sprintf("%04d.json", len(r.calls))), []byte(text), 0o600)
	}
	if r.err == nil {
		r.err = err
	}
}

// begin says which check the following exchanges belong to.
func (r *recorder) begin(check string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.check = check
}

// mark is a moment in the recording.
func (r *recorder) mark() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls)
}

// since are the operator's operations since a moment, in order.
func (r *recorder) since(mark int) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var operations []string
	for _, c := range r.calls[mark:] {
		if c.caller == byOperator && c.operation != receive {
			operations = append(operations, c.operation)
		}
	}
	return operations
}

// longest is the time of the longest call of the operator whose operation begins so.
func (r *recorder) longest(operation string) (longest time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.calls {
		if c.caller == byOperator && strings.HasPrefix(c.operation, operation) && c.operation != receive {
			longest = max(longest, c.took)
		}
	}
	return longest
}

// denied are the operations that the operator was not allowed.
func (r *recorder) denied() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var operations []string
	for _, c := range r.calls {
		if c.caller == byOperator && c.denied {
			operations = append(operations, c.operation)
		}
	}
	return operations
}

// parsed is a body as JSON where it is JSON.
func parsed(body string) any {
	var value any
	if json.Unmarshal([]byte(body), &value) == nil {
		return value
	}
	return body
}

func count[T comparable](all []T, one T) int {
	return len(slices.DeleteFunc(slices.Clone(all), func(other T) bool { return other != one }))
}
