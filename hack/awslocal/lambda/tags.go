package lambda

import (
	"maps"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// Tag adds tags to a function, in every account and Region, as it is in all of them.
func (s *Service) Tag(name string, tags map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tags[name] == nil {
		s.tags[name] = map[string]string{}
	}
	maps.Copy(s.tags[name], tags)
}

// tagged finds the function whose tags a request is about. Only functions have tags, no versions and no aliases
// (https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html).
func (s *Service) tagged(req wire.Request, arn *string) (reference, error) {
	ref, refusal := s.reference(req, arn, nil)
	if refusal != nil {
		return ref, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[ref.name] == nil || ref.qualifier != "" {
		return ref, notFound("Function not found: %s", ref.arn())
	}
	return ref, nil
}

func (s *Service) tagResource(req wire.Request, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	ref, err := s.tagged(req, in.Resource)
	if err != nil {
		return nil, err
	}
	s.Tag(ref.name, in.Tags)
	return &sdk.TagResourceOutput{}, nil
}

func (s *Service) untagResource(req wire.Request, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	ref, err := s.tagged(req, in.Resource)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range in.TagKeys {
		delete(s.tags[ref.name], key)
	}
	return &sdk.UntagResourceOutput{}, nil
}

func (s *Service) listTags(req wire.Request, in *sdk.ListTagsInput) (*sdk.ListTagsOutput, error) {
	ref, err := s.tagged(req, in.Resource)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return &sdk.ListTagsOutput{Tags: maps.Clone(s.tags[ref.name])}, nil
}

// Resource returns the ARN of the function, version or alias that an input names, and the function's tags. An ARN of another
// account stays as it is; what is no name of a function is returned as it came.
func (s *Service) Resource(req wire.Request, input any) (arn string, tags map[string]string) {
	text := func(name string) string {
		field := reflect.ValueOf(input).Elem().FieldByName(name)
		if !field.IsValid() || field.IsNil() {
			return ""
		}
		return field.Elem().String()
	}
	name := text("FunctionName") + text("Resource")
	ref, err := parseReference(name, text("Qualifier"))
	if err != nil {
		return name, nil
	}
	if ref.region == "" {
		ref.region = req.Region
	}
	if ref.account == "" {
		ref.account = req.Account
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[ref.name] != nil {
		tags = maps.Clone(s.tags[ref.name])
	}
	return ref.arn(), tags
}

// Permitted returns whom a statement of a function's policy is for and its condition on function URLs, empty if there is no
// such statement.
func (s *Service) Permitted(req wire.Request, in *sdk.RemovePermissionInput) (principal, urlAuthType string) {
	arn, _ := s.Resource(req, in)
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.policies[arn]
	i := p.find(aws.ToString(in.StatementId))
	if i < 0 {
		return "", ""
	}
	st := p.Statement[i]
	switch of := st.Principal.(type) {
	case string:
		principal = of
	case map[string]string:
		principal = of["Service"] + of["AWS"]
	}
	return principal, st.Condition["StringEquals"]["lambda:FunctionUrlAuthType"]
}
