package apigateway

import (
	"net/http"

	"github.com/securedapi/securedapi/hack/awslocal/wire"
)

// The answers to an id that leads nowhere. Which one AWS gives depends on the operation, not on the id that is wrong:
// a method that is asked of a missing API answers that the resource is missing.
const (
	noResource    = "Invalid Resource identifier specified"
	noMethod      = "Invalid Method identifier specified"
	noIntegration = "Invalid Integration identifier specified"
	noResponse    = "Invalid Response status code specified"
	noDeployment  = "Invalid Deployment identifier specified"
	noStage       = "Invalid stage identifier specified"
	noAuthorizer  = "Invalid Authorizer identifier specified"
	noValidator   = "Invalid Request Validator identifier specified"
	noParameter   = "Invalid parameter name specified"
	noContentType = "Content-Type specified was not found"
)

func notFound(message string) error {
	return &wire.Error{Code: "NotFoundException", Message: message, Status: http.StatusNotFound}
}

func badRequest(format string, args ...any) error {
	return wire.Errorf("BadRequestException", format, args...)
}

func conflict(format string, args ...any) error {
	err := wire.Errorf("ConflictException", format, args...)
	err.Status = http.StatusConflict
	return err
}

// limitExceeded refuses what would go beyond a quota. The SDK retries it as it does a throttle, in vain.
func limitExceeded(what string) error {
	return &wire.Error{
		Code: "LimitExceededException",
		Message: "Maximum number of " + what + " for this API has been reached. " +
			"Please contact AWS if you need additional " + what + ".",
		Status: http.StatusTooManyRequests,
	}
}
