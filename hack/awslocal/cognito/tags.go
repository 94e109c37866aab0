package cognito

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

func (s *Service) tagResource(r wire.Request, in *idp.TagResourceInput) (*idp.TagResourceOutput, error) {
	held, err := s.tagsByARN(r, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags := maps.Clone(*held)
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, in.Tags)
	if len(tags) > s.settings.limits.Tags {
		return nil, invalid("A user pool can have at most %d tags", s.settings.limits.Tags)
	}
	*held = tags
	return &idp.TagResourceOutput{}, nil
}

func (s *Service) untagResource(r wire.Request, in *idp.UntagResourceInput) (*idp.UntagResourceOutput, error) {
	held, err := s.tagsByARN(r, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(*held, key)
	}
	return &idp.UntagResourceOutput{}, nil
}

func (s *Service) listTagsForResource(
	r wire.Request, in *idp.ListTagsForResourceInput,
) (*idp.ListTagsForResourceOutput, error) {
	held, err := s.tagsByARN(r, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	return &idp.ListTagsForResourceOutput{Tags: *held}, nil
}

// tagsByARN are the tags of a pool or of a replica, which has its own.
func (s *Service) tagsByARN(r wire.Request, arn *string) (*map[string]string, error) {
	for _, p := range s.pools {
		if p.inReplica(r) && p.arnIn(r.Region) == aws.ToString(arn) {
			return &p.replica.tags, nil
		}
	}
	p, err := s.poolByARN(r, arn)
	if err != nil {
		return nil, err
	}
	return &p.UserPoolTags, nil
}

func (s *Service) poolByARN(r wire.Request, arn *string) (*pool, error) {
	for _, p := range s.pools {
		if *p.Arn == aws.ToString(arn) && p.account == r.Account && p.region == r.Region {
			return p, nil
		}
	}
	return nil, wire.Errorf(resourceNotFound, "Resource %s does not exist.", aws.ToString(arn))
}
