package served_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/restapi"
	"github.com/securedapi/securedapi/hack/awslocal"
	local "github.com/securedapi/securedapi/hack/awslocal/apigateway"
)

// backends are the functions that routes have.
var backends = []string{"f", "g", "h"}

// gateway is an API of a local AWS, which serves one spec after the other.
type gateway struct {
	aws  *awslocal.Server
	api  *apigateway.Client
	id   string
	pool arn.ARN
	// invoked is the function that the last request reached, and seen the path that it was given.
	invoked, seen string
}

// newGateway starts one. Facts decide what no source says of AWS.
func newGateway(t testing.TB, facts local.Facts) *gateway {
	t.Helper()
	g := &gateway{aws: awslocal.Start(t, awslocal.WithAPIGateway(local.WithFacts(facts)))}
	ctx, config := t.Context(), g.aws.Config()
	g.api = apigateway.NewFromConfig(config)
	functions := lambda.NewFromConfig(config)
	for _, name := range backends {
		g.aws.Lambda.Handle(name, func(_ context.Context, raw json.RawMessage) (any, error) {
			var event struct{ Path string }
			err := json.Unmarshal(raw, &event)
			g.invoked, g.seen = name, event.Path
			return map[string]any{"statusCode": http.StatusOK}, err
		})
		_, err := functions.AddPermission(ctx, &lambda.AddPermissionInput{
			FunctionName: &name, StatementId: aws.String("all"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("apigateway.amazonaws.com"),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pool, err := cip.NewFromConfig(config).CreateUserPool(ctx, &cip.CreateUserPoolInput{PoolName: aws.String("notes")})
	if err != nil {
		t.Fatal(err)
	}
	if g.pool, err = arn.Parse(*pool.UserPool.Arn); err != nil {
		t.Fatal(err)
	}
	api, err := g.api.CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: aws.String("notes")})
	if err != nil {
		t.Fatal(err)
	}
	g.id = *api.Id
	return g
}

// serve deploys the document of a spec's routes.
func (g *gateway) serve(t testing.TB, routes []v1alpha1.Route) {
	t.Helper()
	ctx := t.Context()
	document, err := restapi.Document(restapi.BuildModel(routes, engine.Owner{Cluster: "c", Namespace: "default", Name: "notes", UID: "u"}, g.pool))
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.api.PutRestApi(ctx, &apigateway.PutRestApiInput{RestApiId: &g.id, Mode: types.PutModeOverwrite, FailOnWarnings: true, Body: document})
	if err != nil {
		t.Fatal(err)
	}
	// It moves the stage to what it makes, and what was served before goes.
	former, err := g.api.GetDeployments(ctx, &apigateway.GetDeploymentsInput{RestApiId: &g.id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = g.api.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: &g.id, StageName: aws.String("prod")}); err != nil {
		t.Fatal(err)
	}
	for _, deployment := range former.Items {
		if _, err := g.api.DeleteDeployment(ctx, &apigateway.DeleteDeploymentInput{RestApiId: &g.id, DeploymentId: deployment.Id}); err != nil {
			t.Fatal(err)
		}
	}
}

// call makes a request without a token, and returns the status.
func (g *gateway) call(method, path string) int {
	g.invoked, g.seen = "", ""
	answer := httptest.NewRecorder()
	g.aws.APIGateway.ServeStage(g.id, answer, httptest.NewRequestWithContext(context.Background(), method, "/prod"+path, nil))
	return answer.Code
}
