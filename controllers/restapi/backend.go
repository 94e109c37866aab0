package restapi

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/attached/invoke"
	"github.com/securedapi/securedapi/controllers/restapi/routepath"
)

// Integration is what answers: a Lambda function, an HTTP server, or, for a preflight or a refusal, API Gateway itself.
type Integration struct {
	Type types.IntegrationType
	// Backend is the function's ARN, or the server's URL.
	Backend string
	// AllowMethods is what a preflight or a refusal says that the path has.
	AllowMethods string
}

const (
	typeLambda = types.IntegrationTypeAwsProxy
	typeHTTP   = types.IntegrationTypeHttpProxy
	typeMock   = types.IntegrationTypeMock
)

func newIntegration(backend *v1alpha1.Backend, pool arn.ARN) Integration {
	if backend.HTTP != nil {
		// API Gateway writes {proxy}, not {proxy+}, in an integration.
		return Integration{Type: typeHTTP, Backend: strings.ReplaceAll(backend.HTTP.URL, "+}", "}")}
	}
	return Integration{Type: typeLambda, Backend: invoke.ARN(backend.Lambda.Function, pool)}
}

// uri is what is called: the server's URL, or a function's invocation.
func (i Integration) uri() string {
	if i.Type != typeLambda {
		return i.Backend
	}
	// A function is in the Region of its API. It was parsed to check that.
	function, _ := arn.Parse(i.Backend)
	return fmt.Sprintf("arn:%s:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations", function.Partition, function.Region, i.Backend)
}

// calledBy is the HTTP method that calls the backend of a method: a server gets the caller's, a function is always invoked
// by POST.
func (i Integration) calledBy(method v1alpha1.Method) string {
	if i.Type == typeLambda {
		return http.MethodPost
	}
	return string(method)
}

// parameters hand the path's variables on to the server.
func (i Integration) parameters() map[string]string {
	parameters := map[string]string{}
	if i.Type == typeHTTP {
		for _, name := range routepath.Variables(i.Backend) {
			parameters["integration.request.path."+name] = "method.request.path." + name
		}
	}
	return parameters
}

// words are the backend as status tells it. A mock calls nothing.
func (i Integration) words() string {
	if i.Type == typeMock {
		return string(typeMock)
	}
	return i.Backend
}

// integrationWords are what was read of a method's integration: as words if it is one that we would make, else all that
// counts of it.
func integrationWords(method v1alpha1.Method, have *types.Integration) string {
	if have == nil {
		return ""
	}
	uri := aws.ToString(have.Uri)
	ours := Integration{Type: have.Type, Backend: uri}
	if have.Type == typeLambda {
		_, function, _ := strings.Cut(uri, "/functions/")
		ours.Backend = strings.TrimSuffix(function, "/invocations")
	}
	called := (have.Type == typeLambda || have.Type == typeHTTP) && ours.uri() == uri &&
		ours.calledBy(method) == aws.ToString(have.HttpMethod) && maps.Equal(ours.parameters(), have.RequestParameters)
	if called || have.Type == typeMock {
		return ours.words()
	}
	words := []string{string(have.Type), aws.ToString(have.HttpMethod), uri}
	for _, name := range slices.Sorted(maps.Keys(have.RequestParameters)) {
		words = append(words, name+"="+have.RequestParameters[name])
	}
	return strings.Join(words, " ")
}
