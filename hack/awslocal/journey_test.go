package awslocal

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognitotypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// TestJourney goes through all services at once: a user of a pool calls a function behind an API that is guarded by
// the pool. It is the wiring that is tested here, not the services.
func TestJourney(t *testing.T) {
	s := Start(t)
	s.Lambda.Handle("Notes", func(_ context.Context, event json.RawMessage) (any, error) {
		var in struct {
			RequestContext struct {
				Authorizer struct {
					Claims map[string]string `json:"claims"`
				} `json:"authorizer"`
			} `json:"requestContext"`
		}
		if err := json.Unmarshal(event, &in); err != nil {
			return nil, err
		}
		return map[string]any{"statusCode": 200, "body": in.RequestContext.Authorizer.Claims["cognito:username"]}, nil
	})
	poolARN, token := signIn(t, s, "ann")
	apiID := deploy(t, s, poolARN)

	call := func(token string) (int, string) {
		r, err := http.NewRequest(http.MethodGet, s.URL+"/execute-api/"+apiID+"/prod/notes", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", token)
		return do(t, s, r)
	}
	if status, body := call(""); status != 401 {
		t.Errorf("without a token: %d %s, want 401", status, body)
	}
	if status, body := call(token); status != 500 {
		t.Errorf("before API Gateway may invoke the function: %d %s, want 500", status, body)
	}
	_, err := lambda.NewFromConfig(s.Config()).AddPermission(t.Context(), &lambda.AddPermissionInput{
		FunctionName: aws.String("Notes"),
		StatementId:  aws.String("notes"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("apigateway.amazonaws.com"),
		SourceArn:    aws.String(fmt.Sprintf("arn:aws:execute-api:%s:%s:%s/*", DefaultRegion, DefaultAccount, apiID)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if status, body := call(token); status != 200 || body != "ann" {
		t.Errorf("with a token and a permission: %d %s, want 200 ann", status, body)
	}
}

// signIn makes a pool with a user and returns the pool's ARN and the user's ID token.
func signIn(t *testing.T, s *Server, user string) (poolARN, idToken string) {
	t.Helper()
	ctx := t.Context()
	cognito := cognitoidentityprovider.NewFromConfig(s.Config())
	pool, err := cognito.CreateUserPool(ctx, newPool("notes"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := cognito.CreateUserPoolClient(ctx, &cognitoidentityprovider.CreateUserPoolClientInput{
		UserPoolId:        pool.UserPool.Id,
		ClientName:        aws.String("web"),
		ExplicitAuthFlows: []cognitotypes.ExplicitAuthFlowsType{cognitotypes.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
	})
	if err != nil {
		t.Fatal(err)
	}
	const password = "Correct-horse-7"
	if _, err := cognito.AdminCreateUser(ctx, &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: pool.UserPool.Id, Username: &user,
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := cognito.AdminSetUserPassword(ctx, &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: pool.UserPool.Id, Username: &user, Password: aws.String(password), Permanent: true,
	}); err != nil {
		t.Fatal(err)
	}
	// Not signed by the SDK: users have no credentials of AWS.
	auth, err := cognito.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		ClientId:       client.UserPoolClient.ClientId,
		AuthFlow:       cognitotypes.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": user, "PASSWORD": password},
	})
	if err != nil {
		t.Fatal(err)
	}
	return *pool.UserPool.Arn, *auth.AuthenticationResult.IdToken
}

// deploy puts GET /notes, guarded by the pool, before the function Notes, and returns the API's id.
func deploy(t *testing.T, s *Server, poolARN string) string {
	t.Helper()
	ctx := t.Context()
	gateway := apigateway.NewFromConfig(s.Config())
	api, err := gateway.CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: aws.String("notes")})
	if err != nil {
		t.Fatal(err)
	}
	document := fmt.Sprintf(`{
		"openapi": "3.0.1",
		"info": {"title": "notes", "version": "1"},
		"paths": {"/notes": {"get": {
			"security": [{"pool": []}],
			"responses": {"200": {"description": "the notes"}},
			"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST",
				"uri": "arn:aws:apigateway:%[1]s:lambda:path/2015-03-31/functions/arn:aws:lambda:%[1]s:%[2]s:function:Notes/invocations"}
		}}},
		"components": {"securitySchemes": {"pool": {
			"type": "apiKey", "name": "Authorization", "in": "header",
			"x-amazon-apigateway-authtype": "cognito_user_pools",
			"x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [%[3]q]}
		}}}
	}`, DefaultRegion, DefaultAccount, poolARN)
	if _, err := gateway.PutRestApi(ctx, &apigateway.PutRestApiInput{
		RestApiId: api.Id, Mode: gatewaytypes.PutModeOverwrite, Body: []byte(document),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := gateway.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{
		RestApiId: api.Id, StageName: aws.String("prod"),
	}); err != nil {
		t.Fatal(err)
	}
	return *api.Id
}
