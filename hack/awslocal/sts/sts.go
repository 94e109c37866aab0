// Package sts is as much of the Security Token Service as tells a caller who it is. Everybody is the root user of the
// account called: signatures aren't verified in the local AWS, and nobody has policies.
package sts

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// Protocol returns STS, which speaks the query protocol
// (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html): forms in, XML out.
func Protocol() wire.Protocol { return query{} }

type query struct{}

// The answer, as in https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html.
type callerIdentityResponse struct {
	XMLName   xml.Name `xml:"GetCallerIdentityResponse"`
	Namespace string   `xml:"xmlns,attr"`
	ARN       string   `xml:"GetCallerIdentityResult>Arn"`
	UserID    string   `xml:"GetCallerIdentityResult>UserId"`
	Account   string   `xml:"GetCallerIdentityResult>Account"`
	RequestID string   `xml:"ResponseMetadata>RequestId"`
}

type errorResponse struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

func (q query) Match(_ *http.Request, body []byte) (wire.Call, *wire.Error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return wire.Call{}, wire.Errorf("MalformedQueryString", "%v", err)
	}
	action := form.Get("Action")
	if action != "GetCallerIdentity" {
		return wire.Call{Operation: action}, wire.Errorf("InvalidAction",
			"Could not find operation %s for version %s", action, form.Get("Version"))
	}
	return wire.Call{Operation: action, Run: callerIdentity}, nil
}

func callerIdentity(req wire.Request) wire.Response {
	return respond(http.StatusOK, callerIdentityResponse{
		Namespace: namespace,
		ARN:       fmt.Sprintf("arn:aws:iam::%s:root", req.Account),
		UserID:    req.Account, // of a root user they are the same
		Account:   req.Account,
		RequestID: uuid.NewString(),
	})
}

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
