package awslocal

import (
	"context"
	"maps"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/securedapi/securedapi/hack/awslocal/cloudtrail"
	"github.com/securedapi/securedapi/hack/awslocal/iam"
	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// authorize refuses a call that the caller's policies don't allow, before the service looks for anything: what is gone has no
// tags, so a policy with a condition on them denies it, and nobody learns whether it was there.
func (s *Server) authorize(call cloudtrail.Call) *wire.Error {
	who := principal(call.Request.Caller)
	if who.ARN == "" {
		return nil // users of a pool aren't IAM's
	}
	if in, ok := call.Call.Input.(*sts.AssumeRoleInput); ok {
		return refusal(stsService, s.IAM.Assume(who, aws.ToString(in.RoleArn), assumeRoleRequests(in)...))
	}
	if !s.IAM.Restricts(who) {
		return nil
	}
	return refusal(call.Service, s.IAM.Authorize(who, s.needs(call)...))
}

// needs are what a call needs to be allowed.
func (s *Server) needs(call cloudtrail.Call) []iam.Request {
	switch call.Service {
	case cognitoService:
		return s.cognitoRequests(call.Request, call.Call)
	case apigatewayService:
		return s.apigatewayRequests(call.Request, call.Call)
	case lambdaService:
		return s.lambdaRequests(call.Request, call.Call)
	case sqsService:
		return sqsRequests(call.Request, call.Call)
	case wafService:
		return s.wafRequests(call.Request, call.Call)
	default:
		// GetCallerIdentity needs no permission
		// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
		return nil
	}
}

func principal(caller wire.Principal) iam.Principal {
	who := iam.Principal{ARN: caller.ARN, Account: caller.Account}
	if session := caller.Session; session != nil {
		who.Role, who.Tags = session.RoleARN, session.Tags
		if session.Policy != "" {
			// It was parsed when the role was assumed.
			policy, _ := iam.Parse("session", []byte(session.Policy))
			who.Session = &policy
		}
	}
	return who
}

// refusal is a denial in a service's words; the sources stand in the test.
func refusal(service string, denial *iam.Denial) *wire.Error {
	if denial == nil {
		return nil
	}
	e := &wire.Error{Code: "AccessDeniedException", Message: denial.Message(), Status: http.StatusForbidden}
	switch service {
	case cognitoService:
		e.Status = http.StatusBadRequest
	case stsService:
		e.Code, e.Message = "AccessDenied", denial.Short()
	case sqsService:
		e.Code = "AccessDenied"
	}
	return e
}

// assumeRoleRequests are what AssumeRole needs: tags are a permission of their own
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html, "Permissions required to add session tags").
func assumeRoleRequests(in *sts.AssumeRoleInput) []iam.Request {
	keys, tags := iam.Context{}, map[string]string{}
	for _, tag := range in.Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	requestTags(keys, tags)
	keys.Set("sts:RoleSessionName", aws.ToString(in.RoleSessionName))
	role := aws.ToString(in.RoleArn)
	tagged := iam.Request{Action: "sts:TagSession", Resource: role, Context: keys}
	assumed := iam.Request{Action: "sts:AssumeRole", Resource: role, Context: iam.Context{}}
	maps.Copy(assumed.Context, keys)
	if in.ExternalId != nil {
		assumed.Context.Set("sts:ExternalId", *in.ExternalId)
	}
	if len(tags) == 0 {
		return []iam.Request{assumed}
	}
	return []iam.Request{assumed, tagged}
}

// requestTags sets the condition keys of tags that a request brings. AWS has no aws:TagKeys where there are none.
func requestTags(keys iam.Context, tags map[string]string) {
	if len(tags) == 0 {
		return
	}
	keys.Tags("aws:RequestTag", tags)
	names := make([]string, 0, len(tags))
	for name := range tags {
		names = append(names, name)
	}
	keys.Set("aws:TagKeys", names...)
}

// Session returns credentials of a session in a role, as an agent beside a program has them from EKS Pod Identity: nothing is
// called for them, and they don't expire. The session's ARN ends in name.
func (s *Server) Session(roleARN, name string) (aws.Credentials, error) {
	return s.STS.Issue(roleARN, name, nil)
}

// ConfigAs returns a configuration with which clients call as a role: see [Server.Session].
func (s *Server) ConfigAs(roleARN, name string) (aws.Config, error) {
	session, err := s.Session(roleARN, name)
	config := s.Config()
	config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return session, nil })
	return config, err
}

// arn returns the ARN of something in the Region and account of a request; API Gateway's have no account.
func arn(service, region, account, resource string) string {
	return strings.Join([]string{"arn", "aws", service, region, account, resource}, ":")
}
