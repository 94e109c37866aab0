package awslocal

import (
	"errors"
	"net/http"

	"github.com/securedapi/securedapi/hack/awslocal/sts"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// caller tells whose key a request is signed with. Who may not call with it is told beside the error.
func (s *Server) caller(sig signature, r *http.Request) (wire.Principal, *wire.Error) {
	if sig.key == "" {
		return wire.Principal{Account: s.account}, nil
	}
	p, err := s.STS.Principal(sig.key, r.Header.Get("X-Amz-Security-Token"))
	if err != nil {
		return p, badToken(sig.service, err)
	}
	return p, nil
}

// badToken is how a service says that temporary credentials are no good. What speaks the query protocol, or did, has
// other codes than the rest, and Cognito another status; the sources stand in the test.
func badToken(service string, err error) *wire.Error {
	e := &wire.Error{
		Code: "UnrecognizedClientException", Message: "The security token included in the request is invalid.",
		Status: http.StatusForbidden,
	}
	expired := errors.Is(err, sts.ErrExpiredToken)
	if expired {
		e.Code, e.Message = "ExpiredTokenException", "The security token included in the request is expired"
	}
	switch service {
	case stsService, sqsService:
		e.Code = "InvalidClientTokenId"
		if expired {
			e.Code = "ExpiredToken"
		}
	case cognitoService:
		e.Status = http.StatusBadRequest
	}
	return e
}
