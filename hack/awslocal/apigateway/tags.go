package apigateway

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// tags finds the tags of what an ARN names: arn:aws:apigateway:{region}::/restapis/{id}, or a stage below it.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
func (t *tenant) tags(arn *string) (*map[string]string, error) {
	parts := strings.SplitN(text(arn), ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "apigateway" || parts[3] != t.region {
		return nil, badRequest("Invalid ARN specified in the request")
	}
	path := strings.Split(strings.Trim(parts[5], "/"), "/")
	switch {
	case len(path) == 2 && path[0] == "restapis":
		a, err := t.api(&path[1])
		if err != nil {
			return nil, err
		}
		return &a.RestAPI.Tags, nil
	case len(path) == 4 && path[0] == "restapis" && path[2] == "stages":
		_, s, err := t.stage(&path[1], &path[3])
		if err != nil {
			return nil, err
		}
		return &s.Tags, nil
	}
	return nil, badRequest("Invalid ARN specified in the request")
}

func (t *tenant) tagResource(_ wire.Request, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	tags, err := t.tags(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	for key, value := range in.Tags {
		put(tags, key, value)
	}
	return &sdk.TagResourceOutput{}, nil
}

func (t *tenant) untagResource(_ wire.Request, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	tags, err := t.tags(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		drop(tags, key)
	}
	return &sdk.UntagResourceOutput{}, nil
}

func (t *tenant) getTags(_ wire.Request, in *sdk.GetTagsInput) (*sdk.GetTagsOutput, error) {
	tags, err := t.tags(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := &sdk.GetTagsOutput{Tags: *tags}
	if out.Tags == nil {
		out.Tags = map[string]string{}
	}
	return out, nil
}

// getAccount answers as for an account that nobody configured.
func (t *tenant) getAccount(wire.Request, *sdk.GetAccountInput) (*sdk.GetAccountOutput, error) {
	return &sdk.GetAccountOutput{
		ApiKeyVersion:    aws.String("4"),
		Features:         []string{"UsagePlans"},
		ThrottleSettings: &types.ThrottleSettings{BurstLimit: 5000, RateLimit: 10000},
	}, nil
}
