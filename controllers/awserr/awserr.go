// Package awserr says what kind of failure an AWS error is. The two phases return errors; controllers turns each
// into a condition and a time to try again, by kind and reason alone.
package awserr

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// Kind is what an error means for the next step.
type Kind string

const (
	// Throttle means that a rate was exceeded and nothing was done; try again a little later.
	Throttle Kind = "throttle"
	// Limit means that an account's limit is used up; trying again does not help until somebody makes room.
	Limit Kind = "limit"
	// Conflict means that somebody else is changing the same thing; try again.
	Conflict Kind = "conflict"
	// Denied means that the principal may not make the call, or its credentials are not valid.
	Denied Kind = "denied"
	// NotFound means that the resource, or its parent, is not there.
	NotFound Kind = "notFound"
	// Rejected means that AWS refused a value; the same call gets the same answer.
	Rejected Kind = "rejected"
	// Transient means that AWS failed or the answer was lost. The call may have been carried out.
	Transient Kind = "transient"
)

// kinds maps error codes to kinds. Cognito, API Gateway and Lambda model them in their types/errors.go; the
// last groups are the codes common to all services.
var kinds = map[string]Kind{
	"TooManyRequestsException": Throttle,
	"ThrottlingException":      Throttle,
	"Throttling":               Throttle,
	"RequestLimitExceeded":     Throttle,
	"SlowDown":                 Throttle,

	// Also HTTP 429 from API Gateway, and no throttle.
	"LimitExceededException":        Limit,
	"ServiceQuotaExceededException": Limit,
	"PolicyLengthExceededException": Limit,
	"WAFLimitsExceededException":    Limit,

	"ConcurrentModificationException": Conflict,
	"ConflictException":               Conflict,
	"ResourceConflictException":       Conflict,
	"PreconditionFailedException":     Conflict,
	"UserImportInProgressException":   Conflict,
	// Threat protection is off, or not on everywhere yet: the pool is brought to it before (types.UserPoolAddOnNotEnabledException).
	"UserPoolAddOnNotEnabledException": Conflict,
	// A new web ACL is not everywhere yet (AssociateWebACL, "Temporary inconsistencies during updates").
	"WAFUnavailableEntityException": Conflict,

	"ResourceNotFoundException": NotFound,
	"NotFoundException":         NotFound,

	"AccessDeniedException":  Denied,
	"AccessDenied":           Denied,
	"NotAuthorizedException": Denied,
	"UnauthorizedException":  Denied,
	"UnauthorizedOperation":  Denied,

	"ExpiredToken":                        Denied,
	"ExpiredTokenException":               Denied,
	"InvalidClientTokenId":                Denied,
	"UnrecognizedClientException":         Denied,
	"InvalidSignatureException":           Denied,
	"SignatureDoesNotMatch":               Denied,
	"IncompleteSignature":                 Denied,
	"IncompleteSignatureException":        Denied,
	"MissingAuthenticationTokenException": Denied,
	"MissingAuthenticationToken":          Denied,

	"InternalErrorException":      Transient,
	"InternalServerException":     Transient,
	"InternalFailure":             Transient,
	"ServiceException":            Transient,
	"ServiceUnavailableException": Transient,
	"WAFInternalErrorException":   Transient,
	"RequestTimeout":              Transient,
	"RequestTimeoutException":     Transient,
}

// messages tell errors of one code apart by words of AWS's message, with the source that has them.
var messages = []struct {
	code, words string
	kind        Kind
	source      string
}{
	// A REST API that is being changed refuses the next change with the code of a bad value.
	{"BadRequestException", "already an update in progress", Conflict, "terraform-provider-aws#45905"},
}

// Waiting says that a call was not made, because calls before it in the queue use up the account's quota.
type Waiting struct {
	Operation string
	// Place is the place in the queue, from 1, and At is when the call is expected to be made.
	Place int
	At    time.Time
	// Early is how long before At to requeue: the worker waits for the rest.
	Early time.Duration
}

func (w *Waiting) Error() string {
	return fmt.Sprintf("%s waits for the account's quota: place %d in line, expected at %s",
		w.Operation, w.Place, w.At.UTC().Format(time.RFC3339))
}

// noCredentials is in the SDK's error, which has no type, when there are none to sign a call with.
const noCredentials = "get credentials:"

// Classify returns the kind of an error from a call. An error that carries no answer of AWS is Transient.
func Classify(err error) Kind {
	var status int
	if re, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = re.HTTPStatusCode()
	}
	if _, ok := errors.AsType[*Waiting](err); ok {
		return Throttle
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		if unsigned(err) {
			return Denied
		}
		return Transient
	}
	for _, s := range messages {
		if s.code == api.ErrorCode() && strings.Contains(api.ErrorMessage(), s.words) {
			return s.kind
		}
	}
	if kind, ok := kinds[api.ErrorCode()]; ok {
		return kind
	}
	switch {
	case status >= http.StatusInternalServerError || status == 0:
		return Transient
	case status == http.StatusTooManyRequests:
		return Throttle
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return Denied
	case status >= http.StatusBadRequest:
		return Rejected
	default:
		// A success whose body made no sense: what was asked was done.
		return Transient
	}
}

// unsigned says that there were no credentials to sign a call with. Those of a role come from a call to STS, which may
// have failed of something else.
func unsigned(err error) bool {
	for cause := err; ; {
		op, ok := errors.AsType[*smithy.OperationError](cause)
		if !ok {
			return strings.Contains(err.Error(), noCredentials)
		}
		if cause = op.Err; op.ServiceID == "STS" {
			err = cause
		}
	}
}

// Is says whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && Classify(err) == kind }

// Uncertain says that a call may have had its effect although it failed: its reply was lost, it was cut off, or AWS
// answered with a failure of its own. After a create, only a look can tell.
func Uncertain(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || Is(err, Transient)
}

// Message is what AWS said, without the wrapping; or the error's own text.
func Message(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorMessage() != "" {
		return api.ErrorMessage()
	}
	return err.Error()
}

// Failure is an error with the reason that a condition gives for it.
type Failure struct {
	Reason string
	Err    error
}

// Because gives err the reason of a condition, where its kind alone does not decide it.
func Because(reason string, err error) error { return &Failure{Reason: reason, Err: err} }

func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap returns the error that was given the reason.
func (f *Failure) Unwrap() error { return f.Err }

// Text is the error in words for a condition: without request ids, so that the same failure has the same words.
func Text(err error) string {
	op, ok := errors.AsType[*smithy.OperationError](err)
	if !ok {
		return err.Error()
	}
	said := "AWS failed or did not answer"
	if Is(op, Denied) {
		said = "the operator has no AWS credentials; its log says why"
	}
	if failure, ok := errors.AsType[*Failure](op); ok {
		said = failure.Error()
	} else if api, ok := errors.AsType[smithy.APIError](op); ok {
		said = api.ErrorCode() + ": " + api.ErrorMessage()
	}
	return strings.Replace(err.Error(), op.Error(), op.OperationName+": "+said, 1)
}

// Has says that err carries that reason.
func Has(err error, reason string) bool {
	failure, ok := errors.AsType[*Failure](err)
	return ok && failure.Reason == reason
}

// Explained says that err carries the reason that a condition gives for it.
func Explained(err error) bool {
	_, ok := errors.AsType[*Failure](err)
	return ok
}
