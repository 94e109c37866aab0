package validate

import (
	"errors"

	"github.com/securedapi/securedapi/api/v1alpha1"
	"github.com/securedapi/securedapi/controllers/awserr"
	"github.com/securedapi/securedapi/controllers/tests/specs"
)

// here is where the specs of these tests are.
var here = Facts{Region: "us-east-1", Partition: "aws", Account: "111111111111"}

// functions is what the ARNs of functions here begin with.
const functions = "arn:aws:lambda:us-east-1:111111111111:function:"

// Routes of these tests.
var lambda, server, route, guest = specs.Lambda, specs.Server, specs.Route, specs.Guest

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
