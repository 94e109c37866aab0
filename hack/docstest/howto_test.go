package docstest

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/securedapi/securedapi/hack/awslocal"
)

// TestHowTo follows the guides that have tested commands, each with the operator installed as in the tutorial, and with what
// the guide's tool would have made in AWS.
func TestHowTo(t *testing.T) {
	install := documents(t, tutorial)[0]
	for _, d := range documents(t, "docs/how-to") {
		if !isTested(d) {
			continue
		}
		t.Run(strings.TrimSuffix(strings.TrimPrefix(d.path, "docs/how-to/"), ".md"), func(t *testing.T) {
			r := startReader(t)
			r.follow(install, before(install, "notes.yaml"))
			left := leave(t.Context(), t, r.aws)
			r.run(commandsOf("POOL_ID="+left.pool+" API_ID="+left.api), "")
			ran, checked := r.follow(d, d.blocks)
			t.Logf("%d commands run, %d checked only", ran, checked)
			r.run(commandsOf("kubectl delete securedapis --all --all-namespaces\nkubectl delete -k install"), "")
		})
	}
}

func isTested(d *document) bool {
	for _, b := range d.blocks {
		if strings.HasPrefix(b.mark, "tested") {
			return true
		}
	}
	return false
}

// before are the blocks up to the one that has a text.
func before(d *document, text string) []block {
	for i, b := range d.blocks {
		if strings.Contains(b.text, text) {
			return d.blocks[:i]
		}
	}
	return d.blocks
}

// made is a user pool and an API that a tool of infrastructure as code left.
type made struct{ pool, api string }

// leave makes them: a pool with a user, a client and a domain, and a REST API whose GET /hello has a Cognito authorizer.
func leave(ctx context.Context, t *testing.T, server *awslocal.Server) made {
	t.Helper()
	config := server.Config()
	config.Region = "eu-west-1"
	cognito, gateway := cip.NewFromConfig(config), apigateway.NewFromConfig(config)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tags := map[string]string{"STAGE": "dev"}
	pool, err := cognito.CreateUserPool(ctx, &cip.CreateUserPoolInput{
		PoolName: aws.String("notes-dev"), UserPoolTags: tags,
		UsernameAttributes:     []ciptypes.UsernameAttributeType{ciptypes.UsernameAttributeTypeEmail},
		AutoVerifiedAttributes: []ciptypes.VerifiedAttributeType{ciptypes.VerifiedAttributeTypeEmail},
	})
	check(err)
	id := pool.UserPool.Id
	_, err = cognito.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{UserPoolId: id, Domain: aws.String("notes-dev")})
	check(err)
	_, err = cognito.CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{
		UserPoolId: id, ClientName: aws.String("web"), AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows: []ciptypes.OAuthFlowType{ciptypes.OAuthFlowTypeCode}, AllowedOAuthScopes: []string{"openid", "email"},
		CallbackURLs: []string{"https://notes.example.com/callback"}, SupportedIdentityProviders: []string{"COGNITO"},
	})
	check(err)
	_, err = cognito.AdminCreateUser(ctx, &cip.AdminCreateUserInput{UserPoolId: id, Username: aws.String("ada@example.com")})
	check(err)

	api, err := gateway.CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: aws.String("dev-notes"), Tags: tags})
	check(err)
	authorizer, err := gateway.CreateAuthorizer(ctx, &apigateway.CreateAuthorizerInput{
		RestApiId: api.Id, Name: aws.String("cognito"), Type: apigwtypes.AuthorizerTypeCognitoUserPools,
		ProviderARNs: []string{*pool.UserPool.Arn}, IdentitySource: aws.String("method.request.header.Authorization"),
	})
	check(err)
	hello, err := gateway.CreateResource(ctx, &apigateway.CreateResourceInput{
		RestApiId: api.Id, ParentId: api.RootResourceId, PathPart: aws.String("hello"),
	})
	check(err)
	_, err = gateway.PutMethod(ctx, &apigateway.PutMethodInput{
		RestApiId: api.Id, ResourceId: hello.Id, HttpMethod: aws.String("GET"),
		AuthorizationType: aws.String("COGNITO_USER_POOLS"), AuthorizerId: authorizer.Id,
	})
	check(err)
	_, err = gateway.PutIntegration(ctx, &apigateway.PutIntegrationInput{
		RestApiId: api.Id, ResourceId: hello.Id, HttpMethod: aws.String("GET"), Type: apigwtypes.IntegrationTypeAwsProxy,
		IntegrationHttpMethod: aws.String("POST"), Uri: aws.String("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" +
			"arn:aws:lambda:eu-west-1:" + server.Account() + ":function:Hello/invocations"),
	})
	check(err)
	_, err = gateway.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: api.Id, StageName: aws.String("dev")})
	check(err)
	return made{*id, *api.Id}
}
