package validate

import (
	"errors"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// here is where the specs of these tests are.
var here = Facts{Region: "us-east-1", Partition: "aws", Account: "111111111111"}

// functions is what the ARNs of functions here begin with.
const functions = "arn:aws:lambda:us-east-1:111111111111:function:"

func lambda(name string) v1alpha1.Backend {
	return v1alpha1.Backend{Lambda: &v1alpha1.LambdaBackend{Function: name}}
}

func server(url string) v1alpha1.Backend {
	return v1alpha1.Backend{HTTP: &v1alpha1.HTTPBackend{URL: url}}
}

func route(path string, backend v1alpha1.Backend, methods ...v1alpha1.Method) v1alpha1.Route {
	if len(methods) == 0 {
		methods = []v1alpha1.Method{"GET"}
	}
	return v1alpha1.Route{Path: path, Methods: methods, Access: v1alpha1.AccessRegistered, Backend: backend}
}

func guest(path string, backend v1alpha1.Backend, methods ...v1alpha1.Method) v1alpha1.Route {
	r := route(path, backend, methods...)
	r.Access = v1alpha1.AccessGuest
	return r
}

// of is a spec with some routes.
func of(routes ...v1alpha1.Route) *v1alpha1.SecuredAPISpec {
	return &v1alpha1.SecuredAPISpec{Routes: routes}
}

// reason is the condition reason of an error.
func reason(err error) string {
	if failure, ok := errors.AsType[*awserr.Failure](err); ok {
		return failure.Reason
	}
	return ""
}
