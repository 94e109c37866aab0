// Package wire speaks AWS's wire protocols over the SDK's own input and output types.
//
// A request comes in as HTTP, is matched to an Operation, decoded into the SDK's input struct, answered by a
// service, and the SDK's output struct is encoded again. Because the structs are the SDK's, a service can neither
// invent a member nor misspell one; the real SDK client at the other end proves the rest.
package wire

import (
	"fmt"
	"time"

	"k8s.io/utils/clock"
)

// Env is what the local AWS lends to each of its services.
type Env struct {
	// Clock is the only source of time, so that tests can turn it.
	Clock clock.Clock
	// BaseURL is where the server listens, known once it does: scheme, host and port, without a trailing slash.
	BaseURL func() string
	// ListLag is for how long a list call doesn't show what was created. Zero means consistent lists.
	ListLag time.Duration
}

// Request says who asks for what, and when.
type Request struct {
	Account, Region, Operation string
	Now                        time.Time
	// Caller is who signed it; its account is Account.
	Caller Principal
	// Gone is closed when the caller has gone. Only what waits has to look at it: what a call asks for is done even if
	// nobody waits for the answer.
	Gone <-chan struct{}
}

// Error is an answer that refuses, with the code and the message that AWS gives.
type Error struct {
	Code, Message string
	// Status is the HTTP status; zero means 400.
	Status int
	// RetryAfter, in seconds, becomes a Retry-After header if it is more than zero.
	RetryAfter int
}

// Errorf returns an Error with status 400.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Operation is one API call: its name, and how a service answers it.
type Operation struct {
	Name string
	// Mutating is true if the call can change something.
	Mutating bool

	newInput func() any
	run      func(Request, any) (any, error)
}

// Read makes an Operation that changes nothing.
func Read[I, O any](name string, f func(Request, *I) (*O, error)) Operation {
	return Operation{
		Name:     name,
		newInput: func() any { return new(I) },
		run: func(req Request, input any) (any, error) {
			in, ok := input.(*I)
			if !ok {
				return nil, fmt.Errorf("%s takes %T, not %T", name, in, input)
			}
			out, err := f(req, in)
			if err != nil {
				// Not (*O)(nil) in an interface, which would look like an answer.
				return nil, err
			}
			return out, nil
		},
	}
}

// Write makes an Operation that changes something.
func Write[I, O any](name string, f func(Request, *I) (*O, error)) Operation {
	op := Read(name, f)
	op.Mutating = true
	return op
}
