package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// errors counts what is wrong: a user pool or API that an object names and AWS does not have, and one that AWS has and no
// object names. That all objects are Ready was seen before.
func (l *lab) errors(ctx context.Context, objects []*v1alpha1.SecuredAPI) (int, error) {
	named := map[string]bool{}
	accounts := map[string]bool{}
	for _, object := range objects {
		if err := l.kube.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return 0, err
		}
		named[object.Status.UserPool.ID], named[object.Status.API.ID] = true, true
		accounts[object.Status.Account] = true
	}
	wrong := 2*len(objects) - len(named) // two of the same
	for account := range accounts {
		ids, err := held(ctx, l.aws.ConfigFor(account))
		if err != nil {
			return 0, err
		}
		for _, id := range ids {
			if !named[id] {
				wrong++
			}
			delete(named, id)
		}
	}
	return wrong + len(named), nil
}

// held are the ids of the user pools and APIs in an account.
func held(ctx context.Context, config aws.Config) (ids []string, err error) {
	pools := cip.NewListUserPoolsPaginator(cip.NewFromConfig(config), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	for pools.HasMorePages() {
		page, err := pools.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, pool := range page.UserPools {
			ids = append(ids, aws.ToString(pool.Id))
		}
	}
	apis := apigateway.NewGetRestApisPaginator(apigateway.NewFromConfig(config), &apigateway.GetRestApisInput{Limit: aws.Int32(500)})
	for apis.HasMorePages() {
		page, err := apis.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, api := range page.Items {
			ids = append(ids, aws.ToString(api.Id))
		}
	}
	return ids, nil
}
