package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

const (
	// poolPrefix begins the names of all user pools of all runs.
	poolPrefix = "default-e2e-"
	// statementPrefix begins the ids of the operator's statements in functions' policies; the API's id comes next.
	statementPrefix = "securedapi-"
)

// runClean deletes what former runs left.
func runClean(ctx context.Context, o options) error {
	t, err := o.target(ctx)
	if err != nil {
		return err
	}
	defer t.close()
	fmt.Fprintf(o.out, "Looking for what runs of e2eaws left in %s\n", t.name)
	ours := func(cluster string) bool { return strings.HasPrefix(cluster, clusterPrefix) }
	deleted, err := t.sweep(ctx, ours, func(list []string) bool {
		fmt.Fprintln(o.out, strings.Join(list, "\n"))
		return o.confirm("delete all of it?")
	})
	fmt.Fprintf(o.out, "deleted: %d\n", deleted)
	return err
}

// leftover is something of a run that is still in AWS.
type leftover struct {
	words  string
	delete func(context.Context) error
}

// sweep deletes what carries the tag of a cluster that is ours, and statements for APIs that are gone. It asks first, if
// agreed is not nil, and goes on where something can't be deleted.
func (t *target) sweep(ctx context.Context, ours func(cluster string) bool, agreed func([]string) bool) (deleted int, err error) {
	found, err := t.leftovers(ctx, ours)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	var list []string
	for _, one := range found {
		list = append(list, one.words)
	}
	if agreed != nil && !agreed(list) {
		return 0, nil
	}
	var errs []error
	for _, one := range found {
		if err := one.delete(ctx); err != nil {
			errs = append(errs, fmt.Errorf("delete %s: %w", one.words, err))
			continue
		}
		deleted++
	}
	return deleted, errors.Join(errs...)
}

// leftovers lists what carries the tag of a cluster that is ours: statements first, since they are deleted by the API's id.
func (t *target) leftovers(ctx context.Context, ours func(cluster string) bool) ([]leftover, error) {
	apis, err := t.apis(ctx)
	if err != nil {
		return nil, fmt.Errorf("list REST APIs: %w", err)
	}
	var found []leftover
	for _, function := range []string{t.registered, t.guest} {
		statements, err := t.statements(ctx, function, func(api string) bool {
			cluster, exists := apis[api]
			return !exists || ours(cluster)
		})
		if err != nil {
			return nil, fmt.Errorf("get the policy of %s: %w", function, err)
		}
		found = append(found, statements...)
	}
	pools, err := t.pools(ctx, ours)
	if err != nil {
		return nil, fmt.Errorf("list user pools: %w", err)
	}
	found = append(found, pools...)
	client := apigateway.NewFromConfig(t.config)
	for _, id := range slices.Sorted(maps.Keys(apis)) {
		if ours(apis[id]) {
			found = append(found, leftover{"REST API " + id, func(ctx context.Context) error {
				_, err := client.DeleteRestApi(ctx, &apigateway.DeleteRestApiInput{RestApiId: &id})
				return err
			}})
		}
	}
	return found, nil
}

// apis are all APIs of the account and Region by id, with the cluster that they are tagged with.
func (t *target) apis(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	pages := apigateway.NewGetRestApisPaginator(apigateway.NewFromConfig(t.config), &apigateway.GetRestApisInput{Limit: aws.Int32(500)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			all[aws.ToString(page.Items[i].Id)] = clusterOf(page.Items[i].Tags)
		}
	}
	return all, nil
}

// clusterOf is the cluster of this command that tags name, empty if they name none.
func clusterOf(tags map[string]string) string { return cmp.Or(tags[clusterTag], tags[handTag]) }

// statements are those in a function's policy that the operator made for an API that is gone or ours.
func (t *target) statements(ctx context.Context, function string, stale func(api string) bool) ([]leftover, error) {
	client := lambda.NewFromConfig(t.config)
	out, err := client.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &function})
	if _, none := errors.AsType[*lambdatypes.ResourceNotFoundException](err); none {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var policy struct{ Statement []struct{ Sid string } }
	if err := json.Unmarshal([]byte(aws.ToString(out.Policy)), &policy); err != nil {
		return nil, err
	}
	var found []leftover
	for _, statement := range policy.Statement {
		rest, made := strings.CutPrefix(statement.Sid, statementPrefix)
		if api, _, _ := strings.Cut(rest, "-"); made && stale(api) {
			found = append(found, leftover{"statement " + statement.Sid + " of " + function, func(ctx context.Context) error {
				_, err := client.RemovePermission(ctx, &lambda.RemovePermissionInput{FunctionName: &function, StatementId: &statement.Sid})
				return err
			}})
		}
	}
	return found, nil
}

// pools are the user pools that carry the tag of a cluster that is ours. Lists have names only.
func (t *target) pools(ctx context.Context, ours func(cluster string) bool) ([]leftover, error) {
	client := cip.NewFromConfig(t.config)
	var found []leftover
	pages := cip.NewListUserPoolsPaginator(client, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, listed := range page.UserPools {
			if !strings.HasPrefix(aws.ToString(listed.Name), poolPrefix) {
				continue
			}
			out, err := client.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: listed.Id})
			if _, gone := errors.AsType[*ciptypes.ResourceNotFoundException](err); gone {
				continue
			}
			if err != nil {
				return nil, err
			}
			if ours(clusterOf(out.UserPool.UserPoolTags)) {
				found = append(found, leftover{"user pool " + *listed.Id, func(ctx context.Context) error {
					return deletePool(ctx, client, out.UserPool)
				}})
			}
		}
	}
	return found, nil
}

// deletePool deletes a user pool with its domain, also one with deletion protection.
func deletePool(ctx context.Context, client *cip.Client, pool *ciptypes.UserPoolType) error {
	if pool.DeletionProtection == ciptypes.DeletionProtectionTypeActive {
		_, err := client.UpdateUserPool(ctx, &cip.UpdateUserPoolInput{
			UserPoolId: pool.Id, DeletionProtection: ciptypes.DeletionProtectionTypeInactive,
			AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
		})
		if err != nil {
			return err
		}
	}
	if pool.Domain != nil {
		if _, err := client.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: pool.Id, Domain: pool.Domain}); err != nil {
			return err
		}
	}
	_, err := client.DeleteUserPool(ctx, &cip.DeleteUserPoolInput{UserPoolId: pool.Id})
	return err
}
