package awslocal

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Kind is a way in which a call fails.
type Kind int

const (
	// RefuseBefore answers with an error and does nothing.
	RefuseBefore Kind = iota + 1
	// RefuseAfter does it and answers with an error.
	RefuseAfter
	// LoseReply does it and cuts the connection instead of answering.
	LoseReply
	// Cut cuts the connection and does nothing.
	Cut
	// Throttle answers as over quota and does nothing.
	Throttle
	// Delay only takes its time.
	Delay
	// CutBody does it and sends half of the answer.
	CutBody
	// Garbage does it and sends an answer that can't be parsed.
	Garbage
)

// String implements fmt.Stringer.
func (k Kind) String() string {
	names := []string{"none", "RefuseBefore", "RefuseAfter", "LoseReply", "Cut", "Throttle", "Delay", "CutBody", "Garbage"}
	if k < 0 || int(k) >= len(names) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return names[k]
}

// Fault makes calls of the control plane fail. Calls that are over quota or malformed fail before, and don't count.
type Fault struct {
	// Operation is the call it happens to, such as "CreateUserPool"; empty means any.
	Operation string
	// Account is whose calls it happens to; empty means everybody's.
	Account string
	Kind    Kind
	// Code, Message and Status are the error of RefuseBefore, RefuseAfter and Throttle; what is left out is what the
	// service itself says in such a case.
	Code, Message string
	Status        int
	// Delay is waited for, on the server's clock, before anything else, whatever the Kind. What a call asks for is
	// done even if the caller has given up by then, as on AWS.
	Delay time.Duration
	// Skip lets the first calls pass. Times is how often it happens after that; zero means always.
	Skip, Times int
}

// Inject adds a fault. If several faults match a call, the one that was injected first applies.
func (s *Server) Inject(f Fault) { s.faults.add(f) }

// ClearFaults removes all faults and lets go of the calls that are being delayed.
func (s *Server) ClearFaults() { s.faults.clear() }

// Delayed is how many calls are being delayed now.
func (s *Server) Delayed() int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return s.faults.delayed
}

type faults struct {
	mu      sync.Mutex
	active  []*Fault
	delayed int
	cleared chan struct{} // closed by clear; made by the first delay after that
	closed  bool
}

func (fs *faults) add(f Fault) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.active = append(fs.active, &f)
}

func (fs *faults) clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.active = nil
	if fs.cleared != nil && !fs.closed {
		close(fs.cleared)
		fs.cleared = nil
	}
}

// close ends all delays, also those to come.
func (fs *faults) close() {
	fs.clear()
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.closed = true
}

// take returns the fault that happens to a call, with Kind zero if none does.
func (fs *faults) take(account, operation string) Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.active {
		if f.Operation != "" && f.Operation != operation || f.Account != "" && f.Account != account {
			continue
		}
		hit, last := counts(&f.Skip, &f.Times)
		if last {
			fs.active = slices.Delete(fs.active, i, i+1)
		}
		if hit {
			return *f
		}
	}
	return Fault{}
}

// onClear returns a channel that is closed when faults are cleared.
func (fs *faults) onClear() <-chan struct{} {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if fs.cleared == nil {
		fs.cleared = make(chan struct{})
		if fs.closed {
			close(fs.cleared)
		}
	}
	return fs.cleared
}

func (fs *faults) count(more int) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.delayed += more
}

func (fs *faults) delay(f Fault, c clock.Clock) {
	if f.Delay <= 0 {
		return
	}
	cleared := fs.onClear()
	fs.count(1)
	defer fs.count(-1)
	timer := c.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C():
	case <-cleared:
	}
}

// refusal is the error of a fault that answers with one.
func (f Fault) refusal(service string) *wire.Error {
	e := internal(service)
	if f.Kind == Throttle {
		e = throttled(service)
	}
	if f.Code != "" {
		e.Code = f.Code
	}
	if f.Message != "" {
		e.Message = f.Message
	}
	if f.Status != 0 {
		e.Status = f.Status
	}
	return e
}

// internal is how a service says that it has failed (the errors of each SDK's model).
func internal(service string) *wire.Error {
	switch service {
	case cognitoService:
		return &wire.Error{Code: "InternalErrorException", Message: "Internal error", Status: 500}
	case apigatewayService:
		return &wire.Error{Code: "ServiceUnavailableException", Message: "Service Unavailable", Status: 503}
	case wafService:
		return &wire.Error{Code: "WAFInternalErrorException", Message: "Internal error", Status: 500}
	case lambdaService:
		return &wire.Error{Code: "ServiceException", Message: "Service error", Status: 500}
	default:
		return &wire.Error{Code: "InternalFailure", Message: "Internal failure", Status: 500}
	}
}

// cut closes the connection under the answer.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 can't be taken over, but is cut by this
	}
	_ = conn.Close()
}

// sendHalf promises the whole answer and sends half of it.
func sendHalf(w http.ResponseWriter, resp wire.Response) {
	maps.Copy(w.Header(), resp.Header)
	w.Header().Set("Content-Length", strconv.Itoa(max(len(resp.Body), 2)))
	w.WriteHeader(resp.Status)
	_, _ = w.Write(resp.Body[:len(resp.Body)/2])
	_ = http.NewResponseController(w).Flush()
	cut(w)
}
