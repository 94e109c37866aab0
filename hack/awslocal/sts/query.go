package sts

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Protocol returns STS, which speaks the query protocol
// (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html): forms in, XML out.
func (s *Service) Protocol() wire.Protocol { return query{s} }

type query struct{ service *Service }

// envelope is around every answer.
type envelope struct {
	Namespace string `xml:"xmlns,attr"`
	RequestID string `xml:"ResponseMetadata>RequestId"`
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
type callerIdentityResponse struct {
	XMLName xml.Name `xml:"GetCallerIdentityResponse"`
	envelope
	ARN     string `xml:"GetCallerIdentityResult>Arn"`
	UserID  string `xml:"GetCallerIdentityResult>UserId"`
	Account string `xml:"GetCallerIdentityResult>Account"`
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
type assumeRoleResponse struct {
	XMLName xml.Name `xml:"AssumeRoleResponse"`
	envelope
	AssumedRoleID string `xml:"AssumeRoleResult>AssumedRoleUser>AssumedRoleId"`
	ARN           string `xml:"AssumeRoleResult>AssumedRoleUser>Arn"`
	AccessKeyID   string `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
	SecretKey     string `xml:"AssumeRoleResult>Credentials>SecretAccessKey"`
	SessionToken  string `xml:"AssumeRoleResult>Credentials>SessionToken"`
	Expiration    string `xml:"AssumeRoleResult>Credentials>Expiration"`
}

type errorResponse struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

func (q query) Match(_ *http.Request, body []byte) (wire.Call, *wire.Error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return wire.Call{}, wire.Errorf("MalformedQueryString", "%v", err)
	}
	call := wire.Call{Operation: form.Get("Action")}
	switch call.Operation {
	case "GetCallerIdentity":
		call.Run = func(req wire.Request) wire.Response {
			out := callerIdentity(req)
			out.envelope = newEnvelope()
			return respond(http.StatusOK, out)
		}
	case "AssumeRole":
		call.Input = input(form)
		call.Run = func(req wire.Request) wire.Response {
			out, err := q.service.assumeRole(req, form)
			if err != nil {
				return q.Refuse(err)
			}
			out.envelope = newEnvelope()
			return respond(http.StatusOK, out)
		}
	default:
		return call, wire.Errorf("InvalidAction",
			"Could not find operation %s for version %s", call.Operation, form.Get("Version"))
	}
	return call, nil
}

func newEnvelope() envelope { return envelope{Namespace: namespace, RequestID: uuid.NewString()} }

func (q query) Refuse(e *wire.Error) wire.Response {
	status, fault := e.Status, "Sender"
	if status == 0 {
		status = http.StatusBadRequest
	}
	if status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	resp := respond(status, errorResponse{
		Namespace: namespace, Type: fault, Code: e.Code, Message: e.Message, RequestID: uuid.NewString(),
	})
	resp.Code = e.Code
	return resp
}

func respond(status int, body any) wire.Response {
	b, err := xml.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("sts: marshal %T: %v", body, err))
	}
	return wire.Response{Status: status, Header: http.Header{"Content-Type": {"text/xml"}}, Body: b}
}
