package lambda

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/uuid"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (s *Service) addPermission(req wire.Request, in *sdk.AddPermissionInput) (*sdk.AddPermissionOutput, error) {
	ref, refusal := s.reference(req, in.FunctionName, in.Qualifier)
	if refusal != nil {
		return nil, refusal
	}
	if err := validatePermission(in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.target(ref); err != nil {
		return nil, err
	}
	arn := ref.arn()
	if err := s.checkRevision(arn, in.RevisionId); err != nil {
		return nil, err
	}
	old := s.policies[arn]
	if old.find(*in.StatementId) >= 0 {
		e := wire.Errorf("ResourceConflictException", "The statement id (%s) provided already exists. "+
			"Please provide a new statement id, or remove the existing statement.", *in.StatementId)
		e.Status = 409
		return nil, e
	}
	st, refusal := newStatement(in, arn)
	if refusal != nil {
		return nil, refusal
	}
	updated := policy{Version: "2012-10-17", ID: "default", Statement: append(slices.Clip(old.Statement), st)}
	if size := len(updated.String()); size > maxPolicyBytes {
		return nil, wire.Errorf("PolicyLengthExceededException",
			"The final policy size (%d) is bigger than the limit (%d).", size, maxPolicyBytes)
	}
	s.policies[arn] = updated
	s.revisions[arn] = uuid.NewString()
	return &sdk.AddPermissionOutput{Statement: aws.String(st.String())}, nil
}

func validatePermission(in *sdk.AddPermissionInput) *wire.Error {
	if aws.ToString(in.Qualifier) == latest || strings.HasSuffix(aws.ToString(in.FunctionName), ":"+latest) {
		return wire.Errorf("InvalidParameterValueException", "We currently do not support adding policies for $LATEST.")
	}
	for _, c := range []struct {
		pattern, member string
		value           *string
	}{
		{statementIDPattern, "statementId", in.StatementId},
		{actionPattern, "action", in.Action},
		{sourceARNPattern, "sourceArn", in.SourceArn},
	} {
		if err := matches(c.pattern, c.member, c.value); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) removePermission(
	req wire.Request, in *sdk.RemovePermissionInput,
) (*sdk.RemovePermissionOutput, error) {
	ref, refusal := s.reference(req, in.FunctionName, in.Qualifier)
	if refusal != nil {
		return nil, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[ref.name] == nil {
		ref.qualifier = ""
		return nil, notFound("No policy found for: %s", ref.arn())
	}
	if err := s.target(ref); err != nil {
		return nil, err
	}
	arn := ref.arn()
	p, ok := s.policies[arn]
	if !ok {
		return nil, notFound("No policy is associated with the given resource.")
	}
	i := p.find(*in.StatementId)
	if i < 0 {
		return nil, notFound("Statement %s is not found in resource policy.", *in.StatementId)
	}
	if err := s.checkRevision(arn, in.RevisionId); err != nil {
		return nil, err
	}
	p.Statement = slices.Delete(slices.Clone(p.Statement), i, i+1)
	s.policies[arn] = p
	if len(p.Statement) == 0 {
		delete(s.policies, arn)
	}
	s.revisions[arn] = uuid.NewString()
	return &sdk.RemovePermissionOutput{}, nil
}

func (s *Service) getPolicy(req wire.Request, in *sdk.GetPolicyInput) (*sdk.GetPolicyOutput, error) {
	ref, refusal := s.reference(req, in.FunctionName, in.Qualifier)
	if refusal != nil {
		return nil, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.functions[ref.name] == nil {
		ref.qualifier = ""
		return nil, notFound("Function not found: %s", ref.arn())
	}
	arn := ref.arn()
	p, ok := s.policies[arn]
	if !ok {
		return nil, notFound("The resource you requested does not exist.")
	}
	return &sdk.GetPolicyOutput{Policy: aws.String(p.String()), RevisionId: aws.String(s.revision(arn))}, nil
}

var versionRegexp = regexp.MustCompile(`^\d+$`)

// target refuses what has no policy because it doesn't exist.
func (s *Service) target(ref reference) *wire.Error {
	function := s.functions[ref.name]
	if _, ok := function[ref.qualifier]; ok {
		return nil
	}
	if function == nil {
		ref.qualifier = ""
	} else if !versionRegexp.MatchString(ref.qualifier) {
		return notFound("Cannot find alias arn: %s", ref.arn())
	}
	return notFound("Function not found: %s", ref.arn())
}

func (s *Service) checkRevision(arn string, want *string) *wire.Error {
	if want == nil || *want == s.revision(arn) {
		return nil
	}
	return &wire.Error{
		Code: "PreconditionFailedException",
		Message: "The Revision Id provided does not match the latest Revision Id. " +
			"Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
		Status: 412,
	}
}

func (p policy) find(sid string) int {
	return slices.IndexFunc(p.Statement, func(st *statement) bool { return st.Sid == sid })
}
