package awsclient_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/securedapi/securedapi/controllers/awsclient"
	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/hack/awslocal"
	"github.com/securedapi/securedapi/hack/operatorrole"
)

// Under policies with conditions on tags, AWS denies calls to what is gone.
func TestADeniedCallToADeletedResourceIsNotFound(t *testing.T) {
	const cluster = "c1"
	server := awslocal.Start(t)
	ctx, byHand := t.Context(), server.Config()
	foreign, err := cip.NewFromConfig(byHand).CreateUserPool(ctx, &cip.CreateUserPoolInput{PoolName: aws.String("theirs")})
	if err != nil {
		t.Fatal(err)
	}
	api, err := apigateway.NewFromConfig(byHand).CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: aws.String("theirs")})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Untagged", "Tagged"} {
		server.Lambda.Handle(name, func(context.Context, json.RawMessage) (any, error) { return nil, nil })
	}
	operatorrole.LetRoutesCall(server, "Tagged")
	if err := operatorrole.Attach(server, cluster, "policy", nil); err != nil {
		t.Fatal(err)
	}
	config, err := server.ConfigAs(operatorrole.ARN(server, cluster), "operator")
	if err != nil {
		t.Fatal(err)
	}
	factory, err := awsclient.New(config, quota.Options{}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	clients := clientsFor(t, factory, "us-east-1")
	describeClient := func(pool string) error {
		_, err := clients.Cognito.DescribeUserPoolClient(ctx, &cip.DescribeUserPoolClientInput{UserPoolId: &pool, ClientId: aws.String("abc")})
		return err
	}
	deleteStage := func(api string) error {
		_, err := clients.APIGateway.DeleteStage(ctx, &apigateway.DeleteStageInput{RestApiId: &api, StageName: aws.String("beta")})
		return err
	}
	addPermission := func(function string) error {
		_, err := clients.Lambda.AddPermission(ctx, &lambda.AddPermissionInput{
			FunctionName: &function, StatementId: aws.String("s"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("apigateway.amazonaws.com"),
		})
		return err
	}
	for _, tc := range []struct {
		reason string
		err    error
		want   awserr.Kind
	}{
		{"a client of a deleted pool", describeClient("us-east-1_Gone"), awserr.NotFound},
		{"a client of another owner's pool", describeClient(*foreign.UserPool.Id), awserr.Denied},
		{"a stage of a deleted API", deleteStage("gone000000"), awserr.NotFound},
		{"a stage of another owner's API", deleteStage(*api.Id), awserr.Denied},
		{"a function that does not exist", addPermission("Missing"), awserr.NotFound},
		{"a function without the tag", addPermission("Untagged"), awserr.Denied},
	} {
		if !awserr.Is(tc.err, tc.want) {
			t.Errorf("%s: got %v, want %s", tc.reason, tc.err, tc.want)
		}
	}
	if err := addPermission("Tagged"); err != nil {
		t.Errorf("a function with the tag: %v", err)
	}
	server.ResetCalls()
	if err := describeClient("us-east-1_Gone"); awserr.Text(err) != "DescribeUserPoolClient: ResourceNotFoundException: User pool us-east-1_Gone does not exist." {
		t.Errorf("in words: %s", awserr.Text(err))
	}
	if got := operations(server); got != "DescribeUserPoolClient DescribeUserPool" {
		t.Errorf("got calls %s, want one more to ask", got)
	}
	// An operator that may do nothing asks once, and not whether it may ask.
	for _, operation := range []string{"DescribeUserPoolClient", "DescribeUserPool"} {
		server.Inject(awslocal.Fault{Operation: operation, Kind: awslocal.RefuseBefore, Code: "AccessDeniedException", Status: 400})
	}
	if err := describeClient("us-east-1_Gone"); !awserr.Is(err, awserr.Denied) {
		t.Errorf("got %v, want the denial", err)
	}
	if got := operations(server); got != "DescribeUserPoolClient DescribeUserPool" {
		t.Errorf("got calls %s, want one more to ask", got)
	}
}
