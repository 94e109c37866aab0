package harness

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"golang.org/x/oauth2"

	"github.com/securedapi/securedapi/api/v1alpha1"
)

// What somebody does in AWS beside the operator, and sees there.

// Cognito is for calls by hand.
func (w *World) Cognito() *cip.Client { return cip.NewFromConfig(w.byHand()) }

// Gateway is for calls by hand.
func (w *World) Gateway() *apigateway.Client { return apigateway.NewFromConfig(w.byHand()) }

// Lambda is for calls by hand.
func (w *World) Lambda() *lambda.Client { return lambda.NewFromConfig(w.byHand()) }

// byHand is the configuration for calls by hand.
func (w *World) byHand() aws.Config {
	if w.Console != nil {
		return *w.Console
	}
	return w.AWS.Config()
}

// Must returns what a call by hand returned.
func Must[T any](w *World) func(T, error) T {
	return func(out T, err error) T {
		w.T.Helper()
		if err != nil {
			w.T.Fatal(err)
		}
		return out
	}
}

// onlyPool is the id of the only pool of the account.
func (w *World) onlyPool() string {
	w.T.Helper()
	pools := Must[*cip.ListUserPoolsOutput](w)(w.Cognito().ListUserPools(w.T.Context(), &cip.ListUserPoolsInput{MaxResults: aws.Int32(60)})).UserPools
	if len(pools) != 1 {
		w.T.Fatalf("one user pool, not %d", len(pools))
	}
	return *pools[0].Id
}

// DescribePool is the only pool of the account.
func (w *World) DescribePool() *ciptypes.UserPoolType {
	w.T.Helper()
	return Must[*cip.DescribeUserPoolOutput](w)(w.Cognito().DescribeUserPool(w.T.Context(), &cip.DescribeUserPoolInput{UserPoolId: aws.String(w.onlyPool())})).UserPool
}

// DeletePool deletes an object's user pool by hand, its domain first, as Cognito asks.
func (w *World) DeletePool(object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	pool := object.Status.UserPool
	Must[*cip.DeleteUserPoolDomainOutput](w)(w.Cognito().DeleteUserPoolDomain(w.T.Context(), &cip.DeleteUserPoolDomainInput{
		UserPoolId: &pool.ID, Domain: aws.String(Record(&object.Status, "domain").ID),
	}))
	Must[*cip.DeleteUserPoolOutput](w)(w.Cognito().DeleteUserPool(w.T.Context(), &cip.DeleteUserPoolInput{UserPoolId: &pool.ID}))
}

// DeployByHand makes the stage serve the working copy.
func (w *World) DeployByHand(object *v1alpha1.SecuredAPI) {
	w.T.Helper()
	Must[*apigateway.CreateDeploymentOutput](w)(w.Gateway().CreateDeployment(w.T.Context(), &apigateway.CreateDeploymentInput{
		RestApiId: &object.Status.API.ID, StageName: &object.Status.API.Stage,
	}))
}

// OpenByHand takes the authorizer off a method of the working copy.
func (w *World) OpenByHand(object *v1alpha1.SecuredAPI, path string) {
	w.T.Helper()
	resources := Must[*apigateway.GetResourcesOutput](w)(w.Gateway().GetResources(w.T.Context(), &apigateway.GetResourcesInput{RestApiId: &object.Status.API.ID}))
	for _, resource := range resources.Items {
		if *resource.Path == path {
			Must[*apigateway.UpdateMethodOutput](w)(w.Gateway().UpdateMethod(w.T.Context(), &apigateway.UpdateMethodInput{
				RestApiId: &object.Status.API.ID, ResourceId: resource.Id, HttpMethod: aws.String("GET"),
				PatchOperations: []apigwtypes.PatchOperation{{Op: apigwtypes.OpReplace, Path: aws.String("/authorizationType"), Value: aws.String("NONE")}},
			}))
			return
		}
	}
	w.T.Fatalf("no resource %s", path)
}

// MakeAPI makes an API with one open method, which a stage serves, and returns its id.
func (w *World) MakeAPI(name, stage string, tags map[string]string) string {
	w.T.Helper()
	ctx, gateway := w.T.Context(), w.Gateway()
	api := Must[*apigateway.CreateRestApiOutput](w)(gateway.CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: &name, Tags: tags}))
	root := Must[*apigateway.GetResourcesOutput](w)(gateway.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: api.Id})).Items[0]
	Must[*apigateway.PutMethodOutput](w)(gateway.PutMethod(ctx, &apigateway.PutMethodInput{
		RestApiId: api.Id, ResourceId: root.Id, HttpMethod: aws.String("GET"), AuthorizationType: aws.String("NONE"),
	}))
	Must[*apigateway.PutIntegrationOutput](w)(gateway.PutIntegration(ctx, &apigateway.PutIntegrationInput{
		RestApiId: api.Id, ResourceId: root.Id, HttpMethod: aws.String("GET"), Type: apigwtypes.IntegrationTypeMock,
	}))
	Must[*apigateway.CreateDeploymentOutput](w)(gateway.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: api.Id, StageName: &stage}))
	return *api.Id
}

// OtherPool is the name of a pool that is not ours.
const OtherPool = "other"

// TakeDomain gives a prefix to another pool.
func (w *World) TakeDomain(prefix string) {
	w.T.Helper()
	other := Must[*cip.CreateUserPoolOutput](w)(w.Cognito().CreateUserPool(w.T.Context(), &cip.CreateUserPoolInput{PoolName: aws.String(OtherPool)}))
	Must[*cip.CreateUserPoolDomainOutput](w)(w.Cognito().CreateUserPoolDomain(w.T.Context(), &cip.CreateUserPoolDomainInput{Domain: &prefix, UserPoolId: other.UserPool.Id}))
}

// Admits says whether Cognito takes a secret from the client whose Secret has the data. It is asked for what it refuses to
// whom it knows, too, for a token costs a key. Without a domain there is nobody to ask.
func (w *World) Admits(data map[string][]byte, secret string) bool {
	w.T.Helper()
	if len(data["tokenURL"]) == 0 {
		return false
	}
	config := oauth2.Config{ClientID: string(data["clientID"]), ClientSecret: secret, Endpoint: oauth2.Endpoint{TokenURL: string(data["tokenURL"])}}
	_, err := config.TokenSource(w.T.Context(), &oauth2.Token{RefreshToken: "none"}).Token()
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		w.T.Fatalf("an answer of the token endpoint is missing: %v", err)
	}
	return refused.ErrorCode != "invalid_client"
}
