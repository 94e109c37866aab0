package restapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// ReserveDelete gets a place for the deletion, which AWS allows seldom.
func (p *Phase) ReserveDelete(ctx context.Context) error {
	if p.Status.API == nil {
		return nil
	}
	return p.Reserve(ctx, "DeleteRestApi")
}

// Delete takes the REST API down, with its stages, and then the permissions to call functions. It returns nil when AWS
// was seen without them.
func (p *Phase) Delete(ctx context.Context, adopt *v1alpha1.AdoptAPISpec) error {
	if found, err := p.locate(ctx, adopt); err != nil || !found {
		return err
	}
	if err := p.deleteAPI(ctx); err != nil {
		return err
	}
	if err := p.revokeAll(ctx); err != nil {
		return err
	}
	p.Status.API = nil
	return nil
}

func (p *Phase) deleteAPI(ctx context.Context) error {
	id := p.Status.API.ID
	tags, err := p.seenTags(ctx, id)
	if err != nil {
		return err
	}
	if !p.Owner.Owns(tags) {
		// It is gone, or somebody took our tags off: it is theirs now, and nothing of ours remains but the permissions.
		return nil
	}
	_, err = p.APIGateway.DeleteRestApi(ctx, &apigateway.DeleteRestApiInput{RestApiId: &id})
	if err != nil && !awserr.Is(err, awserr.NotFound) {
		return fmt.Errorf("delete REST API %s: %w", id, err)
	}
	_, err = p.tags(ctx, id)
	if awserr.Is(err, awserr.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("REST API %s is still there after its deletion", id)
}

// seenTags returns the API's tags, or none if there is no such API: one answer may trail, so the list has to agree.
func (p *Phase) seenTags(ctx context.Context, id string) (map[string]string, error) {
	tags, err := p.tags(ctx, id)
	if !awserr.Is(err, awserr.NotFound) {
		return tags, err
	}
	listed, err := p.findAPIs(ctx)
	if i := slices.IndexFunc(listed, func(api types.RestApi) bool { return *api.Id == id }); i >= 0 {
		return listed[i].Tags, err
	}
	return nil, err
}
