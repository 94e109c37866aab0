package awslocal

import (
	"slices"
	"sync"
	"time"
)

// Call is one request to the control plane, with its outcome.
type Call struct {
	// Service is the name in the signature: cognito-idp, apigateway, lambda, sts, sqs.
	Service, Operation string
	// Account and Region are the caller's; of calls that aren't signed, the server's own.
	Account, Region string
	// Principal is the caller's ARN; empty if the call wasn't signed.
	Principal string
	// Tags are those of the caller's session.
	Tags map[string]string
	// At is when the request came.
	At time.Time
	// Status is what the caller saw; zero if the connection was cut.
	Status int
	// Code is the error's code, empty on success. Where a fault spoiled the answer it is the fault's Kind.
	Code string
	// Mutating is true of operations that can change something, whether or not this call did.
	Mutating bool
}

type calls struct {
	mu  sync.Mutex
	log []Call
}

func (c *calls) add(call Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.log = append(c.log, call)
}

// Calls returns the calls to the control plane since the start or the last ResetCalls, in the order of their answers.
func (s *Server) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	return slices.Clone(s.calls.log)
}

// ResetCalls forgets the calls so far.
func (s *Server) ResetCalls() {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	s.calls.log = nil
}
