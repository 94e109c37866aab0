package harness

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/securedapi/securedapi/hack/awslocal"
)

// TakeCalls are the operations that were called so far, in order, and forgets them.
func (w *World) TakeCalls() []string {
	var names []string
	for _, call := range w.AWS.Calls() {
		names = append(names, call.Operation)
	}
	w.AWS.ResetCalls()
	return names
}

// Writes are the operations so far that could change something, in order.
func (w *World) Writes() (operations []string) {
	for _, call := range w.AWS.Calls() {
		if call.Mutating {
			operations = append(operations, call.Operation)
		}
	}
	return operations
}

// CountCalls counts the calls of a kind so far.
func (w *World) CountCalls(is func(awslocal.Call) bool) (n int) {
	for _, call := range w.AWS.Calls() {
		if is(call) {
			n++
		}
	}
	return n
}

// AwaitCalls waits until so many calls of a kind were made.
func (w *World) AwaitCalls(is func(awslocal.Call) bool, least int) {
	w.T.Helper()
	w.Eventually("calls", func(context.Context) (bool, string) {
		n := w.CountCalls(is)
		return n >= least, fmt.Sprintf("%d of %d", n, least)
	})
}

// Sweeping says that a call is a sweep's. A check for drift calls neither.
func Sweeping(call awslocal.Call) bool {
	return call.Operation == "ListUserPools" || call.Operation == "GetRestApis"
}

// StatusCode gets a URL and returns the status.
func (w *World) StatusCode(url string) int {
	w.T.Helper()
	status, _ := w.Request(http.MethodGet, url)
	return status
}

// Request makes a request without a token, and returns the answer's status and headers.
func (w *World) Request(method, url string) (int, http.Header) {
	w.T.Helper()
	request, err := http.NewRequestWithContext(w.T.Context(), method, url, http.NoBody)
	if err != nil {
		w.T.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.T.Fatal(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode, response.Header
}
