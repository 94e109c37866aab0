package awslocal

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/securedapi/securedapi/hack/awslocal/cloudtrail"
	"github.com/securedapi/securedapi/hack/awslocal/sqs"
)

// events puts calls that changed something into a queue, as rules of EventBridge do in every account and Region whose
// target is that queue, with this pattern:
//
//	{"detail-type": ["AWS API Call via CloudTrail"],
//	 "source": ["aws.cognito-idp", "aws.apigateway", "aws.lambda"],
//	 "detail": {"readOnly": [false], "errorCode": [{"exists": false}],
//	            "userIdentity": {"arn": [{"exists": true}]}}}
type events struct {
	queue *sqs.Queue
	delay time.Duration // what CloudTrail and EventBridge take
}

var evented = set(cognitoService, apigatewayService, lambdaService, wafService)

// tell puts a call in. Nil events tell nothing.
func (e *events) tell(c cloudtrail.Call) {
	if e == nil || !evented[c.Service] || !c.Call.Mutating || c.Answer.Code != "" || c.Request.Caller.ARN == "" {
		return
	}
	body, err := cloudtrail.Event(c)
	if err != nil {
		panic(fmt.Sprintf("awslocal: %v", err)) // an SDK struct that the wire took, the wire can write
	}
	e.queue.Send(body, e.delay)
}

// EventsURL is the queue of WithEvents; empty without it.
func (s *Server) EventsURL() string {
	if s.events == nil {
		return ""
	}
	return s.events.queue.URL()
}

func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
