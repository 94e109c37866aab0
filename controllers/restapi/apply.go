package restapi

import (
	"context"
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// put replaces the working copy by the model, in one call. AWS calls it idempotent, but not atomic: what it left is
// seen by reading back.
func (p *Phase) put(ctx context.Context, m *Model) error {
	document, err := Document(m)
	if err != nil {
		return err
	}
	out, err := p.APIGateway.PutRestApi(ctx, &apigateway.PutRestApiInput{
		RestApiId: &p.Status.API.ID, Mode: types.PutModeOverwrite, FailOnWarnings: true, Body: document,
	})
	if err != nil {
		return fmt.Errorf("put REST API: %w", err)
	}
	if maps.Equal(out.Tags, p.Owner.Overlay(out.Tags)) {
		return nil
	}
	// A restored object has a new uid.
	return p.tag(ctx, p.Status.API.ID, p.Owner.Tags(""))
}

func (p *Phase) tag(ctx context.Context, id string, tags map[string]string) error {
	// The pool's ARN was parsed for the model; Region and partition are the API's, too.
	pool, _ := arn.Parse(p.Status.UserPool.ARN)
	_, err := p.APIGateway.TagResource(ctx, &apigateway.TagResourceInput{
		ResourceArn: aws.String(fmt.Sprintf("arn:%s:apigateway:%s::/restapis/%s", pool.Partition, pool.Region, id)), Tags: tags,
	})
	if err != nil {
		return fmt.Errorf("tag REST API %s: %w", id, err)
	}
	return nil
}

// seen is a model that was read back from AWS, equal and with every guarded method guarded. Only readBack makes one,
// and only a seen model can be deployed.
type seen struct{ model *Model }

// readBack reads the working copy and fails if it is not the model.
func (p *Phase) readBack(ctx context.Context, m *Model) (seen, error) {
	observed, err := p.observe(ctx)
	if err != nil {
		return seen{}, err
	}
	if left := Calculate(m, observed); !left.Empty() {
		return seen{}, awserr.Because(v1alpha1.ReasonRejectedByAWS,
			fmt.Errorf("AWS took the API's definition but holds another one, so it was not deployed: %s", left))
	}
	return seen{model: m}, nil
}
