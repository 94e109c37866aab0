package apigateway_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

func unescaped(t *testing.T, path string) string {
	t.Helper()
	out, err := url.PathUnescape(path)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// api is an API with what tests put there.
type api struct {
	f        *fixture
	id, root *string
}

func (f *fixture) api() api {
	f.Helper()
	out := must(f.sdk.CreateRestApi(f.Context(), &sdk.CreateRestApiInput{Name: aws.String("notes")}))
	return api{f, out.Id, out.RootResourceId}
}

// imported is an API made of a document.
func (f *fixture) imported(document string) api {
	f.Helper()
	out := must(f.sdk.ImportRestApi(f.Context(), &sdk.ImportRestApiInput{
		Body: []byte(document), FailOnWarnings: true,
	}))
	return api{f, out.Id, out.RootResourceId}
}

// resource makes a resource below another.
func (a api) resource(parent *string, part string) *string {
	a.f.Helper()
	out := must(a.f.sdk.CreateResource(a.f.Context(), &sdk.CreateResourceInput{
		RestApiId: a.id, ParentId: parent, PathPart: &part,
	}))
	return out.Id
}

// method puts an open method on a resource.
func (a api) method(resource *string, httpMethod string) {
	a.f.Helper()
	must(a.f.sdk.PutMethod(a.f.Context(), &sdk.PutMethodInput{
		RestApiId: a.id, ResourceId: resource, HttpMethod: &httpMethod, AuthorizationType: aws.String("NONE"),
	}))
}

// mock puts a mock behind a method, which answers 200 with a body.
func (a api) mock(resource *string, httpMethod, body string) {
	a.f.Helper()
	a.method(resource, httpMethod)
	must(a.f.sdk.PutIntegration(a.f.Context(), &sdk.PutIntegrationInput{
		RestApiId: a.id, ResourceId: resource, HttpMethod: &httpMethod, Type: types.IntegrationTypeMock,
		RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`},
	}))
	must(a.f.sdk.PutIntegrationResponse(a.f.Context(), &sdk.PutIntegrationResponseInput{
		RestApiId: a.id, ResourceId: resource, HttpMethod: &httpMethod, StatusCode: aws.String("200"),
		ResponseTemplates: map[string]string{"application/json": body},
	}))
}

// deploy puts the working copy on a stage.
func (a api) deploy(stage string) *string {
	a.f.Helper()
	out := must(a.f.sdk.CreateDeployment(a.f.Context(), &sdk.CreateDeploymentInput{
		RestApiId: a.id, StageName: &stage,
	}))
	return out.Id
}

// snapshot deploys the working copy to no stage.
func (a api) snapshot() *string {
	a.f.Helper()
	return must(a.f.sdk.CreateDeployment(a.f.Context(), &sdk.CreateDeploymentInput{RestApiId: a.id})).Id
}

// canary deploys the working copy beside what a stage serves.
func (a api) canary(stage string, percent float64) *string {
	a.f.Helper()
	out := must(a.f.sdk.CreateDeployment(a.f.Context(), &sdk.CreateDeploymentInput{
		RestApiId: a.id, StageName: &stage, CanarySettings: &types.DeploymentCanarySettings{PercentTraffic: percent},
	}))
	return out.Id
}

func (a api) patchStage(stage string, ops ...string) {
	a.f.Helper()
	must(a.f.sdk.UpdateStage(a.f.Context(), &sdk.UpdateStageInput{
		RestApiId: a.id, StageName: &stage, PatchOperations: patch(ops...),
	}))
}

// pool is the ARN of a user pool.
func pool(id string) string {
	return "arn:aws:cognito-idp:" + region + ":" + account + ":userpool/" + id
}

// authorizer makes a Cognito authorizer.
func (a api) authorizer(name string, pools ...string) *string {
	a.f.Helper()
	out := must(a.f.sdk.CreateAuthorizer(a.f.Context(), &sdk.CreateAuthorizerInput{
		RestApiId: a.id, Name: &name, Type: types.AuthorizerTypeCognitoUserPools, ProviderARNs: pools,
		IdentitySource: aws.String("method.request.header.Authorization"),
	}))
	return out.Id
}

// answer is what a client of a deployed API sees.
type answer struct {
	status int
	header http.Header
	body   string
}

// request sends a request to a stage. Headers are "Name: value".
func (a api) request(method, path, body string, headers ...string) answer {
	a.f.Helper()
	request, err := http.NewRequest(method, a.f.url+"/execute-api/"+*a.id+path, strings.NewReader(body))
	if err != nil {
		a.f.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Set(name, value)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		a.f.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		a.f.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(raw)}
}
