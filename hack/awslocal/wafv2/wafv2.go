// Package wafv2 is the local AWS WAF, as far as web ACLs are associated with what they protect. It inspects no request.
package wafv2

import (
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Target is what stands before the dot in X-Amz-Target.
const Target = "AWSWAF_20190729"

// Service has web ACLs, and what they are associated with.
type Service struct {
	// exists tells whether there is something to protect with an ARN.
	exists func(r wire.Request, arn string) bool

	mu      sync.Mutex
	acls    map[string]bool   // by ARN
	targets map[string]string // web ACLs by the ARN of what they protect
}

// New returns a service without web ACLs. exists tells whether there is something to protect with an ARN.
func New(exists func(r wire.Request, arn string) bool) *Service {
	return &Service{exists: exists, acls: map[string]bool{}, targets: map[string]string{}}
}

// Put makes web ACLs, as their owners would.
func (s *Service) Put(arns ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, arn := range arns {
		s.acls[arn] = true
	}
}

// WebACL is the ARN of the web ACL that protects something, empty if there is none.
func (s *Service) WebACL(resource string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.targets[resource]
}

// Forget takes the web ACL off what has been deleted.
func (s *Service) Forget(resource string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.targets, resource)
}

// Operations lists what the service can do.
func (s *Service) Operations() []wire.Operation {
	return []wire.Operation{
		wire.Write("AssociateWebACL", s.associate),
		wire.Write("DisassociateWebACL", s.disassociate),
		wire.Read("GetWebACLForResource", s.forResource),
	}
}

// associate takes the place of another association: "you can associate one web ACL with each user pool"
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html).
func (s *Service) associate(r wire.Request, in *wafv2.AssociateWebACLInput) (*wafv2.AssociateWebACLOutput, error) {
	acl := aws.ToString(in.WebACLArn)
	if !strings.HasPrefix(acl, "arn:aws:wafv2:"+r.Region+":"+r.Account+":regional/webacl/") {
		return nil, invalidARN(acl)
	}
	if err := s.find(r, in.ResourceArn); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.acls[acl] {
		return nil, nonexistent()
	}
	s.targets[*in.ResourceArn] = acl
	return &wafv2.AssociateWebACLOutput{}, nil
}

// disassociate takes a web ACL off. It succeeds where there is none: "if it has one"
// (https://docs.aws.amazon.com/waf/latest/APIReference/API_DisassociateWebACL.html).
func (s *Service) disassociate(r wire.Request, in *wafv2.DisassociateWebACLInput) (*wafv2.DisassociateWebACLOutput, error) {
	if err := s.find(r, in.ResourceArn); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.targets, *in.ResourceArn)
	return &wafv2.DisassociateWebACLOutput{}, nil
}

func (s *Service) forResource(r wire.Request, in *wafv2.GetWebACLForResourceInput) (*wafv2.GetWebACLForResourceOutput, error) {
	if err := s.find(r, in.ResourceArn); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	acl := s.targets[*in.ResourceArn]
	if acl == "" {
		return &wafv2.GetWebACLForResourceOutput{}, nil
	}
	parts := strings.Split(acl, "/")
	return &wafv2.GetWebACLForResourceOutput{WebACL: &types.WebACL{ARN: &acl, Name: &parts[2], Id: &parts[3]}}, nil
}

// protectable are the ARNs of what a web ACL can be associated with
// (https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html, ResourceArn).
var protectable = regexp.MustCompile(`^arn:[a-z-]+:(` + strings.Join([]string{
	`elasticloadbalancing:[^:]+:\d+:loadbalancer/app/[^/]+/[^/]+`,
	`apigateway:[^:]+::/restapis/[^/]+/stages/[^/]+`,
	`appsync:[^:]+:\d+:apis/[^/]+`,
	`cognito-idp:[^:]+:\d+:userpool/[^/]+`,
	`apprunner:[^:]+:\d+:service/[^/]+/[^/]+`,
	`ec2:[^:]+:\d+:verified-access-instance/[^/]+`,
	`amplify:[^:]+:\d+:apps/[^/]+`,
}, "|") + `)$`)

// find is called without the lock: who deletes a pool holds Cognito's, and then takes this one.
func (s *Service) find(r wire.Request, resource *string) error {
	switch arn := aws.ToString(resource); {
	case !protectable.MatchString(arn):
		return invalidARN(arn)
	case !s.exists(r, arn):
		return nonexistent()
	}
	return nil
}

// nonexistent has AWS's words (types.WAFNonexistentItemException; hashicorp/terraform-provider-aws#12386 and many quote them).
func nonexistent() error {
	return &wire.Error{
		Code: "WAFNonexistentItemException", Message: "AWS WAF couldn’t perform the operation because your resource doesn’t exist.",
		Status: http.StatusBadRequest,
	}
}

// invalidARN has AWS's words (hashicorp/terraform-provider-aws#28753). The field is RESOURCE_ARN for the ARN of a web ACL, too.
func invalidARN(arn string) error {
	return &wire.Error{
		Code: "WAFInvalidParameterException",
		Message: "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons " +
			"or slashes., field: RESOURCE_ARN, parameter: " + arn,
		Status: http.StatusBadRequest,
	}
}
