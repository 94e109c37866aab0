// Package lambda is the Lambda of the local AWS: functions that run in this process or behind a URL, and the resource
// policies that say who may invoke them. API Gateway invokes through it, and is refused without a permission, as on
// AWS: a forgotten AddPermission must not go unnoticed until production.
package lambda

import (
	"cmp"
	"context"
	"encoding/json"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// A Handler is a function's code. What it returns becomes the JSON answer; an error becomes the function error that
// Lambda's runtimes make of one.
type Handler func(ctx context.Context, event json.RawMessage) (any, error)

// Service is Lambda in all accounts and Regions. A function exists in each of them; its policies don't.
type Service struct {
	mu        sync.Mutex
	functions map[string]map[string]Handler // name -> qualifier, "" for $LATEST
	policies  map[string]policy             // ARN of a function, version or alias
	revisions map[string]string             // the same
	tags      map[string]map[string]string  // by the function's name
}

// New returns a Lambda without functions.
func New() *Service {
	return &Service{
		functions: map[string]map[string]Handler{},
		policies:  map[string]policy{},
		revisions: map[string]string{},
		tags:      map[string]map[string]string{},
	}
}

// Handle creates or replaces a function. "name:qualifier" publishes a version (a number) or an alias of it; where the
// function itself isn't there yet, it is created with the same code.
func (s *Service) Handle(name string, h Handler) {
	ref, err := parseReference(name, "")
	if err != nil {
		panic("lambda: " + err.Message)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[ref.name] == nil {
		s.functions[ref.name] = map[string]Handler{"": h}
	}
	s.functions[ref.name][ref.qualifier] = h
}

// Remove deletes a function with its versions, aliases and policies, in every account and Region.
func (s *Service) Remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.functions, name)
	delete(s.tags, name)
	for arn := range s.revisions {
		if ref, err := parseReference(arn, ""); err == nil && ref.name == name {
			delete(s.policies, arn)
			delete(s.revisions, arn)
		}
	}
}

// Routes lists the operations served: the ones that an operator of APIs makes, not those that manage functions.
func (s *Service) Routes() []wire.Route {
	const (
		function, policy = "/2015-03-31/functions/{FunctionName}", "/2015-03-31/functions/{FunctionName}/policy"
		tags             = "/2017-03-31/tags/{Resource}"
	)
	qualifier := []string{"Qualifier"}
	return []wire.Route{
		{Method: "GET", Pattern: function, Query: qualifier, Op: wire.Read("GetFunction", s.getFunction)},
		{Method: "GET", Pattern: policy, Query: qualifier, Op: wire.Read("GetPolicy", s.getPolicy)},
		{Method: "POST", Pattern: policy, Query: qualifier, Status: 201, Op: wire.Write("AddPermission", s.addPermission)},
		{
			Method: "DELETE", Pattern: policy + "/{StatementId}", Query: []string{"Qualifier", "RevisionId"}, Status: 204,
			Op: wire.Write("RemovePermission", s.removePermission),
		},
		{Method: "POST", Pattern: tags, Status: 204, Op: wire.Write("TagResource", s.tagResource)},
		{Method: "DELETE", Pattern: tags, Query: []string{"tagKeys"}, Status: 204, Op: wire.Write("UntagResource", s.untagResource)},
		{Method: "GET", Pattern: tags, Op: wire.Read("ListTags", s.listTags)},
	}
}

func (s *Service) getFunction(req wire.Request, in *sdk.GetFunctionInput) (*sdk.GetFunctionOutput, error) {
	ref, refusal := s.reference(req, in.FunctionName, in.Qualifier)
	if refusal != nil {
		return nil, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	arn := ref.arn()
	if _, ok := s.functions[ref.name][ref.qualifier]; !ok {
		return nil, notFound("Function not found: %s", arn)
	}
	return &sdk.GetFunctionOutput{
		Configuration: &types.FunctionConfiguration{
			FunctionName:     aws.String(ref.name),
			FunctionArn:      aws.String(arn),
			Version:          aws.String(cmp.Or(ref.qualifier, latest)),
			RevisionId:       aws.String(s.revision(arn)),
			State:            types.StateActive,
			LastUpdateStatus: types.LastUpdateStatusSuccessful,
			PackageType:      types.PackageTypeZip,
		},
	}, nil
}

// revision returns the revision of a function, version or alias, which changes with its policy.
func (s *Service) revision(arn string) string {
	if s.revisions[arn] == "" {
		s.revisions[arn] = uuid.NewString()
	}
	return s.revisions[arn]
}

func notFound(format string, args ...any) *wire.Error {
	e := wire.Errorf("ResourceNotFoundException", format, args...)
	e.Status = 404
	return e
}
