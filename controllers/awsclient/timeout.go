package awsclient

import (
	"context"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// callTimeout bounds a call, its repetitions after throttles included; a create that runs into it is looked for, not repeated.
const callTimeout = 20 * time.Second

// callTimeouts are of calls that AWS may take longer for: they grow with an API, which may have 300 resources. AWS documents no
// bound, and nobody here has measured one; a minute is what botocore waits for an answer. The longer a creation may take, the
// longer --creation-grace-period has to be: three quarters of it are for the call and for lists to show what it made.
var callTimeouts = map[string]time.Duration{
	"PutRestApi":       time.Minute,
	"CreateDeployment": 30 * time.Second,
	"GetDeployment":    30 * time.Second,
	"GetResources":     30 * time.Second,
	"DeleteRestApi":    30 * time.Second,
}

func timeoutOf(operation string) time.Duration {
	if longer, ok := callTimeouts[operation]; ok {
		return longer
	}
	return callTimeout
}

// bound gives every call its timeout. All of its attempts share it: one that began later would end later than the intention to
// make it allows for.
func bound(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("BoundCall", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		ctx, cancel := context.WithTimeout(ctx, timeoutOf(awsmiddleware.GetOperationName(ctx)))
		defer cancel()
		return next.HandleInitialize(ctx, in)
	}), middleware.After)
}
