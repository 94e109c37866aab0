package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// left lists what there is in the world's AWS, as its own API tells: user pools (a domain and clients are of a pool),
// REST APIs, and permissions on functions.
func (w *world) left(ctx context.Context) ([]string, error) {
	config := w.aws.Config()
	var left []string
	pools, err := cognitoidentityprovider.NewFromConfig(config).ListUserPools(ctx,
		&cognitoidentityprovider.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil {
		return nil, fmt.Errorf("list user pools: %w", err)
	}
	for _, pool := range pools.UserPools {
		left = append(left, "user pool "+aws.ToString(pool.Id))
	}
	apis, err := apigateway.NewFromConfig(config).GetRestApis(ctx, &apigateway.GetRestApisInput{})
	if err != nil {
		return nil, fmt.Errorf("list REST APIs: %w", err)
	}
	for _, api := range apis.Items {
		left = append(left, "REST API "+aws.ToString(api.Id))
	}
	for _, function := range functions {
		policy, err := lambda.NewFromConfig(config).GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: aws.String(function)})
		if _, none := errors.AsType[*types.ResourceNotFoundException](err); none {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("get the policy of %s: %w", function, err)
		}
		left = append(left, "policy "+aws.ToString(policy.Policy))
	}
	return left, nil
}
