package awsclient

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"

	"github.com/securedapi/securedapi/controllers/awsclient/quota"
	"github.com/securedapi/securedapi/controllers/awserr"
)

// keepTo makes every call of a stack keep to its budget: it is made when it has a place, and not at all if that is
// long to come. So is each further try: one that went out at the retryer's time would take somebody else's place.
func keepTo(budget func(context.Context) *quota.Budget) func(*middleware.Stack) error {
	know := middleware.InitializeMiddlewareFunc("KnowCall", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		return next.HandleInitialize(middleware.WithStackValue(ctx, callKey{}, callOf(ctx, in.Parameters)), in)
	})
	take := middleware.FinalizeMiddlewareFunc("TakeQuota", func(
		ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
	) (middleware.FinalizeOutput, middleware.Metadata, error) {
		if err := budget(ctx).Take(ctx, known(ctx)); err != nil {
			return middleware.FinalizeOutput{}, middleware.Metadata{}, err
		}
		return next.HandleFinalize(ctx, in)
	})
	learn := middleware.DeserializeMiddlewareFunc("LearnCalls", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		call := known(ctx)
		budget(ctx).Sent(call)
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if awserr.Is(err, awserr.Throttle) {
			budget(ctx).Throttled(call)
		}
		return out, metadata, err
	})
	return func(stack *middleware.Stack) error {
		// After the SDK's own, which tell the operation.
		if err := stack.Initialize.Add(know, middleware.After); err != nil {
			return err
		}
		if err := stack.Finalize.Insert(take, (*retry.Attempt)(nil).ID(), middleware.After); err != nil {
			return err
		}
		return stack.Deserialize.Add(learn, middleware.Before)
	}
}

// callKey is under which a stack keeps its call: its input is not seen at the end of it.
type callKey struct{}

func known(ctx context.Context) quota.Call {
	call, _ := middleware.GetStackValue(ctx, callKey{}).(quota.Call)
	return call
}

// callOf describes a call. The pool is in the member that Cognito's inputs have for it.
func callOf(ctx context.Context, input any) quota.Call {
	call := quota.Call{Service: awsmiddleware.GetServiceID(ctx), Operation: awsmiddleware.GetOperationName(ctx)}
	member := reflect.Indirect(reflect.ValueOf(input)).FieldByName("UserPoolId")
	if member.IsValid() {
		if id, ok := reflect.TypeAssert[*string](member); ok {
			call.Pool = aws.ToString(id)
		}
	}
	return call
}

// Reserve gets a place in the queue for a call to API Gateway that is made a little later, so that the calls before it are not
// made in vain. It returns an *awserr.Waiting if the wait is long.
func (c *Clients) Reserve(ctx context.Context, operation string) error {
	if c.budget == nil {
		return nil
	}
	return c.budget(ctx).Reserve(ctx, quota.Call{Service: "API Gateway", Operation: operation})
}
