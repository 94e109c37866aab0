package restapi

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/securedapi/securedapi/controllers/awserr"
)

// Delete takes the REST API down, with its stages, and then the permissions to call functions. It returns nil when AWS
// was seen without them.
func (p *Phase) Delete(ctx context.Context) error {
	if p.Status.API == nil {
		if _, found, err := p.creatingAPI(&Model{}).Locate(ctx, p.Journal); err != nil || !found {
			return err
		}
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
	api, err := p.APIGateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &id})
	if awserr.Is(err, awserr.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("get REST API %s: %w", id, err)
	}
	if !p.Owner.Owns(api.Tags) {
		// Somebody took our tags off: it is theirs now, and nothing of ours remains but the permissions.
		return nil
	}
	_, err = p.APIGateway.DeleteRestApi(ctx, &apigateway.DeleteRestApiInput{RestApiId: &id})
	if err != nil && !awserr.Is(err, awserr.NotFound) {
		return fmt.Errorf("delete REST API %s: %w", id, err)
	}
	_, err = p.APIGateway.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &id})
	if awserr.Is(err, awserr.NotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("get REST API %s: %w", id, err)
	}
	return fmt.Errorf("REST API %s is still there after its deletion", id)
}
