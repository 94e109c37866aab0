package main

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/hack/awslocal"
)

// TestClean finds what a run left that was killed, and leaves what is of others.
func TestClean(t *testing.T) {
	server := account(t)
	const died = clusterPrefix + "0000"
	makePool(t, server, poolPrefix+"0000-notes", map[string]string{clusterTag: died}, "e2e-0000-notes")
	makePool(t, server, poolPrefix+"0000-hand", map[string]string{handTag: died + "-hand"}, "")
	makeAPI(t, server, map[string]string{clusterTag: died})
	makeAPI(t, server, map[string]string{handTag: died + "-hand"})
	permit(t, server, "securedapi-gone123456-0123")
	permit(t, server, "securedapi-"+makeAPI(t, server, map[string]string{clusterTag: died})+"-0123")
	theirs := []string{
		"pool " + makePool(t, server, poolPrefix+"like", map[string]string{clusterTag: "production"}, ""),
		"pool " + makePool(t, server, "shop", nil, ""),
	}
	api := makeAPI(t, server, map[string]string{clusterTag: "production"})
	permit(t, server, "securedapi-"+api+"-4567")
	permit(t, server, "by-hand")
	theirs = append(theirs, "api "+api, "statement by-hand", "statement securedapi-"+api+"-4567")

	before := inventory(t, server)
	if err := runClean(t.Context(), options{in: strings.NewReader("n\n"), out: t.Output()}); err != nil {
		t.Fatal(err)
	}
	if after := inventory(t, server); !slices.Equal(after, before) {
		t.Errorf("nobody agreed, and left is %v of %v", after, before)
	}
	var out bytes.Buffer
	if err := runClean(t.Context(), options{in: strings.NewReader("y\n"), out: &out}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(theirs)
	if left := inventory(t, server); !slices.Equal(left, theirs) {
		t.Errorf("left is %v, want %v\n%s", left, theirs, &out)
	}
}

// inventory is what an AWS holds, sorted.
func inventory(t *testing.T, server *awslocal.Server) []string {
	t.Helper()
	ctx, config := context.WithoutCancel(t.Context()), server.Config()
	var all []string
	pools, err := cip.NewFromConfig(config).ListUserPools(ctx, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil {
		t.Fatal(err)
	}
	for _, pool := range pools.UserPools {
		all = append(all, "pool "+*pool.Id)
	}
	apis, err := apigateway.NewFromConfig(config).GetRestApis(ctx, &apigateway.GetRestApisInput{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range apis.Items {
		all = append(all, "api "+*apis.Items[i].Id)
	}
	for _, function := range []string{"Registered", "Guest"} {
		out, err := lambda.NewFromConfig(config).GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &function})
		if err != nil {
			continue // it has none
		}
		for _, sid := range regexp.MustCompile(`"Sid":"([^"]+)"`).FindAllStringSubmatch(*out.Policy, -1) {
			all = append(all, "statement "+sid[1])
		}
	}
	slices.Sort(all)
	return all
}

// makePool makes a user pool with deletion protection, and a domain if it has a prefix.
func makePool(t *testing.T, server *awslocal.Server, name string, tags map[string]string, prefix string) string {
	t.Helper()
	client := cip.NewFromConfig(server.Config())
	pool, err := client.CreateUserPool(t.Context(), &cip.CreateUserPoolInput{
		PoolName: &name, UserPoolTags: tags, DeletionProtection: ciptypes.DeletionProtectionTypeActive,
	})
	if err != nil {
		t.Fatal(err)
	}
	if prefix != "" {
		if _, err := client.CreateUserPoolDomain(t.Context(), &cip.CreateUserPoolDomainInput{UserPoolId: pool.UserPool.Id, Domain: &prefix}); err != nil {
			t.Fatal(err)
		}
	}
	return *pool.UserPool.Id
}

func makeAPI(t *testing.T, server *awslocal.Server, tags map[string]string) string {
	t.Helper()
	api, err := apigateway.NewFromConfig(server.Config()).CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{
		Name: aws.String("api"), Tags: tags,
	})
	if err != nil {
		t.Fatal(err)
	}
	return *api.Id
}

// permit adds a statement to a function's policy.
func permit(t *testing.T, server *awslocal.Server, id string) {
	t.Helper()
	if _, err := lambda.NewFromConfig(server.Config()).AddPermission(t.Context(), &lambda.AddPermissionInput{
		FunctionName: aws.String("Guest"), StatementId: &id, Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("apigateway.amazonaws.com"),
	}); err != nil {
		t.Fatal(err)
	}
}
