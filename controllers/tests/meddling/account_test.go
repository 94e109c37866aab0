package meddling_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	gwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/engine"
)

// What a test sees of the account, by calls aside. Hooks call from the server's goroutines, so a failure is a panic there.

func must[T any](out T, err error) T {
	if err != nil {
		panic(err)
	}
	return out
}

func notFound(err error) bool { return awserr.Is(err, awserr.NotFound) }

func (w *world) notef(format string, args ...any) {
	w.trace = append(w.trace, w.clock.Now().UTC().Format("15:04:05 ")+fmt.Sprintf(format, args...))
}

func (w *world) story() string { return strings.Join(w.trace, "\n") }

// api is the id of the account's only API, empty if there is none.
func (w *world) api() string {
	items := must(w.sideGateway.GetRestApis(context.Background(), &apigateway.GetRestApisInput{})).Items
	if len(items) == 0 {
		return ""
	}
	return *items[0].Id
}

// pool is the id of the only pool that is not somebody else's from the beginning.
func (w *world) pool() string {
	for _, pool := range must(w.sideCIP.ListUserPools(context.Background(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools {
		if *pool.Id != w.foreign {
			return *pool.Id
		}
	}
	return ""
}

func (w *world) stages(api string) []gwtypes.Stage {
	return must(w.sideGateway.GetStages(context.Background(), &apigateway.GetStagesInput{RestApiId: &api})).Item
}

// method finds a method of the working copy, and its resource's id.
func (w *world) method(api, path, name string) (resource string, found *gwtypes.Method) {
	all := must(w.sideGateway.GetResources(context.Background(), &apigateway.GetResourcesInput{
		RestApiId: &api, Embed: []string{"methods"}, Limit: aws.Int32(500),
	}))
	for _, item := range all.Items {
		if method, ok := item.ResourceMethods[name]; ok && *item.Path == path {
			return *item.Id, &method
		}
	}
	return "", nil
}

func (w *world) authorizers(api string) []gwtypes.Authorizer {
	return must(w.sideGateway.GetAuthorizers(context.Background(), &apigateway.GetAuthorizersInput{RestApiId: &api})).Items
}

// letIn are the guarded routes that stages answer without a token, but for what somebody else's deployments answer if
// these are not to count.
func (w *world) letIn(countTheirs bool) (open []string) {
	api := w.api()
	if api == "" {
		return nil
	}
	for _, stage := range w.stages(api) {
		canary := stage.CanarySettings != nil && slices.Contains(w.theirs, aws.ToString(stage.CanarySettings.DeploymentId))
		if !countTheirs && (canary || slices.Contains(w.theirs, *stage.DeploymentId)) {
			continue
		}
		for _, route := range w.object.Spec.Routes {
			for _, method := range route.Methods {
				if route.Access != v1alpha1.AccessRegistered {
					continue
				}
				if code, _ := w.get(api, *stage.StageName, route.Path, method); !refuses(code) {
					open = append(open, fmt.Sprintf("%s %s of stage %s: %d", method, route.Path, *stage.StageName, code))
				}
			}
		}
	}
	return open
}

// refuses says that an answer is API Gateway's to a caller without a token, or to a route that there is not.
func refuses(code int) bool {
	return code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusNotFound
}

// probe looks at what stages serve as the operator leaves them. What somebody else put there is to be closed in the end.
func (w *world) probe(moment string) {
	for _, let := range w.letIn(false) {
		w.open = append(w.open, moment+": "+let)
		w.notef("OPEN: %s: %s", moment, let)
	}
}

// inventory is what the account holds of the object, in words without ids.
func (w *world) inventory() []string {
	ctx := context.Background()
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	ours := func(tags map[string]string) string {
		if owner.Returns(tags) && tags[engine.TagUID] == owner.UID {
			return "ours"
		}
		return "not ours"
	}
	pools := map[string]string{poolARN(w.foreign): "their pool"}
	for _, listed := range must(w.sideCIP.ListUserPools(ctx, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools {
		if *listed.Id == w.foreign {
			continue
		}
		pools[poolARN(*listed.Id)] = "our pool"
		pool := must(w.sideCIP.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: listed.Id})).UserPool
		policy := pool.Policies.PasswordPolicy
		say("pool %s, %s, domain %q, at least %d, upper %t, numbers %t, %v", *pool.Name, ours(pool.UserPoolTags), aws.ToString(pool.Domain),
			*policy.MinimumLength, policy.RequireUppercase, policy.RequireNumbers, pool.UsernameAttributes)
		clients := must(w.sideCIP.ListUserPoolClients(ctx, &cip.ListUserPoolClientsInput{UserPoolId: listed.Id, MaxResults: aws.Int32(60)}))
		for _, one := range clients.UserPoolClients {
			c := must(w.sideCIP.DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{UserPoolId: listed.Id, ClientId: one.ClientId})).UserPoolClient
			say("client %s, %v, %v, %v", *c.ClientName, c.CallbackURLs, c.AllowedOAuthFlows, c.AllowedOAuthScopes)
		}
	}
	apis := map[string]bool{}
	for _, api := range must(w.sideGateway.GetRestApis(ctx, &apigateway.GetRestApisInput{})).Items {
		apis[*api.Id] = true
		say("API %s, %s", *api.Name, ours(api.Tags))
		authorizers := map[string]string{}
		for _, a := range w.authorizers(*api.Id) {
			for _, provider := range a.ProviderARNs {
				authorizers[*a.Id] += pools[provider]
			}
			say("authorizer of %s", authorizers[*a.Id])
		}
		resources := must(w.sideGateway.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: api.Id, Embed: []string{"methods"}, Limit: aws.Int32(500)}))
		for _, resource := range resources.Items {
			for name, m := range resource.ResourceMethods {
				say("method %s %s, %s %s, %s", name, *resource.Path, *m.AuthorizationType, authorizers[aws.ToString(m.AuthorizerId)], aws.ToString(m.MethodIntegration.Uri))
			}
		}
		for _, stage := range w.stages(*api.Id) {
			_, guest := w.get(*api.Id, *stage.StageName, "/guest", "GET")
			say("stage %s, %s, theirs %t, canary %t, guests see %s", *stage.StageName, ours(stage.Tags), slices.Contains(w.theirs, *stage.DeploymentId), stage.CanarySettings != nil, guest)
		}
	}
	for _, name := range []string{"registered", "guest"} {
		out, err := w.sideLambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &name})
		if notFound(err) {
			continue
		}
		var policy struct{ Statement []struct{ Sid string } }
		must(0, json.Unmarshal([]byte(*must(out, err).Policy), &policy))
		for _, s := range policy.Statement {
			say("function %s may be called by an API that is there: %t", name, apis[invoke.StatementRoot(s.Sid)])
		}
	}
	slices.Sort(lines)
	return lines
}
