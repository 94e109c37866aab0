package awserr_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	apigwtypes "github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/securedapi/securedapi/controllers/awserr"
)

func answered(status int, err error) error {
	return &smithy.OperationError{ServiceID: "S", OperationName: "Op", Err: &awshttp.ResponseError{
		ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err},
	}}
}

// unsigned is a call that found no credentials to sign it with, in the SDK's words.
func unsigned(service string, err error) error {
	return &smithy.OperationError{ServiceID: service, OperationName: "Op", Err: fmt.Errorf("get identity: get credentials: %w", err)}
}

func TestClassify(t *testing.T) {
	for _, tc := range []struct {
		reason    string
		err       error
		want      awserr.Kind
		uncertain bool
	}{
		{"a throttle of API Gateway", answered(429, &apigwtypes.TooManyRequestsException{}), awserr.Throttle, false},
		{"a throttle of Cognito is HTTP 400", answered(400, &ciptypes.TooManyRequestsException{}), awserr.Throttle, false},
		{"429 is not always a throttle", answered(429, &apigwtypes.LimitExceededException{}), awserr.Limit, false},
		{"a limit of Cognito", answered(400, &ciptypes.LimitExceededException{}), awserr.Limit, false},
		{"a function's policy is full", answered(400, &lambdatypes.PolicyLengthExceededException{}), awserr.Limit, false},
		{"two writers on one pool", answered(400, &ciptypes.ConcurrentModificationException{}), awserr.Conflict, false},
		{"API Gateway's conflict", answered(409, &apigwtypes.ConflictException{}), awserr.Conflict, false},
		{"a missing pool", answered(400, &ciptypes.ResourceNotFoundException{}), awserr.NotFound, false},
		{"a missing API", answered(404, &apigwtypes.NotFoundException{}), awserr.NotFound, false},
		{"no permission", answered(403, &smithy.GenericAPIError{Code: "AccessDeniedException"}), awserr.Denied, false},
		{"an expired session", answered(403, &smithy.GenericAPIError{Code: "ExpiredTokenException"}), awserr.Denied, false},
		{"an unknown code with 403", answered(403, &smithy.GenericAPIError{Code: "X"}), awserr.Denied, false},
		{"a bad value", answered(400, &ciptypes.InvalidParameterException{}), awserr.Rejected, false},
		{"an unknown code with 400", answered(400, &smithy.GenericAPIError{Code: "X"}), awserr.Rejected, false},
		{"Cognito failed", answered(500, &ciptypes.InternalErrorException{}), awserr.Transient, true},
		{"Cognito failed, in an operation of 2026", answered(500, &ciptypes.InternalServerException{}), awserr.Transient, true},
		{"an unknown code with 503", answered(503, &smithy.GenericAPIError{Code: "X"}), awserr.Transient, true},
		{"a success whose body could not be read", answered(200, &smithy.DeserializationError{Err: io.ErrUnexpectedEOF}), awserr.Transient, true},
		{"the connection broke", &smithy.OperationError{Err: &smithyhttp.RequestSendError{Err: io.EOF}}, awserr.Transient, true},
		{"no credentials", unsigned("S", errors.New("no EC2 IMDS role found")), awserr.Denied, false},
		{"no credentials to assume a role with", unsigned("S", unsigned("STS", errors.New("no EC2 IMDS role found"))), awserr.Denied, false},
		{
			"the connection broke while a role was assumed",
			unsigned("S", &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: &smithyhttp.RequestSendError{Err: io.EOF}}),
			awserr.Transient, true,
		},
		{"the role may not be assumed", unsigned("S", answered(403, &smithy.GenericAPIError{Code: "AccessDenied"})), awserr.Denied, false},
		{"the operator is shutting down", fmt.Errorf("x: %w", context.Canceled), awserr.Transient, true},
	} {
		if got := awserr.Classify(tc.err); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.reason, got, tc.want)
		}
		if got := awserr.Uncertain(tc.err); got != tc.uncertain {
			t.Errorf("%s: uncertain is %v", tc.reason, got)
		}
	}
}

func TestFailureKeepsItsCause(t *testing.T) {
	cause := answered(400, &ciptypes.InvalidParameterException{Message: new("Domain already associated with another user pool.")})
	err := fmt.Errorf("create domain: %w", awserr.Because("DomainTaken", cause))
	failure, ok := errors.AsType[*awserr.Failure](err)
	if !ok || failure.Reason != "DomainTaken" {
		t.Fatalf("the reason is found through wrapping: %v", err)
	}
	if awserr.Message(err) != "Domain already associated with another user pool." || !awserr.Is(err, awserr.Rejected) {
		t.Errorf("AWS's words and the kind survive: %v", err)
	}
}
