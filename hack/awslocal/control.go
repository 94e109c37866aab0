package awslocal

import (
	"io"
	"net/http"

	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// serveControl answers one call of the control plane: over quota nothing is done; else it is done, but for what a
// fault says; and then it is written down, before the answer is sent, so that who has the answer finds it in the log.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request, sc scope) {
	entry := Call{Service: sc.service, Account: sc.account, Region: sc.region, At: s.clock.Now()}
	protocol, known := s.protocols[sc.service]
	if !known {
		protocol = s.protocols[apigatewayService] // any that a client may understand
		s.reply(w, entry, Fault{}, protocol.Refuse(&wire.Error{
			Code:    "UnknownServiceException",
			Message: "the local AWS has no service " + sc.service,
			Status:  http.StatusNotFound,
		}))
		return
	}
	call, refusal := read(w, r, protocol)
	entry.Operation, entry.Mutating = call.Operation, call.Mutating
	if refusal == nil {
		refusal = s.quotas.take(sc, call)
	}
	if refusal != nil {
		s.reply(w, entry, Fault{}, protocol.Refuse(refusal))
		return
	}
	fault := s.faults.take(call.Operation)
	s.faults.delay(fault, s.clock)
	req := wire.Request{Account: sc.account, Region: sc.region, Now: s.clock.Now()}
	s.reply(w, entry, fault, perform(protocol, call, req, fault, sc.service))
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
func perform(protocol wire.Protocol, call wire.Call, req wire.Request, f Fault, service string) wire.Response {
	switch f.Kind {
	case Cut:
		return wire.Response{}
	case RefuseBefore, Throttle:
		return protocol.Refuse(f.refusal(service))
	case RefuseAfter:
		call.Run(req)
		return protocol.Refuse(f.refusal(service))
	default:
		return call.Run(req)
	}
}

// reply writes a call down and sends the answer, or what the fault leaves of it.
func (s *Server) reply(w http.ResponseWriter, entry Call, f Fault, resp wire.Response) {
	w.Header().Set("X-Amzn-Requestid", uuid.NewString())
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
