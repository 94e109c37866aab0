package validate

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/engine"
	"github.com/securedapi/securedapi/controllers/restapi"
)

// maxSpec bounds a spec, which the operator keeps in memory, in bytes of JSON: 256 KB. The largest API that API Gateway takes, of
// 300 paths, has room in it.
const maxSpec = 256 << 10

const moveRoutes = "move some routes to another SecuredAPI"

func size(spec *v1alpha1.SecuredAPISpec, _ Facts) []Finding {
	text, err := json.Marshal(spec)
	if err != nil || len(text) <= maxSpec {
		return nil
	}
	return []Finding{{"spec", "", fmt.Sprintf("it has %d bytes as JSON, and a SecuredAPI may have %d", len(text), maxSpec), moveRoutes}}
}

// maxDocument is what PutRestApi takes as a body, in bytes (API Gateway API reference, PutRestApi: 6 MB).
const maxDocument = 6_000_000

// document refuses routes whose OpenAPI document is too long. Each method repeats the path's variables and the URL, so a spec that is
// small enough can have a document that is not.
func document(spec *v1alpha1.SecuredAPISpec, facts Facts) []Finding {
	if atMost(spec.Routes) <= maxDocument {
		return nil
	}
	text, err := documentOf(spec.Routes, facts)
	if err != nil || len(text) <= maxDocument {
		// Routes without a document break another rule.
		return nil
	}
	return []Finding{{
		"spec.routes", "", fmt.Sprintf("the API's OpenAPI document would have %d bytes, and API Gateway takes %d", len(text), maxDocument),
		"shorten paths with many variables, or " + moveRoutes,
	}}
}

// documentOf is the document of routes, for a user pool whose id is as long as any.
func documentOf(routes []v1alpha1.Route, facts Facts) ([]byte, error) {
	pool := arn.ARN{
		Partition: facts.Partition, Service: "cognito-idp", Region: facts.Region, AccountID: "111111111111",
		Resource: "userpool/" + facts.Region + "_AbCdEfGhI",
	}
	return restapi.Document(restapi.BuildModel(routes, engine.Owner{}, pool))
}

// atMost is a bound of the document's length that costs no document. Beside its routes' methods a path has a preflight and a refusal.
func atMost(routes []v1alpha1.Route) int {
	const (
		method   = 2048 // what every method has, its mock's answers among it
		variable = 256  // a path parameter and its mapping, without the name
		escaped  = 6    // & is \u0026
	)
	total := 0
	for i := range routes {
		route := &routes[i]
		one := method + variable*strings.Count(route.Path, "{") + 4*len(route.Path)
		for _, scope := range route.Scopes {
			one += escaped * len(scope)
		}
		if backend := route.Backend.HTTP; backend != nil {
			one += escaped*len(backend.URL) + variable*strings.Count(backend.URL, "{")
		}
		total += one * (len(route.Methods) + 2)
	}
	return total
}
