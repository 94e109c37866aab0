package awslocal

import (
	"io"
	"net/http"

	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/cloudtrail"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// serveControl answers one call of the control plane: who has no right to call, is over quota, or isn't allowed it by policies
// is refused and nothing is done; else it is done, but for what a fault says; and then it is written down, before the answer
// is sent, so that who has the answer finds it in the log.
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
	done := cloudtrail.Call{
		Service: sig.service,
		Request: wire.Request{Account: caller.Account, Region: sig.region, Caller: caller, Gone: r.Context().Done()},
		Call:    call, RequestID: requestID, UserAgent: r.UserAgent(), SourceIP: sourceIP(r),
	}
	if r.Header.Get(asideHeader) != "" {
		send(w, s.aside(protocol, refusal, done))
		return
	}
	if refusal == nil {
		refusal = s.quotas.take(scope{sig.service, caller.Account, sig.region}, call)
	}
	if refusal == nil {
		refusal = s.authorize(done)
	}
	if refusal != nil {
		s.reply(w, entry, Fault{}, protocol.Refuse(refusal))
		return
	}
	fault := s.faults.take(caller.Account, call.Operation)
	s.faults.delay(fault, s.clock)
	run := func() wire.Response { return s.carryOutHooked(entry, done) }
	s.reply(w, entry, fault, perform(protocol, run, fault, sig.service))
}

// aside answers a call of [Aside].
func (s *Server) aside(protocol wire.Protocol, refusal *wire.Error, call cloudtrail.Call) wire.Response {
	if refusal == nil {
		refusal = s.authorize(call)
	}
	if refusal != nil {
		return protocol.Refuse(refusal)
	}
	return s.carryOut(call)
}

// carryOutHooked carries a call out between the two moments of its hooks.
func (s *Server) carryOutHooked(entry Call, call cloudtrail.Call) wire.Response {
	taken := s.hooks.take(entry)
	for _, h := range taken {
		if h.Before != nil {
			h.Before(entry)
		}
	}
	answer := s.reads.visible(call, s.carryOut(call))
	entry.Status, entry.Code = answer.Status, answer.Code
	for _, h := range taken {
		if h.After != nil {
			h.After(entry)
		}
	}
	return answer
}

// carryOut lets the service answer, and tells of it.
func (s *Server) carryOut(call cloudtrail.Call) wire.Response {
	call.Request.Now = s.clock.Now()
	call.Answer = call.Call.Run(call.Request)
	s.events.tell(call)
	return call.Answer
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
