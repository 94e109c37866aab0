package awserr_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

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
		{"users are being imported", answered(400, &smithy.GenericAPIError{Code: "UserImportInProgressException"}), awserr.Conflict, false},
		{"API Gateway's conflict", answered(409, &apigwtypes.ConflictException{}), awserr.Conflict, false},
		{
			"an API that is being changed, with the code of a bad value",
			answered(400, &apigwtypes.BadRequestException{Message: new("There is already an update in progress. Please wait.")}), awserr.Conflict, false,
		},
		{"a bad value of API Gateway", answered(400, &apigwtypes.BadRequestException{Message: new("Invalid stage name")}), awserr.Rejected, false},
		{"a missing pool", answered(400, &ciptypes.ResourceNotFoundException{}), awserr.NotFound, false},
		{"a missing API", answered(404, &apigwtypes.NotFoundException{}), awserr.NotFound, false},
		{"no permission", answered(403, &smithy.GenericAPIError{Code: "AccessDeniedException"}), awserr.Denied, false},
		{"an expired session", answered(403, &smithy.GenericAPIError{Code: "ExpiredTokenException"}), awserr.Denied, false},
		{"an unknown code with 401", answered(401, &smithy.GenericAPIError{Code: "X"}), awserr.Denied, false},
		{"an unknown code with 403", answered(403, &smithy.GenericAPIError{Code: "X"}), awserr.Denied, false},
		{"a bad value", answered(400, &ciptypes.InvalidParameterException{}), awserr.Rejected, false},
		{"an unknown code with 400", answered(400, &smithy.GenericAPIError{Code: "X"}), awserr.Rejected, false},
		{"an unknown code with 429", answered(429, &smithy.GenericAPIError{Code: "X"}), awserr.Throttle, false},
		{"an unknown code with 499, the last of its kind", answered(499, &smithy.GenericAPIError{Code: "X"}), awserr.Rejected, false},
		{"an unknown code with 500", answered(500, &smithy.GenericAPIError{Code: "X"}), awserr.Transient, true},
		{"an error of AWS that no response carries", &smithy.GenericAPIError{Code: "X"}, awserr.Transient, true},
		{"a success that says that it is an error: it may have been done", answered(200, &smithy.GenericAPIError{Code: "X"}), awserr.Transient, true},
		{"the account's quota is used up by others, and AWS was not called", fmt.Errorf("x: %w", &awserr.Waiting{}), awserr.Throttle, false},
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
		{"a call took too long", fmt.Errorf("x: %w", context.DeadlineExceeded), awserr.Transient, true},
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

func TestNilIsOfNoKind(t *testing.T) {
	for _, kind := range []awserr.Kind{awserr.Throttle, awserr.Transient, awserr.Denied} {
		if awserr.Is(nil, kind) {
			t.Errorf("no error is a %s", kind)
		}
	}
	if awserr.Uncertain(nil) {
		t.Error("a call that succeeded is certain")
	}
}

// A condition whose words change at each try would be written at each try.
func TestText(t *testing.T) {
	broken := &smithy.OperationError{ServiceID: "S", OperationName: "Op", Err: &smithyhttp.RequestSendError{Err: io.EOF}}
	for _, tc := range []struct {
		reason string
		err    error
		want   string
	}{
		{
			"AWS's code and words, and not the request's id",
			fmt.Errorf("create user pool: %w", answered(400, &smithy.GenericAPIError{Code: "LimitExceededException", Message: "Too many."})),
			"create user pool: Op: LimitExceededException: Too many.",
		},
		{"what was explained", fmt.Errorf("x: %w", &smithy.OperationError{
			ServiceID: "S", OperationName: "Op", Err: awserr.Because("WrongAccount", errors.New("of another account")),
		}), "x: Op: of another account"},
		{"the connection broke, from whichever port", fmt.Errorf("x: %w", broken), "x: Op: AWS failed or did not answer"},
		{
			"no credentials: which were tried is in the log", unsigned("S", errors.New("no EC2 IMDS role found")),
			"Op: the operator has no AWS credentials; its log says why",
		},
		{"no error of a call", errors.New("no such field"), "no such field"},
	} {
		if got := awserr.Text(tc.err); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
		}
	}
}

func TestWaitingMessageAndExplained(t *testing.T) {
	waiting := &awserr.Waiting{Operation: "CreateDeployment", Place: 2, At: time.Date(2026, 9, 7, 14, 0, 5, 0, time.FixedZone("CEST", 2*60*60))}
	if got, want := waiting.Error(), "CreateDeployment waits for the account's quota: place 2 in line, expected at 2026-09-07T12:00:05Z"; got != want {
		t.Errorf("the operation, place and time in UTC: got %q, want %q", got, want)
	}
	if got := awserr.Message(fmt.Errorf("x: %w", &smithy.GenericAPIError{Code: "X"})); got != "x: api error X: " {
		t.Errorf("an error of AWS without words says its own: got %q", got)
	}
	if awserr.Explained(waiting) || !awserr.Explained(fmt.Errorf("x: %w", awserr.Because("Reason", waiting))) {
		t.Error("what carries a reason is explained, and nothing else")
	}
}
