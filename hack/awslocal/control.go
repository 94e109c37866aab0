package awslocal

import (
	"io"
	"net/http"

	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/cloudtrail"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// serveControl answers one call of the control plane: who has no right to call, or is over quota, is refused and nothing
// is done; else it is done, but for what a fault says; and then it is written down, before the answer is sent, so that
// who has the answer finds it in the log.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request, sig signature) {
	requestID := uuid.NewString()
	w.Header().Set("X-Amzn-Requestid", requestID)
	caller, stranger := s.caller(sig, r)
	entry := Call{
		Service: sig.service, Account: caller.Account, Region: sig.region, At: s.clock.Now(), Principal: caller.ARN,
	}
	if caller.Session != nil {
		entry.Tags = caller.Session.Tags
	}
	protocol, known := s.protocols[sig.service]
	if !known {
		protocol = s.protocols[apigatewayService] // any that a client may understand
		s.reply(w, entry, Fault{}, protocol.Refuse(&wire.Error{
			Code:    "UnknownServiceException",
			Message: "the local AWS has no service " + sig.service,
			Status:  http.StatusNotFound,
		}))
		return
	}
	call, refusal := read(w, r, protocol)
	entry.Operation, entry.Mutating = call.Operation, call.Mutating
	if stranger != nil {
		refusal = stranger
	}
	if refusal == nil {
		refusal = s.quotas.take(scope{sig.service, caller.Account, sig.region}, call)
	}
	if refusal != nil {
		s.reply(w, entry, Fault{}, protocol.Refuse(refusal))
		return
	}
	fault := s.faults.take(caller.Account, call.Operation)
	s.faults.delay(fault, s.clock)
	done := cloudtrail.Call{
		Service: sig.service,
		Request: wire.Request{
			Account: caller.Account, Region: sig.region, Now: s.clock.Now(), Caller: caller, Gone: r.Context().Done(),
		},
		Call:      call,
		RequestID: requestID, UserAgent: r.UserAgent(), SourceIP: sourceIP(r),
	}
	run := func() wire.Response {
		done.Answer = call.Run(done.Request)
		s.events.tell(done)
		return done.Answer
	}
	s.reply(w, entry, fault, perform(protocol, run, fault, sig.service))
}

// read reads the call out of a request.
func read(w http.ResponseWriter, r *http.Request, protocol wire.Protocol) (wire.Call, *wire.Error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return wire.Call{}, &wire.Error{
			Code: "RequestEntityTooLargeException", Message: err.Error(), Status: http.StatusRequestEntityTooLarge,
		}
	}
	return protocol.Match(r, body)
}

// perform lets the service answer, unless the fault forbids it.
func perform(protocol wire.Protocol, run func() wire.Response, f Fault, service string) wire.Response {
	switch f.Kind {
	case Cut:
		return wire.Response{}
	case RefuseBefore, Throttle:
		return protocol.Refuse(f.refusal(service))
	case RefuseAfter:
		run()
		return protocol.Refuse(f.refusal(service))
	default:
		return run()
	}
}

// reply writes a call down and sends the answer, or what the fault leaves of it.
func (s *Server) reply(w http.ResponseWriter, entry Call, f Fault, resp wire.Response) {
	entry.Status, entry.Code = resp.Status, resp.Code
	switch f.Kind {
	case Cut, LoseReply:
		entry.Status, entry.Code = 0, f.Kind.String()
		s.calls.add(entry)
		cut(w)
	case CutBody:
		entry.Code = f.Kind.String()
		s.calls.add(entry)
		sendHalf(w, resp)
	case Garbage:
		entry.Code = f.Kind.String()
		s.calls.add(entry)
		resp.Body = []byte("<html>not what you expected")
		send(w, resp)
	default:
		s.calls.add(entry)
		send(w, resp)
	}
}

// send sends an answer. It fails only if the caller has gone, and then there is nobody to tell.
func send(w http.ResponseWriter, resp wire.Response) { _ = resp.WriteTo(w) }
