package controllers_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"golang.org/x/oauth2"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// inventory is all that the account holds, with ids replaced, so that two accounts can be compared.
type inventory struct {
	Pools   []poolItem
	APIs    []apiItem
	Granted []string
}

type poolItem struct {
	Name            string
	Settings        string
	Domain          string
	Clients         []string
	ResourceServers []string
}

type apiItem struct {
	Name        string
	Methods     []string
	Authorizers []string
	Stages      []string
	Deployments int
}

func (w *world) cognito() *cip.Client        { return cip.NewFromConfig(w.byHand()) }
func (w *world) gateway() *apigateway.Client { return apigateway.NewFromConfig(w.byHand()) }
func (w *world) lambda() *lambda.Client      { return lambda.NewFromConfig(w.byHand()) }

// byHand is the configuration for calls by hand.
func (w *world) byHand() aws.Config {
	if w.console != nil {
		return *w.console
	}
	return w.aws.Config()
}

// must returns what a call by hand returned.
func must[T any](w *world) func(T, error) T {
	return func(out T, err error) T {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
		return out
	}
}

// inventory looks at everything in the account, and leaves no trace in the log of calls.
func (w *world) inventory() inventory {
	w.t.Helper()
	ctx := w.t.Context()
	var all inventory
	for _, listed := range must[*cip.ListUserPoolsOutput](w)(w.cognito().ListUserPools(ctx, &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools {
		all.Pools = append(all.Pools, w.pool(ctx, *listed.Id))
	}
	for _, api := range must[*apigateway.GetRestApisOutput](w)(w.gateway().GetRestApis(ctx, &apigateway.GetRestApisInput{})).Items {
		all.APIs = append(all.APIs, w.api(ctx, api))
	}
	all.Granted = w.granted()
	return all
}

// granted are the functions that one of our statements lets an API call.
func (w *world) granted() (granted []string) {
	w.t.Helper()
	for _, function := range functions {
		name, alias, _ := strings.Cut(function, ":")
		policy, err := w.lambda().GetPolicy(w.t.Context(), &lambda.GetPolicyInput{FunctionName: &name, Qualifier: optional(alias)})
		if err == nil && strings.Contains(*policy.Policy, "securedapi-") {
			granted = append(granted, function)
		} else if err != nil && !awserr.Is(err, awserr.NotFound) {
			w.t.Fatal(err)
		}
	}
	return granted
}

// optional is nil for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (w *world) pool(ctx context.Context, id string) poolItem {
	w.t.Helper()
	pool := must[*cip.DescribeUserPoolOutput](w)(w.cognito().DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &id})).UserPool
	item := poolItem{Name: *pool.Name, Domain: aws.ToString(pool.Domain)}
	p := pool.Policies.PasswordPolicy
	item.Settings = fmt.Sprint(pool.UsernameAttributes, pool.AutoVerifiedAttributes, pool.AdminCreateUserConfig.AllowAdminCreateUserOnly,
		*p.MinimumLength, p.RequireLowercase, p.RequireNumbers, p.RequireSymbols, p.RequireUppercase, p.TemporaryPasswordValidityDays,
		pool.MfaConfiguration, pool.UserPoolTier, pool.DeletionProtection, pool.UsernameConfiguration != nil && !aws.ToBool(pool.UsernameConfiguration.CaseSensitive))
	clients := must[*cip.ListUserPoolClientsOutput](w)(w.cognito().ListUserPoolClients(ctx, &cip.ListUserPoolClientsInput{UserPoolId: &id, MaxResults: aws.Int32(60)}))
	for _, listed := range clients.UserPoolClients {
		c := must[*cip.DescribeUserPoolClientOutput](w)(w.cognito().DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{UserPoolId: &id, ClientId: listed.ClientId})).UserPoolClient
		item.Clients = append(item.Clients, fmt.Sprint(*c.ClientName, sorted(c.CallbackURLs), sorted(c.LogoutURLs), sorted(c.AllowedOAuthFlows), sorted(c.AllowedOAuthScopes),
			aws.ToBool(c.AllowedOAuthFlowsUserPoolClient), w.countSecrets(ctx, c), w.admitted(*c.ClientId), c.SupportedIdentityProviders, c.PreventUserExistenceErrors, c.RefreshTokenValidity, c.ExplicitAuthFlows))
	}
	servers := must[*cip.ListResourceServersOutput](w)(w.cognito().ListResourceServers(ctx, &cip.ListResourceServersInput{UserPoolId: &id, MaxResults: aws.Int32(50)}))
	for _, rs := range servers.ResourceServers {
		scopes := map[string]string{}
		for _, scope := range rs.Scopes {
			scopes[*scope.ScopeName] = *scope.ScopeDescription
		}
		item.ResourceServers = append(item.ResourceServers, fmt.Sprint(*rs.Identifier, scopes))
	}
	slices.Sort(item.Clients)
	slices.Sort(item.ResourceServers)
	return item
}

// countSecrets counts a client's secrets in Cognito: which of them is shown tells only how often they were replaced.
func (w *world) countSecrets(ctx context.Context, c *ciptypes.UserPoolClientType) int {
	w.t.Helper()
	return len(must[*cip.ListUserPoolClientSecretsOutput](w)(w.cognito().ListUserPoolClientSecrets(ctx, &cip.ListUserPoolClientSecretsInput{
		UserPoolId: c.UserPoolId, ClientId: c.ClientId,
	})).ClientSecrets)
}

// admitted tells of each Secret that is a client's whether Cognito gives a token for what it holds.
func (w *world) admitted(clientID string) (admitted []bool) {
	w.t.Helper()
	for _, secret := range w.secrets() {
		if data := secret.Data; string(data["clientID"]) == clientID {
			admitted = append(admitted, w.admits(data, string(data["clientSecret"])))
		}
	}
	return admitted
}

// admits says whether Cognito takes a secret from the client whose Secret has the data. It is asked for what it refuses to
// whom it knows, too, for a token costs a key. Without a domain there is nobody to ask.
func (w *world) admits(data map[string][]byte, secret string) bool {
	w.t.Helper()
	if len(data["tokenURL"]) == 0 {
		return false
	}
	config := oauth2.Config{ClientID: string(data["clientID"]), ClientSecret: secret, Endpoint: oauth2.Endpoint{TokenURL: string(data["tokenURL"])}}
	_, err := config.TokenSource(w.t.Context(), &oauth2.Token{RefreshToken: "none"}).Token()
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		w.t.Fatalf("an answer of the token endpoint is missing: %v", err)
	}
	return refused.ErrorCode != "invalid_client"
}

func (w *world) api(ctx context.Context, api apigwtypes.RestApi) apiItem {
	w.t.Helper()
	item := apiItem{Name: *api.Name + " " + aws.ToString(api.Description) + " " + fmt.Sprint(api.EndpointConfiguration.Types)}
	authorizers := map[string]string{}
	for _, a := range must[*apigateway.GetAuthorizersOutput](w)(w.gateway().GetAuthorizers(ctx, &apigateway.GetAuthorizersInput{RestApiId: api.Id})).Items {
		authorizers[*a.Id] = "cognito"
		// Its name has the pool's id in it, so accounts differ in it.
		item.Authorizers = append(item.Authorizers, fmt.Sprint(a.Type, len(a.ProviderARNs), *a.IdentitySource, aws.ToInt32(a.AuthorizerResultTtlInSeconds)))
	}
	resources := must[*apigateway.GetResourcesOutput](w)(w.gateway().GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: api.Id, Embed: []string{"methods"}, Limit: aws.Int32(500)}))
	for _, resource := range resources.Items {
		for name, m := range resource.ResourceMethods {
			integration := *m.MethodIntegration
			item.Methods = append(item.Methods, fmt.Sprint(name, *resource.Path, *m.AuthorizationType, authorizers[aws.ToString(m.AuthorizerId)], sorted(m.AuthorizationScopes),
				integration.Type, aws.ToString(integration.HttpMethod), aws.ToString(integration.Uri), integration.RequestParameters, integration.RequestTemplates, responses(integration)))
		}
	}
	slices.Sort(item.Methods)
	for _, stage := range must[*apigateway.GetStagesOutput](w)(w.gateway().GetStages(ctx, &apigateway.GetStagesInput{RestApiId: api.Id})).Item {
		d := must[*apigateway.GetDeploymentOutput](w)(w.gateway().GetDeployment(ctx, &apigateway.GetDeploymentInput{RestApiId: api.Id, DeploymentId: stage.DeploymentId}))
		// The digest holds the pool's ARN, so accounts differ in it; that there is one counts here.
		item.Stages = append(item.Stages, fmt.Sprint(*stage.StageName, strings.HasPrefix(aws.ToString(d.Description), "sha256:")))
	}
	item.Deployments = len(must[*apigateway.GetDeploymentsOutput](w)(w.gateway().GetDeployments(ctx, &apigateway.GetDeploymentsInput{RestApiId: api.Id})).Items)
	return item
}

func responses(integration apigwtypes.Integration) string {
	var all []string
	for _, status := range slices.Sorted(maps.Keys(integration.IntegrationResponses)) {
		all = append(all, fmt.Sprint(status, integration.IntegrationResponses[status].ResponseParameters))
	}
	return strings.Join(all, " ")
}

func sorted[S ~string](list []S) []S { return slices.Sorted(slices.Values(list)) }

// mutating counts the calls so far that could change something.
func (w *world) mutating() (operations []string) {
	for _, call := range w.aws.Calls() {
		if call.Mutating {
			operations = append(operations, call.Operation)
		}
	}
	return operations
}

// onlyPool is the id of the only pool of the account.
func (w *world) onlyPool() string {
	w.t.Helper()
	pools := must[*cip.ListUserPoolsOutput](w)(w.cognito().ListUserPools(w.t.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools
	if len(pools) != 1 {
		w.t.Fatalf("one user pool, not %d", len(pools))
	}
	return *pools[0].Id
}

func (w *world) describePool() *ciptypes.UserPoolType {
	w.t.Helper()
	return must[*cip.DescribeUserPoolOutput](w)(w.cognito().DescribeUserPool(w.t.Context(), &cip.DescribeUserPoolInput{UserPoolId: aws.String(w.onlyPool())})).UserPool
}

// deletePool deletes an object's user pool by hand, its domain first, as Cognito asks.
func (w *world) deletePool(object *v1alpha1.SecuredAPI) {
	w.t.Helper()
	pool := object.Status.UserPool
	must[*cip.DeleteUserPoolDomainOutput](w)(w.cognito().DeleteUserPoolDomain(w.t.Context(), &cip.DeleteUserPoolDomainInput{
		UserPoolId: &pool.ID, Domain: aws.String(record(&object.Status, "domain").ID),
	}))
	must[*cip.DeleteUserPoolOutput](w)(w.cognito().DeleteUserPool(w.t.Context(), &cip.DeleteUserPoolInput{UserPoolId: &pool.ID}))
}
