package awslocal

import (
	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// wafRequests are what operations on the web ACL of a user pool need: of AWS WAF on the web ACL, or on the pool where none is named, and a
// permission of the protected service, of the same name, that is no operation
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html, "Permissions";
// https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html). GetWebACLForResource "uses GetWebACL" (model).
func (s *Server) wafRequests(r wire.Request, call wire.Call) []iam.Request {
	pool, acl := member(call.Input, "ResourceArn"), member(call.Input, "WebACLArn")
	on := acl
	if acl == "" {
		on = pool
	}
	requests := []iam.Request{
		{Action: wafService + ":" + call.Operation, Resource: on, Context: iam.Context{}},
		{Action: cognitoService + ":" + call.Operation, Resource: pool, Context: iam.Context{}},
	}
	requests[1].Context.Tags("aws:ResourceTag", s.tags.visible(r, pool, s.Cognito.Tags(r, pool)))
	if of := s.WAF.WebACL(pool); of != "" && !call.Mutating {
		requests = append(requests, iam.Request{Action: wafService + ":GetWebACL", Resource: of, Context: iam.Context{}})
	}
	return requests
}
